"""nnviz: see a neural network learn, one step of backpropagation at a time.

Importing this package imports neither Qt nor numpy, so that the command line answers at once.
"""

__version__ = "0.1.0"
