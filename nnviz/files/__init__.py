"""What is kept on disk: networks, traces and runs, complained of precisely, written in one piece.

May import: numpy, PIL, nnviz.engine, nnviz.datasets, nnviz.trace, nnviz.training, nnviz.errors.
"""
