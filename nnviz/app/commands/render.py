"""``nnviz render``: a figure of a network at one step, or a whole pass that moves."""

from nnviz.app.application import create_application
from nnviz.app.arguments import RenderArguments
from nnviz.app.headless import prepare_headless
from nnviz.app.moving_picture import MovingPicture, moving_picture
from nnviz.app.opening import open_workspace
from nnviz.app.stage import Stage
from nnviz.errors import NnvizError
from nnviz.files.atomic import check_destination, write_atomically
from nnviz.presets.names import DEFAULT_PRESET
from nnviz.stores.workspace import Workspace
from nnviz.views.figures.animation import Animation
from nnviz.views.figures.figure import FigureLook, build_figure
from nnviz.views.figures.formats import figure_file
from nnviz.views.scene.scene_builder import moment_of

__all__ = ["run_render"]


def run_render(arguments: RenderArguments) -> int:
    """Draw and save the picture; return the exit code. Raises NnvizError for what cannot be.

    Where it cannot be written is found out before anything is drawn or trained.
    """
    prepare_headless()
    # Before the workspace: its threads and timers need an application; kept while it lives.
    application = create_application()
    if arguments.animate:
        with moving_picture(arguments.out, arguments.seconds_per_step, arguments.scale) as picture:
            _render(arguments, picture)
    else:
        check_destination(arguments.out)
        _render(arguments, None)
    del application
    return 0


def _render(arguments: RenderArguments, moving: MovingPicture | None) -> None:
    preset = arguments.preset or DEFAULT_PRESET
    workspace = open_workspace(preset, arguments.file, arguments.data_dir)
    try:
        _set_stage(Stage(workspace), arguments)
        if moving is None:
            _save_figure(workspace, arguments)
        else:
            _save_pass(workspace, arguments, moving)
    finally:
        workspace.training.shutdown()


def _set_stage(stage: Stage, arguments: RenderArguments) -> None:
    """Go to the moment that was asked for. Raises NnvizError where there is none."""
    stage.load()
    if arguments.train > 0:
        stage.train(arguments.train)
    stage.choose_example(arguments.example)
    stage.choose_mini_batch(arguments.mini_batch)
    stage.draw_edges(arguments.edges)
    step = 0 if arguments.animate else arguments.step
    stage.show(step, arguments.granularity, arguments.select)
    if arguments.animate and stage.workspace.stepper.locked:
        raise NnvizError(stage.workspace.why_no_example())


def _look(arguments: RenderArguments) -> FigureLook:
    return FigureLook(
        arguments.theme, arguments.width, arguments.height, arguments.with_inspector,
        step_line=arguments.animate,
    )  # fmt: skip


def _save_figure(workspace: Workspace, arguments: RenderArguments) -> None:
    figure = build_figure(workspace, _look(arguments))
    content = figure_file(figure, arguments.out.suffix, arguments.scale)
    write_atomically(arguments.out, content)


def _save_pass(workspace: Workspace, arguments: RenderArguments, picture: MovingPicture) -> None:
    moment = moment_of(workspace)
    if moment is None:
        raise NnvizError(workspace.why_no_example())
    animation = Animation(workspace, moment, _look(arguments)).sized()
    for index in range(len(animation)):
        picture.add(animation.figure(index))
    picture.finish()
