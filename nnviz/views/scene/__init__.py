"""The network canvas: one widget and the painters of its layers.

May import: what nnviz.views may.
"""
