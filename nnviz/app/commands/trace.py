"""``nnviz trace``: every number of one or more passes through a network file's network."""

import csv
import sys
from collections.abc import Iterator

import numpy as np

from nnviz.app.arguments import TraceArguments
from nnviz.app.commands.trace_table import heading, pass_table
from nnviz.errors import NetworkFileError
from nnviz.files.network_file import NetworkDocument, read_network
from nnviz.files.trace_file import (
    CSV_HEADER,
    JSON_END,
    JSON_START,
    check_finite,
    csv_rows,
    pass_json,
)
from nnviz.presets.presets import preset_named
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.training.dropout import dropout_masks

__all__ = ["run_trace"]


def run_trace(arguments: TraceArguments) -> int:
    """Print the passes that ``arguments`` ask for and return 0.

    Raises NnvizError for a file that cannot be traced, and TrainingError once a value is not
    finite: with the passes before it printed, and the JSON closed.
    """
    document, source = _document(arguments)
    _check_samples(document, source, arguments)
    if arguments.as_json:
        _print_json(document, arguments)
    elif arguments.as_csv:
        _print_csv(document, arguments)
    else:
        _print_tables(document, arguments)
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
    """Yield the passes, each from what the one before left: parameters, and moments."""
    rows = slice(None)
    if not arguments.mini_batch:
        rows = slice(arguments.sample, arguments.sample + 1)
    settings, parameters = _settings(document, arguments), document.parameters
    inputs, targets, state = document.inputs[rows], document.targets[rows], None
    for index in range(arguments.passes):
        masks = dropout_masks(
            document.spec, arguments.dropout, arguments.seed, index * len(inputs), len(inputs),
            np.float64,
        )  # fmt: skip
        with np.errstate(all="ignore"):  # what overflows is told in a sentence of ours
            trace = PassTrace.record(
                document.spec, parameters, inputs, targets, settings, state=state, masks=masks
            )
        yield trace
        parameters, state = trace.after, trace.state_after


def _settings(document: NetworkDocument, arguments: TraceArguments) -> PassSettings:
    """Return how the passes update: as the file says, but for what the options say."""
    rate, optimizer = arguments.learning_rate, arguments.optimizer
    return PassSettings(
        document.learning_rate if rate is None else rate, document.decay, document.update_biases,
        document.optimizer if optimizer is None else optimizer,
    )  # fmt: skip


def _print_json(document: NetworkDocument, arguments: TraceArguments) -> None:
    """Print pass by pass: a million passes need no more memory than one."""
    write = sys.stdout.write
    write(JSON_START)
    try:
        for index, trace in enumerate(_passes(document, arguments)):
            check_finite(trace, index + 1)
            write(",\n" if index else "\n")
            write(pass_json(trace, arguments.mini_batch))
    finally:
        write(JSON_END)


def _print_csv(document: NetworkDocument, arguments: TraceArguments) -> None:
    """Print one number a line, a NaN or an infinity too before the complaint about it."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(CSV_HEADER)
    examples = range(document.sample_count)
    if not arguments.mini_batch:
        examples = range(arguments.sample, arguments.sample + 1)
    for index, trace in enumerate(_passes(document, arguments)):
        writer.writerows(csv_rows(trace, index + 1, examples))
        check_finite(trace, index + 1)


def _print_tables(document: NetworkDocument, arguments: TraceArguments) -> None:
    print(heading(document, _settings(document, arguments), arguments.dropout))
    for index, trace in enumerate(_passes(document, arguments)):
        title = f"Pass {index + 1} of {arguments.passes}, "
        title += (
            "mini-batch of all samples" if arguments.mini_batch else (f"sample {arguments.sample}")
        )
        print(f"\n{title}\n{'─' * len(title)}")
        print(pass_table(trace, arguments.digits, arguments.mini_batch))
        check_finite(trace, index + 1)
