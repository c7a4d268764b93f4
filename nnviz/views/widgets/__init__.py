"""Small reusable pieces that know no store.

May import: what nnviz.views may.
"""
