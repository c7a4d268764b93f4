"""The networks that come with the program: small examples, some for toy sets, four for MNIST.

May import: numpy, nnviz.engine, nnviz.datasets, nnviz.training, nnviz.files, nnviz.errors.

Importing this package alone imports no numpy, so that ``names`` serves the command line at once.
"""
