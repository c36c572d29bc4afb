"""The memory that a process may use, told from made-up control groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from idecare.configure.machine import memory_bytes

MACHINE = memory_bytes(Path("/dev/null/nowhere"))
LIMIT = 300 << 20
MAX_V1 = "9223372036854771712\n"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({}, MACHINE, id="no control groups"),
        pytest.param(
            {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": f"{LIMIT}\n"}, LIMIT, id="container, version 2"
        ),
        pytest.param(
            {"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "max\n"}, MACHINE, id="max is no limit"
        ),
        pytest.param(
            {
                "proc/self/cgroup": "0::/a/b\n",
                "sys/fs/cgroup/a/b/memory.max": f"{LIMIT * 2}\n",
                "sys/fs/cgroup/a/memory.max": f"{LIMIT}\n",
            },
            LIMIT,
            id="the group around it is tighter",
        ),
        pytest.param(
            {
                "proc/self/cgroup": "5:cpu,memory:/docker/1\n1:name=systemd:/x\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{LIMIT}\n",
            },
            LIMIT,
            id="container, version 1",
        ),
        pytest.param(
            {"proc/self/cgroup": "5:memory:/\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": MAX_V1},
            MACHINE,
            id="version 1 without a limit",
        ),
        pytest.param(
            {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": f"{1 << 59}\n"}, MACHINE, id="more than there is"
        ),
        pytest.param({"proc/self/cgroup": "nonsense\n0::/../../a\n"}, MACHINE, id="what is not understood"),
    ],
)
def test_the_tightest_limit_counts(tmp_path: Path, files: dict[str, str], expected: int) -> None:
    assert memory_bytes(write(tmp_path, files)) == expected
