"""Equations on the screen: expressions become boxes, boxes become lines, lines a widget.

May import: PySide6, nnviz.trace, nnviz.visual, nnviz.views.theme and what these may import.
"""
