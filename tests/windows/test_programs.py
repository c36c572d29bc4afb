"""Other programs: one that leaves its pipe to another, and who has a file open."""

from __future__ import annotations

import os
import sys
import time
from types import SimpleNamespace
from typing import Any

import pytest

from idecare.system.run import ask

# Ends at once, and what it has started keeps the pipe open.
LEAVES_ITS_PIPE = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], close_fds=False)
"""


def test_an_answer_is_not_waited_for_longer_than_it_may_take() -> None:
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        ask([sys.executable, "-c", LEAVES_ITS_PIPE], os.environ, 5)
    assert time.monotonic() - begun < 20


def played_manager(ended: list[Any]) -> SimpleNamespace:
    """A Restart Manager that knows of two programs; Wine's knows of none."""

    def listed(session: Any, needed: Any, count: Any, infos: Any, reasons: Any) -> int:
        needed._obj.value = 2
        if infos is None:
            return 234
        for info, name in zip(infos, ("GoLand", "go.exe"), strict=True):
            info.name, info.pid = name, 7
        return 0

    return SimpleNamespace(
        RmStartSession=lambda session, flags, key: 0,
        RmRegisterResources=lambda session, count, files, *others: 0 if files[0] == "C:\\file" else 2,
        RmGetList=listed,
        RmEndSession=ended.append,
    )


@pytest.mark.parametrize(("path", "users"), [("C:\\file", ("GoLand (pid 7)", "go.exe (pid 7)")), ("C:\\other", ())])
def test_who_has_a_file_open_is_named(monkeypatch: pytest.MonkeyPatch, path: str, users: tuple[str, ...]) -> None:
    from idecare.system.filesystem import restart_manager

    assert restart_manager.ctypes.sizeof(restart_manager._ProcessInfo) == 668  # as restartmanager.h has it
    ended: list[Any] = []
    monkeypatch.setattr(restart_manager, "_manager", played_manager(ended))
    assert (restart_manager.users_of(path), len(ended)) == (users, 1)
