"""The data: what a dataset is, the MNIST reader, and small sets for the stepper.

May import: numpy, nnviz.engine, nnviz.errors.
"""

from nnviz.datasets.dataset import Dataset
from nnviz.datasets.locate import find_data_folder
from nnviz.datasets.mnist import Mnist, load_mnist
from nnviz.datasets.toy import from_samples, xor

__all__ = ["Dataset", "Mnist", "find_data_folder", "from_samples", "load_mnist", "xor"]
