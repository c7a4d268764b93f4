"""Which panels there are and where they stand at first."""

from dataclasses import dataclass

from PySide6.QtCore import Qt

from nnviz.views.panels.accuracy_plot import AccuracyPlot
from nnviz.views.panels.chain_rule import ChainRule
from nnviz.views.panels.challenges import Challenges
from nnviz.views.panels.cost_plot import CostPlot
from nnviz.views.panels.inspector import Inspector
from nnviz.views.panels.mini_batch import MiniBatch
from nnviz.views.panels.panel import Panel
from nnviz.views.panels.training_panel import TrainingPanel
from nnviz.views.panels.weight_images import WeightImages
from nnviz.views.panels.what_if import WhatIf

__all__ = ["DOCKS", "DockSpec"]

_Area = Qt.DockWidgetArea


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
    DockSpec(ChainRule, _Area.BottomDockWidgetArea, tabbed_with=WeightImages),
    DockSpec(MiniBatch, _Area.BottomDockWidgetArea, tabbed_with=WeightImages),
)
