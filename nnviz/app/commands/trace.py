"""``nnviz trace``: every number of one or more passes through a network file's network."""

import sys
from collections.abc import Iterator

import numpy as np

from nnviz.app.arguments import TraceArguments
from nnviz.app.commands.trace_json import first_not_finite, pass_json
from nnviz.app.commands.trace_table import heading, pass_table
from nnviz.errors import NetworkFileError, TrainingError
from nnviz.files.network_file import NetworkDocument, read_network
from nnviz.presets.presets import preset_named
from nnviz.trace.pass_trace import PassSettings, PassTrace

__all__ = ["run_trace"]


def run_trace(arguments: TraceArguments) -> int:
    """Print the passes that ``arguments`` ask for and return 0.

    Raises NnvizError for a file that cannot be traced, and TrainingError once a value is not
    finite: with the passes before it printed, and the JSON closed.
    """
    document, source = _document(arguments)
    _check_samples(document, source, arguments)
    (_print_json if arguments.as_json else _print_tables)(document, arguments)
    return 0


def _document(arguments: TraceArguments) -> tuple[NetworkDocument, str]:
    if arguments.preset is not None:
        return preset_named(arguments.preset).document(), f"The preset {arguments.preset}"
    if arguments.file is None:
        raise ValueError("neither a file nor a preset to trace")
    return read_network(arguments.file), str(arguments.file)


def _check_samples(document: NetworkDocument, source: str, arguments: TraceArguments) -> None:
    count = document.sample_count
    if count == 0:
        raise NetworkFileError(
            f'{source} holds no samples to trace; a network file lists them under "samples".'
        )
    if arguments.sample >= count and not arguments.mini_batch:
        known = "only sample 0" if count == 1 else f"samples 0 to {count - 1}"
        raise NetworkFileError(f"{source} has {known}; there is no sample {arguments.sample}.")


def _passes(document: NetworkDocument, arguments: TraceArguments) -> Iterator[PassTrace]:
    """Yield the passes, each from the parameters that the one before left."""
    rows = slice(None)
    if not arguments.mini_batch:
        rows = slice(arguments.sample, arguments.sample + 1)
    settings = PassSettings(document.learning_rate, document.decay, document.update_biases)
    parameters = document.parameters
    for _ in range(arguments.passes):
        with np.errstate(all="ignore"):  # what overflows is told in a sentence of ours
            trace = PassTrace.record(
                document.spec, parameters, document.inputs[rows], document.targets[rows], settings
            )
        yield trace
        parameters = trace.after


def _print_json(document: NetworkDocument, arguments: TraceArguments) -> None:
    """Print pass by pass: a million passes need no more memory than one."""
    write = sys.stdout.write
    write('{"format": "nnviz-trace/1", "passes": [')
    try:
        for index, trace in enumerate(_passes(document, arguments)):
            _check_finite(trace, index)
            write(",\n" if index else "\n")
            write(pass_json(trace, arguments.mini_batch))
    finally:
        write("\n]}\n")


def _print_tables(document: NetworkDocument, arguments: TraceArguments) -> None:
    print(heading(document))
    for index, trace in enumerate(_passes(document, arguments)):
        title = f"Pass {index + 1} of {arguments.passes}, "
        title += (
            "mini-batch of all samples" if arguments.mini_batch else (f"sample {arguments.sample}")
        )
        print(f"\n{title}\n{'─' * len(title)}")
        print(pass_table(trace, arguments.digits, arguments.mini_batch))
        _check_finite(trace, index)


def _check_finite(trace: PassTrace, index: int) -> None:
    name = first_not_finite(trace)
    if name is not None:
        raise TrainingError(
            f"Pass {index + 1}: {name} is no longer a finite number; "
            "a smaller learning_rate or smaller weights may keep it in range."
        )
