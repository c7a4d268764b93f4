"""What is true now, and who is told when it changes: QObjects around immutable values.

May import: PySide6.QtCore, numpy, nnviz.engine, nnviz.datasets, nnviz.trace, nnviz.training,
nnviz.files, nnviz.presets, nnviz.errors.
"""
