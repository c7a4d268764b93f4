"""What is kept on disk: network files, read with precise complaints and written in one piece.

May import: numpy, nnviz.engine, nnviz.errors.
"""
