import pytest

from nnviz.visual.raster_warm_up import wait_for_rasters


@pytest.fixture(scope="session")
def rasters_ready() -> None:
    assert wait_for_rasters(300), "the kernels did not compile"
