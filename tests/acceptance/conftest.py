"""Data directories that the servers' account can reach, also when root runs the tests."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A path for a data directory, not yet there. pytest's own are closed to other users."""
    parent = Path(tempfile.mkdtemp(prefix="financebuy-test-"))
    parent.chmod(0o755)
    yield parent / "data"
    shutil.rmtree(parent)
