"""The networks that come with the program: the articles' small examples and three for MNIST.

May import: numpy, nnviz.engine, nnviz.datasets, nnviz.training.config, nnviz.files, nnviz.errors.

Importing this package alone imports no numpy, so that ``names`` serves the command line at once.
"""
