"""Training: mini-batch gradient descent in slices that can be paused, stepped and watched.

May import: numpy, numba and its llvmlite (which nothing imports before they are needed),
nnviz.compiling, nnviz.engine, nnviz.datasets, nnviz.errors.
"""
