"""Who uses a cache: processes matched to the cache they would use, and IDEs to their folders."""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from idecare.caches import find, gopls, modcache
from idecare.caches.base import Cache, Users, busy, hold
from idecare.caches.users import find_users
from idecare.changes.plan import Step
from idecare.core.locations import Ide
from idecare.core.results import Skip
from idecare.system.ide_owner import ide_owner
from idecare.system.processes import Process, Processes
from tests.builders import NOW, cache, identity_of, location, running, stamp, write
from tests.conftest import make_host
from tests.support.processes import wait_for

# Above the largest pid of any kernel, so no real process is taken for one of these.
FIRST_PID = 2**22 + 1


def of(name: str, environment: Mapping[str, str] | None = None, number: int = 0, **changes: Any) -> Process:
    return Process(FIRST_PID + number, name, environment=environment, **changes)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return write(tmp_path / "home", "./")


@pytest.fixture
def root(home: Path) -> Path:
    return write(home / ".cache" / "go-build", "./")


def users(found: Cache, home: Path, *go: Process, ides: tuple[Process, ...] = ()) -> Users:
    return find_users(found, Processes(go, ides), make_host(home=home), NOW)


def is_in_the_way(root: Path, home: Path, environment: Mapping[str, str] | None, target: str = "gocache") -> bool:
    go = of("go", environment)
    found = users(cache(target, root, identity=identity_of(root)), home, go)
    assert found.blocking in ((go,), ())
    return bool(found.blocking)


@pytest.mark.parametrize("target", ["gocache", "fuzzcache"])
@pytest.mark.parametrize(
    ("environment", "uses"),
    [
        pytest.param({"HOME": "{home}"}, True, id="by default"),
        pytest.param({"GOCACHE": "{root}"}, True, id="named"),
        pytest.param({"GOCACHE": "{home}/link"}, True, id="named through a link"),
        pytest.param({"GOCACHE": "{root}/../go-build/"}, True, id="named in another way"),
        pytest.param({"GOCACHE": "{home}/other", "HOME": "{home}"}, False, id="another one"),
        pytest.param({"HOME": "{home}/other"}, False, id="another home"),
        pytest.param({"HOME": "{home}", "XDG_CACHE_HOME": "{home}/xdg"}, False, id="another cache folder"),
        pytest.param({"HOME": "{home}/other", "XDG_CACHE_HOME": "{home}/.cache"}, True, id="this cache folder"),
        pytest.param({"GOCACHE": "{root}/00"}, False, id="a folder inside"),
        pytest.param(None, True, id="an environment that cannot be read"),
        pytest.param({}, True, id="an environment that tells nothing"),
        pytest.param({"GOCACHE": "relative"}, True, id="a value that go itself would refuse"),
        pytest.param({"GOCACHE": "off"}, True, id="off"),
        pytest.param({"HOME": "{home}", "GOENV": "{home}/env"}, False, id="its env file names another one"),
        pytest.param({"HOME": "{home}", "GOENV": "off"}, True, id="its env file is off"),
        pytest.param({"HOME": "{home}/third"}, True, id="the env file of its home names this one"),
        pytest.param({"HOME": "{home}/third", "GOCACHE": "{home}/other"}, False, id="its environment wins"),
        pytest.param({"HOME": "{home}/third", "GOENV": "{home}/none"}, False, id="its env file is not there"),
    ],
)
def test_a_go_process_uses_the_build_cache_that_its_own_environment_leads_to(
    root: Path, home: Path, target: str, environment: dict[str, str] | None, uses: bool
) -> None:
    (home / "link").symlink_to(root)
    write(home, "env", content=f"GOCACHE={home}/other\n")
    write(home, "third/.config/go/env", content=f"GOCACHE={root}\n")
    filled = environment and {name: value.format(home=home, root=root) for name, value in environment.items()}
    assert is_in_the_way(root, home, filled, target) is uses


@pytest.mark.parametrize(
    ("environment", "uses"),
    [
        pytest.param({"HOME": "{home}"}, True, id="by default"),
        pytest.param({"GOMODCACHE": "{home}/go/pkg/mod"}, True, id="named"),
        pytest.param({"GOPATH": "{home}/go:{home}/second"}, True, id="the first GOPATH"),
        pytest.param({"GOPATH": "{home}/second:{home}/go"}, False, id="the second GOPATH"),
        pytest.param({"HOME": "{home}", "GOMODCACHE": "{home}/other"}, False, id="another one"),
        pytest.param(None, True, id="an environment that cannot be read"),
    ],
)
def test_a_go_process_uses_the_module_cache_that_its_own_environment_leads_to(
    home: Path, environment: dict[str, str] | None, uses: bool
) -> None:
    root = write(home / "go/pkg/mod", "./")
    filled = environment and {name: value.format(home=home) for name, value in environment.items()}
    assert is_in_the_way(root, home, filled, "modcache") is uses


@pytest.mark.parametrize("name", ["go", "gopls", "dlv", "compile", "staticcheck"])
def test_whatever_is_of_go_may_be_using_the_build_cache(root: Path, home: Path, name: str) -> None:
    found = of(name)
    assert users(cache("gocache", root), home, found) == Users((found,))


@pytest.mark.parametrize("target", ["gocache", "modcache", "gopls", "goimports", "goland"])
def test_nobody_is_looked_for_where_nothing_is_done(root: Path, home: Path, target: str) -> None:
    skipped = cache(target, root, skip=Skip("kept", "code", "reason"))
    assert users(skipped, home, of("go"), of("gopls")) == Users()


def test_expiring_test_results_is_in_nobodys_way(root: Path, home: Path) -> None:
    assert users(cache("testcache", root), home, of("go"), of("gopls")) == Users()


def test_module_caches_are_read_on_demand_by_language_servers_and_debuggers(root: Path, home: Path) -> None:
    go, analyser, calm = of("go"), of("staticcheck", number=1), (of("gopls", number=2), of("dlv", number=3))
    goland, code = of("goland64", number=4), of("code", number=5)
    found = users(cache("modcache", root), home, go, analyser, *calm, ides=(goland, code))
    assert found == Users((go, analyser), (*calm, goland))


def test_who_holds_a_lock_of_the_module_cache_is_in_the_way(
    root: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modcache, "lock_holders", lambda root: (None, FIRST_PID, os.getpid()))
    blocking = users(cache("modcache", root), home).blocking
    holder = "holder of a module cache lock"
    assert [(found.pid, found.name) for found in blocking[:2]] == [(0, holder), (FIRST_PID, holder)]
    assert blocking[2].pid == os.getpid()
    assert blocking[2].executable is not None


def test_a_go_command_that_holds_a_lock_is_told_once(root: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = of("go")
    monkeypatch.setattr(modcache, "lock_holders", lambda root: (go.pid,))
    assert [found.pid for found in users(cache("modcache", root), home, go).blocking] == [go.pid]


@pytest.mark.skipif(os.getuid() != 0, reason="takes root to look as somebody else at a process of one's own")
def test_a_gopls_of_another_user_cannot_be_read(tmp_path: Path) -> None:
    with running(tmp_path / "gopls") as pid:
        os.seteuid(65534)
        try:
            assert gopls.running_folders([Process(pid, "gopls")]) is None
        finally:
            os.seteuid(0)


def test_the_gopls_that_runs_uses_the_folder_of_its_own_executable(root: Path, home: Path, tmp_path: Path) -> None:
    program = write(tmp_path, "gopls", content="the program") / "gopls"
    folder = hashlib.sha256(b"the program").hexdigest()[:8]
    server = of("gopls", executable=program)
    assert users(cache("gopls", root), home, server, of("go")) == Users((server,), entries=frozenset({folder}))
    assert users(cache("gopls", root), home, of("go")) == Users()


def test_a_gopls_whose_executable_cannot_be_read_may_use_any_folder(
    root: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, unknown = of("gopls", executable=tmp_path / "gone"), of("gopls")
    monkeypatch.setattr(gopls, "process", lambda pid: gone)  # it still runs
    for server in (gone, unknown):
        assert users(cache("gopls", root), home, server) == Users((server,), entries=None)


def test_a_gopls_that_has_ended_meanwhile_uses_no_folder(tmp_path: Path) -> None:
    assert gopls.running_folders([Process(10**12, "gopls", tmp_path / "gone")]) == frozenset()


def test_a_gopls_that_was_replaced_while_it_runs_uses_the_folder_of_what_it_runs(tmp_path: Path) -> None:
    with running(tmp_path / "gopls") as pid:
        content = (tmp_path / "gopls").read_bytes()
        (tmp_path / "gopls").unlink()
        write(tmp_path, "gopls", content="newer")
        expected = hashlib.sha256(content).hexdigest()[:8]
        assert gopls.running_folders([Process(pid, "gopls", tmp_path / "gopls")]) == frozenset({expected})


def test_while_gopls_runs_only_old_orphans_of_the_import_index_are_free(root: Path, home: Path) -> None:
    names = ("index-0-1", "index-0-2", "index-0-3", "index-name-0-ab")
    write(root, *names)
    write(root, "index-name-0-ab", content="index-0-1")
    stamp(root / "index-0-1", 10**6)
    stamp(root / "index-0-2", 7201)
    stamp(root / "index-0-3", 7199)
    server = of("gopls")
    found = users(cache("goimports", root, names), home, server)
    assert found == Users((server,), entries=frozenset({"index-0-1", "index-0-3", "index-name-0-ab"}))
    assert users(cache("goimports", root, names), home) == Users()


def test_an_index_file_that_vanishes_counts_as_used(root: Path, home: Path) -> None:
    found = users(cache("goimports", root, ("index-0-9",)), home, of("gopls"))
    assert found.entries == frozenset({"index-0-9"})


GOLAND = Path("/opt/goland")
OTHER = Path("/opt/goland-2025")
JETBRAINS = Ide("goland", "GoLand2026.2", Path("/sys/GoLand2026.2/.pid"), (GOLAND,), ("goland", "goland64"))
UNKNOWN_HOME = Ide("goland", "GoLand2026.2", Path("/sys/GoLand2026.2/.pid"), (), ("goland", "goland64"))
CODE = Ide(
    "vscode", "Code", Path("/dev/null/home/.config/Code/code.lock"), (Path("/usr/share/code"),), ("Code", "code")
)
SERVER = Ide("vscode", "server", Path("/dev/null/home/.vscode-server/data/code.lock"), (), ("node",))


@pytest.mark.parametrize(
    ("ide", "found", "runs"),
    [
        pytest.param(JETBRAINS, of("java", executable=GOLAND / "jbr/bin/java"), True, id="its own runtime"),
        pytest.param(JETBRAINS, of("goland", executable=GOLAND / "bin/goland"), True, id="its own launcher"),
        pytest.param(JETBRAINS, of("goland", executable=OTHER / "bin/goland"), False, id="another version's launcher"),
        pytest.param(UNKNOWN_HOME, of("goland", executable=OTHER / "bin/goland"), True, id="a launcher, home unknown"),
        pytest.param(JETBRAINS, of("goland"), True, id="a launcher that cannot be read"),
        pytest.param(JETBRAINS, of("GoLand64.exe"), True, id="a launcher of Windows"),
        pytest.param(
            JETBRAINS,
            of("java", executable=Path("/jbr/java"), command=("java", "-Didea.paths.selector=GoLand2026.2")),
            True,
            id="its selector",
        ),
        pytest.param(
            JETBRAINS,
            of("java", executable=Path("/jbr/java"), command=("java", "-Didea.paths.selector=GoLand2026.1")),
            False,
            id="another version's selector",
        ),
        pytest.param(JETBRAINS, of("java", executable=Path("/usr/bin/java")), False, id="some Java"),
        pytest.param(JETBRAINS, of("code"), False, id="another IDE"),
        pytest.param(CODE, of("code"), True, id="VS Code by name"),
        pytest.param(CODE, of("Code", executable=Path("/snap/code")), True, id="VS Code from elsewhere"),
        pytest.param(CODE, of("other", executable=Path("/usr/share/code/helper")), True, id="in its home"),
        pytest.param(CODE, of("cursor"), False, id="a fork"),
        pytest.param(SERVER, of("node", command=("node", "server.js")), False, id="some Node"),
        pytest.param(
            SERVER, of("node", command=("/dev/null/home/.vscode-server/bin/1/node", "x.js")), True, id="a server's Node"
        ),
        pytest.param(
            SERVER,
            of("MainThread", command=("node", "/dev/null/home/.vscode-server/data")),
            True,
            id="Node's newer name",
        ),
    ],
)
def test_what_runs_an_ide(ide: Ide, found: Process, runs: bool) -> None:
    assert ide_owner(ide, [of("other", number=9), found]) == (found if runs else None)


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "system" / ".pid"


def ide_in(home: Path, lock: Path) -> Ide:
    return Ide("goland", "GoLand2026.2", lock, (home,), ("goland",))


def test_the_process_in_the_lock_file_owns_the_ide(tmp_path: Path, lock: Path) -> None:
    with running(tmp_path / "goland/bin/launcher") as pid:
        write(lock.parent, lock.name, content=f"{pid}\n")
        owner = ide_owner(ide_in(tmp_path / "goland", lock), [])
        assert owner is not None
        assert (owner.pid, owner.name) == (pid, "launcher")
    assert ide_owner(ide_in(tmp_path / "goland", lock), []) is None


def test_a_java_in_the_lock_file_may_be_the_ide_and_one_of_another_version_is_not(tmp_path: Path, lock: Path) -> None:
    with running(tmp_path / "anywhere/java") as pid:
        write(lock.parent, lock.name, content=str(pid))
        owner = ide_owner(ide_in(tmp_path / "goland", lock), [])
        assert owner is not None
        assert owner.pid == pid


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: str(os.getpid()), id="a pid that is somebody else's by now"),
        pytest.param(lambda: str(FIRST_PID), id="a pid that is nobody's"),
        pytest.param(lambda: "", id="empty"),
        pytest.param(lambda: "-1", id="negative"),
        pytest.param(lambda: "12x", id="no number"),
        pytest.param(lambda: "٣", id="a digit of another script"),
        pytest.param(lambda: "9" * 100, id="endless"),
    ],
)
def test_a_lock_file_that_a_crash_left_proves_nothing(tmp_path: Path, lock: Path, content: Callable[[], str]) -> None:
    write(lock.parent, lock.name, content=content())
    assert ide_owner(ide_in(tmp_path / "goland", lock), []) is None
    launcher = of("goland")
    assert ide_owner(ide_in(tmp_path / "goland", lock), [launcher]) == launcher


def test_a_folder_in_place_of_the_lock_file_proves_nothing(tmp_path: Path, lock: Path) -> None:
    lock.mkdir(parents=True)
    assert ide_owner(ide_in(tmp_path / "goland", lock), []) is None


@pytest.mark.parametrize("target", ["goland", "vscode"])
def test_a_running_ide_is_in_the_way_of_its_own_cache(root: Path, home: Path, target: str) -> None:
    launcher = of("goland")
    own = location(target, root / "index", ide=UNKNOWN_HOME)
    assert users(cache(target, root, location=own), home, ides=(launcher,)) == Users((launcher,))
    assert users(cache(target, root, location=own), home, ides=(of("idea"),)) == Users()
    assert users(cache(target, root), home, ides=(launcher,)) == Users()


@pytest.mark.skipif(os.getuid() != 0, reason="takes root to change the root of a process")
def test_a_build_in_a_container_uses_the_folder_that_it_sees(tmp_path: Path, home: Path) -> None:
    root = write(tmp_path / "jail" / "cache", "./")
    elsewhere = write(tmp_path / "other", "./")
    pid = os.fork()
    if pid == 0:
        os.chroot(tmp_path / "jail")
        signal.pause()
    try:
        assert wait_for(lambda: os.readlink(f"/proc/{pid}/root") == str(tmp_path / "jail"), 10)
        go = Process(pid, "go", environment={"GOCACHE": "/cache"})
        assert users(cache("gocache", root, identity=identity_of(root)), home, go).blocking == (go,)
        assert users(cache("gocache", elsewhere, identity=identity_of(elsewhere)), home, go).blocking == ()
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


@pytest.mark.parametrize(
    ("target", "go", "environment", "readers"),
    [
        pytest.param("gocache", (), {"GOCACHE": "{root}"}, 1, id="alone"),
        pytest.param("gocache", (), {"HOME": "{home}"}, 1, id="by default"),
        pytest.param("gocache", (), {}, 0, id="without an environment, so without a cache"),
        pytest.param("gocache", (), {"GOCACHE": "/other"}, 0, id="with another cache"),
        pytest.param("gocache", (of("go", {}, 1),), {"HOME": "{home}"}, 0, id="not looked for under a running build"),
        pytest.param("modcache", (), {"HOME": "{home}"}, 0, id="of the build cache alone"),
    ],
)
def test_a_late_reader_is_looked_for_where_one_could_be_harmed(
    root: Path, home: Path, target: str, go: tuple[Process, ...], environment: dict[str, str], readers: int
) -> None:
    filled = {name: value.format(home=home, root=root) for name, value in environment.items()}
    reader = of("controller-gen", filled)
    found = find_users(
        cache(target, root, identity=identity_of(root)), Processes(go), make_host(home=home), NOW, lambda now: (reader,)
    )
    assert (found.readers, found.blocking) == ((reader,) * readers, go)
    assert found.of(["00"]) == (*go, *found.readers)


@pytest.mark.parametrize(
    ("user", "mode", "uses"),
    [
        pytest.param(4711, 0o700, False, id="a folder above is closed to him"),
        pytest.param(4711, 0o711, True, id="all are open"),
        pytest.param(4711, 0o710, True, id="open to a group that may be his"),
        pytest.param(0, 0o700, True, id="root"),
        pytest.param(None, 0o700, True, id="not known"),
    ],
)
def test_a_process_that_hides_its_environment_counts_where_its_user_can_get(
    public_folder: Path, user: int | None, mode: int, uses: bool
) -> None:
    home = write(public_folder / "home", "./")
    root = write(home / ".cache" / "go-build", "./")
    home.chmod(mode)
    found = users(cache("gocache", root, identity=identity_of(root)), home, of("go", None, user=user))
    assert bool(found.blocking) is uses


def test_who_hides_his_environment_is_said_to_be_a_possible_user_only() -> None:
    hidden, seen = of("go", None), of("go", {})
    assert (hidden.use, seen.use) == (f"may be in use by {hidden.label}", f"in use by {seen.label}")
    assert [busy(found).reason for found in ((hidden,), (hidden, seen))] == ["may be in use", "is in use"]


def test_go_commands_are_looked_for_last_before_the_renames_and_first_after_them(
    root: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(find, "late_readers", lambda now: seen.append("readers") or ())
    monkeypatch.setattr(find, "inspect_processes", lambda names: seen.append("go") or Processes((), ()))
    found = cache("gocache", root, identity=identity_of(root))
    caches = find.FoundCaches(make_host(home=home), ("gocache",), (found,), frozenset())
    step = Step("gocache", root, hold(found))
    assert (caches.users_of(step), seen) == ((), ["readers", "go"])
    seen.clear()
    assert (caches.users_after(step), seen) == ((), ["go", "readers"])
