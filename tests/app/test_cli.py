import os
import subprocess
import sys
from pathlib import Path

import pytest

import nnviz
from nnviz.app import parsers
from nnviz.app.arguments import (
    ScreenshotArguments,
    TourArguments,
    TraceArguments,
    TrainArguments,
    WindowArguments,
)
from nnviz.app.cli import main
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.costs import COSTS
from nnviz.engine.initialisers import INITIALISERS
from nnviz.engine.network import NetworkSpec
from nnviz.engine.optimizers import OPTIMIZERS, Optimizer
from nnviz.presets.names import MNIST_PRESETS, PRESET_NAMES
from nnviz.presets.presets import PRESETS
from nnviz.training.config import TrainingConfig
from nnviz.training.schedules import SCHEDULES, Schedule

COMMANDS = ["trace", "train", "render", "screenshot", "tour"]


def run_python(code: str, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True, text=True, check=False, env=os.environ | changes,
    )  # fmt: skip


def test_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0

    assert capsys.readouterr().out == f"nnviz {nnviz.__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_each_command_has_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--help"]) == 0

    assert f"\n  nnviz {command}" in capsys.readouterr().out


def test_the_help_lists_commands_and_presets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0

    out = capsys.readouterr().out
    assert all(f"\n  {command} " in out for command in COMMANDS)
    assert all(name in out for name in PRESET_NAMES)
    assert "--smoke" not in out


def test_the_help_of_train_names_all_that_the_engine_knows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["train", "--help"])

    words = capsys.readouterr().out.replace(",", " ").split()
    assert set(words) >= {*ACTIVATIONS, *COSTS, *INITIALISERS, *OPTIMIZERS, *SCHEDULES}


@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], *([command, "--help"] for command in COMMANDS)]
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys; from nnviz.app.cli import main; code = main(sys.argv[1:])\n"
        "heavy = {'numpy', 'numba', 'PySide6', 'pyqtgraph'} & set(sys.modules)\n"
        "raise SystemExit(code or ' '.join(heavy) or 0)"
    )

    result = run_python(code, *arguments)

    assert (result.returncode, result.stderr) == (0, "")


def test_the_thread_pools_of_the_matrix_libraries_are_kept_small() -> None:
    code = (
        "import os; from nnviz.app.cli import main; main(['--version'])\n"
        "print(*(os.environ[f'{n}_NUM_THREADS'] for n in ('OPENBLAS', 'OMP', 'MKL')))"
    )

    result = run_python(code, OMP_NUM_THREADS="7", OPENBLAS_NUM_THREADS="", MKL_NUM_THREADS="2")

    assert result.stdout.splitlines()[-1].split() == ["7", "2"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["trian"], "there is no command 'trian' (did you mean nnviz train)"),
        (["lesson.json"], "a network file opens with nnviz --network lesson.json"),
        (["xyz"], "(there are trace, train, render, screenshot, tour)"),
        ([""], "there is no command ''"),
        (["--them", "dark"], "unrecognized arguments: --them dark; see nnviz --help."),
        (["--theme", "drak"], "argument --theme: 'drak' is not known (did you mean 'dark')"),
        (["--preset", "xor"], "'xor' is not known (known are primer-1-1-1"),
        (["--preset"], "expected one argument"),
        (["--preset", "xor-2-2-1", "--network", "x.json"], "not allowed with argument"),
        (["--preset", "xor-2-2-1", "trace"], "unrecognized arguments: trace"),
        (
            ["train", "--optimizer", "adm"],
            "'adm' is not known (did you mean 'adam'); see nnviz tra",
        ),
        (
            ["train", "--optimizer", "adam", "--momentum", "0.5"],
            "--momentum does not go with adam, which takes --beta1, --beta2, --epsilon; see",
        ),
        (["train", "--preset", "xor-2-2-1"], "'xor-2-2-1' is not known (known are mnist-784-30-10"),
        (["train", "--preset", "mnist-98-in-second"], "(did you mean 'mnist-98-in-seconds')"),
        (
            ["train", "--preset", "mnist-98-in-seconds", "--alpha", "0.5"],
            "--alpha does not go with momentum, which takes --momentum;",
        ),
        (["train", "--alpha", "0.5"], "--alpha does not go with sgd, which takes no such option;"),
        (["train", "--optimizer", "adam", "--beta2", "1"], "number from 0 to below 1 is needed;"),
        (["train", "--optimizer", "adamw", "--weight-decay", "inf"], "number from 0 is needed;"),
        (["train", "--optimizer", "rmsprop", "--epsilon", "0"], "number from 1e-12 is needed; see"),
        (["train", "--schedule", "cos"], "'cos' is not known (did you mean 'cosine')"),
        (["train", "--warm-up", "5"], "'5' is given, a share from 0 to 1 is needed, such as 0.05"),
        (["train", "--step-every", "3"], "--step-every goes with --schedule step alone; see"),
        (["train", "--schedule", "step", "--step-factor", "0"], "a number above 0 is needed;"),
        (["train", "--dropout", "1"], "'1' is given, a number from 0 to below 1 is needed; see"),
        (["screenshot"], "the following arguments are required: OUT.png"),
        (["screenshot", "x.jpg"], "a name that ends in .png is needed"),
        (["screenshot", "none/x.png"], "there is no folder 'none'"),
        (["screenshot", "x.png", "--size", "639x480"], "from 640x480 to 7680x4320"),
        (["screenshot", "x.png", "--size", "7680x4321"], "from 640x480 to 7680x4320"),
        (["screenshot", "x.png", "--size", "1600"], "from 640x480 to 7680x4320"),
        (["screenshot", "x.png", "--size", "800 x 600"], "from 640x480 to 7680x4320"),
        (["screenshot", "x.png", "--edges", "0"], "a number from 1 or the word all is needed"),
        (["screenshot", "x.png", "--edges", "many"], "a number from 1 or the word all is needed"),
        (["screenshot", "x.png", "--select", "1"], "a layer and a neuron are needed"),
        (["screenshot", "x.png", "--select", "1,-1"], "a layer and a neuron are needed"),
        (["screenshot", "x.png", "--select", "1,0,0,0"], "a layer and a neuron are needed"),
        (["screenshot", "x.png", "--what-if", "much"], "a number is needed, such as -0.5"),
        (["screenshot", "x.png", "--what-if", "nan"], "a number is needed, such as -0.5"),
        (["screenshot", "x.png", "--view", "matrices"], "did you mean 'matrix'"),
        (["screenshot", "x.png", "--panel", "whatif"], "did you mean 'what-if'"),
        (["screenshot", "x.png", "--again", "0"], "a number above 0 is needed"),
        (["screenshot", "x.png", "--step", "-1"], "a whole number from 0"),
        (["screenshot", "x.png", "--freeze", "0"], "a whole number from 1"),
        (["screenshot", "x.png", "--train", "nan"], "a number from 0 is needed"),
        (["screenshot", "x.png", "--train", "-1"], "a number from 0 is needed"),
        (["screenshot", "x.png", "--granularity", "layers"], "did you mean 'layer'"),
        (["tour"], "the following arguments are required: DIR; see nnviz tour --help."),
        (["train", "--layers", "784"], "at least two sizes from 1 are needed"),
        (["train", "--layers", "784,,10"], "at least two sizes from 1 are needed"),
        (["train", "--layers", "784,0,10"], "at least two sizes from 1 are needed"),
        (["train", "--epochs", "0"], "a whole number from 1"),
        (["train", "--learning-rate", "0"], "a number above 0 is needed"),
        (["train", "--learning-rate", "inf"], "a number above 0 is needed"),
        (["train", "--l2", "-1"], "a number from 0 is needed"),
        (["train", "--train-size", "60001"], "from 1 to 60,000"),
        (["train", "--seed", "x"], "a whole number from 0"),
        (["train", "extra"], "unrecognized arguments: extra"),
    ],
)
def test_bad_arguments_are_one_sentence(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(arguments)

    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert err.startswith("nnviz: ")
    assert complaint in err
    assert err.count("\n") == 1


def test_a_line_break_in_a_files_name_does_not_break_the_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["trace", "two\nlines.json"]) == 2

    assert capsys.readouterr().err == "nnviz: There is no file two lines.json.\n"


def test_without_a_display_the_window_names_the_tour() -> None:
    environment = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}

    result = run_python("from nnviz.app.cli import main; raise SystemExit(main())", **environment)

    assert result.returncode == 2
    assert result.stderr.startswith("nnviz: ")
    assert "nnviz tour" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_process_without_any_streams_survives_help() -> None:
    code = (
        "import sys; sys.stdout = sys.stderr = None\n"
        "from nnviz.app.cli import main; raise SystemExit(main(['trian']) + main(['--version']))"
    )

    assert run_python(code).returncode == 2


def test_the_windows_arguments() -> None:
    assert parsers.window_arguments([]) == WindowArguments()
    assert WindowArguments().preset_name == "mnist-784-30-10"

    assert parsers.window_arguments(
        ["--network", "a.json", "--theme", "light", "--data-dir", "d", "--smoke", "s"]
    ) == WindowArguments(None, Path("a.json"), Path("d"), "light", Path("s"))


def test_the_arguments_of_screenshot() -> None:
    assert parsers.screenshot_arguments(["x.png"]) == ScreenshotArguments(Path("x.png"))

    line = (
        "x.PNG --preset xor-2-2-1 --step 0 --granularity operation --select 1,0 --train 0.5 "
        "--theme light --size 640x480 --example wrong --panel training --data-dir d "
        "--mini-batch 4 --view code --what-if -0.5 --mistake gradient-ascent "
        "--second-example 3 --compare --second-weights start --again 0.5"
    )
    assert parsers.screenshot_arguments(line.split()) == ScreenshotArguments(
        Path("x.PNG"), "xor-2-2-1", None, 0, "operation", (1, 0), 0.5, "light", (640, 480),
        -1, "training", Path("d"), 4, "code", -0.5, "gradient-ascent",
        3, True, "start", again=0.5,
    )  # fmt: skip


@pytest.mark.parametrize("name", MNIST_PRESETS)
def test_train_with_a_preset_is_the_preset(name: str) -> None:
    found, preset = parsers.train_arguments(["--preset", name]), PRESETS[name]

    hidden = (found.hidden_activation,) * (len(found.layers) - 2)
    spec = NetworkSpec(found.layers, (*hidden, found.output_activation), found.cost)
    rate = found.learning_rate
    assert (spec, found.initialiser) == (preset.spec, preset.initialiser)
    assert rate is not None
    assert preset.config == TrainingConfig(
        found.epochs, found.mini_batch_size, rate, found.l2, found.seed, True, found.optimizer,
        found.schedule, found.dropout, found.train_size, found.validation_size, found.patience,
        found.keep_best,
    )  # fmt: skip


def test_options_beside_a_preset_override_it() -> None:
    line = "--epochs 2 --preset mnist-98-in-seconds --momentum 0.8 --layers 784,50,10 --dropout 0.1"

    found, preset = parsers.train_arguments(line.split()), PRESETS["mnist-98-in-seconds"]

    assert (found.epochs, found.layers, found.dropout) == (2, (784, 50, 10), 0.1)
    assert found.optimizer == Optimizer("momentum", momentum=0.8)
    assert (found.learning_rate, found.mini_batch_size) == (0.15, 64)
    assert found.schedule == preset.config.schedule


def test_another_optimizer_than_the_presets_comes_with_its_own_learning_rate() -> None:
    found = parsers.train_arguments(["--preset", "mnist-98-in-seconds", "--optimizer", "adam"])

    assert found.optimizer == Optimizer("adam")
    assert found.learning_rate is None
    assert found.mini_batch_size == 64


def test_the_arguments_of_tour_trace_and_train() -> None:
    assert parsers.tour_arguments(["d", "--data-dir", "e"]) == TourArguments(Path("d"), Path("e"))
    assert parsers.trace_arguments(
        ["x.json", "--mini-batch", "--passes", "3", "--json", "--digits", "4"]
    ) == TraceArguments(Path("x.json"), None, 0, True, 3, True, 4)
    assert parsers.train_arguments([]) == TrainArguments()
    line = (
        "--layers 784,5,10 --hidden-activation relu --output-activation softmax "
        "--cost categorical_cross_entropy --initialiser he --epochs 2 --mini-batch-size 32 "
        "--learning-rate 0.1 --optimizer adamw --beta1 0.8 --weight-decay 0.1 --schedule step "
        "--warm-up 0.05 --step-factor 0.5 --step-every 3 --dropout 0.2 --l2 5 --train-size 1000 "
        "--validation-size 200 --patience 4 --keep-best --seed 7 --data-dir d --save s --json"
    )
    assert parsers.train_arguments(line.split()) == TrainArguments(
        (784, 5, 10), "relu", "softmax", "categorical_cross_entropy", "he", 2, 32, 0.1,
        Optimizer("adamw", beta1=0.8, weight_decay=0.1), Schedule("step", 0.05, 0.5, 3), 0.2, 5.0,
        1000, 200, 4, True, 7, Path("d"), Path("s"), True,
    )  # fmt: skip
