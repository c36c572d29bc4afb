"""idecare's own files: written whole or not at all, locked by one process at a time, logs of bounded size."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from idecare.core.errors import BusyError, ExitCode, IdecareError
from idecare.system.filesystem import append_log, exclusive, make_folder, remove_file, write_atomic
from idecare.system.filesystem import own_files as files_module
from tests.builders import tree

HOLDER = """
import sys
from pathlib import Path
from idecare.system.filesystem import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.parametrize("durable", [False, True])
def test_a_file_is_written_with_the_folders_above_it_for_this_user_alone(
    tmp_path: Path, umask: None, durable: bool
) -> None:
    write_atomic(tmp_path / "a/b/file", b"text", durable=durable)
    assert tree(tmp_path) == {"a": "folder 755", "a/b": "folder 700", "a/b/file": "text"}
    assert (tmp_path / "a/b/file").stat().st_mode & 0o777 == 0o600


def test_writing_again_replaces_the_whole(tmp_path: Path) -> None:
    for data in (b"a long text", b"short", b"short"):
        write_atomic(tmp_path / "file", data, mode=0o644)
    assert tree(tmp_path) == {"file": "short"}
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("call", ["os.fsync", "os.replace"])
def test_a_failure_in_the_middle_leaves_the_old_bytes_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    write_atomic(tmp_path / "file", b"old")

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(call, full)
    with pytest.raises(OSError, match="No space left"):
        write_atomic(tmp_path / "file", b"new", durable=True)
    assert tree(tmp_path) == {"file": "old"}


def test_what_a_crash_left_of_another_write_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / f".file.{os.getpid()}.tmp").write_bytes(b"much longer than what is written now")
    write_atomic(tmp_path / "file", b"new")
    assert tree(tmp_path) == {"file": "new"}


def test_a_link_in_place_of_the_temporary_file_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("kept")
    (tmp_path / f".file.{os.getpid()}.tmp").symlink_to("victim")
    with pytest.raises(OSError, match="Too many levels"):
        write_atomic(tmp_path / "file", b"new")
    assert (tmp_path / "victim").read_text() == "kept"


def test_a_link_in_place_of_the_file_is_replaced_and_its_aim_kept(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("kept")
    (tmp_path / "file").symlink_to("victim")
    write_atomic(tmp_path / "file", b"new")
    assert tree(tmp_path) == {"victim": "kept", "file": "new"}


def test_a_file_is_removed_and_an_absent_one_is_fine(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("kept")
    (tmp_path / "link").symlink_to("victim")
    for _ in range(2):
        remove_file(tmp_path / "link")
    assert tree(tmp_path) == {"victim": "kept"}


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path, umask: None) -> None:
    (tmp_path / "own").mkdir(mode=0o755)
    make_folder(tmp_path / "own")
    assert tree(tmp_path) == {"own": "folder 755"}


def test_a_log_grows_until_it_is_too_long_and_then_starts_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "LOG_LIMIT_BYTES", 10)
    log = tmp_path / "logs" / "errors.log"
    for text, content in [("12345", "12345"), ("67890", "1234567890"), ("x\udcff", "1234567890x\\xff"), ("y", "y")]:
        assert append_log(log, text) == log
        assert log.read_text() == content


def test_the_lock_is_free_again_after_use_and_after_an_error(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), exclusive(tmp_path / "state/lock", wait_seconds=0):
            raise ZeroDivisionError
    assert (tmp_path / "state/lock").read_text() == f"pid {os.getpid()}"
    assert (tmp_path / "state/lock").stat().st_mode & 0o777 == 0o600


def test_another_process_that_holds_the_lock_is_named_and_its_death_frees_it(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(BusyError, match=f"another idecare is at work: pid {holder.pid}$") as raised:
            exclusive(lock, wait_seconds=0).__enter__()
        assert (raised.value.exit_code, raised.value.code) == (ExitCode.BUSY, "locked")
    finally:
        holder.kill()
        holder.communicate()
    with exclusive(lock, wait_seconds=0):
        assert lock.read_text() == f"pid {os.getpid()}"


def test_a_lock_is_waited_for(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    attempts: list[float] = []

    def freed_while_waiting(seconds: float) -> None:
        attempts.append(seconds)
        fcntl.flock(descriptor, fcntl.LOCK_UN)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("time.sleep", freed_while_waiting)
        with exclusive(lock, wait_seconds=60):
            assert len(attempts) == 1
    os.close(descriptor)


@pytest.mark.parametrize("obstacle", ["file", "link"])
def test_a_state_folder_that_cannot_be_used_is_told_with_a_way_out(tmp_path: Path, obstacle: str) -> None:
    (tmp_path / "victim").write_text("kept")
    if obstacle == "file":
        (tmp_path / "state").touch()
    else:
        (tmp_path / "state").mkdir()
        (tmp_path / "state/lock").symlink_to(tmp_path / "victim")
    with (
        pytest.raises(IdecareError, match="cannot keep a journal in") as raised,
        exclusive(tmp_path / "state/lock"),
    ):
        pytest.fail("there is no lock")
    assert "XDG_STATE_HOME" in raised.value.hint
    assert (tmp_path / "victim").read_text() == "kept"


# --- root in the home of a user (sudo that keeps HOME) ------------------------------------------------------------

NOBODY = 65534
as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may do this")


@pytest.fixture
def home(public_folder: Path) -> Iterator[Path]:
    home = public_folder / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    yield home
    os.seteuid(0)


@as_root
def test_what_root_makes_in_the_home_of_a_user_is_the_users(home: Path) -> None:
    state = home / ".local" / "state" / "idecare"
    write_atomic(state / "journal" / "1.json", b"{}")
    append_log(state / "errors.log", "text\n")
    with exclusive(state / "lock"):
        pass
    assert {path.stat().st_uid for path in home.rglob("*")} == {NOBODY}
    os.seteuid(NOBODY)
    write_atomic(state / "journal" / "1.json", b"mine")
    append_log(state / "errors.log", "more\n")
    with exclusive(state / "lock"):
        assert (state / "journal" / "1.json").read_bytes() == b"mine"


@as_root
@pytest.mark.parametrize("foreign", ["state", "state/lock"])
def test_a_state_folder_that_is_roots_names_the_way_to_get_it_back(home: Path, foreign: str) -> None:
    state = home / "state"
    with exclusive(state / "lock"):
        pass
    os.chown(home / foreign, 0, 0)
    os.chmod(home / foreign, 0o700)
    os.seteuid(NOBODY)
    with pytest.raises(IdecareError) as failure, exclusive(state / "lock"):
        pass
    assert failure.value.hint == f"{state} is another user's; give it back: sudo chown -R {NOBODY} {state}"


def test_nobody_is_sent_to_change_the_owner_of_what_is_no_folder_of_ours(tmp_path: Path) -> None:
    assert files_module.hint_for(tmp_path / "gone", "free some space") == "free some space"


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_log_that_is_no_file_is_an_error_at_once(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "log")
    with pytest.raises(OSError, match=r"not a regular file|Is a directory"):
        append_log(tmp_path / "log", "text")
