"""The main path as the docs show it is what a run shows today."""

from __future__ import annotations

import os
import shutil

import pytest

from scripts.transcript import PAGE, transcript, without_numbers
from tests.support.real_go import GoWorld


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason="only root can hide other processes")
def test_the_main_path_of_the_docs_is_that_of_a_run(world: GoWorld) -> None:
    assert without_numbers(transcript(world)) == without_numbers(PAGE.read_text()), "python -m scripts.transcript"
