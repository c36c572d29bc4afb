"""The daemon's costs can be measured, and what does not depend on the machine's load holds."""

from __future__ import annotations

import re
import sys

import pytest

from tests.bench.daemon import measure

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it measures through /proc")


def test_ten_modules_take_a_thread_for_each_watch_and_little_memory() -> None:
    table = "\n".join(measure(seconds=1, modules=10, others=3))
    (threads,), (watches,) = re.findall(r"\| threads \| (\d+)", table), re.findall(r"these minutes \| (\d+)", table)
    assert int(threads) <= int(watches) + 4
    (ratio,) = re.findall(r"as many watches \| ([\d.]+) x", table)
    assert float(ratio) <= 1.3
