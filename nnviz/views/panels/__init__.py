"""The panels around the canvas, one a file.

May import: what nnviz.views may.
"""
