"""``python -m nnviz``: the same as the command ``nnviz``."""

from nnviz.app.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
