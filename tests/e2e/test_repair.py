"""Every known damage of a module cache, made for real: what `idecare repair` does about it, and that go works then."""

from __future__ import annotations

import dataclasses
import fcntl
import json
import os
import shutil
import stat
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from idecare.inspection.module_index import index_entry
from idecare.inspection.module_names import ModuleVersion, listed_modules
from idecare.inspection.module_quick import quick_look
from idecare.inspection.module_sums import KnownSums, read_sums
from idecare.inspection.modules import inspect_modules
from tests.e2e.conftest import turn_on_the_machine
from tests.e2e.steps import ATTEMPTS, OFFLINE, go_works
from tests.e2e.test_ordinary_user import ORDINARY
from tests.support.dirhash import HELD, damaged_modules
from tests.support.goproxy import write_main_module
from tests.support.processes import finish, go_processes, told, wait_for
from tests.support.real_go import IDECARE, GoWorld, find_go, go_world, remove_tree

NAME = "example.test/many@v1.0.0"
STRANGER = 12345
SOURCE = "part03/f001.go"


@dataclasses.dataclass(frozen=True)
class Victim:
    """The one module version that is damaged, in a world whose others must stay as they are."""

    world: GoWorld
    pristine: Path

    @property
    def tree(self) -> Path:
        return self.world.gomodcache / NAME

    @property
    def folder(self) -> Path:
        return self.world.gomodcache / "cache/download/example.test/many/@v"

    def file(self, suffix: str) -> Path:
        return self.folder / f"v1.0.0.{suffix}"

    def repair(self, *words: str, code: int = 0, **env: str) -> dict[str, Any]:
        done = self.world.idecare("repair", "--hold", "2h", "--json", *words, env=env)
        for _ in range(ATTEMPTS if code == 0 else 0):
            if done.returncode != 5:
                break
            wait_for(lambda: not go_processes(), timeout=60, pause=0.3)  # somebody else's, which is rightly spared
            done = self.world.idecare("repair", "--hold", "2h", "--json", *words, env=env)
        assert done.returncode == code, told(done)
        report: dict[str, Any] = json.loads(done.stdout)
        return report

    def others(self) -> dict[str, tuple[int, int]]:
        """Inode and mtime of every file of other modules."""
        root = self.world.gomodcache
        own = (str(self.tree), str(self.folder), str(root / HELD), str(root / "cache/vcs"))
        files = (os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names)
        kept = [path for path in files if not path.startswith(own) and not path.endswith(".lock")]
        return {path: (os.stat(path).st_ino, os.stat(path).st_mtime_ns) for path in kept}

    def restore(self) -> None:
        """Make it whole again, whatever was done to it."""
        for path in (self.tree, self.folder, self.world.gomodcache / HELD):
            remove(path)
        for path in (self.tree, self.folder):
            path.parent.chmod(0o755)
            shutil.copytree(self.pristine / path.relative_to(self.world.gomodcache), path, symlinks=True)


def remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        path.chmod(0o755)
        remove_tree(path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, std_cache: Path) -> Iterator[Victim]:
    """A warm world whose idecare and go are an ordinary user's."""
    with turn_on_the_machine(), go_world(tmp_path_factory.mktemp("repair") / "world", std_cache=std_cache) as world:
        write_main_module(world.project, packages=3)
        world.warm()
        pristine = world.base / "pristine"
        shutil.copytree(world.gomodcache, pristine, symlinks=True)
        if os.geteuid() == 0:
            if not shutil.which(ORDINARY[0]):
                pytest.skip("no setpriv here to give root's rights away with")
            world = dataclasses.replace(world, prefix=ORDINARY)
        yield Victim(world, pristine)


@pytest.fixture
def victim(shared: Victim) -> Iterator[Victim]:
    yield shared
    shared.restore()


def opened_up(folder: Path) -> Path:
    """A folder of the tree, writable: what is done to a module cache by hand begins so."""
    folder.chmod(0o755)
    return folder


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def other_zip(victim: Victim) -> None:
    """A sound zip of other content."""
    source = victim.file("zip").with_suffix(".other")
    with zipfile.ZipFile(victim.file("zip")) as old, zipfile.ZipFile(source, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b"\n// not what it was\n" if name.endswith(SOURCE) else b""))
    source.replace(victim.file("zip"))


def write_source(victim: Victim, content: bytes | None) -> None:
    path = victim.tree / SOURCE
    opened_up(path.parent)
    path.chmod(0o644)
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    path.parent.chmod(0o555)


def without(name: str) -> Callable[[Victim], None]:
    def damage(victim: Victim) -> None:
        opened_up(victim.tree)
        remove(victim.tree / name)
        victim.tree.chmod(0o555)

    return damage


def with_ziphash(content: bytes) -> Callable[[Victim], None]:
    return lambda victim: put(victim.file("ziphash"), content)


def put(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def half_extracted(victim: Victim) -> None:
    put(victim.file("partial"), b"")
    for number in range(2, 12):
        without(f"part{number:02}")(victim)


def empty_tree(victim: Victim) -> None:
    remove(victim.tree)
    victim.tree.mkdir(0o555)


def file_for_tree(victim: Victim) -> None:
    remove(victim.tree)
    victim.tree.write_text("a file\n")


def litter(victim: Victim) -> None:
    put(opened_up(victim.tree / "part03") / ".DS_Store", b"\0Bud1")
    (victim.tree / "part03").chmod(0o555)


def lock_folder(victim: Victim) -> None:
    remove(victim.file("lock"))
    victim.file("lock").mkdir()


def tree_in_closed_folder(victim: Victim) -> None:
    remove(victim.tree)
    victim.tree.parent.chmod(0o555)


def with_missing_ziphash(victim: Victim) -> None:
    victim.file("ziphash").unlink()


def with_shut_ziphash(victim: Victim) -> None:
    victim.file("ziphash").chmod(0)


def with_missing_mod(victim: Victim) -> None:
    victim.file("mod").unlink()


def with_shut_tree(victim: Victim) -> None:
    victim.tree.chmod(0)


def with_shut_source(victim: Victim) -> None:
    (victim.tree / SOURCE).chmod(0)


def half_source(victim: Victim) -> None:
    write_source(victim, (victim.tree / SOURCE).read_bytes()[:40])


QUICK = {"zip", "tree", "ziphash", "mod", "partial"}
# These are for go to mend, or shut for the ordinary user only, whom the quick look of this process is not.
NOT_QUICK = {with_missing_ziphash, with_shut_ziphash, with_missing_mod, with_shut_source, with_shut_tree}
MENDED_OFFLINE = [
    pytest.param(lambda v: truncate(v.file("zip")), {"zip"}, id="1-zip-cut-tree-whole"),
    pytest.param(with_missing_ziphash, {"ziphash"}, id="8-ziphash-missing"),
    pytest.param(with_ziphash(b""), {"ziphash"}, id="8-ziphash-empty"),
    pytest.param(with_ziphash(b"\0" * 47), {"ziphash"}, id="8-ziphash-of-zeros"),
    pytest.param(with_ziphash(b"h1:abc"), {"ziphash"}, id="8-ziphash-cut"),
    pytest.param(with_ziphash(b"h1:" + b"A" * 43 + b"="), {"ziphash"}, id="9-ziphash-wrong"),
    pytest.param(with_ziphash(b"h2:" + b"A" * 43 + b"="), {"ziphash"}, id="10-ziphash-of-another-kind"),
    pytest.param(lambda v: write_source(v, None), {"tree"}, id="11-source-missing"),
    pytest.param(empty_tree, {"tree"}, id="11-tree-empty"),
    pytest.param(lambda v: write_source(v, b""), {"tree"}, id="12-source-empty"),
    pytest.param(half_source, {"tree"}, id="12-source-half"),
    pytest.param(lambda v: write_source(v, b"package part03\n"), {"tree"}, id="13-source-changed"),
    pytest.param(lambda v: put(opened_up(v.tree) / "extra.go", b"package many\n"), {"tree"}, id="13-extra-file"),
    pytest.param(without("README.md"), {"tree"}, id="13-readme-missing"),
    pytest.param(without("go.mod"), {"tree"}, id="13-go.mod-of-the-tree-missing"),
    pytest.param(file_for_tree, {"tree"}, id="15-a-file-for-the-tree"),
    pytest.param(half_extracted, {"partial"}, id="16-half-extracted"),
    pytest.param(with_missing_mod, {"mod"}, id="17-mod-missing"),
    pytest.param(lambda v: truncate(v.file("mod")), {"mod"}, id="18-mod-cut"),
    pytest.param(lambda v: put(v.file("mod"), b""), {"mod"}, id="18-mod-empty"),
    pytest.param(lambda v: put(v.file("mod"), b"\0\1garbage"), {"mod"}, id="18-mod-garbage"),
    pytest.param(lambda v: put(v.file("info"), b'{"Version":'), {"v1.0.0.info"}, id="19-info-cut"),
    pytest.param(lambda v: put(v.folder / "list", b"\0garbage\n"), {"list"}, id="19-list-garbage"),
    pytest.param(lock_folder, {"v1.0.0.lock"}, id="19-lock-is-a-folder"),
    pytest.param(with_shut_tree, {"tree"}, id="20-tree-shut"),
    pytest.param(with_shut_source, {"tree"}, id="20-source-shut"),
    pytest.param(with_shut_ziphash, {"ziphash"}, id="22-ziphash-shut"),
    pytest.param(tree_in_closed_folder, {"access"}, id="23-folder-not-writable"),
    pytest.param(litter, {"tree"}, id="litter-of-the-finder"),
]


@pytest.mark.parametrize(("damage", "parts"), MENDED_OFFLINE)
def test_it_is_mended_without_the_network(victim: Victim, damage: Callable[[Victim], None], parts: set[str]) -> None:
    before = victim.others()
    assert quickly(victim) == set()
    damage(victim)
    assert quickly(victim) == parts & QUICK or damage in NOT_QUICK
    report = victim.repair("-y", **OFFLINE)
    assert [(found["module"], found["state"]) for found in report["modules"]] == [(NAME, "mended")]
    assert {found["part"] for found in report["modules"][0]["damages"]} == parts
    go_builds_and_verifies(victim, **OFFLINE)
    assert victim.others() == before
    if victim.file("zip").exists():
        assert damaged_modules(victim.world.gomodcache) == []
        assert modes(victim.tree) == modes(victim.pristine / NAME)


def go_builds_and_verifies(victim: Victim, **env: str) -> None:
    """Without a proxy both at once, which takes half the time."""
    commands = [("build", "./..."), ("mod", "verify")]
    if not env:
        for words in commands:
            go_works(victim.world, *words)
        return
    started = [victim.world.start(str(find_go()), *words, env=env) for words in commands]
    for done in map(finish, started):
        assert done.returncode == 0, told(done)


def quickly(victim: Victim) -> set[str]:
    """What a look without any hashing finds."""
    root = victim.world.gomodcache
    known = read_sums([victim.world.project / "go.sum"])
    return {found.part for found in quick_look(root, listed_modules(root), known)}


def modes(tree: Path) -> dict[str, int]:
    paths = [tree, *tree.rglob("*")]
    return {str(path.relative_to(tree)): stat.S_IMODE(path.stat().st_mode) for path in paths}


def gone(*suffixes: str, tree: bool = True) -> Callable[[Victim], None]:
    def damage(victim: Victim) -> None:
        for suffix in suffixes:
            victim.file(suffix).unlink()
        if tree:
            remove(victim.tree)

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(gone("zip", tree=False), id="6-zip-gone"),
        pytest.param(gone("zip"), id="7-zip-and-tree-gone"),
        pytest.param(gone(), id="15-tree-gone"),
    ],
)
def test_what_go_mends_by_itself_is_no_damage(victim: Victim, damage: Callable[[Victim], None]) -> None:
    damage(victim)
    assert victim.repair("-y")["modules"] == []
    go_builds_and_verifies(victim)


def cut_zip_and(*suffixes: str, tree: bool = True, content: bytes | None = None) -> Callable[[Victim], None]:
    def damage(victim: Victim) -> None:
        truncate(victim.file("zip")) if content is None else put(victim.file("zip"), content)
        gone(*suffixes, tree=tree)(victim)

    return damage


def both_bad(victim: Victim) -> None:
    truncate(victim.file("zip"))
    write_source(victim, None)


NOTHING_GOOD = [
    pytest.param(cut_zip_and(), id="2-zip-cut-tree-gone"),
    pytest.param(cut_zip_and(content=b""), id="2-zip-empty-tree-gone"),
    pytest.param(cut_zip_and("ziphash"), id="3-zip-cut-tree-and-ziphash-gone"),
    pytest.param(both_bad, id="zip-and-tree-bad"),
]


@pytest.mark.parametrize("damage", NOTHING_GOOD)
def test_what_has_no_good_copy_goes_so_that_go_downloads_it(victim: Victim, damage: Callable[[Victim], None]) -> None:
    before = victim.others()
    damage(victim)
    offline = victim.repair("-y", code=1, **OFFLINE)["modules"][0]
    assert (offline["state"], offline["code"]) == ("skipped", "offline")
    mended = victim.repair("-y")["modules"][0]
    assert (mended["state"], mended["download"]) == ("mended", ["zip"])
    assert f"go mod download {NAME}" in mended["notes"][0]
    go_builds_and_verifies(victim)
    assert damaged_modules(victim.world.gomodcache) == []
    assert victim.others() == before


@pytest.mark.parametrize(
    "suffixes", [pytest.param((), id="4-ziphash-kept"), pytest.param(("ziphash",), id="5-ziphash-gone")]
)
def test_valid_content_that_go_sum_does_not_name_is_shown_and_left_until_it_is_named(
    victim: Victim, suffixes: tuple[str, ...]
) -> None:
    other_zip(victim)
    gone(*suffixes)(victim)
    inode = victim.file("zip").stat().st_ino
    found = victim.repair("-y", code=1)["modules"][0]
    assert (found["state"], found["code"]) == ("skipped", "mismatch")
    assert len({*found["sums"]["go_sum"], *found["sums"]["zip"]}) == 2
    assert victim.file("zip").stat().st_ino == inode
    assert f"idecare repair {NAME}" in found["next_step"]
    assert victim.repair("-y", NAME)["modules"][0]["state"] == "mended"
    go_builds_and_verifies(victim)
    assert damaged_modules(victim.world.gomodcache) == []


def test_an_index_that_was_made_of_the_damaged_tree_is_dropped(victim: Victim) -> None:
    """Row 14: go goes on saying that a package is missing which is there again."""
    version = go_works(victim.world, "env", "GOVERSION").stdout.strip()
    entry = victim.world.gocache / index_entry(version, victim.tree)
    assert entry.is_file(), "the key is not the one of this go"
    entry.unlink()
    without("part03")(victim)
    assert "no required module provides package" in victim.world.go("build", "./...").stderr
    remove(victim.tree)
    shutil.copytree(victim.pristine / NAME, victim.tree)  # mended by hand
    assert "no required module provides package" in victim.world.go("build", "./...", env=OFFLINE).stderr
    assert victim.repair("-y", **OFFLINE)["index_entries"] == 1
    go_works(victim.world, "build", "./...", env=OFFLINE)


def test_a_missing_package_is_mended_with_its_index(victim: Victim) -> None:
    version = go_works(victim.world, "env", "GOVERSION").stdout.strip()
    (victim.world.gocache / index_entry(version, victim.tree)).unlink(missing_ok=True)
    without("part03")(victim)
    assert "no required module provides package" in victim.world.go("build", "./...").stderr
    assert victim.repair("-y", **OFFLINE)["modules"][0]["state"] == "mended"
    go_works(victim.world, "build", "./...", env=OFFLINE)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
def test_what_belongs_to_another_user_is_named_with_the_command(victim: Victim) -> None:
    """Row 21: somebody ran `sudo go`."""
    remove(victim.tree)
    os.chown(victim.folder, STRANGER, STRANGER)
    found = victim.repair("-y", code=1)["modules"][0]
    os.chown(victim.folder, 0, 0)
    assert (found["state"], found["code"]) == ("skipped", "foreign-owner")
    assert found["next_step"] == f'sudo chown -R "$(id -un)" {victim.folder}'


@pytest.mark.parametrize("kind", ["file", "dangling-link"])
def test_a_module_cache_that_is_none(victim: Victim, kind: str, tmp_path: Path) -> None:
    """Row 24."""
    place = tmp_path / "mod"
    place.write_text("") if kind == "file" else place.symlink_to(tmp_path / "nowhere")
    done = victim.world.idecare("repair", "--all", env={"GOMODCACHE": str(place)})
    assert done.returncode == 1, told(done)
    assert (
        "is not a folder" if kind == "file" else f"is a link to {tmp_path / 'nowhere'}, which is gone"
    ) in done.stderr


def test_three_builds_that_wait_for_a_repair_succeed(victim: Victim) -> None:
    write_source(victim, None)
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
    ("damage", "held"),
    [
        pytest.param(leave_lock, "/shallow.lock", id="25-stale-lock-of-git"),
        pytest.param(spoil_head, "", id="26-damaged-head"),
    ],
)
def test_a_repository_of_go_is_mended(
    victim: Victim, repository: Path, damage: Callable[[Path], None], held: str
) -> None:
    damage(repository)
    (found,) = victim.repair("-y")["modules"]
    relative = repository.relative_to(victim.world.gomodcache).as_posix()
    assert (found["module"], found["state"]) == ("https://example.test/priv", "mended")
    assert found["set_aside"] == [f"{relative}{held}"]
    again = victim.world.go("list", "-m", "-versions", "example.test/priv.git", env=DIRECT)
    assert "v1.0.0" in again.stdout, told(again)


def test_a_repository_that_go_works_in_is_left(victim: Victim, repository: Path) -> None:
    leave_lock(repository)
    with open(f"{repository}.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert victim.repair("-y", code=5)["modules"][0]["code"] == "busy"
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
    name = ModuleVersion("example.test/Odd", "v1.0.0")
    (state,) = inspect_modules(victim.world.gomodcache, [name], KnownSums({}, {}))
    assert (state.zip.h1, state.tree.h1, state.ziphash.h1) == (told_by_go["Sum"],) * 3
    assert (state.mod.h1, state.go_mod_h1) == (told_by_go["GoModSum"],) * 2
    remove(victim.world.gomodcache / name.tree)
    remove(victim.world.gomodcache / name.folder)
