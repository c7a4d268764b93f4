"""The commands that need no window: ``trace`` and ``train``.

May import: everything below the stores, and of these what knows no Qt; no Qt. Imported by
``nnviz.app.cli`` only when one runs.
"""
