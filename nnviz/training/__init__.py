"""Training: mini-batch gradient descent in slices that can be paused, stepped and watched.

May import: numpy, nnviz.compiling, nnviz.engine, nnviz.datasets, nnviz.errors.
"""
