from __future__ import annotations

import hashlib
import os
import shlex
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from idecare.caches.sizes import measure
from idecare.caches.sizes.memory import RememberedSize, SizeMemory, remembered_size
from idecare.core.language import tr
from idecare.core.locations import CacheLocation
from idecare.core.results import Skip
from idecare.doctor.base import CleanTarget, RepairModules, RunByUser
from idecare.golang.environment import BUILD_CACHE
from idecare.modules.index import WrongIndex
from idecare.modules.layout import ModuleVersion
from idecare.modules.repair import Damage, Repair, Verdict
from idecare.modules.repair.parts import HOLDS
from idecare.modules.signs import Sign
from idecare.modules.state import ModuleState, Reading
from idecare.modules.sums import KnownSum
from idecare.modules.suspicions import Suspicion
from idecare.system.mounts import Space, inspect_space
from idecare.system.processes import running_programs
from tests.doctor.checks.snapshots import findings, make_snapshot, reported

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALL = (
    "disk",
    "build-leftovers",
    "gopls-orphans",
    "goimports",
    "modules",
    "used-modules",
    "repositories",
    "module-index",
)
H1 = "h1:" + 43 * "A" + "="


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A sound module cache with two versions in it, of which the second was never extracted."""
    root = tmp_path / "go" / "pkg" / "mod"
    for name, version in (("example.test/!one", "v1.0.0"), ("other.test", "v1.2.0-rc.1")):
        folder = root / "cache" / "download" / name / "@v"
        folder.mkdir(parents=True)
        with zipfile.ZipFile(folder / f"{version}.zip", "w") as archive:
            archive.writestr("x/go.mod", "module x\n")
        (folder / f"{version}.mod").write_text("module x\n")
        (folder / f"{version}.ziphash").write_text(H1)
        (folder / f"{version}.lock").touch()
        (folder / "list").write_text("")
    tree = root / "example.test" / "!one@v1.0.0"
    tree.mkdir(parents=True)
    (tree / "one.go").write_text("package one\n")
    return root


def version(cache: Path, ending: str, of: str = "example.test/!one/@v/v1.0.0") -> Path:
    return cache / "cache" / "download" / f"{of}.{ending}"


@pytest.mark.parametrize("name", ALL)
def test_a_sound_machine_and_an_empty_one_are_fine(cache: Path, tmp_path: Path, name: str) -> None:
    assert reported(f"caches/{name}", make_snapshot(tmp_path)) == []
    assert reported(f"caches/{name}", make_snapshot(tmp_path / "nobody")) == []


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def remove_tree(cache: Path) -> None:
    tree = cache / "example.test" / "!one@v1.0.0"
    (tree / "one.go").unlink()
    tree.rmdir()


def empty_tree(cache: Path) -> None:
    (cache / "example.test" / "!one@v1.0.0" / "one.go").unlink()


def test_a_zip_without_its_go_mod_is_reported_of_a_module_that_is_used_here(cache: Path, tmp_path: Path) -> None:
    """Of what `go install tool@version` alone has fetched it is go's normal state."""
    version(cache, "mod").unlink()
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "go.mod").write_text("module app\n\ngo 1.27\n\nrequire example.test/One v1.0.0\n")
    assert reported("caches/modules", make_snapshot(tmp_path, cwd=folder)) == []
    (folder / "go.sum").write_text(f"example.test/One v1.0.0 h1:{'A' * 43}=\n")
    assert reported("caches/modules", make_snapshot(tmp_path, cwd=folder)) == [("no-mod", "warning")]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        pytest.param(lambda cache: cut(version(cache, "zip")), [("zip", "warning")], id="a zip cut, its tree there"),
        pytest.param(
            lambda cache: cut(version(cache, "zip", "other.test/@v/v1.2.0-rc.1")), [("zip", "error")], id="without tree"
        ),
        pytest.param(lambda cache: empty(version(cache, "zip")), [("zip", "warning")], id="a zip of nothing"),
        pytest.param(lambda cache: empty(version(cache, "mod")), [("mod", "error")], id="a go.mod of nothing"),
        pytest.param(lambda cache: version(cache, "mod").unlink(), [], id="no go.mod of what is not used here"),
        pytest.param(lambda cache: version(cache, "ziphash").write_text("h2:x"), [("ziphash", "error")], id="no h1"),
        pytest.param(lambda cache: empty(version(cache, "ziphash")), [], id="an empty ziphash heals"),
        pytest.param(lambda cache: version(cache, "ziphash").unlink(), [], id="a missing one heals"),
        pytest.param(lambda cache: version(cache, "zip").unlink(), [], id="a missing zip is no damage"),
        pytest.param(remove_tree, [], id="a missing tree heals"),
        pytest.param(empty_tree, [("tree", "error")], id="an empty tree does not"),
        pytest.param(lambda cache: version(cache, "partial").touch(), [("partial", "info")], id="half-extracted"),
        pytest.param(lambda cache: version(cache, "zip9.tmp").touch(), [("download", "info")], id="half-downloaded"),
        pytest.param(
            lambda cache: (cache / "example.test" / "!one@v1.0.0" / ".DS_Store").touch(),
            [("litter", "warning")],
            id="Finder was in the tree",
        ),
        pytest.param(lambda cache: (cache / "cache" / "download" / "x.zip").touch(), [], id="what is not go's"),
        pytest.param(
            lambda cache: (cache / "cache" / "download" / "example.test" / ".DS_Store").touch(),
            [],
            id="harmless litter",
        ),
    ],
)
def test_damage_that_names_and_sizes_show(
    cache: Path, tmp_path: Path, harm: Callable[[Path], object], said: list[object]
) -> None:
    harm(cache)
    assert reported("caches/modules", make_snapshot(tmp_path)) == said


def test_a_toolchain_comes_without_a_go_mod(cache: Path, tmp_path: Path) -> None:
    folder = cache / "cache" / "download" / "golang.org" / "toolchain" / "@v"
    folder.mkdir(parents=True)
    version(cache, "zip").rename(folder / "v0.0.1-go1.26.0.linux-amd64.zip")
    assert reported("caches/modules", make_snapshot(tmp_path)) == []


def unreadable(*places: Path) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """For these places the call ends as it would for a user without permission: CI is root, who always has it."""

    def wrapped(call: Callable[..., object]) -> Callable[..., object]:
        def refusing(path: object, *rest: object) -> object:
            if str(path) in map(str, places):
                raise PermissionError(13, "Permission denied")
            return call(path, *rest)

        return refusing

    return wrapped


def test_what_may_not_be_read_is_reported(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree, zip_file, ziphash = cache / "example.test" / "!one@v1.0.0", version(cache, "zip"), version(cache, "ziphash")
    monkeypatch.setattr(os, "listdir", unreadable(tree)(os.listdir))
    monkeypatch.setattr(os, "open", unreadable(zip_file, ziphash)(os.open))
    (found,) = findings("caches/modules", make_snapshot(tmp_path))
    assert (found.id, found.severity) == ("caches/modules/access", "error")
    assert found.summary == "the module cache has 3 folders or files that are unreadable"
    assert found.remedies == (RepairModules(("example.test/One@v1.0.0",)),)


def test_a_folder_in_which_no_tree_can_be_made_is_reported(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = cache / "example.test"
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) != str(folder))
    (found,) = findings("caches/modules", make_snapshot(tmp_path))
    assert found.remedies == (RunByUser(f"chmod u+rwx {shlex.quote(str(folder))}"),)


def test_a_download_folder_of_another_user_is_reported_once(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the check of owners for a user; root without its rights is kept out, too, and has no other check."""
    folder = version(cache, "zip").parent
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) != str(folder))
    monkeypatch.setattr(os, "geteuid", lambda: os.stat(folder).st_uid + 1)
    (found,) = findings("caches/modules", make_snapshot(tmp_path, user_id=0))
    assert found.evidence == (f"{folder}: may not be written to; it belongs to user id {os.stat(folder).st_uid}",)
    assert found.remedies == (RunByUser(f"sudo chown -R \"$(id -u)\" '{folder}'"),)
    stranger = make_snapshot(tmp_path, user_id=os.stat(folder).st_uid + 1)
    assert (reported("caches/modules", stranger), reported("go/owners", stranger)[0]) == ([], ("", "error"))


def test_a_zip_with_a_comment_is_whole(cache: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(version(cache, "zip"), "a") as archive:
        archive.comment = b"x" * 500
    assert reported("caches/modules", make_snapshot(tmp_path)) == []


def test_a_finding_names_the_module_by_its_real_name(cache: Path, tmp_path: Path) -> None:
    cut(version(cache, "zip"))
    (found,) = findings("caches/modules", make_snapshot(tmp_path))
    assert found.fix == "idecare repair example.test/One@v1.0.0"
    assert found.remedies == (RepairModules(("example.test/One@v1.0.0",)),)
    assert found.evidence == (f"{version(cache, 'zip')}: is cut short",)


def test_what_go_has_half_done_is_no_damage(cache: Path, tmp_path: Path) -> None:
    version(cache, "partial").touch()
    assert reported("caches/modules", make_snapshot(tmp_path, go_is_at_work=True)) == []


SUSPICIONS = {
    "missing": ("tree", "missing: a.go"),
    "more": ("tree", f"{tr('too many')}: .DS_Store"),
    "sum": ("ziphash", "its sum is not that of go.sum"),
    "empty": ("ziphash", "is empty"),
    "partial": ("partial", "go was ended"),
    "file": ("tree", tr("is not a folder")),
}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["missing", "sum"], [("damaged", "error")], id="damage"),
        pytest.param(["more"], [("more", "warning")], id="builds pass"),
        pytest.param(["empty", "partial", "file"], [], id="go heals it"),
        pytest.param(["missing", "more"], [("damaged", "error"), ("more", "warning")], id="both"),
    ],
)
def test_what_differs_in_the_modules_of_a_project(tmp_path: Path, words: list[str], said: list[object]) -> None:
    module = ModuleVersion("example.test/One", "v1.0.0")
    found = tuple(Suspicion(module, *SUSPICIONS[word]) for word in words)
    assert reported("caches/used-modules", make_snapshot(tmp_path, suspicions=found)) == said
    sign = Sign("zip", str(module), tmp_path, "is cut short")
    assert reported("caches/used-modules", make_snapshot(tmp_path, suspicions=found, module_signs=(sign,))) == []


def test_a_repository_that_git_left_locked(cache: Path, tmp_path: Path) -> None:
    folder = cache / "cache" / "vcs" / (64 * "a")
    for name in ("objects", "refs"):
        (folder / name).mkdir(parents=True)
    (folder / "HEAD").write_text("ref: refs/heads/main\n")
    folder.with_name(f"{folder.name}.info").write_text("git3:https://example.test/repo")
    assert reported("caches/repositories", make_snapshot(tmp_path)) == []
    (folder / "shallow.lock").touch()
    assert reported("caches/repositories", make_snapshot(tmp_path)) == [("", "warning")]
    (folder / "HEAD").write_text("\0\0")
    assert reported("caches/repositories", make_snapshot(tmp_path)) == [("", "error")]


def test_a_wrong_index_is_an_error_and_its_module_is_repaired(cache: Path, tmp_path: Path) -> None:
    module = ModuleVersion("example.test/One", "v1.0.0")
    wrong = WrongIndex(cache / module.tree, "ab/abc-a", "it does not know the folder sub")
    used = (module, ModuleVersion("other.test", "v1.0.0"))
    snapshot = make_snapshot(tmp_path, wrong_indexes=(wrong,), used_modules=used, suspicions=())
    (found,) = findings("caches/module-index", snapshot)
    assert (found.severity, found.remedies) == ("error", (RepairModules(("example.test/One@v1.0.0",)),))
    version(cache, "partial").touch()
    damaged = make_snapshot(tmp_path, wrong_indexes=(wrong,), used_modules=used, suspicions=())
    assert reported("caches/module-index", damaged) == []


@pytest.mark.parametrize(
    ("space", "said"),
    [
        pytest.param(Space(Path("/"), ("build cache",), 50 * 10**9, 10**12, 10**6, 10**7), [], id="room"),
        pytest.param(Space(Path("/"), ("build cache",), 10**8, 10**12), [("bytes", "error")], id="full"),
        pytest.param(Space(Path("/"), ("x",), 8 * 10**8, 10**12), [("bytes", "warning")], id="nearly full"),
        pytest.param(Space(Path("/"), ("x",), 10**11, 10**12, 100, 10**7), [("files", "warning")], id="few inodes"),
        pytest.param(Space(Path("/"), ("x",), 10**11, 10**12, 0, 0), [], id="inodes without limit"),
        pytest.param(Space(Path("/"), ("x",), 40 * 10**6, 64 * 10**6), [], id="a small disk with room"),
    ],
)
def test_a_full_disk(tmp_path: Path, space: Space, said: list[object]) -> None:
    assert reported("caches/disk", make_snapshot(tmp_path, space=(space,))) == said


def test_each_file_system_is_reported_once_by_what_is_on_it(tmp_path: Path) -> None:
    (found,) = inspect_space([("a", tmp_path / "none" / "x"), ("b", tmp_path)])
    assert (found.path, found.names) == (tmp_path, ("a", "b"))
    assert 0 < found.free_bytes <= found.total_bytes


def age(path: Path, **span: float) -> None:
    stamp = (NOW - timedelta(**span)).timestamp()
    for file in (*path.rglob("*"), path):
        os.utime(file, (stamp, stamp))


def gopls_folder(home: Path, name: str, days: float) -> Path:
    folder = home / ".cache" / "gopls" / name
    (folder / "00").mkdir(parents=True)
    (folder / "exe.sha256").write_text("x")
    age(folder, days=days)
    return folder


def test_folders_of_gopls_that_are_old_and_nobodys_are_orphans(tmp_path: Path) -> None:
    gopls = tmp_path / "go" / "bin" / "gopls"
    gopls.parent.mkdir(parents=True)
    gopls.write_bytes(b"a gopls")
    own = hashlib.sha256(b"a gopls").hexdigest()[:8]
    gopls_folder(tmp_path, own, days=90)
    gopls_folder(tmp_path, "0123abcd", days=4)
    assert reported("caches/gopls-orphans", make_snapshot(tmp_path, now=NOW)) == []
    gone = gopls_folder(tmp_path, "89abcdef", days=6)
    (found,) = findings("caches/gopls-orphans", make_snapshot(tmp_path, now=NOW))
    assert found.remedies == (CleanTarget("gopls", ("89abcdef",)),)
    assert found.evidence == (f"{gone}, 6 days old",)
    assert reported("caches/gopls-orphans", make_snapshot(tmp_path, now=NOW, gopls_owners=None)) == []


def test_index_files_that_no_pointer_names_are_old_payloads(tmp_path: Path) -> None:
    folder = tmp_path / ".cache" / "goimports"
    folder.mkdir(parents=True)
    (folder / "index-name-0-0123abcd").write_text("index-0-222")
    (folder / "index-0-222").write_text("in use")
    age(folder, days=9)
    assert reported("caches/goimports", make_snapshot(tmp_path, now=NOW)) == []
    (folder / "index-0-111").write_text("old")
    age(folder, hours=1)
    assert reported("caches/goimports", make_snapshot(tmp_path, now=NOW)) == []
    age(folder, days=1)
    (found,) = findings("caches/goimports", make_snapshot(tmp_path, now=NOW))
    assert found.remedies == (CleanTarget("goimports", ("index-0-111",)),)


def work_folder(home: Path, name: str, days: float) -> Path:
    folder = home / "tmp" / name
    (folder / "b001" / "exe").mkdir(parents=True)
    age(folder, days=days)
    return folder


def look_work(home: Path, *programs: Path):  # type: ignore[no-untyped-def]
    environment = {"GOTMPDIR": str(home / "tmp")}
    user = os.geteuid()
    return make_snapshot(home, environment=environment, now=NOW, user_id=user, running_programs=frozenset(programs))


def test_work_folders_are_left_over_when_old_and_unused(tmp_path: Path) -> None:
    work_folder(tmp_path, "go-build111", days=0.5)
    work_folder(tmp_path, "go-built", days=50)
    assert reported("caches/build-leftovers", look_work(tmp_path)) == []
    old = work_folder(tmp_path, "go-build222", days=3)
    (found,) = findings("caches/build-leftovers", look_work(tmp_path))
    assert found.evidence == (f"{old}, 3 days old",)
    assert reported("caches/build-leftovers", look_work(tmp_path, old / "b001" / "exe" / "server")) == []


def test_the_programs_that_run_are_known() -> None:
    assert Path(os.path.realpath("/proc/self/exe")) in running_programs()


def test_a_cache_that_was_measured_and_is_very_large_is_reported(tmp_path: Path) -> None:
    cache = tmp_path / ".cache" / "go-build"
    large = {BUILD_CACHE: RememberedSize(cache, 40 * 10**9, 0)}
    assert reported("caches/size", make_snapshot(tmp_path, remembered_sizes=large)) == [("", "info")]
    small = {BUILD_CACHE: RememberedSize(cache, 4 * 10**9, 0)}
    assert reported("caches/size", make_snapshot(tmp_path, remembered_sizes=small)) == []
    assert reported("caches/size", make_snapshot(tmp_path)) == []


def test_the_size_is_what_usage_remembered(tmp_path: Path) -> None:
    cache, memory = tmp_path / ".cache" / "go-build", tmp_path / "sizes"
    (cache / "00").mkdir(parents=True)
    (cache / "00" / f"{'0' * 64}-d").write_bytes(bytes(50_000))
    (cache / "README").write_text("x")
    location = CacheLocation("go", "build cache", cache, "default", "gocache")
    sizes = SizeMemory(memory)
    usage = measure(location, sizes, (NOW + timedelta(days=9)).timestamp())
    memory.mkdir()
    for file, data in sizes.files():
        file.write_bytes(data)
    found = remembered_size(memory, cache)
    assert found is not None
    assert 50_000 <= found.allocated_bytes <= usage.allocated_bytes
    assert remembered_size(memory, tmp_path) is None


def verdict(part: str, reason: str, decision: Repair | Skip | None = None, tree: bool = False) -> Verdict:
    repair = Repair("x@v1.0.0", "x.lock", "x", H1)
    state = ModuleState(ModuleVersion("x", "v1.0.0"), tree=Reading("ok", H1)) if tree else None
    return Verdict("x@v1.0.0", (Damage(part, reason),), decision or repair, state=state)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        pytest.param(verdict("tree", "its sum is not that of go.sum"), [("damaged", "error")], id="tree"),
        pytest.param(verdict("ziphash", "its sum is not that of go.sum"), [("damaged", "error")], id="wrong ziphash"),
        pytest.param(verdict("ziphash", tr("is missing")), [("small", "info")], id="no ziphash"),
        pytest.param(verdict("v1.0.0.info", "is cut short"), [("small", "info")], id="small file"),
        pytest.param(verdict("partial", "go was ended"), [], id="half-extracted"),
        pytest.param(verdict("access", "x may not be written to"), [], id="a closed folder is no content"),
        pytest.param(verdict("tree", tr("is not a folder")), [("small", "info")], id="a file for the tree"),
        pytest.param(verdict("tree", f"{HOLDS}.DS_Store"), [("unused", "warning")], id="litter"),
        pytest.param(verdict("mod", tr("is missing")), [("unused", "warning")], id="no go.mod"),
        pytest.param(verdict("zip", "is cut", tree=True), [("unused", "warning")], id="a zip next to its tree"),
        pytest.param(verdict("zip", "is cut"), [("damaged", "error")], id="a zip without a tree"),
        pytest.param(
            verdict("tree", "missing: a.go", Skip("refused", "foreign-owner", "it belongs to root", "chown {root}/x")),
            [("blocked", "error")],
            id="of another user",
        ),
        pytest.param(Verdict("x@v1.0.0"), [], id="sound"),
        pytest.param(
            verdict("zip", "x", Skip("kept", "mismatch", "no two agree", "compare")),
            [("unclear", "error")],
            id="unclear",
        ),
    ],
)
def test_a_deep_run_reports_what_every_sum_shows(tmp_path: Path, found: Verdict, said: list[object]) -> None:
    assert reported("caches/sums", make_snapshot(tmp_path, deep=True, module_verdicts=(found,))) == said
    assert reported("caches/sums", make_snapshot(tmp_path, module_verdicts=(found,))) == []


def test_what_could_be_an_attack_is_shown_with_all_its_sums_and_not_repaired(tmp_path: Path) -> None:
    state = ModuleState(
        ModuleVersion("x", "v1.0.0"),
        zip=Reading("ok", "h1:zip"),
        ziphash=Reading("ok", "h1:ziphash"),
        sums=(KnownSum("h1:sum", tmp_path / "go.sum"),),
    )
    skip = Skip("kept", "mismatch", "no two of its parts agree", "compare the sums")
    found = replace(verdict("zip", "its sum is not that of go.sum", skip), state=state)
    (told_of,) = findings("caches/sums", make_snapshot(tmp_path, deep=True, module_verdicts=(found,)))
    assert told_of.evidence[1:] == ("go.sum: h1:sum", "zip: h1:zip", "ziphash: h1:ziphash", "no two of its parts agree")
    assert (told_of.fix, told_of.remedies) == ("compare the sums", ())


def test_only_a_deep_run_hashes(cache: Path, tmp_path: Path) -> None:
    """The zip that the fixture makes is not the one of its ziphash."""
    assert reported("caches/sums", make_snapshot(tmp_path)) == []
    said = reported("caches/sums", make_snapshot(tmp_path, deep=True))
    assert {word for word, _ in said} <= {"damaged", "unclear"}
    assert said
    assert reported("caches/sums", make_snapshot(tmp_path / "nobody", deep=True)) == []
