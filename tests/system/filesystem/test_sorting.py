"""What of a held folder is foreign, by name and kind, however deep, and without following a link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from idecare.system.filesystem.removing import Removal, remove_tree
from idecare.system.filesystem.sorting import Fate, find_foreign
from tests.builders import write

DEPTH = 400  # a tree that pytest can still remove when the test is cut short


class Form:
    """Folders ``own...`` are looked into, folders ``whole...`` are not, files ``x...`` are the owner's."""

    marks = frozenset({".git"})

    def fate(self, path: str, is_folder: bool) -> Fate:
        name = os.path.basename(path)
        if not is_folder:
            return "own" if name.startswith("x") else "foreign"
        return "own" if name.startswith("own") else "whole" if name.startswith("whole") else "foreign"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "root", "held/")


@pytest.mark.parametrize(
    ("files", "foreign"),
    [
        (["own/x", "own/own/x", "x"], []),
        (["own/x", "own/mine"], ["own/mine"]),
        (["own/own/mine", "mine"], ["mine", "own/own/mine"]),
        (["own/other/x", "own/other/y"], ["own/other"]),
        (["whole/any", "whole/thing/at/all"], []),
        (["whole/a/b/.git/HEAD", "whole/x"], ["whole"]),
        (["whole/a/b/c", "whole/a/d", "whole/.git"], ["whole"]),
        (["own/whole1/.git", "own/whole2/a"], ["own/whole1"]),
        ([".deep-1-2/anything"], []),
        (["own/.deep-1-2/anything"], ["own/.deep-1-2"]),
        (["own/.DS_Store"], []),
    ],
)
def test_what_is_foreign(path: Path, root: int, files: list[str], foreign: list[str]) -> None:
    write(path / "held", *files)
    assert sorted(find_foreign(root, "held", Form())) == foreign


WRITTEN = frozenset({"a", "sub/b", "sub/deep/c"})


@pytest.mark.parametrize(
    ("files", "foreign"),
    [
        (["a", "sub/b", "sub/deep/c"], []),
        (["b", "sub/a", "sub/deep/b"], ["b", "sub/a", "sub/deep/b"]),
        (["a", "mine/x", "mine/y/z", "sub/mine/x/y/z", "sub/mine/x/v"], ["mine", "sub/mine"]),
        (["a/b", "sub/b/c"], ["a", "sub/b"]),
        (["mine/", "sub/.DS_Store"], []),
        (["mine/x", "sub/deep/.git"], [""]),
    ],
)
def test_what_the_owner_has_not_written_into_a_whole_folder(
    path: Path, root: int, files: list[str], foreign: list[str]
) -> None:
    write(path / "held" / "own" / "whole", *files)
    found = find_foreign(root, "held", Form(), {"own/whole": WRITTEN}.get)
    assert sorted(found) == [f"own/whole/{name}".rstrip("/") for name in foreign]


def test_nothing_is_held(root: int) -> None:
    assert find_foreign(root, "gone", Form()) == []


def test_a_link_is_judged_as_a_file_and_not_followed(path: Path, root: int, tmp_path: Path) -> None:
    victim = write(tmp_path / "victim", ".git/HEAD")
    write(path / "held", "whole/")
    for name in ("whole/link", "own", "x"):
        (path / "held" / name).symlink_to(victim)
    assert find_foreign(root, "held", Form()) == ["own"]


@pytest.mark.parametrize("name", [".git", "other"])
def test_a_working_copy_below_any_depth_is_found(path: Path, root: int, name: str) -> None:
    write(path / "held", "whole/")
    descriptor = os.open(path / "held/whole", os.O_RDONLY)
    for step in [*["d"] * DEPTH, name]:
        os.mkdir(step, dir_fd=descriptor)
        below = os.open(step, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    os.close(descriptor)
    found = find_foreign(root, "held", Form())
    assert remove_tree(root, "held", Removal())  # pytest could not
    assert found == (["whole"] if name == ".git" else [])


def test_a_folder_that_its_owner_has_closed_is_looked_into(path: Path, root: int) -> None:
    write(path / "held", "whole/closed/.git")
    (path / "held/whole/closed").chmod(0)
    assert find_foreign(root, "held", Form()) == ["whole"]
