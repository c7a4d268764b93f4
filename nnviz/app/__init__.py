"""The program around the views: command line, window, actions, settings, resources.

May import: everything below it in nnviz, numpy, PySide6.

The only package that looks up the ``QApplication``. Importing it, or its ``cli``, imports neither
Qt nor numpy, so that ``nnviz --help`` answers at once and the number of BLAS threads can still be
set.
"""
