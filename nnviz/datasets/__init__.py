"""The data: what a dataset is, MNIST, toy sets that are drawn, and the readers of the user's own.

May import: numpy, Pillow (late, by the reader of images), nnviz.engine, nnviz.errors.
"""

from nnviz.datasets.dataset import Dataset
from nnviz.datasets.locate import find_data_folder
from nnviz.datasets.mnist import Mnist, load_mnist
from nnviz.datasets.toy import from_samples, xor

__all__ = ["Dataset", "Mnist", "find_data_folder", "from_samples", "load_mnist", "xor"]
