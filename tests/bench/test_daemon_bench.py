"""The daemon's costs can be measured, and what does not depend on the machine's load holds."""

from __future__ import annotations

import re
import sys

import pytest

from tests.bench.daemon import measure

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it measures through /proc")


def test_ten_modules_take_one_thread_and_little_memory() -> None:
    pytest.importorskip("watchdog", reason="memory is compared with an interpreter that imported watchdog")
    table = "\n".join(measure(seconds=1, modules=10, others=3))
    assert "| threads | 1 |" in table
    (ratio,) = re.findall(r"alone \| ([\d.]+) x", table)
    assert float(ratio) <= 1.3
