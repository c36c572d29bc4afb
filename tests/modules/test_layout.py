"""The folders of a module cache: which may go whole, which in part, and which are not of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from idecare.modules.layout import MODULE_PATH_DEPTH, Layout, RepositoryFoundError
from tests.builders import write

TOOLCHAIN = "golang.org/toolchain@v0.0.1-go1.27.3.linux-amd64/bin/go"


def entries(root: Path, with_toolchains: bool = False) -> list[str]:
    return list(Layout(root, with_toolchains).entries())


@pytest.mark.parametrize(
    ("files", "found"),
    [
        pytest.param(["cache/download/x"], ["cache/download"], id="no modules"),
        pytest.param(
            ["a.b/c@v1/go.mod", "a.b/d/e@v2/go.mod", "example.com@v1/x"], ["a.b", "example.com@v1"], id="whole folders"
        ),
        pytest.param(["a.b/c@v1/go.mod", "a.b/c@v1/x@y/z"], ["a.b"], id="a module's own files are its own"),
        pytest.param(["a.b/c@v1/.git/config", "a.b/d@v1/x"], ["a.b/d@v1"], id="a working copy in place of a tree"),
        pytest.param(["a.b/empty/"], ["a.b"], id="an empty folder"),
        pytest.param(
            ["a.b/c@v1/x", "a.b/mine", "a.b/d/e@v1/x"], ["a.b/c@v1", "a.b/d"], id="a file that is not of the cache"
        ),
        pytest.param(["mine", "a.b/c@v1/x"], ["a.b"], id="a file at the top"),
        pytest.param(["a.b/d/mine", "a.b/d/e@v1/x"], ["a.b/d/e@v1"], id="a file further down"),
        pytest.param([".DS_Store", "a.b/.DS_Store", "a.b/c@v1/x"], ["a.b"], id="Finder's litter hinders nothing"),
        pytest.param([".idecare-held/1/modcache/x", "a.b/c@v1/x"], ["a.b"], id="what is held is passed over"),
        pytest.param([TOOLCHAIN], [], id="a toolchain stays"),
        pytest.param([TOOLCHAIN, "golang.org/x/tools@v1/x"], ["golang.org/x"], id="beside modules"),
        pytest.param(["a.b/toolchain@v1/x"], ["a.b"], id="only golang.org's is a toolchain"),
    ],
)
def test_what_may_go(tmp_path: Path, files: list[str], found: list[str]) -> None:
    assert entries(write(tmp_path, *files)) == found


def test_toolchains_go_with_all_that_belongs_to_them_when_asked_for(tmp_path: Path) -> None:
    write(tmp_path, TOOLCHAIN, "cache/download/golang.org/toolchain/@v/list", "cache/lock")
    layout = Layout(tmp_path, with_toolchains=True)
    assert (list(layout.entries()), layout.kept_toolchains, layout.left) == (
        ["cache/download", "cache/lock", "golang.org"],
        [],
        [],
    )


def test_toolchains_that_stay_keep_their_downloads_and_are_named(tmp_path: Path) -> None:
    write(
        tmp_path,
        TOOLCHAIN,
        *("cache/download/golang.org/toolchain/@v/list", "cache/download/golang.org/x/tools/@v/list"),
        *("cache/download/sumdb/x", "cache/vcs/x", "cache/lock"),
    )
    layout = Layout(tmp_path, with_toolchains=False)
    assert list(layout.entries()) == [
        *("cache/download/sumdb", "cache/download/golang.org/x", "cache/lock", "cache/vcs")
    ]
    assert (layout.kept_toolchains, layout.left) == (["go1.27.3.linux-amd64"], [])


def test_what_else_lies_in_the_cache_folder_stays(tmp_path: Path) -> None:
    """Somebody may keep GOCACHE there, fuzzing corpus and all."""
    write(tmp_path, "cache/download/x", "cache/go-build/fuzz/x")
    layout = Layout(tmp_path, with_toolchains=False)
    assert (list(layout.entries()), layout.left) == (["cache/download"], ["cache/go-build"])


def test_links_and_files_are_named_as_left(tmp_path: Path) -> None:
    write(tmp_path / "victim", "x@v1/file")
    root = write(tmp_path / "mod", "a.b/c@v1/x", "a.b/mine", "z")
    (root / "a.b/link").symlink_to(tmp_path / "victim")
    (root / "l@v1").symlink_to(tmp_path / "victim/x@v1")
    layout = Layout(root, with_toolchains=False)
    assert list(layout.entries()) == ["a.b/c@v1"]
    assert layout.left == ["a.b/link", "a.b/mine", "l@v1", "z"]


@pytest.mark.parametrize("mark", [".git/config", ".git", "go.mod"])
@pytest.mark.parametrize("folder", ["shop", "a.b/shop", "a.b/c/d"])
def test_a_working_copy_among_the_modules_stops_everything(tmp_path: Path, folder: str, mark: str) -> None:
    write(tmp_path, "0.0/c@v1/x", f"{folder}/{mark}")
    with pytest.raises(RepositoryFoundError) as raised:
        entries(tmp_path)
    assert raised.value.path == tmp_path / folder


def test_folders_deeper_than_any_module_path_are_not_of_the_cache(tmp_path: Path) -> None:
    deepest = "/".join(["d"] * MODULE_PATH_DEPTH)
    write(tmp_path, f"{deepest}/m@v1/x")
    assert entries(tmp_path) == ["d"]
    write(tmp_path, f"{deepest}/d/m@v1/x")
    layout = Layout(tmp_path, with_toolchains=False)
    assert list(layout.entries()) == [f"{deepest}/m@v1"]
    assert layout.left == [f"{deepest}/d/m@v1"]
