"""Which panels there are and where they stand at first."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

from nnviz.stores.network_state import NetworkState
from nnviz.views.panels.accuracy_plot import AccuracyPlot
from nnviz.views.panels.chain_rule import ChainRule
from nnviz.views.panels.challenges import Challenges
from nnviz.views.panels.classes import Classes
from nnviz.views.panels.cost_plot import CostPlot
from nnviz.views.panels.decision_boundary import DecisionBoundary
from nnviz.views.panels.health import Health
from nnviz.views.panels.inspector import Inspector
from nnviz.views.panels.mini_batch import MiniBatch
from nnviz.views.panels.next_mini_batch import NextMiniBatchPanel
from nnviz.views.panels.panel import Panel
from nnviz.views.panels.runs import Runs
from nnviz.views.panels.training_panel import TrainingPanel
from nnviz.views.panels.weight_images import WeightImages
from nnviz.views.panels.what_if import WhatIf

__all__ = ["DOCKS", "DockSpec", "first_size", "front_below", "share_room"]

_Area = Qt.DockWidgetArea


COMFORTABLE = QSize(1600, 1000)
FRAME = QSize(16, 48)
"""What a desktop's frame around a window takes, in px, with some to spare."""


@dataclass(frozen=True, slots=True)
class DockSpec:
    """A panel, its area, and the panel whose tab it shares."""

    panel: type[Panel]
    area: Qt.DockWidgetArea
    tabbed_with: type[Panel] | None = None


DOCKS: tuple[DockSpec, ...] = (
    DockSpec(Inspector, _Area.RightDockWidgetArea),
    DockSpec(WhatIf, _Area.RightDockWidgetArea, tabbed_with=Inspector),
    DockSpec(TrainingPanel, _Area.RightDockWidgetArea, tabbed_with=Inspector),
    DockSpec(Challenges, _Area.RightDockWidgetArea, tabbed_with=Inspector),
    DockSpec(CostPlot, _Area.BottomDockWidgetArea),
    DockSpec(AccuracyPlot, _Area.BottomDockWidgetArea),
    DockSpec(WeightImages, _Area.BottomDockWidgetArea),
    DockSpec(DecisionBoundary, _Area.BottomDockWidgetArea, tabbed_with=WeightImages),
    DockSpec(ChainRule, _Area.BottomDockWidgetArea, tabbed_with=WeightImages),
    DockSpec(MiniBatch, _Area.BottomDockWidgetArea, tabbed_with=WeightImages),
    DockSpec(NextMiniBatchPanel, _Area.BottomDockWidgetArea, tabbed_with=WeightImages),
    DockSpec(Runs, _Area.BottomDockWidgetArea, tabbed_with=WeightImages),
    DockSpec(Health, _Area.BottomDockWidgetArea, tabbed_with=WeightImages),
    DockSpec(Classes, _Area.BottomDockWidgetArea, tabbed_with=WeightImages),
)


def front_below(state: NetworkState) -> str:
    """Return which panel says most of a network, of those that share the place below."""
    if state.image_shape is not None:
        return "weight-images"
    has_points = state.samples is not None and state.samples.test is not None
    return "decision-boundary" if has_points and state.spec.sizes[0] <= 2 else "chain-rule"


def first_size(window: QMainWindow) -> QSize:
    """Return the size of a window that is opened for the first time: all of it on the screen."""
    screen = window.screen().availableGeometry().size() - FRAME
    return COMFORTABLE.boundedTo(screen).expandedTo(window.minimumSize())


def share_room(window: QMainWindow, docks: dict[str, QDockWidget], front: str = "") -> None:
    """Give a fourth of the window to the inspector, a fifth of the height to the ones below.

    A plane in ``front`` of those needs more height than images and curves do.
    """
    right = max(320, round(window.width() * 0.235))
    bottom = max(192, round(window.height() * 0.21))
    if front == DecisionBoundary.key:
        bottom = max(224, round(window.height() * 0.28))
    window.resizeDocks([docks["inspector"]], [right], Qt.Orientation.Horizontal)
    below = [docks[key] for key in ("cost", "accuracy", "weight-images")]
    window.resizeDocks(below, [bottom] * 3, Qt.Orientation.Vertical)
    width = window.width() - right
    window.resizeDocks(
        below, [round(width * share) for share in (0.2, 0.2, 0.6)], Qt.Orientation.Horizontal
    )
