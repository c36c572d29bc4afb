from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from idecare.system.filesystem.folders import FOLDER_FLAGS


@pytest.fixture
def root(path: Path) -> Iterator[int]:
    """A descriptor of the folder ``path``."""
    descriptor = os.open(path, FOLDER_FLAGS)
    yield descriptor
    os.close(descriptor)
