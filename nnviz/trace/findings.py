"""What a diagnosis says: one finding, how grave it is, and whom it is about."""

from dataclasses import dataclass

from nnviz.engine.wording import Severity
from nnviz.trace.refs import Ref
from nnviz.trace.trouble import Trouble

__all__ = ["Finding", "Severity"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, of ``ref``, or of the whole ``layer`` where that is None."""

    trouble: Trouble
    severity: Severity
    sentence: str
    layer: int
    ref: Ref | None = None
