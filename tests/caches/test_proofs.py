"""The mark each kind of cache must show before anything in it may go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from idecare.caches.base import Cache, Rules, target_named
from tests.builders import cache, identity_of, location, write
from tests.conftest import make_host

ENTRY = "0123456789abcdef" * 4
BUILD = ["README", "00/x-a", "a0/", "ff/y-d", "trim.txt"]
MODULES = ["cache/download/a.b/c/@v/list", "a.b/c@v1/c.go"]


def look(target: str, root: Path, folder: str = "", toolchains: bool = False) -> Cache:
    place = location(target, root / folder if folder else root)
    rules = Rules(make_host(home=root.parent), (), toolchains=toolchains)
    return target_named(target).prove(cache(target, root, (), location=place, identity=identity_of(root)), rules)


@pytest.mark.parametrize(
    ("target", "folder", "files", "entries"),
    [
        pytest.param("gocache", "", BUILD, ("00", "a0", "ff"), id="build cache, empty folders too"),
        pytest.param("gocache", "", ["README", "00/", "ff/"], (), id="build cache without entries"),
        pytest.param(
            "gocache", "", ["README", f"00/{ENTRY}-a", "a0/", f"ff/{ENTRY}-d", "fuzz/a", "0g/x", "000/x", "A0/x"],
            ("00", "a0", "ff"), id="build cache, all else stays",
        ),
        pytest.param("testcache", "", BUILD, ("testexpire.txt",), id="test results"),
        pytest.param("testcache", "", ["README", "00/"], ("testexpire.txt",), id="test results of an empty cache"),
        pytest.param("fuzzcache", "fuzz", [*BUILD, "fuzz/a.b/FuzzX/1"], ("fuzz",), id="fuzzing corpus"),
        pytest.param("fuzzcache", "fuzz", BUILD, (), id="no fuzzing corpus"),
        pytest.param("modcache", "", MODULES, ("a.b", "cache/download"), id="module cache"),
        pytest.param("modcache", "", ["cache/download/"], (), id="module cache that was never used"),
        pytest.param("modcache", "", [], (), id="module cache that is empty"),
        pytest.param("modcache", "", [".DS_Store", ".idecare-held/1/x"], (), id="module cache with litter alone"),
        pytest.param(
            "gopls", "", ["01234567/exe.sha256", "89abcdef/x", "0123456/exe.sha256", "mine/x"], ("01234567",),
            id="gopls, marked folders",
        ),
        pytest.param(
            "goimports", "", ["index-0-123", "index-name-0-ab", "mine", "index-folder/x"],
            ("index-0-123", "index-name-0-ab"), id="import index",
        ),
        pytest.param("goland", "index", ["index/x", "caches/records.dat"], ("index",), id="GoLand beside caches"),
        pytest.param(
            "goland", "index", ["index/x", "LocalHistory/changes.storageData"], ("index",), id="GoLand, Local History"
        ),
        pytest.param("goland", "index", ["index/", "caches/names.dat"], (), id="GoLand, an empty index"),
        pytest.param("goland", "index", ["caches/names.dat"], (), id="GoLand without index"),
        pytest.param("vscode", "CachedData", ["CachedData/x", "User/settings.json"], ("CachedData",), id="VS Code"),
        pytest.param("vscode", "CachedData", ["User/settings.json"], (), id="VS Code without that cache"),
    ],
)  # fmt: skip
def test_what_may_go_of_a_marked_cache(
    tmp_path: Path, target: str, folder: str, files: list[str], entries: tuple[str, ...]
) -> None:
    found = look(target, write(tmp_path / "root", "./", *files), folder)
    assert (found.entries, found.skip) == (entries, None)


@pytest.mark.parametrize(
    ("target", "folder", "files", "code"),
    [
        pytest.param("gocache", "", ["00/x-a"], "no-mark", id="build cache without README"),
        pytest.param("gocache", "", ["README", "src/x"], "no-mark", id="a README alone"),
        pytest.param("gocache", "", ["README/x", "00/x"], "no-mark", id="a README that is a folder"),
        pytest.param("testcache", "", ["x"], "no-mark", id="test results elsewhere"),
        pytest.param("fuzzcache", "fuzz", ["fuzz/x"], "no-mark", id="a corpus elsewhere"),
        pytest.param("modcache", "", ["a.b/c@v1/x"], "no-mark", id="modules without cache/download"),
        pytest.param("modcache", "", ["cache/download", "x@v1/x"], "no-mark", id="cache/download that is a file"),
        pytest.param("gopls", "", ["01234567/x"], "no-mark", id="gopls without exe.sha256"),
        pytest.param("gopls", "", ["mine/x"], "no-mark", id="gopls with somebody else's folder"),
        pytest.param("gopls", "", [], "empty", id="gopls that is empty"),
        pytest.param("gopls", "", ["01234567/exe.sha256/x"], "no-mark", id="exe.sha256 that is a folder"),
        pytest.param("goland", "index", ["index/x"], "no-mark", id="an index alone"),
        pytest.param("goland", "index", ["index/x", "caches/x", "LocalHistory/x"], "no-mark", id="a project's folders"),
        pytest.param("goland", "index", ["index/x", "caches/names.dat/"], "no-mark", id="a folder of the VFS's name"),
        pytest.param("goland", "index", ["index/x", "caches"], "no-mark", id="beside a file called caches"),
        pytest.param("gocache", "", [], "empty", id="build cache that is empty"),
        pytest.param("gocache", "", [".DS_Store", ".idecare-held/1/x"], "empty", id="but for litter and holds"),
        pytest.param("fuzzcache", "fuzz", [], "empty", id="no corpus and no build cache"),
        pytest.param("gocache", "", [*BUILD, "00/.git/x"], "repository-inside", id="build cache with a working copy"),
        pytest.param("gocache", "", [*BUILD, "ff/go.mod"], "repository-inside", id="build cache with a module"),
        pytest.param("modcache", "", [*MODULES, "shop/go.mod"], "repository-inside", id="modules with a working copy"),
        pytest.param(
            "modcache",
            "",
            [*MODULES, "cache/download/a.b/c/d/e/.git/HEAD"],
            "repository-inside",
            id="a deep one",
        ),
        pytest.param(
            "fuzzcache", "fuzz", [*BUILD, "fuzz/.git/HEAD"], "repository-inside", id="corpus with a working copy"
        ),
        pytest.param(
            "gopls", "", ["01234567/exe.sha256", "01234567/go.mod"], "repository-inside", id="gopls with a working copy"
        ),
        pytest.param(
            "goland", "index", ["caches/names.dat", "index/.git"], "repository-inside", id="index with a working copy"
        ),
        pytest.param("vscode", "Cache", ["Cache/go.mod"], "repository-inside", id="VS Code with a working copy"),
    ],
)
def test_what_shows_no_mark_or_holds_more_stays(
    tmp_path: Path, target: str, folder: str, files: list[str], code: str
) -> None:
    found = look(target, write(tmp_path / "root", "./", *files), folder)
    assert found.skip is not None
    assert (found.entries, found.skip.code) == ((), code)
    assert found.skip.kind == ("absent" if code == "empty" else "refused")
    assert code == "empty" or found.skip.next_step


@pytest.mark.parametrize(
    ("marker", "is_marked"),
    [
        (None, False),
        (b"Explicit index invalidation", True),
        (b"Indexes marked as dirty (IDE is expected to be work)", False),
        (b"Explicit index invalidation" * 50, False),
    ],
)
def test_whether_goland_was_asked_to_rebuild_its_index(tmp_path: Path, marker: bytes | None, is_marked: bool) -> None:
    root = write(tmp_path / "root", "index/x", "caches/records.dat")
    if marker is not None:
        (root / "index" / "corruption.marker").write_bytes(marker)
    assert look("goland", root, "index").is_marked is is_marked


@pytest.mark.parametrize("target", ["gocache", "testcache", "fuzzcache"])
def test_what_go_clean_leaves_of_a_build_cache_is_empty_not_foreign(tmp_path: Path, target: str) -> None:
    root = write(tmp_path / "root", "README", "trim.txt", "testexpire.txt")
    found = look(target, root, "fuzz" if target == "fuzzcache" else "")
    assert found.skip is None or found.skip.kind == "absent"


@pytest.mark.parametrize(
    ("target", "folder", "files", "link", "code"),
    [
        pytest.param("gocache", "", ["README", "x/"], "00", "no-mark", id="a link as the only folder"),
        pytest.param("modcache", "", ["cache/lock"], "cache/download", "no-mark", id="cache/download"),
        pytest.param("gopls", "", [], "01234567", "no-mark", id="a folder of gopls"),
        pytest.param("goland", "index", ["caches/names.dat"], "index", "link", id="the index"),
        pytest.param("vscode", "Cache", [], "Cache", "link", id="a cache of VS Code"),
        pytest.param("fuzzcache", "fuzz", BUILD, "fuzz", None, id="the corpus"),
        pytest.param("goimports", "", [], "index-0-1", None, id="an index file"),
    ],
)
def test_a_link_is_neither_a_mark_nor_an_entry(
    tmp_path: Path, target: str, folder: str, files: list[str], link: str, code: str | None
) -> None:
    victim = write(tmp_path / "victim", "exe.sha256", "x-a", "README")
    root = write(tmp_path / "root", "./", *files)
    (root / link).symlink_to(victim / "README" if target == "goimports" else victim)
    found = look(target, root, folder)
    assert (found.entries, found.skip.code if found.skip else None) == ((), code)


def test_what_the_layout_leaves_and_keeps_is_told(tmp_path: Path) -> None:
    toolchain = "golang.org/toolchain@v0.0.1-go1.27.3.linux-amd64/x"
    root = write(tmp_path / "root", *MODULES, "mine", toolchain)
    found = look("modcache", root)
    assert (found.entries, found.left, found.toolchains) == (
        ("a.b", "cache/download"),
        ("mine",),
        ("go1.27.3.linux-amd64",),
    )
    assert look("modcache", root, toolchains=True).entries == ("a.b", "cache/download", "golang.org")


@pytest.mark.parametrize(
    ("target", "variable"), [("gocache", "GOCACHE"), ("modcache", "GOMODCACHE"), ("gopls", "GOPLSCACHE")]
)
def test_the_setting_that_leads_to_an_unmarked_folder_is_named(tmp_path: Path, target: str, variable: str) -> None:
    root = write(tmp_path / "root", "01234567/x")
    found = look(target, root)
    assert found.skip is not None
    assert found.skip.reason.startswith("does not look like this cache: it lacks ")
    assert found.skip.next_step == f"check {variable}"


@pytest.mark.parametrize("text", ["# work\n", "", "This directory holds cached build artifacts\n"])
def test_a_readme_of_the_users_is_no_mark(tmp_path: Path, text: str) -> None:
    root = write(tmp_path / "work", "db/schema.sql", "fe/index.html", "ad/x")
    write(root, "README", content=text)
    found = look("gocache", root)
    assert (found.entries, found.skip and found.skip.code) == ((), "no-mark")


def test_a_readme_that_is_a_pipe_is_never_opened(tmp_path: Path) -> None:
    root = write(tmp_path / "work", "db/x")
    os.mkfifo(root / "README")
    found = look("gocache", root)
    assert found.skip is not None


@pytest.mark.parametrize(
    ("foreign", "left"),
    [
        pytest.param(["notes.txt", "db/schema.sql"], "db/schema.sql", id="a file, in a root with files of others"),
        pytest.param(["db/src/main.c"], "db/src", id="a folder, in a root of go's alone"),
        pytest.param([f"db/src/{ENTRY}-d"], "db/src", id="a folder with a name of go's in it"),
        pytest.param(["notes.txt", f"db/{ENTRY}-d.bak"], f"db/{ENTRY}-d.bak", id="nearly a name of go's"),
    ],
)
def test_a_folder_of_the_build_cache_with_a_foreign_file_stays_and_is_named(
    tmp_path: Path, foreign: list[str], left: str
) -> None:
    root = write(tmp_path / "root", "README", f"00/{ENTRY}-a", f"db/{ENTRY}-d", f"ff/{ENTRY}-d/tool", *foreign)
    found = look("gocache", root)
    assert (found.entries, found.left, found.skip) == (("00", "ff"), (left,), None)


@pytest.mark.parametrize("name", [".git/HEAD", ".git"])
def test_an_extracted_tree_that_is_a_working_copy_stays_and_is_named(tmp_path: Path, name: str) -> None:
    root = write(tmp_path / "root", *MODULES, f"a.b/d@v1/{name}")
    found = look("modcache", root)
    assert (found.entries, found.left) == (("a.b/c@v1", "cache/download"), ("a.b/d@v1",))
