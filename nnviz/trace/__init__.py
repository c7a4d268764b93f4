"""The recorded pass and the walk through it: everything the stepper knows, without Qt.

May import: numpy, nnviz.engine, nnviz.errors, nnviz.formatting.

A pass is computed once into an immutable ``PassTrace``; a ``Timeline`` is a list of steps and a
position in it; ``Reveal`` says which values the steps so far have made known; ``explain`` puts a
step into words, symbols and numbers.
"""
