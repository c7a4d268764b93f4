"""The steps of a pass as chips, and the transport that walks them.

May import: what nnviz.views may.
"""
