"""The epochs of a training on standard output, as a table for people or as JSON."""

import json
import sys

from nnviz.formatting import number
from nnviz.training.snapshot import EpochReport

__all__ = ["EpochJson", "EpochPrinter", "EpochTable"]


class EpochPrinter:
    """Prints the epochs as they end; ``count`` of them so far.

    What validation says is printed only if there is one: ``validates``.
    """

    def __init__(self, validates: bool = False) -> None:
        self.count = 0
        self._validates = validates

    def begin(self) -> None:
        """Print what comes first."""
        raise NotImplementedError

    def add(self, epoch: EpochReport) -> None:
        """Print an epoch at once: who reads a pipe sees it when it is over."""
        self._print(epoch)
        sys.stdout.flush()
        self.count += 1

    def end(self) -> None:
        """Print what comes last."""

    def _print(self, epoch: EpochReport) -> None:
        raise NotImplementedError


class EpochTable(EpochPrinter):
    """A line per epoch, for people."""

    def begin(self) -> None:
        """Print the column titles."""
        validation = "  validation cost  validation accuracy" if self._validates else ""
        print(f"epoch  training cost{validation}  test accuracy  seconds", flush=True)

    def _print(self, epoch: EpochReport) -> None:
        validation = ""
        if self._validates:
            share = _percent(epoch.validation_accuracy)
            validation = f"  {number(epoch.validation_cost):>15}  {share:>19}"
        print(
            f"{epoch.epoch:5d}  {number(epoch.cost):>13}{validation}  "
            f"{_percent(epoch.test_accuracy):>13}  {epoch.train_seconds:7.2f}"
        )


class EpochJson(EpochPrinter):
    """One JSON object, valid however the training ends."""

    def begin(self) -> None:
        """Open the object."""
        sys.stdout.write('{"epochs": [')

    def _print(self, epoch: EpochReport) -> None:
        fields: dict[str, float | None] = {"epoch": epoch.epoch, "cost": epoch.cost}
        if self._validates:
            fields["validation_cost"] = epoch.validation_cost
            fields["validation_accuracy"] = epoch.validation_accuracy
        fields["test_accuracy"] = epoch.test_accuracy
        fields["train_seconds"] = epoch.train_seconds
        sys.stdout.write((",\n" if self.count else "\n") + json.dumps(fields, allow_nan=False))

    def end(self) -> None:
        """Close the object."""
        sys.stdout.write("\n]}\n")


def _percent(share: float | None) -> str:
    return f"{number(None if share is None else share * 100)} {' ' if share is None else '%'}"
