"""A workspace with a network in it, for the window and for pictures without one."""

from pathlib import Path

from nnviz.stores.workspace import Workspace

__all__ = ["open_workspace"]


def open_workspace(
    preset: str, network: Path | None = None, data_folder: Path | None = None
) -> Workspace:
    """Return a workspace with a preset or a network file. Raises NetworkFileError, SpecError."""
    workspace = Workspace(data_folder)
    if network is not None:
        workspace.open_network(network)
    else:
        workspace.open_preset(preset)
    workspace.history.clear()
    return workspace
