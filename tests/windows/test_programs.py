"""Other programs: one that leaves its pipe to another, and who has a file open."""

from __future__ import annotations

import os
import sys

import pytest

from idecare.system.run import ask

# Ends at once, and what it has started keeps the pipe open.
LEAVES_ITS_PIPE = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(20)"], close_fds=False)
"""


def test_an_answer_is_not_waited_for_longer_than_it_may_take() -> None:
    with pytest.raises(TimeoutError):
        ask([sys.executable, "-c", LEAVES_ITS_PIPE], os.environ, 5)
