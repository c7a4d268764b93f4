"""The epochs of a training on standard output, as a table for people or as JSON."""

import json
import sys

from nnviz.formatting import number
from nnviz.training.snapshot import EpochReport

__all__ = ["EpochJson", "EpochPrinter", "EpochTable"]


class EpochPrinter:
    """Prints the epochs as they end; ``count`` of them so far."""

    def __init__(self) -> None:
        self.count = 0

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
        print("epoch  training cost  test accuracy  seconds", flush=True)

    def _print(self, epoch: EpochReport) -> None:
        share = None if epoch.test_accuracy is None else epoch.test_accuracy * 100
        unit = " " if share is None else "%"
        print(
            f"{epoch.epoch:5d}  {number(epoch.cost):>13}  {number(share):>11} {unit}  "
            f"{epoch.train_seconds:7.2f}"
        )


class EpochJson(EpochPrinter):
    """One JSON object, valid however the training ends."""

    def begin(self) -> None:
        """Open the object."""
        sys.stdout.write('{"epochs": [')

    def _print(self, epoch: EpochReport) -> None:
        fields = {
            "epoch": epoch.epoch,
            "cost": epoch.cost,
            "test_accuracy": epoch.test_accuracy,
            "train_seconds": epoch.train_seconds,
        }
        sys.stdout.write((",\n" if self.count else "\n") + json.dumps(fields, allow_nan=False))

    def end(self) -> None:
        """Close the object."""
        sys.stdout.write("\n]}\n")
