"""What `idecare repair` does beyond one damaged version: go's index, its repositories, its locks, a cache that is none.

The table of all damages of one version is in test_damage_table.py.
"""

from __future__ import annotations

import dataclasses
import fcntl
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from idecare.modules.index import index_entry
from idecare.modules.inspect import inspect_modules
from idecare.modules.layout import ModuleVersion
from idecare.modules.sums import KnownSums
from tests.e2e.conftest import turn_on_the_machine
from tests.e2e.steps import go_works
from tests.e2e.test_ordinary_user import ORDINARY
from tests.support.damage import OFFLINE, SOURCE, Victim, remove, repair, without
from tests.support.dirhash import damaged_modules
from tests.support.goproxy import write_main_module
from tests.support.processes import finish, told
from tests.support.real_go import IDECARE, GoWorld, find_go, go_world

MODULE = ModuleVersion("example.test/many", "v1.0.0")
DAMAGE = {"caches/repositories", "caches/module-index", "go/cache-places"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, std_cache: Path) -> Iterator[Victim]:
    """A warm world whose idecare and go are an ordinary user's."""
    with turn_on_the_machine(), go_world(tmp_path_factory.mktemp("repair") / "world", std_cache=std_cache) as world:
        write_main_module(world.project, packages=2)
        world.warm()
        pristine = world.base / "pristine"
        shutil.copytree(world.gomodcache, pristine, symlinks=True)
        if os.geteuid() == 0:
            if not shutil.which(ORDINARY[0]):
                pytest.skip("no setpriv here to give root's rights away with")
            world = dataclasses.replace(world, prefix=ORDINARY)
        yield Victim(world, pristine, MODULE)


@pytest.fixture
def victim(shared: Victim) -> Iterator[Victim]:
    yield shared
    shared.restore()


def told_by_doctor(world: GoWorld, *words: str, **env: str) -> list[dict[str, Any]]:
    """What `idecare doctor` finds of all that is done here."""
    done = world.idecare("doctor", "caches", "go/cache-places", "--json", *words, env=env)
    return [found for found in json.loads(done.stdout)["findings"] if found["id"] in DAMAGE]


def test_an_index_that_was_made_of_the_damaged_tree_is_dropped(victim: Victim) -> None:
    """Row 14: go goes on saying that a package is missing which is there again."""
    version = go_works(victim.world, "env", "GOVERSION").stdout.strip()
    entry = victim.world.gocache / index_entry(version, victim.tree)
    assert entry.is_file(), "the key is not the one of this go"
    entry.unlink()
    without("part00")(victim)
    assert "no required module provides package" in victim.world.go("build", "./...").stderr
    remove(victim.tree)
    shutil.copytree(victim.pristine / MODULE.tree, victim.tree)  # repaired by hand
    assert "no required module provides package" in victim.world.go("build", "./...", env=OFFLINE).stderr
    (found,) = told_by_doctor(victim.world)
    assert (found["id"], found["remedies"][0]["modules"]) == ("caches/module-index", [str(MODULE)])
    assert repair(victim.world, "-y", env=OFFLINE)["index_entries"] == 1
    assert told_by_doctor(victim.world) == []
    go_works(victim.world, "build", "./...", env=OFFLINE)


def test_a_missing_package_is_repaired_with_its_index(victim: Victim) -> None:
    version = go_works(victim.world, "env", "GOVERSION").stdout.strip()
    (victim.world.gocache / index_entry(version, victim.tree)).unlink(missing_ok=True)
    without("part00")(victim)
    assert "no required module provides package" in victim.world.go("build", "./...").stderr
    assert repair(victim.world, "-y", env=OFFLINE)["modules"][0]["state"] == "repaired"
    go_works(victim.world, "build", "./...", env=OFFLINE)


@pytest.mark.parametrize("kind", ["file", "dangling-link"])
def test_a_module_cache_that_is_none(victim: Victim, kind: str, tmp_path: Path) -> None:
    """Row 24."""
    place = tmp_path / "mod"
    place.write_text("") if kind == "file" else place.symlink_to(tmp_path / "nowhere")
    done = victim.world.idecare("repair", "--all", env={"GOMODCACHE": str(place)})
    assert done.returncode == 1, told(done)
    reason = "is not a folder" if kind == "file" else f"is a link to {tmp_path / 'nowhere'}, which is gone"
    assert reason in done.stderr
    (found,) = told_by_doctor(victim.world, GOMODCACHE=str(place))
    assert (found["id"], found["severity"]) == ("go/cache-places", "error")
    assert str(place) in found["summary"]
    assert ("not a folder" if kind == "file" else reason) in found["evidence"][1]


def test_three_builds_that_wait_for_a_repair_succeed(victim: Victim) -> None:
    without(SOURCE)(victim)
    with open(victim.file("lock"), "w") as lock, open(victim.file("ziphash")) as ziphash:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fcntl.flock(ziphash, fcntl.LOCK_EX)
        repairing = victim.world.start(*IDECARE, "repair", "-y", "--hold", "2h", env=OFFLINE)
        builds = [victim.world.start(str(find_go()), "build", "./...", env=OFFLINE) for _ in range(3)]
        with pytest.raises(subprocess.TimeoutExpired):
            repairing.wait(1.5)
        assert [build.poll() for build in builds] == [None] * 3
        fcntl.flock(lock, fcntl.LOCK_UN)
        repaired = finish(repairing)
        assert repaired.returncode == 0, told(repaired)
    for build in map(finish, builds):
        assert build.returncode == 0, told(build)
    go_works(victim.world, "mod", "verify")
    assert damaged_modules(victim.world.gomodcache) == []


@pytest.fixture
def repository(victim: Victim, tmp_path: Path) -> Iterator[Path]:
    """A module that go fetched with git, not from a proxy; the folder of its repository in the module cache."""
    git = shutil.which("git")
    if not git:
        pytest.skip("git is not installed")
    source = tmp_path / "priv.git"
    source.mkdir()
    (source / "go.mod").write_text("module example.test/priv.git\n\ngo 1.21\n")
    (source / "priv.go").write_text("package priv\n")
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.test")
    for words in (("init", "-q"), ("add", "."), (*identity, "commit", "-qm", "first"), ("tag", "v1.0.0")):
        subprocess.run([git, *words], cwd=source, check=True, env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull})
    (victim.world.home / ".gitconfig").write_text(
        f'[url "file://{source}"]\n\tinsteadOf = https://example.test/priv\n[safe]\n\tdirectory = *\n'
    )
    fetched = victim.world.go("mod", "download", "example.test/priv.git@v1.0.0", env=DIRECT)
    assert fetched.returncode == 0, told(fetched)
    (head,) = (victim.world.gomodcache / "cache/vcs").glob("*/HEAD")
    yield head.parent
    remove(victim.world.gomodcache / "cache/vcs")
    remove(victim.world.gomodcache / "example.test/priv.git@v1.0.0")
    remove(victim.world.gomodcache / "cache/download/example.test/priv.git")


DIRECT = {"GOPROXY": "direct", "GOPRIVATE": "example.test", "GOFLAGS": "-mod=mod", "GOWORK": "off"}


def leave_lock(folder: Path) -> None:
    (folder / "shallow.lock").touch()


def spoil_head(folder: Path) -> None:
    (folder / "HEAD").write_bytes(b"\0garbage")


@pytest.mark.parametrize(
    ("damage", "held", "severity"),
    [
        pytest.param(leave_lock, "/shallow.lock", "warning", id="25-stale-lock-of-git"),
        pytest.param(spoil_head, "", "error", id="26-damaged-head"),
    ],
)
def test_a_repository_of_go_is_told_and_repaired(
    victim: Victim, repository: Path, damage: Callable[[Path], None], held: str, severity: str
) -> None:
    assert told_by_doctor(victim.world) == []
    damage(repository)
    (told_of,) = told_by_doctor(victim.world)
    assert (told_of["id"], told_of["severity"]) == ("caches/repositories", severity)
    assert "https://example.test/priv" in told_of["summary"]
    assert told_of["evidence"][0] == str(repository)
    (found,) = repair(victim.world, "-y")["modules"]
    relative = repository.relative_to(victim.world.gomodcache).as_posix()
    assert (found["module"], found["state"]) == ("https://example.test/priv", "repaired")
    assert found["set_aside"] == [f"{relative}{held}"]
    again = victim.world.go("list", "-m", "-versions", "example.test/priv.git", env=DIRECT)
    assert "v1.0.0" in again.stdout, told(again)


def test_a_repository_that_go_works_in_is_left(victim: Victim, repository: Path) -> None:
    leave_lock(repository)
    with open(f"{repository}.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert told_by_doctor(victim.world) == []
        assert repair(victim.world, "-y", code=5)["modules"][0]["code"] == "busy"
    assert (repository / "shallow.lock").exists()


ODD_NAMES = ("a b.txt", "ü/ß.txt", "日本.txt", ".hidden/x", "A~1x.txt", "Z/a.txt", "z-/a.txt", "x!y+z=,[1]{2}^.txt")


def test_the_sums_of_odd_names_are_those_of_go(victim: Victim) -> None:
    sources = {"go.mod": "module example.test/Odd\n", **{name: name for name in ODD_NAMES}, "empty.go": ""}
    folder = victim.world.proxy / "example.test/!odd/@v"
    folder.mkdir(parents=True)
    (folder / "list").write_text("v1.0.0\n")
    (folder / "v1.0.0.info").write_text('{"Version":"v1.0.0"}')
    (folder / "v1.0.0.mod").write_text(sources["go.mod"])
    with zipfile.ZipFile(folder / "v1.0.0.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sources.items():
            archive.writestr(f"example.test/Odd@v1.0.0/{name}", text)
    told_by_go = json.loads(go_works(victim.world, "mod", "download", "-json", "example.test/Odd@v1.0.0").stdout)
    odd = ModuleVersion("example.test/Odd", "v1.0.0")
    (state,) = inspect_modules(victim.world.gomodcache, [odd], KnownSums({}, {}))
    assert (state.zip.h1, state.tree.h1, state.ziphash.h1) == (told_by_go["Sum"],) * 3
    assert (state.mod.h1, state.go_mod_h1) == (told_by_go["GoModSum"],) * 2
    remove(victim.world.gomodcache / odd.tree)
    remove(victim.world.gomodcache / odd.folder)
