"""Pictures of the canvas for other programs: figures as SVG, PDF and PNG, and whole passes.

May import: what nnviz.views may.
"""
