"""An acceptance is remembered for exactly this runtime and these options; nothing else is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from idecare.jetbrains.jvm.accepted import JvmMemory
from idecare.jetbrains.jvm.verdict import Accepted, AcceptedWithWarnings, NotRunnable, Refused, Verdict
from idecare.jetbrains.launcher.files import Option
from tests.conftest import make_host

HOST = make_host("linux")
OPTIONS = (Option("-ea", "/dist", 1), Option("-XX:+Odd", "/user", 1), Option("-Xmx1g", "/user", 2))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "jbr"
    (folder / "lib" / "server").mkdir(parents=True)
    (folder / "release").write_text("release")
    (folder / "lib" / "server" / "libjvm.so").write_text("library")
    return folder


@pytest.fixture
def memory(tmp_path: Path) -> JvmMemory:
    return JvmMemory(tmp_path / "cache", Path("/opt/goland"))


def remember(memory: JvmMemory, home: Path, verdict: Verdict) -> None:
    record = memory.record(HOST, home, OPTIONS, verdict)
    assert record is not None
    memory.folder.mkdir(exist_ok=True)
    memory.file(home).write_bytes(record)


@pytest.mark.parametrize(
    "verdict",
    [
        pytest.param(Accepted(), id="accepted"),
        pytest.param(Accepted(ignored=OPTIONS[1:2], left_out=OPTIONS[:1]), id="with ignored ones"),
        pytest.param(AcceptedWithWarnings(("OpenJDK warning",), ignored=OPTIONS[1:2]), id="with warnings"),
    ],
)
def test_an_acceptance_comes_back_as_it_was(memory: JvmMemory, home: Path, verdict: Verdict) -> None:
    remember(memory, home, verdict)
    assert memory.recall(HOST, home, OPTIONS) == verdict


@pytest.mark.parametrize("verdict", [Refused("no", ()), NotRunnable("hangs", "no answer")])
def test_a_refusal_is_not_remembered(memory: JvmMemory, home: Path, verdict: Verdict) -> None:
    assert memory.record(HOST, home, OPTIONS, verdict) is None


def test_other_options_or_another_order_are_another_question(memory: JvmMemory, home: Path) -> None:
    remember(memory, home, Accepted())
    assert memory.recall(HOST, home, OPTIONS[:2]) is None
    assert memory.recall(HOST, home, OPTIONS[::-1]) is None


@pytest.mark.parametrize("file", ["release", "lib/server/libjvm.so"])
def test_a_runtime_that_was_updated_is_another(memory: JvmMemory, home: Path, file: str) -> None:
    remember(memory, home, Accepted())
    os.utime(home / file, ns=(1, 1))
    assert memory.recall(HOST, home, OPTIONS) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"key": []}', b"\xff"])
def test_a_broken_file_is_no_memory(memory: JvmMemory, home: Path, content: bytes) -> None:
    remember(memory, home, Accepted())
    memory.file(home).write_bytes(content)
    assert memory.recall(HOST, home, OPTIONS) is None
