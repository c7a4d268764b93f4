"""Compiled loops that hold no GIL: how they are compiled, kept on disk, and got ready.

May import: numba (which nothing imports before it is needed), nnviz.errors.
"""
