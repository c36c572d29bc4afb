"""Deleting what is held: all of it, whatever it is made of, and nothing beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.caches import (
    HELD,
    LONG_HOLD,
    Machine,
    add_build_entry,
    add_module,
    differences,
    furnish,
    half_modules,
    held_paths,
    machine_tree,
    make_machine,
    plain_user,
    touched,
    tree,
    write,
)
from tests.support.processes import told

CLEAN = ("clean", "-y", *LONG_HOLD)
DEPTH, WIDTH = 3000, 100_000

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="made for POSIX; Windows has tests/windows")
as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may do this")


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = furnish(make_machine(tmp_path / "machine"))
    yield made
    subprocess.run(["chmod", "-R", "u+w", made.home], check=False)  # trees that are too deep for shutil
    subprocess.run(["rm", "-rf", made.home], check=False)
    made.end()


def assert_purged(machine: Machine, *prefix: str) -> int:
    """Purge, with success; nothing is held any more. Return the bytes freed."""
    report = machine.report("purge", "-y", prefix=prefix, code=0)
    assert {record["state"] for record in report["changes"]} == {"purged"}
    assert held_paths(machine) == []
    return int(report["freed_bytes"])


def make_deep(folder: Path, depth: int) -> None:
    """A file at each tenth of ``depth`` levels: deeper than any path the kernel takes at once."""
    descriptor = os.open(folder, os.O_RDONLY)
    for level in range(depth):
        os.mkdir("d", dir_fd=descriptor)
        below = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
        if level % 10 == 0:
            os.close(os.open("file", os.O_CREAT | os.O_WRONLY, 0o444, dir_fd=descriptor))
    os.close(descriptor)


def test_a_tree_of_three_thousand_levels(machine: Machine) -> None:
    tree_folder = machine.modcache / "single.test@v1.0.0"
    tree_folder.chmod(0o755)
    make_deep(tree_folder, DEPTH)
    assert machine.run(*CLEAN, "modcache").returncode == 0
    report = machine.report("purge", "-y", code=0)
    assert {record["state"] for record in report["changes"]} == {"purged"}
    assert not (machine.modcache / HELD).exists()


def test_a_hundred_thousand_files_in_one_folder(machine: Machine) -> None:
    folder = machine.gocache / "00"
    for number in range(WIDTH):
        os.close(os.open(f"{folder}/00{number:062x}-d", os.O_CREAT | os.O_WRONLY, 0o644))
    assert machine.run(*CLEAN, "gocache").returncode == 0
    report = machine.report("purge", "-y", code=0)
    assert report["changes"][0]["entries"] > WIDTH
    assert not (machine.gocache / HELD).exists()


@pytest.mark.parametrize("command", [("purge", "-y"), ("clean", "-y", "--now", "modcache")], ids=["purge", "now"])
def test_read_only_trees_of_a_user_for_whom_they_are_read_only(machine: Machine, command: tuple[str, ...]) -> None:
    locked = machine.modcache / "single.test@v1.0.0" / "inner"
    locked.chmod(0o000)
    prefix = plain_user()
    if command[0] == "purge":
        done = machine.run(*CLEAN, "modcache", prefix=prefix)
        assert done.returncode == 0, told(done)
    done = machine.run(*command, prefix=prefix)
    assert done.returncode == 0, told(done)
    assert held_paths(machine) == []
    assert not (machine.modcache / "single.test@v1.0.0").exists()


def test_links_are_removed_and_what_they_lead_to_stays(machine: Machine) -> None:
    module = machine.modcache / "single.test@v1.0.0"
    module.chmod(0o755)
    (module / "file").symlink_to(machine.victims / "thesis.txt")
    (module / "folder").symlink_to(machine.victims)
    (module / "loop").symlink_to(module)
    (module / "dangling").symlink_to("nowhere")
    os.mkfifo(module / "pipe")
    before, victims = machine_tree(machine), tree(machine.victims)
    assert machine.run(*CLEAN).returncode == 0
    assert_purged(machine)
    assert tree(machine.victims) == victims
    assert touched(before, machine) == []


def test_a_folder_that_becomes_a_link_while_it_is_held(machine: Machine) -> None:
    assert machine.run(*CLEAN).returncode == 0
    victims = tree(machine.victims)
    (held,) = (machine.gocache / HELD).glob("*/gocache")
    shutil.rmtree(held / "00")
    (held / "00").symlink_to(machine.victims)
    shutil.rmtree(held.parent.parent.parent.parent / "gopls" / HELD)
    (machine.gopls / HELD).symlink_to(machine.victims)
    machine.run("purge", "-y")
    assert tree(machine.victims) == victims


def test_hard_links_outside_keep_their_bytes_which_do_not_count_as_freed(machine: Machine) -> None:
    data = os.urandom(1_000_000)
    kept = write(machine.victims / "kept.bin", data)
    os.link(kept, machine.gocache / "00" / f"00{'a' * 62}-d")
    inside = write(machine.gocache / "00" / f"00{'b' * 62}-d", data)
    os.link(inside, machine.gocache / "7f" / f"7f{'c' * 62}-d")
    expected = allocated(machine.gocache, "[0-9a-f][0-9a-f]") - kept.stat().st_blocks * 512
    assert machine.run(*CLEAN, "gocache").returncode == 0
    assert assert_purged(machine) == expected
    assert kept.read_bytes() == data


def allocated(root: Path, pattern: str) -> int:
    """Allocated bytes of the files below the folders that match, each file once, as du counts."""
    files = {
        (status.st_dev, status.st_ino): status.st_blocks * 512
        for folder in root.glob(pattern)
        if not folder.is_symlink()
        for parent, _, names in os.walk(folder)
        for name in names
        for status in [os.lstat(os.path.join(parent, name))]
    }
    return sum(files.values())


@pytest.mark.parametrize("command", ["purge", "now"])
def test_freed_bytes_are_what_du_counted_before(machine: Machine, command: str) -> None:
    for number, size in enumerate((0, 1, 4095, 4096, 4097, 1_000_000)):
        write(machine.gocache / "ff" / f"ff{number:062x}-d", os.urandom(size))
    os.truncate(write(machine.gocache / "ff" / f"ff{'9' * 62}-d", b"sparse"), 10_000_000)
    os.sync()
    expected = allocated(machine.gocache, "[0-9a-f][0-9a-f]")
    if command == "now":
        assert machine.report("clean", "-y", "--now", "gocache", code=0)["freed_bytes"] == expected
    else:
        assert machine.run(*CLEAN, "gocache").returncode == 0
        assert assert_purged(machine) == expected
    history = machine.report("history", code=0)["changes"]
    assert [entry["freed_bytes"] for entry in history] == [expected]


# --- what cannot be deleted ---------------------------------------------------------------------------------------


@as_root
@pytest.mark.parametrize("kind", ["bind", "tmpfs"])
def test_a_mount_inside_what_is_held_is_left_and_named(machine: Machine, kind: str) -> None:
    assert machine.run(*CLEAN, "modcache").returncode == 0
    (folder,) = (machine.modcache / HELD).glob("*/modcache/single.test@v1.0.0/inner")
    source = ("--bind", str(machine.victims)) if kind == "bind" else ("-t", "tmpfs", "tmpfs")
    done = subprocess.run(["mount", *source, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    victims = tree(machine.victims)
    try:
        report = machine.report("purge", "-y", code=1)
        assert str(folder) in report["changes"][0]["reason"]
        assert tree(machine.victims) == victims
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
    assert_purged(machine)


@pytest.fixture
def immutable(machine: Machine) -> Iterator[Callable[[], None]]:
    """A file in a module tree, and one in the build cache, that cannot be removed; calling it mends that."""
    files = [
        machine.modcache / "single.test@v1.0.0" / "inner" / "deep" / "code.go",
        next((machine.gocache / "00").glob("*-a")),
    ]
    inodes = {file.stat().st_ino for file in files}
    done = subprocess.run(["chattr", "+i", *files], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no file can be made immutable here: {done.stderr.strip()}")

    def mend() -> None:
        for parent, _, names in os.walk(machine.home):
            for path in (os.path.join(parent, name) for name in names):
                if os.lstat(path).st_ino in inodes:
                    subprocess.run(["chattr", "-i", path], check=True)

    yield mend
    mend()


@as_root
def test_a_file_that_cannot_be_removed_is_named_and_a_later_purge_ends_it(
    machine: Machine, immutable: Callable[[], None]
) -> None:
    before = machine_tree(machine)
    assert machine.run(*CLEAN).returncode == 0
    report = machine.report("purge", "-y", code=1)
    reasons = {record["target"]: record["reason"] for record in report["changes"] if record["state"] == "failed"}
    assert set(reasons) == {"gocache", "modcache"}
    assert "code.go" in reasons["modcache"]
    assert touched(before, machine) == []
    immutable()
    assert_purged(machine)


@as_root
@pytest.mark.usefixtures("immutable")
def test_undo_of_what_was_half_deleted_brings_no_half_module_back(machine: Machine) -> None:
    before = machine_tree(machine)
    assert machine.run(*CLEAN).returncode == 0
    assert machine.run("purge", "-y").returncode == 1
    machine.run("undo", "-y")
    assert half_modules(before, machine) == []


@as_root
def test_clean_now_names_what_it_could_not_delete(machine: Machine, immutable: Callable[[], None]) -> None:
    done = machine.run("clean", "-y", "--now", *LONG_HOLD, "modcache")
    assert (done.returncode, "code.go" in done.stdout, "idecare purge" in done.stdout) == (1, True, True), told(done)
    immutable()
    assert_purged(machine)


def test_a_hold_folder_that_somebody_removed_is_no_failure(machine: Machine) -> None:
    assert machine.run(*CLEAN, "gopls").returncode == 0
    shutil.rmtree(machine.gopls / HELD)
    assert machine.report("purge", "-y", code=0)["freed_bytes"] == 0


def test_purge_due_leaves_what_is_not_due(machine: Machine) -> None:
    before = machine_tree(machine)
    assert machine.run(*CLEAN).returncode == 0
    machine.report("purge", "--due", code=0)
    assert machine.run("undo", "-y").returncode == 0
    assert differences(before, machine) == []


def test_purge_touches_nothing_that_was_made_since(machine: Machine) -> None:
    assert machine.run(*CLEAN).returncode == 0
    add_module(machine.modcache, "single.test@v1.0.0")
    new = write(machine.gocache / "00" / f"00{'d' * 62}-d", b"new")
    before = {path: value for path, value in machine_tree(machine).items() if HELD not in path}
    assert_purged(machine)
    assert new.read_bytes() == b"new"
    assert differences(before, machine) == []


# --- what is not of the cache -------------------------------------------------------------------------------------


def test_what_is_the_users_comes_back_and_is_named(machine: Machine) -> None:
    """A clean takes folders whole; the purge reads every name before it deletes."""
    inner = machine.modcache / "single.test@v1.0.0" / "inner"
    inner.chmod(0o755)
    mine = [
        write(machine.gocache / "ab" / "notes.txt", b"mine"),
        write(inner / ".git" / "HEAD", b"ref: refs/heads/main\n"),
        write(machine.modcache / "cache" / "download" / "single.test" / "@v" / "todo.txt", b"mine"),
        write(machine.gopls / "deadbeef" / "notes.txt", b"mine"),
    ]
    add_build_entry(machine.gocache, "ab", 1, b"an output")
    before = machine_tree(machine)
    assert machine.run(*CLEAN).returncode == 0
    done = machine.run("purge", "-y")
    assert done.returncode == 0, told(done)
    assert all(name in done.stdout for name in ("ab/notes.txt", "single.test@v1.0.0", "deadbeef/notes.txt", "todo.txt"))
    after = machine_tree(machine)
    own = [str(path.relative_to(machine.base)) for path in mine]
    assert {path: after.get(path) for path in own} == {path: before[path] for path in own}
    assert half_modules(before, machine) + touched(before, machine) + held_paths(machine) == []
    assert "ab/notes.txt" in machine.run("history").stdout


def test_clean_now_deletes_nothing_of_the_users(machine: Machine) -> None:
    add_build_entry(machine.gocache, "ab", 1, b"an output")
    mine = write(machine.gocache / "ab" / "notes.txt", b"mine")
    done = machine.run("clean", "-y", "--now", *LONG_HOLD, "gocache")
    assert (done.returncode, mine.read_bytes(), "ab/notes.txt" in done.stdout) == (0, b"mine", True), told(done)
    assert names_in(machine.gocache / "ab") == ["notes.txt"]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_undo_ends_also_where_a_build_has_made_newer_entries(machine: Machine) -> None:
    """clean, tidy, build, undo, undo: the second one finds nothing, and nobody says that undo brings the rest back."""
    entry = next((machine.gocache / "ff").glob("*-a"))
    assert machine.run(*CLEAN, "gocache").returncode == 0
    write(entry, b"newer")
    assert machine.report("undo", "-y", code=0)["changes"][0]["kept"] == 1
    assert "There is nothing to undo." in machine.run("undo", "-y").stdout
    assert "put back; 1 newer entry kept" in machine.run("history").stdout
    assert machine.report("status")["held"] == []
    assert entry.read_bytes() == b"newer"
    assert [record["state"] for record in machine.report("purge", "-y", code=0)["changes"]] == ["purged"]
    assert held_paths(machine) == []
