"""Pictures as numbers: palettes, colour scales, layout and the frame that the painters draw.

May import: numpy, nnviz.compiling, nnviz.engine, nnviz.trace, nnviz.errors, nnviz.formatting.
"""
