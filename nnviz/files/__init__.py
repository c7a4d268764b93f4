"""What is kept on disk: network files and traces, complained of precisely, written in one piece.

May import: numpy, PIL, nnviz.engine, nnviz.trace, nnviz.training, nnviz.errors.
"""
