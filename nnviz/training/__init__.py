"""Training: mini-batch gradient descent in slices that can be paused, stepped and watched.

May import: numpy, numba (which nothing imports before it is needed), nnviz.engine, nnviz.datasets,
nnviz.errors.
"""
