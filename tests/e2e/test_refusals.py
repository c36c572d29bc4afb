"""What idecare refuses, in what words, with which exit code; and that what it refused to touch is as it was."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.caches import (
    DIRTY,
    HELD,
    LONG_HOLD,
    Machine,
    Tree,
    add_build_cache,
    add_goland,
    add_module,
    add_vscode,
    contents,
    differences,
    furnish,
    held_paths,
    losses,
    machine_tree,
    make_machine,
    plain_user,
    running,
    running_goland,
    touched,
    tree,
    write,
)
from tests.support.mounts import LINE_ENDS_OF_OTHERS, with_bind_mount
from tests.support.processes import told, wait_for

CLEAN = ("clean", "-y", *LONG_HOLD)
INVALIDATED = b"Explicit index invalidation"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="made for POSIX; Windows has tests/windows")
as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may do this")


def installed_command() -> tuple[str, ...]:
    """The command as the package installs it, else the module."""
    script = Path(sys.executable).with_name("idecare")
    return (str(script),) if script.is_file() else (sys.executable, "-m", "idecare")


@pytest.fixture
def machine(machine: Machine) -> Machine:
    return replace(furnish(machine), command=installed_command())


@pytest.fixture
def mount() -> Iterator[Callable[..., None]]:
    """Mounts for the length of a test: ``mount("--bind", source, folder)``."""
    mounted: list[str] = []

    def do(*arguments: object) -> None:
        done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
        mounted.append(str(arguments[-1]))

    yield do
    for folder in reversed(mounted):
        subprocess.run(["umount", "-l", folder], check=False)


def row(report: dict[str, Any], target: str) -> dict[str, Any]:
    (found,) = [row for row in report["targets"] if row["target"] == target]
    return dict(found)


def assert_refused(machine: Machine, target: str, code: str, before: Tree | None = None) -> dict[str, Any]:
    """The target is refused with this code, a reason and a next step, and nothing on the machine has changed."""
    before = before or machine_tree(machine)
    report = machine.report(*CLEAN, target, code=1)
    found = row(report, target)
    assert (found["state"], found["code"]) == ("skipped", code), found
    assert found["reason"], found
    assert found["next_step"], found
    assert differences(before, machine) == []
    return found


# --- variables that lead elsewhere --------------------------------------------------------------------------------

PLACES = {"home": "home", "root": "/", "above": ".", "victims": "victims", "link": "tmp/link"}
VARIABLES = {"gocache": "GOCACHE", "modcache": "GOMODCACHE"}


@pytest.mark.parametrize("target", VARIABLES)
@pytest.mark.parametrize(
    ("place", "code"),
    [
        pytest.param("home", "home", id="home"),
        pytest.param("root", "home", id="root-folder"),
        pytest.param("above", "home", id="above-home"),
        pytest.param("victims", "no-mark", id="no-mark"),
        pytest.param("link", "no-mark", id="link-to-no-mark"),
    ],
)
def test_a_variable_that_leads_elsewhere(machine: Machine, target: str, place: str, code: str) -> None:
    (machine.base / "tmp" / "link").symlink_to(machine.victims)
    lost = machine.with_env(**{VARIABLES[target]: str(Path(os.path.normpath(machine.base / PLACES[place])))})
    assert_refused(lost, target, code)


@pytest.mark.parametrize("target", VARIABLES)
@pytest.mark.parametrize("value", ["cache", "./x", "../x", "~/x"])
def test_a_path_that_is_not_absolute(machine: Machine, target: str, value: str) -> None:
    found = assert_refused(machine.with_env(**{VARIABLES[target]: value}), target, "unusable")
    assert VARIABLES[target] in found["next_step"]


def test_gocache_off(machine: Machine) -> None:
    before = machine_tree(machine)
    report = machine.with_env(GOCACHE="off").report(*CLEAN, "gocache", code=0)
    assert (row(report, "gocache")["state"], row(report, "gocache")["code"]) == ("absent", "off")
    assert differences(before, machine) == []


@pytest.mark.parametrize("target", VARIABLES)
def test_an_empty_variable_falls_through_to_the_default(machine: Machine, target: str) -> None:
    found = row(machine.with_env(**{VARIABLES[target]: ""}).report("clean", "-n", target, code=0), target)
    root = machine.gocache if target == "gocache" else machine.modcache
    assert (found["state"], found["root"]) == ("held", str(root))


def test_a_variable_of_the_go_env_file_is_refused_by_its_name(machine: Machine) -> None:
    write(machine.home / ".config" / "go" / "env", b"GOMODCACHE=relative\n")
    found = assert_refused(machine, "modcache", "unusable")
    assert "GOMODCACHE" in found["source"]


# --- roots behind links, on mounts, of others ---------------------------------------------------------------------


def test_a_root_that_is_a_link_is_resolved_shown_and_cleaned(machine: Machine) -> None:
    disk = add_build_cache(machine.base / "disk" / "go-build")
    link = machine.base / "tmp" / "link"
    link.symlink_to(disk)
    before = machine_tree(machine)
    report = machine.with_env(GOCACHE=str(link)).report(*CLEAN, "gocache", code=0)
    assert (row(report, "gocache")["state"], row(report, "gocache")["root"]) == ("held", str(disk))
    assert os.readlink(link) == str(disk)
    assert list(disk.glob("??/*")) == []
    assert machine.run("undo", "-y").returncode == 0
    assert differences(before, machine) == []


def test_a_cache_folder_that_is_a_link_as_a_whole(machine: Machine) -> None:
    disk = machine.base / "disk"
    shutil.move(machine.home / ".cache", disk)
    (machine.home / ".cache").symlink_to(disk)
    before = machine_tree(machine)
    report = machine.report(*CLEAN, code=0)
    assert {row["state"] for row in report["targets"]} == {"held"}
    assert row(report, "gocache")["root"] == str(disk / "go-build")
    assert machine.run("undo", "-y").returncode == 0
    assert differences(before, machine) == []


@as_root
@pytest.mark.parametrize("kind", ["bind", "tmpfs"])
@pytest.mark.parametrize("target", VARIABLES)
def test_a_mount_inside(machine: Machine, mount: Callable[..., None], kind: str, target: str) -> None:
    inside = machine.gocache / "7f" if target == "gocache" else machine.modcache / "cache" / "download" / "github.com"
    mount(*(("--bind", machine.victims) if kind == "bind" else ("-t", "tmpfs", "tmpfs")), inside)
    found = assert_refused(machine, target, "mount-inside")
    assert str(inside) in found["reason"]


@as_root
@pytest.mark.parametrize("mark", [*LINE_ENDS_OF_OTHERS, "\n", "\\", " ", "\udcff"])
def test_a_bind_mount_with_an_odd_name_inside(machine: Machine, mark: str) -> None:
    inside = machine.modcache / "cache" / "download" / f"a{mark}b"
    inside.mkdir()
    before = machine_tree(machine)
    prefix = with_bind_mount(machine.victims, inside)
    report = machine.report("clean", "--now", "-y", "modcache", prefix=prefix, code=1)
    assert row(report, "modcache")["code"] == "mount-inside"
    assert differences(before, machine) == []


@as_root
def test_a_root_that_is_itself_a_mount_point_is_cleaned(machine: Machine, mount: Callable[..., None]) -> None:
    root = machine.base / "disk"
    root.mkdir()
    mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", root)
    add_build_cache(root)
    before = contents(tree(root))
    there = machine.with_env(GOCACHE=str(root))
    assert row(there.report(*CLEAN, "gocache", code=0), "gocache")["state"] == "held"
    assert machine.run("undo", "-y").returncode == 0
    assert contents(tree(root)) == before


@pytest.mark.parametrize(
    ("target", "place"),
    [
        pytest.param("gocache", "home/.cache/go-build/.git/HEAD", id="git-in-root"),
        pytest.param("gocache", "home/.cache/go-build/go.mod", id="go.mod-in-root"),
        pytest.param("gocache", "home/.cache/go-build/00/.git/HEAD", id="git-in-00"),
        pytest.param("gocache", "home/.cache/go-build/00/go.mod", id="go.mod-in-00"),
        pytest.param("modcache", "home/go/pkg/mod/.git/HEAD", id="git-in-modcache"),
        pytest.param("modcache", "home/go/pkg/mod/github.com/me/project/.git/HEAD", id="git-in-module-path"),
        pytest.param("modcache", "home/go/pkg/mod/github.com/me/project/go.mod", id="go.mod-in-module-path"),
        pytest.param(
            "modcache",
            "home/go/pkg/mod/github.com/me/project@wip/.git/HEAD",
            id="git-in-module-tree",
        ),
        pytest.param(
            "modcache",
            "home/go/pkg/mod/cache/download/work/.git/HEAD",
            id="git-in-downloads",
        ),
    ],
)
def test_a_working_copy_inside(machine: Machine, target: str, place: str) -> None:
    write(machine.base / place, b"ref: refs/heads/main\n")
    found = row(machine.report(*CLEAN, target), target)
    assert (machine.base / place).read_bytes() == b"ref: refs/heads/main\n", found
    assert found["code"] in ("working-copy", "repository-inside"), found


@as_root
@pytest.mark.parametrize("target", VARIABLES)
def test_a_root_of_somebody_else(machine: Machine, target: str) -> None:
    root = machine.gocache if target == "gocache" else machine.modcache
    os.chown(root, 12345, 12345)
    found = assert_refused(machine, target, "foreign-owner")
    assert "12345" in found["reason"]


def test_links_inside_are_not_followed_and_stay(machine: Machine) -> None:
    shutil.rmtree(machine.gocache / "00")
    (machine.gocache / "00").symlink_to(machine.victims)
    before = machine_tree(machine)
    report = machine.report("clean", "-y", "--now", code=0)
    assert row(report, "gocache")["state"] == "purged"
    assert touched(before, machine) == []
    assert (machine.gocache / "00").is_symlink()
    assert (machine.modcache / "github.com" / "linked").is_symlink()


# --- what changes between the plan and its execution --------------------------------------------------------------


@contextlib.contextmanager
def asked(machine: Machine, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """idecare on a terminal, up to its question; and the terminal."""
    terminal, side = pty.openpty()
    process = subprocess.Popen(
        (*machine.command, *arguments),
        env=dict(machine.env),
        cwd=machine.base,
        stdin=side,
        stdout=side,
        stderr=side,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that Ctrl-C reaches it
    )
    os.close(side)
    seen = b""
    try:
        while b"?" not in seen:
            seen += read_soon(terminal)
        yield process, terminal
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


def read_soon(terminal: int) -> bytes:
    ready, _, _ = select.select([terminal], [], [], 30)
    assert ready, "nothing is said on the terminal any more"
    return os.read(terminal, 4096)


def answer(process: subprocess.Popen[bytes], terminal: int, text: bytes) -> tuple[int, str]:
    os.write(terminal, text)
    seen = b""
    with contextlib.suppress(OSError):  # EIO: the other side is closed
        while part := read_soon(terminal):
            seen += part
    return process.wait(timeout=60), seen.decode(errors="replace")


@pytest.mark.parametrize("by", ["link", "folder"])
@pytest.mark.parametrize("target", VARIABLES)
def test_a_root_that_was_replaced_after_the_plan_was_shown(machine: Machine, target: str, by: str) -> None:
    root = machine.gocache if target == "gocache" else machine.modcache
    with asked(machine, "clean", target, *LONG_HOLD) as (process, terminal):
        shutil.move(root, machine.victims / "moved")
        if by == "link":
            root.symlink_to(machine.victims / "moved")
        else:
            shutil.copytree(machine.victims / "moved", root, symlinks=True)
        before = machine_tree(machine)
        code, text = answer(process, terminal, b"y\n")
    assert code == 1, text
    assert "was when the plan was made" in text or "cannot be opened any more" in text
    assert differences(before, machine) == []


@pytest.mark.parametrize("reply", [b"n\n", b"\x03", b"\x04"], ids=["no", "ctrl-c", "ctrl-d"])
def test_whoever_does_not_agree_keeps_everything(machine: Machine, reply: bytes) -> None:
    before = machine_tree(machine)
    with asked(machine, "clean") as (process, terminal):
        time.sleep(0.3)  # Python loses a Ctrl-C that comes in the moment before it begins to read
        code, text = answer(process, terminal, reply)
    assert code == (1 if reply == b"n\n" else 130), text
    assert differences(before, machine) == []


@pytest.mark.parametrize("kind", ["link", "file", "dangling", "pipe"])
def test_a_hold_folder_that_is_none(machine: Machine, kind: str) -> None:
    """It is named with the way out, and is in the way of nothing else: neither of another cache nor of its undo."""
    place = machine.gocache / HELD
    if kind == "file":
        write(place, b"mine")
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to(machine.victims if kind == "link" else "nowhere")
    before = machine_tree(machine)
    done = machine.run(*CLEAN, "gocache", "modcache")
    assert done.returncode == 1, told(done)
    assert f"{HELD}, where idecare holds what it moves aside, is a " in done.stdout, told(done)
    assert f"mv {place} {place}.other" in done.stdout, told(done)
    undone = machine.run("undo", "-y")
    assert undone.returncode == 0, told(undone)
    assert differences(before, machine) == []
    assert machine.run("undo", "-y").stdout == "There is nothing to undo.\n"


# --- settings and journals ----------------------------------------------------------------------------------------


def configure(machine: Machine, text: str) -> None:
    write(machine.home / ".config" / "idecare" / "config.toml", text.encode())


@pytest.mark.parametrize("place", [".cache", ".cache/go-build", ".cache/go-build/fuzz", ".cache/go-build/7f"])
def test_never_touch(machine: Machine, place: str) -> None:
    configure(machine, f'never_touch = ["{machine.home / place}"]\n')
    before = machine_tree(machine)
    found = row(machine.report(*CLEAN, "gocache"), "gocache")
    assert (found["state"], found["code"]) == ("skipped", "never-touch")
    assert differences(before, machine) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("hold = [", id="no-toml"),
        pytest.param("hold = 10\n", id="no-age"),
        pytest.param('hold = "-1m"\n', id="negative"),
        pytest.param('targets = "gocache"\n', id="no-list"),
        pytest.param('targets = ["nonsense"]\n', id="no-target"),
        pytest.param('never_touch = ["relative"]\n', id="relative"),
        pytest.param('holdd = "1m"\n', id="no-such-key"),
        pytest.param("never_touch = 3\n", id="number"),
        pytest.param('never_touch = ["/a\\u0000b"]\n', id="nul"),
    ],
)
def test_settings_that_are_not_understood_stop_the_clean(machine: Machine, text: str) -> None:
    """A never_touch that was misread must not be taken for none."""
    configure(machine, text)
    before = machine_tree(machine)
    report = machine.report(*CLEAN, code=2)
    assert (report["error"]["code"], "config.toml" in report["error"]["message"]) == ("settings", True)
    assert report["error"]["hint"]
    assert differences(before, machine) == []


BROKEN: dict[str, Callable[[str], str]] = {
    "empty": lambda text: "",
    "cut": lambda text: text[: len(text) // 2],
    "list": lambda text: "[]",
    "no-keys": lambda text: "{}",
    "unknown-state": lambda text: text.replace('"held"', '"unheard-of"'),
    "no-time": lambda text: text.replace("T", "soon"),
    "unknown-key": lambda text: text.replace('"device": ', '"device": "x", "was": '),
    "nul": lambda text: text.replace('"root": "/', '"root": "\\u0000/'),
    "newer": lambda text: text.replace('"schema": 2', '"schema": 3'),
    "types": lambda text: text.replace('"trimmed": false', '"trimmed": []'),
    "nested": lambda text: "[" * 200_000,
}
VERBS = {"dry-run": ("clean", "-n"), "clean": CLEAN, "undo": ("undo", "-y"), "purge": ("purge", "-y")}
VERBS["history"] = ("history",)


@pytest.mark.parametrize(
    ("broken", "verb"),
    [
        pytest.param(
            broken,
            verb,
            id=f"{broken}-{verb}",
        )
        for broken in BROKEN
        for verb in VERBS
    ],
)
def test_a_journal_that_cannot_be_read(machine: Machine, broken: str, verb: str) -> None:
    before_clean = machine_tree(machine)
    assert machine.run(*CLEAN).returncode == 0
    (entry,) = (machine.state / "journal").glob("*.json")
    entry.write_text(BROKEN[broken](entry.read_text()))
    before = machine_tree(machine)
    held = held_paths(machine)
    done = machine.run(*VERBS[verb])
    assert (done.returncode, entry.name in done.stderr, "Traceback" in done.stderr) == (1, True, False), told(done)
    assert touched(before, machine) == []
    if verb == "purge":
        assert held_paths(machine) == []
    else:
        assert set(held) <= set(held_paths(machine))
        assert machine.run("undo", "-y", entry.stem).returncode == 1
        assert set(held) & set(held_paths(machine)) == set()
    assert verb == "purge" or losses(before_clean, machine) == []
    assert machine.run("history").returncode == 0


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: os.symlink("/dev/zero", path)])
def test_a_journal_entry_that_is_no_file_stops_nothing_and_hangs_nobody(
    machine: Machine, make: Callable[[Path], object], verb: str
) -> None:
    before = machine_tree(machine)
    make(write(machine.state / "journal" / "x", b"").with_name("20260101-000000.json"))
    done = machine.run(*VERBS[verb], timeout=30)
    assert (done.returncode, "20260101-000000.json" in done.stderr) == (1, True), told(done)
    assert losses(before, machine) == []


OUTSIDE = ("..", "../../../victims", ".idecare-held/../fuzz", "", ".")


@pytest.mark.parametrize(
    ("verb", "hold"),
    [(verb, hold) for verb in ("purge", "undo") for hold in OUTSIDE],
)
def test_a_journal_that_names_something_outside_the_hold_folder(machine: Machine, hold: str, verb: str) -> None:
    assert machine.run(*CLEAN, "gocache").returncode == 0
    (entry,) = (machine.state / "journal").glob("*.json")
    values = json.loads(entry.read_text())
    values["records"][0]["hold"] = hold
    entry.write_text(json.dumps(values))
    before = machine_tree(machine)
    done = machine.run(verb, "-y")
    assert done.returncode in (0, 1), told(done)
    assert (losses if verb == "undo" else touched)(before, machine) == []


@as_root
def test_a_state_folder_that_is_read_only(machine: Machine, mount: Callable[..., None]) -> None:
    (machine.base / "state").mkdir()
    mount("-t", "tmpfs", "-o", "ro", "tmpfs", machine.base / "state")
    assert_stopped(machine.with_env(XDG_STATE_HOME=str(machine.base / "state")), "state-folder")


def test_a_state_folder_that_is_a_file(machine: Machine) -> None:
    write(machine.base / "state", b"")
    assert_stopped(machine.with_env(XDG_STATE_HOME=str(machine.base / "state")), "state-folder")


def assert_stopped(machine: Machine, *codes: str) -> None:
    """The whole clean stops with one of these codes before it has changed anything."""
    before = machine_tree(machine)
    report = machine.report(*CLEAN, code=1)
    assert report["error"]["code"] in codes, report
    assert report["error"]["hint"], report
    assert losses(before, machine) + touched(before, machine) == []
    assert held_paths(machine) == []


# --- full disks ---------------------------------------------------------------------------------------------------


def fill(folder: Path) -> None:
    with open(folder / "filler", "wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(4096))


@as_root
@pytest.mark.parametrize("is_first", [True, False], ids=["first-run", "later-run"])
def test_a_full_disk_under_the_state_folder(machine: Machine, mount: Callable[..., None], is_first: bool) -> None:
    disk = machine.base / "state"
    disk.mkdir()
    mount("-t", "tmpfs", "-o", "size=128k", "tmpfs", disk)
    there = machine.with_env(XDG_STATE_HOME=str(disk))
    if not is_first:
        assert there.run(*CLEAN, "gopls").returncode == 0
        assert there.run("undo", "-y").returncode == 0
    fill(disk)
    assert_stopped(there, "state-folder", "journal")


@as_root
@pytest.mark.parametrize("verb", [("purge", "-y"), ("undo", "-y")], ids=["purge", "undo"])
def test_a_full_disk_is_freed_by_a_purge(machine: Machine, mount: Callable[..., None], verb: tuple[str, ...]) -> None:
    """Cache and journal on one full disk: what a user with a full disk does first must work."""
    disk = machine.base / "disk"
    disk.mkdir()
    mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", disk)
    add_build_cache(disk / "go-build", tuple(f"{number:02x}" for number in range(8)))
    there = machine.with_env(GOCACHE=str(disk / "go-build"), XDG_STATE_HOME=str(disk / "state"))
    assert there.run(*CLEAN, "gocache").returncode == 0
    fill(disk)
    done = there.run(*verb)
    assert done.returncode == 0, told(done)
    assert not (disk / "go-build" / HELD).exists()


@as_root
@pytest.mark.parametrize("spare", [pytest.param(n) for n in range(6)])
def test_a_cache_s_disk_without_a_free_inode(machine: Machine, mount: Callable[..., None], spare: int) -> None:
    disk = machine.base / "disk"
    disk.mkdir()
    mount("-t", "tmpfs", "-o", "nr_inodes=200", "tmpfs", disk)
    add_build_cache(disk / "go-build")
    before = contents(tree(disk))
    made: list[Path] = []
    with contextlib.suppress(OSError):
        while True:
            made.append(disk / f"filler{len(made)}")
            made[-1].touch()
    for path in made[-1 - spare :]:
        path.unlink(missing_ok=True)
    there = machine.with_env(GOCACHE=str(disk / "go-build"))
    done = there.run(*CLEAN, "gocache")
    assert done.returncode == 1, told(done)
    after = contents(tree(disk))
    assert {path: after.get(path) for path in before} == before
    assert not (disk / "go-build" / HELD).exists()


@as_root
def test_a_nearly_full_disk_is_purged_at_once(machine: Machine, mount: Callable[..., None]) -> None:
    disk = machine.base / "disk"
    disk.mkdir()
    mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", disk)
    add_build_cache(disk / "go-build")
    fill(disk)
    there = machine.with_env(GOCACHE=str(disk / "go-build"))
    done = there.run(*CLEAN, "gocache")
    assert (done.returncode, "nearly full" in done.stdout) == (0, True), told(done)
    assert wait_for(lambda: not (disk / "go-build" / HELD).exists(), timeout=20)


# --- ordinary users -----------------------------------------------------------------------------------------------


def test_a_user_who_may_not_write_to_the_root(machine: Machine) -> None:
    machine.gocache.chmod(0o555)
    before = machine_tree(machine)
    found = row(machine.report(*CLEAN, "gocache", prefix=plain_user(), code=1), "gocache")
    assert found["code"] == "not-writable"
    assert differences(before, machine) == []


def test_a_user_who_may_not_read_the_root(machine: Machine) -> None:
    machine.gocache.chmod(0o000)
    before = machine_tree(machine)
    found = row(machine.report(*CLEAN, "gocache", prefix=plain_user(), code=1), "gocache")
    assert found["code"] == "unreadable"
    assert differences(before, machine) == []


def test_a_user_who_may_not_write_to_the_state_folder(machine: Machine) -> None:
    write(machine.home / ".local" / "state" / "other", b"")
    (machine.home / ".local" / "state").chmod(0o555)
    report = machine.report(*CLEAN, "gocache", prefix=plain_user(), code=1)
    assert report["error"]["code"] == "state-folder"
    assert held_paths(machine) == []


def test_read_only_module_trees_of_an_ordinary_user_come_back_with_their_modes(machine: Machine) -> None:
    before = machine_tree(machine)
    done = machine.run(*CLEAN, prefix=plain_user())
    assert done.returncode == 0, told(done)
    assert not (machine.modcache / "single.test@v1.0.0").exists()
    assert machine.run("undo", "-y", prefix=plain_user()).returncode == 0
    assert differences(before, machine) == []


def test_a_hold_folder_that_may_not_be_written_to(machine: Machine) -> None:
    (machine.gocache / HELD).mkdir(mode=0o500)
    before = machine_tree(machine)
    done = machine.run(*CLEAN, "gocache", prefix=plain_user())
    assert done.returncode == 1, told(done)
    assert "may not be read and written by you" in done.stdout, told(done)
    assert losses(before, machine) == []


@as_root
@pytest.mark.parametrize("target", VARIABLES)
def test_a_read_only_mount(machine: Machine, mount: Callable[..., None], target: str) -> None:
    root = machine.gocache if target == "gocache" else machine.modcache
    mount("--bind", root, root)
    mount("-o", "remount,ro,bind", root)
    assert_refused(machine, target, "not-writable")


# --- odd surroundings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(b"with space", id="space"),
        pytest.param(b"new\nline", id="newline"),
        pytest.param(b"not \xff utf-8 \xfe", id="bytes"),
        pytest.param("Büro 缓存".encode(), id="unicode"),
        pytest.param(b"-rf", id="dash"),
        pytest.param(b"'\"$(id)`\\040", id="quotes"),
        pytest.param(b"[00]*?", id="glob"),
    ],
)
def test_odd_bytes_in_the_path_of_a_cache(machine: Machine, name: bytes) -> None:
    root = add_build_cache(Path(os.fsdecode(os.fsencode(machine.base) + b"/" + name)) / "cache")
    before = machine_tree(machine)
    there = machine.with_env(GOCACHE=str(root))
    assert row(there.report(*CLEAN, "gocache", code=0), "gocache")["root"] == str(root)
    for command in (("history",), ("undo", "-y"), (*CLEAN, "gocache"), ("history", "--json")):
        done = there.run(*command)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), told(done)
    assert there.run("undo", "-y").returncode == 0
    assert differences(before, machine) == []


@pytest.mark.parametrize("encoding", ["", "ascii", "latin-1"])
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_a_terminal_that_cannot_show_every_letter(machine: Machine, locale: str, encoding: str) -> None:
    root = add_build_cache(machine.base / "Büro 缓存" / "cache")
    there = machine.with_env(GOCACHE=str(root), LC_ALL=locale, PYTHONIOENCODING=encoding)
    for command in (("clean", "-n"), CLEAN, ("history",), ("undo", "-y"), ("clean", "--help")):
        done = there.run(*command)
        assert (done.returncode in (0, 1), "Traceback" in done.stderr) == (True, False), told(done)


def test_no_home(machine: Machine) -> None:
    names = ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
    own = {name: str(machine.home / ".local" / name) for name in names}
    there = machine.with_env(HOME=None, GOCACHE=str(machine.gocache), GOMODCACHE=str(machine.modcache), **own)
    before = machine_tree(there)
    report = there.report(*CLEAN, "gocache", "modcache", code=0)
    assert [row["state"] for row in report["targets"]] == ["held", "held"]
    assert there.run("undo", "-y").returncode == 0
    assert differences(before, there) == []


@pytest.mark.parametrize("home", ["nowhere", "nowhere/deep"])
def test_a_home_that_does_not_exist_is_not_made_by_looking(machine: Machine, home: str) -> None:
    there = machine.with_env(HOME=str(machine.base / home))
    assert there.run("clean", "-n").returncode == 0
    assert there.run("clean", "-y").returncode == 0
    assert not (machine.base / "nowhere").exists()


@pytest.mark.parametrize("home", ["relative", ""])
def test_an_odd_home(machine: Machine, home: str) -> None:
    names = ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
    own = {name: str(machine.home / ".local" / name) for name in names}
    there = machine.with_env(HOME=home, **own)
    before = machine_tree(there)
    done = there.run(*CLEAN, "gocache", "modcache")
    assert done.returncode in (0, 1), told(done)
    assert differences(before, there) == []


def test_a_working_folder_that_was_deleted(machine: Machine) -> None:
    folder = machine.base / "gone"
    folder.mkdir()
    command = ["/bin/sh", "-c", 'cd "$0" && rmdir "$0" && exec "$@"', str(folder), *machine.command, *CLEAN]
    done = subprocess.run(command, env=dict(machine.env), capture_output=True, text=True, check=False)
    assert done.returncode == 0, told(done)
    assert held_paths(machine) != []


def test_stray_files_of_the_user_in_the_module_cache_stay(machine: Machine) -> None:
    strays = [
        write(machine.modcache / place, b"mine")
        for place in ("notes.txt", "github.com/notes.txt", "github.com/pkg/patch.diff", "mine/deep/todo.md")
    ]
    report = machine.report("clean", "-y", "--now", "modcache", code=0)
    assert [path.read_bytes() for path in strays] == [b"mine"] * 4
    assert any("notes.txt" in note for note in row(report, "modcache")["notes"])
    assert not (machine.modcache / "github.com" / "pkg" / "errors@v0.9.1").exists()


def test_a_build_cache_inside_the_module_cache_keeps_what_no_clean_takes(machine: Machine) -> None:
    """The corpus of a fuzzer is the user's, wherever GOCACHE is."""
    root = add_build_cache(machine.modcache / "cache" / "go-build")
    there = machine.with_env(GOCACHE=str(root))
    there.run("clean", "-y", "--now")
    assert (root / "README").is_file()
    assert len(list(root.glob("fuzz/*/*/*"))) == 1


# --- exit codes ---------------------------------------------------------------------------------------------------


def test_nothing_to_clean_is_exit_0(tmp_path: Path) -> None:
    machine = make_machine(tmp_path / "machine")
    assert machine.report("clean", "-y", code=0)["id"] is None


def test_check_is_exit_4_while_there_is_something_to_clean(machine: Machine) -> None:
    before = machine_tree(machine)
    assert machine.report("clean", "--check", code=4)["dry_run"] is True
    assert differences(before, machine) == []
    assert machine.run(*CLEAN).returncode == 0
    machine.report("clean", "--check", code=0)


@pytest.mark.parametrize(("word", "meant"), [("gochache", "gocache"), ("mod-cache", "modcache"), ("GoLanf", "goland")])
def test_an_unknown_target_is_exit_2_with_the_nearest_name(machine: Machine, word: str, meant: str) -> None:
    error = machine.report("clean", "-y", word, code=2)["error"]
    assert (error["code"], f"'{meant}'" in error["message"]) == ("unknown-target", True), error
    assert "gocache" in error["hint"]


@pytest.mark.parametrize("verb", ["clean", "undo", "purge"])
def test_without_a_terminal_and_without_yes_the_plan_is_printed_with_exit_2(machine: Machine, verb: str) -> None:
    if verb != "clean":
        assert machine.run(*CLEAN).returncode == 0
    before = machine_tree(machine)
    done = machine.run(verb)
    assert (done.returncode, "gocache" in done.stdout, "--yes" in done.stderr) == (2, True, True), told(done)
    assert machine.report(verb, code=2)["error"]["code"] == "not-asked"
    assert differences(before, machine) == []


@contextlib.contextmanager
def module_lock_held(machine: Machine) -> Iterator[None]:
    lock = machine.modcache / "cache" / "download" / "github.com" / "pkg" / "errors" / "@v" / "v0.9.1.lock"
    with open(lock) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def test_a_held_lock_is_exit_5_and_names_its_holder(machine: Machine) -> None:
    before = machine_tree(machine)
    with module_lock_held(machine):
        found = row(machine.report(*CLEAN, "modcache", code=5), "modcache")
    assert (found["state"], found["code"]) == ("skipped", "busy")
    assert [user["pid"] for user in found["busy"]] == [os.getpid()]
    assert found["next_step"]
    assert differences(before, machine) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_wait_is_exit_130(machine: Machine, number: signal.Signals) -> None:
    before = machine_tree(machine)
    with module_lock_held(machine):
        process = machine.start(*CLEAN, "modcache", "--wait", "5m", "--json")
        time.sleep(1.5)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, json.loads(out)["error"]["code"]) == (130, "interrupted"), err
    assert "Traceback" not in err
    assert differences(before, machine) == []


def test_a_wait_ends_with_what_it_waited_for(machine: Machine) -> None:
    with module_lock_held(machine):
        process = machine.start(*CLEAN, "modcache", "--wait", "5m")
        time.sleep(1)
        assert process.poll() is None
    assert process.wait(timeout=30) == 0
    process.communicate()
    assert held_paths(machine) != []


@pytest.mark.parametrize("command", [("history",), ("history", "--json"), ("clean", "-n")])
def test_a_reader_that_went_away(machine: Machine, command: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = machine.start(*command, stdout=writing)
    os.close(writing)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")


def test_an_output_that_is_full_is_no_bug(machine: Machine) -> None:
    with open("/dev/full", "w") as full:
        process = machine.start("clean", "-n", stdout=full)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert "bug" not in err


# --- IDEs ---------------------------------------------------------------------------------------------------------


def test_a_running_goland_keeps_its_index_and_is_told_to_rebuild_it(machine: Machine) -> None:
    before = machine_tree(machine)
    marker = machine.goland / "index" / "corruption.marker"
    with running_goland(machine):
        found = row(machine.report(*CLEAN, "goland", code=0), "goland")
        assert found["state"] == "scheduled"
        assert marker.read_bytes() == INVALIDATED
        assert (machine.goland / "index" / "stubs" / "stubs.storage").is_file()
        assert machine.run("undo", "-y").returncode == 0
        assert marker.read_bytes() == DIRTY
    marker_path = str(marker.relative_to(machine.base))
    changed = [text for text in differences(before, machine) if marker_path not in text]
    assert [text for text in changed if "GoLand-2024.1/bin" not in text] == []


def test_a_marker_that_was_not_there_is_gone_after_undo(machine: Machine) -> None:
    marker = machine.goland / "index" / "corruption.marker"
    marker.unlink()
    with running_goland(machine):
        assert machine.run(*CLEAN, "goland").returncode == 0
        assert marker.read_bytes() == INVALIDATED
        assert machine.run("undo", "-y").returncode == 0
    assert not marker.exists()


def test_a_marker_that_goland_wrote_since_is_not_overwritten(machine: Machine) -> None:
    marker = machine.goland / "index" / "corruption.marker"
    with running_goland(machine):
        assert machine.run(*CLEAN, "goland").returncode == 0
        marker.write_bytes(b"written by GoLand")
        machine.run("undo", "-y")
    assert marker.read_bytes() == b"written by GoLand"


@pytest.mark.parametrize("kind", ["link", "fifo", "folder"])
@pytest.mark.parametrize(
    ("target", "place"),
    [
        ("goland", "home/.cache/JetBrains/GoLand2024.1/index/corruption.marker"),
        ("testcache", "home/.cache/go-build/testexpire.txt"),
    ],
)
def test_a_file_to_be_stamped_that_is_none(machine: Machine, target: str, place: str, kind: str) -> None:
    path = machine.base / place
    path.unlink()
    if kind == "link":
        path.symlink_to(machine.victims / "thesis.txt")
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.mkdir()
    victims = tree(machine.victims)
    with running_goland(machine):
        done = machine.run(*CLEAN, target, timeout=8)
    assert done.returncode == 1, told(done)
    assert tree(machine.victims) == victims


@pytest.mark.parametrize("pid", ["4194305", "0", "-1", "nonsense", ""], ids=repr)
def test_a_stale_lock_of_goland_does_not_keep_the_index(machine: Machine, pid: str) -> None:
    (machine.goland_config / ".lock").write_text(pid)
    before = machine_tree(machine)
    found = row(machine.report(*CLEAN, "goland", code=0), "goland")
    assert found["state"] == "held"
    assert sorted(path.name for path in machine.goland.iterdir()) == [
        *(HELD, "LocalHistory", "caches", "log", "projects")
    ]
    assert machine.run("undo", "-y").returncode == 0
    assert differences(before, machine) == []


def test_goland_without_a_lock_file_is_found_by_its_executable(machine: Machine) -> None:
    with running_goland(machine):
        (machine.goland_config / ".lock").rename(machine.base / "tmp" / "lock")
        assert row(machine.report("clean", "-n", "goland"), "goland")["state"] == "scheduled"
        (machine.base / "tmp" / "lock").rename(machine.goland_config / ".lock")


def test_an_index_that_is_a_link_is_refused(machine: Machine) -> None:
    shutil.rmtree(machine.goland / "index")
    (machine.goland / "index").symlink_to(machine.victims)
    assert_refused(machine, "goland", "link")


@pytest.mark.parametrize("key", ["index_root_path", "idea.system.path"])
def test_an_index_that_was_moved_over_the_user_s_own_files_is_refused(machine: Machine, key: str) -> None:
    write(machine.goland_config / "idea.properties", f"{key}={machine.home}\n".encode())
    before = machine_tree(machine)
    machine.run("clean", "-y", "--now", "goland")
    assert differences(before, machine) == []


SAFE = {"CachedData", "Cache", "Code Cache", "CacheStorage"}


def test_a_closed_vs_code_loses_its_caches_alone(machine: Machine) -> None:
    add_vscode(machine)
    before = machine_tree(machine)
    report = machine.report(*CLEAN, "vscode", code=0)
    assert {row["state"] for row in report["targets"]} == {"held"}
    left = {path for path in before if path.startswith("home/.config/Code") and path not in machine_tree(machine)}
    assert {Path(path).parts[3] for path in left} == {"CachedData", "Cache", "Code Cache", "Service Worker"}
    assert machine.run("undo", "-y").returncode == 0
    assert differences(before, machine) == []


def test_a_cache_of_vs_code_that_is_empty_does_not_keep_the_others(machine: Machine) -> None:
    add_vscode(machine)
    (machine.vscode / "GPUCache").mkdir()
    (machine.vscode / "CachedConfigurations").mkdir()
    assert "held" in {row["state"] for row in machine.report(*CLEAN, "vscode", code=0)["targets"]}
    assert not (machine.vscode / "CachedData").exists()


def test_a_cache_of_vs_code_that_is_a_link_keeps_only_itself(machine: Machine) -> None:
    add_vscode(machine)
    (machine.vscode / "GPUCache").symlink_to(machine.victims)
    victims = tree(machine.victims)
    machine.run("clean", "-y", "--now", "vscode")
    assert tree(machine.victims) == victims
    assert not (machine.vscode / "CachedData").exists()


@pytest.mark.parametrize("has_lock", [True, False], ids=["lock", "name"])
def test_a_running_vs_code_is_busy(machine: Machine, has_lock: bool) -> None:
    add_vscode(machine)
    with running(machine.base / "opt" / "code", env=machine.env) as pid:
        if has_lock:
            (machine.vscode / "code.lock").write_text(str(pid))
        before = machine_tree(machine)
        report = machine.report(*CLEAN, "vscode", code=5)
        assert {(row["state"], row["code"]) for row in report["targets"]} == {("skipped", "busy")}
        assert {user["pid"] for row in report["targets"] for user in row["busy"]} == {pid}
        assert differences(before, machine) == []


def test_a_folder_of_another_program_that_looks_like_vs_code_stays(machine: Machine) -> None:
    write(machine.home / ".config" / "Code" / "CachedData" / "x", b"of another program")
    before = machine_tree(machine)
    machine.run("clean", "-y", "--now", "vscode")
    assert differences(before, machine) == []


def test_what_is_held_in_a_root_that_was_away_is_found_again(machine: Machine) -> None:
    """Whether a root was deleted or moved cannot be told; what comes back with it is purged then."""
    assert machine.run(*CLEAN, "gocache").returncode == 0
    away = machine.base / "away"
    machine.gocache.rename(away)
    report = machine.report("purge", "-y", code=0)
    assert [record["reason"] for record in report["changes"]] == ["it was gone already"]
    away.rename(machine.gocache)
    assert machine.run("purge", "-y").returncode == 0
    assert held_paths(machine) == []


def test_toolchains_stay_with_their_downloads_unless_asked_for(machine: Machine) -> None:
    before = machine_tree(machine)
    assert machine.run("clean", "-y", "--now", "modcache").returncode == 0
    assert touched(before, machine) == []
    add_module(machine.modcache, "single.test@v1.0.0")
    assert machine.run("clean", "-y", "--now", "--toolchains", "modcache").returncode == 0
    assert not (machine.modcache / "golang.org").exists()


def test_a_second_goland_at_work_keeps_both_indexes(machine: Machine) -> None:
    """Two versions, one home: only the one whose process is seen is busy."""
    other = machine.home / ".cache" / "JetBrains" / "GoLand2023.3"
    write(other / "index" / "stubs.storage", b"old stubs")
    write(machine.home / ".config" / "JetBrains" / "GoLand2023.3" / "options" / "a.xml", b"<a/>")
    add_goland(machine)
    with running_goland(machine):
        machine.run(*CLEAN, "goland")
        assert (machine.goland / "index" / "stubs" / "stubs.storage").is_file()
