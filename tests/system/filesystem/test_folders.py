"""Folders are opened by identity, and no link is followed on the way below them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from idecare.core.errors import RefusedError
from idecare.system.filesystem.folders import opened, subfolder
from tests.builders import identity_of, tree, write


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "root", "one/two/file")


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    return write(tmp_path / "victim", "two/file")


def test_the_folder_that_was_planned_for_is_opened_and_closed(root: Path) -> None:
    before = open_files()
    with opened(root, identity_of(root)) as descriptor:
        assert os.listdir(descriptor) == ["one"]
    assert open_files() == before


def test_a_folder_that_was_moved_and_came_back_is_the_same(root: Path, tmp_path: Path) -> None:
    identity = identity_of(root)
    root.rename(tmp_path / "moved").rename(root)
    with opened(root, identity) as descriptor:
        assert os.listdir(descriptor) == ["one"]


def test_another_folder_a_link_a_file_and_nothing_are_refused(root: Path, victim: Path, tmp_path: Path) -> None:
    identity = identity_of(root)
    root.rename(tmp_path / "moved")
    before = open_files()
    makers = {
        "cannot be opened any more: No such file": lambda: None,
        "is not the folder it was": lambda: root.mkdir(),
        "cannot be opened any more: Not a directory": lambda: root.symlink_to(tmp_path / "moved"),
        "cannot be opened any more: Not a": lambda: root.touch(),
    }
    for reason, make in makers.items():
        make()
        with pytest.raises(RefusedError, match=reason) as raised, opened(root, identity):
            pytest.fail("it was opened")
        assert (raised.value.code, raised.value.hint) == ("changed", "run it again")
        if root.is_symlink() or root.is_file():
            root.unlink()
        elif root.exists():
            root.rmdir()
    assert open_files() == before


def test_an_error_inside_closes_the_folder_and_goes_on_up(root: Path) -> None:
    before = open_files()
    with pytest.raises(ZeroDivisionError), opened(root, identity_of(root)) as top, subfolder(top, "one/two"):
        raise ZeroDivisionError
    assert open_files() == before


@pytest.mark.parametrize(("path", "found"), [("", ["one"]), ("one", ["two"]), ("one/two", ["file"])])
def test_folders_below_are_opened_from_their_parents(root: Path, path: str, found: list[str]) -> None:
    with opened(root, identity_of(root)) as top, subfolder(top, path) as folder:
        assert os.listdir(folder) == found


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize("link", ["one", "one/two"])
def test_a_link_on_the_way_is_never_followed(root: Path, victim: Path, link: str, create: bool) -> None:
    (root / link).rename(root / "away")
    (root / link).symlink_to(victim)
    before, files = tree(victim), open_files()
    with (
        pytest.raises(OSError, match="Not a directory"),
        opened(root, identity_of(root)) as top,
        subfolder(top, "one/two/new", create),
    ):
        pytest.fail("the link was followed")
    assert (tree(victim), open_files()) == (before, files)


def test_folders_are_made_on_the_way_for_this_user_alone_and_those_that_are_there_stay(root: Path) -> None:
    before = tree(root)
    for _ in range(2):
        with opened(root, identity_of(root)) as top, subfolder(top, "one/new/newer", create=True) as folder:
            assert os.listdir(folder) == []
    assert tree(root) == {**before, "one/new": "folder 700", "one/new/newer": "folder 700"}


def test_a_folder_that_is_not_there_is_not_made_by_looking(root: Path) -> None:
    before = tree(root)
    with (
        pytest.raises(FileNotFoundError),
        opened(root, identity_of(root)) as top,
        subfolder(top, "one/none"),
    ):
        pytest.fail("it was opened")
    assert tree(root) == before
