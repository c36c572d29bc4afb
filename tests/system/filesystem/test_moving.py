"""Entries are moved aside within their root and put back: whole, without copying, and never through a link."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from idecare.system.filesystem import moving
from idecare.system.filesystem.moving import (
    hold_entries,
    hold_matching,
    put_back,
    put_back_in_use,
    put_back_paths,
    remove_empty_holds,
    swap_back,
)
from tests.builders import GO_README, names, tree, write

HOLD = ".held/7/gocache"
NOBODY = 65534


@pytest.fixture
def path(public_folder: Path) -> Path:
    return write(public_folder / "root", "00/x-a", "00/x-d", "ff/y-d", "README")


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    return write(tmp_path / "victim", "x-a", "00/x-a", "empty/")


@pytest.fixture
def ordinary_user() -> Iterator[Callable[[Path], None]]:
    """Makes a tree that of an ordinary user, and this process one too: permissions do not stop root."""
    yield become_owner_of
    if os.getuid() == 0:
        os.seteuid(0)


def become_owner_of(path: Path) -> None:
    if os.getuid() != 0:
        return
    for found in (path, *path.rglob("*")):
        os.chown(found, NOBODY, NOBODY, follow_symlinks=False)
    os.seteuid(NOBODY)


def separate(path: str) -> bool:
    return False


@pytest.mark.parametrize("keep_folders", [False, True])
def test_entries_go_to_the_same_names_below_the_hold_and_come_back(path: Path, root: int, keep_folders: bool) -> None:
    write(path, "deep/er/entry/file", "deep/er/stays")
    (path / "00").chmod(0o750)
    before = tree(path)
    assert hold_entries(root, HOLD, ["00", "ff", "deep/er/entry"], keep_folders) == 3
    assert names(path) == {
        *("README", "deep/er/stays"),
        *(f"{HOLD}/{name}" for name in ("00/x-a", "00/x-d", "ff/y-d", "deep/er/entry/file")),
    }
    left = {"00": "folder 750", "ff": "folder 755", "deep/er/entry": "folder 755"} if keep_folders else {}
    visible = {name: told for name, told in tree(path).items() if not name.startswith(".held")}
    stays = {"README": GO_README, "deep": "folder 755", "deep/er": "folder 755", "deep/er/stays": "deep/er/stays"}
    assert visible == {**stays, **left}
    restored, kept = put_back(root, HOLD, separate)
    assert (restored > 0, kept) == (True, 0)
    assert tree(path) == before


def test_a_folder_that_is_kept_is_there_at_every_moment(path: Path, root: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A go command that starts now writes into it without making it first."""

    seen = []

    def checked(change: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*arguments: Any, **keywords: Any) -> Any:
            result = change(*arguments, **keywords)
            seen.append((path / "00").is_dir() and (path / "ff").is_dir())
            return result

        return wrapper

    for name in ("rename", "mkdir", "chmod"):
        monkeypatch.setattr(os, name, checked(getattr(os, name)))
    monkeypatch.setattr(moving, "exchange", checked(moving.exchange))
    assert hold_entries(root, HOLD, ["00", "ff"], keep_folders=True) == 2
    assert (len(seen) > 4, all(seen)) == (True, True)
    assert names(path) == {"README", f"{HOLD}/00/x-a", f"{HOLD}/00/x-d", f"{HOLD}/ff/y-d"}


@pytest.mark.parametrize("swap", [None, lambda *arguments: -1], ids=["no such call", "not on this file system"])
def test_where_nothing_can_be_swapped_folders_are_renamed_and_made_anew(
    path: Path, root: int, monkeypatch: pytest.MonkeyPatch, swap: object
) -> None:
    (path / "00").chmod(0o750)
    before = tree(path)
    monkeypatch.setattr(moving, "load_exchange", lambda: swap)
    assert hold_entries(root, HOLD, ["00", "ff", "gone"], keep_folders=True) == 2
    assert tree(path)["00"] == "folder 750"
    put_back(root, HOLD, separate)
    assert tree(path) == before


def test_a_folder_that_became_empty_is_as_it_was_afterwards(path: Path, root: int) -> None:
    write(path, "deep/entry/file")
    before = tree(path)
    hold_entries(root, HOLD, ["deep/entry"], keep_folders=False)
    put_back(root, HOLD, separate)
    assert tree(path) == before


def test_a_folder_that_its_group_may_write_is_left_so(path: Path, root: int) -> None:
    (path / "00").chmod(0o775)
    before = os.umask(0o022)
    try:
        hold_entries(root, HOLD, ["00"], keep_folders=True)
    finally:
        os.umask(before)
    assert tree(path)["00"] == "folder 775"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be beside another user")
@pytest.mark.parametrize(("entries", "keep"), [(["00"], True), (["00"], False), (["deep/entry"], False)])
def test_a_folder_of_another_user_stays_theirs(path: Path, root: int, entries: list[str], keep: bool) -> None:
    """Also where it is made again: in the hold, in its old place, or on the way to an entry."""
    write(path, "deep/entry/file")
    for folder in ("00", "deep", "deep/entry"):
        os.chown(path / folder, NOBODY, NOBODY)
    hold_entries(root, HOLD, entries, keep_folders=keep)
    put_back(root, HOLD, separate)
    assert {(path / folder).stat().st_uid for folder in ("00", "deep", "deep/entry")} == {NOBODY}


def test_entries_that_have_gone_meanwhile_are_not_counted(path: Path, root: int) -> None:
    assert hold_entries(root, HOLD, ["00", "gone", "ff"], keep_folders=True) == 2
    assert not (path / "gone").exists()


def test_entries_whose_folder_has_gone_meanwhile_are_not_counted(path: Path, root: int) -> None:
    assert hold_entries(root, HOLD, ["00", "gone/entry", "ff"], keep_folders=False) == 2


def test_moving_twice_moves_once(path: Path, root: int) -> None:
    hold_entries(root, HOLD, ["00", "ff"], keep_folders=False)
    before = tree(path)
    assert hold_entries(root, HOLD, ["00", "ff"], keep_folders=False) == 0
    assert tree(path) == before


def test_a_link_in_place_of_an_entry_stays(path: Path, root: int, victim: Path) -> None:
    (path / "link").symlink_to(victim)
    before = tree(victim)
    assert hold_entries(root, HOLD, ["link", "00"], keep_folders=True) == 1
    assert ((path / "link").is_symlink(), tree(victim)) == (True, before)


@pytest.mark.parametrize("name", [".held", ".held/7", ".held/7/gocache", "deep"])
def test_nothing_is_moved_through_a_link_in_place_of_a_folder(path: Path, root: int, victim: Path, name: str) -> None:
    (path / name).parent.mkdir(parents=True, exist_ok=True)
    (path / name).symlink_to(victim)
    before = tree(victim)
    with pytest.raises(OSError, match="Not a directory"):
        hold_entries(root, HOLD, ["deep/00" if name == "deep" else "00"], keep_folders=False)
    assert (tree(victim), (path / "00/x-a").exists()) == (before, True)


def test_links_inside_an_entry_travel_as_links(path: Path, root: int, victim: Path) -> None:
    (path / "00/link").symlink_to(victim)
    before, there = tree(path), tree(victim)
    hold_entries(root, HOLD, ["00"], keep_folders=False)
    assert (path / HOLD / "00/link").is_symlink()
    put_back(root, HOLD, separate)
    assert (tree(path), tree(victim)) == (before, there)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mode", [0o000, 0o300, 0o500, 0o555])
@pytest.mark.parametrize("keep_folders", [False, True])
def test_a_folder_that_its_owner_may_not_use_is_moved_and_keeps_its_mode(
    path: Path, root: int, ordinary_user: Callable[[Path], None], mode: int, keep_folders: bool
) -> None:
    before = tree(path)
    ordinary_user(path)
    (path / "00").chmod(mode)
    assert hold_entries(root, HOLD, ("00", "ff"), keep_folders) == 2
    assert put_back(root, HOLD, separate) == (2, 0)
    assert mode_of(path / "00") == mode
    (path / "00").chmod(0o755)
    assert tree(path) == before


@pytest.mark.parametrize("mode", [0o500, 0o555, 0o700])
def test_a_folder_whose_entries_came_back_has_the_mode_it_had(path: Path, root: int, mode: int) -> None:
    """Its stand-in in the hold folder is open to its owner; root may take what is in a closed one."""
    for entries in (("deep/entry",), ("deep/entry", "ff")):
        write(path, "deep/entry/x")
        (path / "deep").chmod(0o700)
        (path / "deep").chmod(mode if os.geteuid() == 0 else 0o700)
        before = tree(path)
        hold_entries(root, HOLD, entries, False)
        put_back(root, HOLD, separate)
        assert tree(path) == before


def test_a_folder_that_is_made_for_what_comes_back_has_the_mode_of_the_one_that_goes(
    path: Path, root: int, ordinary_user: Callable[[Path], None]
) -> None:
    write(path, f"{HOLD}/a/b/mine", f"{HOLD}/a/b/other")
    ordinary_user(path)
    (path / HOLD / "a" / "b").chmod(0o555)
    assert put_back_paths(root, HOLD, "", ["a/b/mine", "a/b/other"]) == []
    assert (mode_of(path / "a"), mode_of(path / "a/b")) == (mode_of(path / HOLD / "a"), 0o555)
    assert {"a/b/mine", "a/b/other"} <= names(path)


def test_a_read_only_module_tree_can_be_moved_and_keeps_its_mode(
    path: Path, root: int, ordinary_user: Callable[[Path], None]
) -> None:
    write(path, "a.b/c@v1/sub/file", "a.b/d@v1/file")
    for name in ("a.b/c@v1/sub", "a.b/c@v1"):
        (path / name).chmod(0o555)
    ordinary_user(path)
    before = tree(path)
    assert hold_entries(root, HOLD, ["a.b/c@v1"], keep_folders=False) == 1
    assert tree(path)[f"{HOLD}/a.b/c@v1"] == "folder 555"
    assert put_back(root, HOLD, separate) == (1, 0)
    assert tree(path) == before


def test_a_folder_that_may_not_be_changed_fails_and_stays(
    path: Path, root: int, ordinary_user: Callable[[Path], None]
) -> None:
    write(path, "closed/entry/file")
    (path / "closed").chmod(0o555)
    ordinary_user(path)
    with pytest.raises(PermissionError):
        hold_entries(root, HOLD, ["closed/entry"], keep_folders=False)
    assert (tree(path)["closed/entry"], tree(path)["closed/entry/file"]) == ("folder 755", "closed/entry/file")


def is_entry(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(("-a", "-d"))


def is_action(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith("-a")


def test_matching_entries_go_one_by_one_and_their_folders_stay(path: Path, root: int) -> None:
    write(path, "ff/z-a")
    assert hold_matching(root, HOLD, ["00", "ff", "gone"], is_action) == 2
    assert names(path) == {"README", "00/x-d", "ff/y-d", f"{HOLD}/00/x-a", f"{HOLD}/ff/z-a"}
    before = tree(path)
    assert hold_matching(root, HOLD, ["00", "ff", "gone"], is_action) == 0
    assert tree(path) == before


def test_no_match_makes_no_folder(path: Path, root: int) -> None:
    before = tree(path)
    assert hold_matching(root, HOLD, ["00", "ff"], lambda entry: False) == 0
    assert tree(path) == before


@pytest.mark.parametrize("make", [lambda path, to: path.symlink_to(to), lambda path, to: path.touch()])
def test_a_link_or_a_file_in_place_of_a_folder_is_passed_over(path: Path, root: int, victim: Path, make: Any) -> None:
    (path / "ff").rename(path / "fe")
    make(path / "ff", victim)
    before = tree(victim)
    assert hold_matching(root, HOLD, ["ff", "00"], lambda entry: True) == 2
    assert tree(victim) == before


def test_an_entry_that_vanishes_while_it_is_looked_at_is_passed_over(path: Path, root: int) -> None:
    def goes(entry: os.DirEntry[str]) -> bool:
        if entry.name == "x-a":
            raise FileNotFoundError
        return True

    assert hold_matching(root, HOLD, ["00"], goes) == 1


@pytest.mark.parametrize("keep_folders", [True, False], ids=["folders made anew", "no folders"])
def test_what_comes_last_comes_after_the_rest_of_all_folders(
    path: Path, root: int, keep_folders: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that finds an action opens the output it names, wherever that is."""
    for number in range(16):
        write(path, f"{number:02x}/{number}-a", content=f"{15 - number:02x}/{15 - number}-d")
        write(path, f"{number:02x}/{number}-d")
    before = tree(path)
    hold_entries(root, HOLD, [f"{number:02x}" for number in range(16)], keep_folders)
    seen = []

    def checked(change: Callable[..., None]) -> Callable[..., None]:
        def wrapper(*arguments: Any, **keywords: Any) -> None:
            change(*arguments, **keywords)
            actions = [found for found in path.glob("*/*-a") if found.name != "x-a"]
            seen.append(len(actions))
            assert [found.name for found in actions if not (path / found.read_text()).exists()] == []

        return wrapper

    for name in ("rename", "link", "unlink", "mkdir"):
        monkeypatch.setattr(os, name, checked(getattr(os, name)))
    assert put_back_in_use(root, HOLD, lambda name: name.endswith("-a")) == (34, 0)
    monkeypatch.undo()
    assert (tree(path), seen[0], seen[-1]) == (before, 0, 16)


def test_no_folder_in_use_is_replaced_newer_entries_stay_and_links_are_left(
    path: Path, root: int, victim: Path
) -> None:
    write(path, "aa/z-d", "bb/z-d")
    hold_entries(root, HOLD, ["00", "ff", "aa", "bb"], keep_folders=True)
    inode = (path / "ff").stat().st_ino
    write(path, "00/x-a", content="new")
    (path / "aa").rmdir()
    (path / "aa").symlink_to(victim)
    (path / "bb").rmdir()
    before = tree(victim)
    assert put_back_in_use(root, HOLD, lambda name: name.endswith("-a")) == (3, 2)
    assert ((path / "ff").stat().st_ino, (path / "00/x-a").read_text(), tree(victim)) == (inode, "new", before)
    assert names(path / HOLD) == {"00/x-a", "aa/z-d"}
    assert put_back_in_use(root, "gone", lambda name: True) == (0, 0)


def test_folders_are_swapped_back_with_what_was_made_in_their_place(path: Path, root: int) -> None:
    hold_entries(root, HOLD, ["00", "ff"], keep_folders=True)
    inode = (path / HOLD / "00").stat().st_ino
    write(path, "00/new-d", "00/x-a", content="new")
    assert swap_back(root, HOLD) == 2
    assert (path / "00").stat().st_ino == inode
    assert names(path) == {"README", "00/new-d", "00/x-a", "00/x-d", "ff/y-d", f"{HOLD}/00/x-a"}
    assert (path / HOLD / "00/x-a").read_text() == "new"


def test_folders_that_were_not_swapped_yet_stay_where_they_are(path: Path, root: int) -> None:
    """Interrupted while the folders were made that were to be left in their place."""
    before, inode = names(path), (path / "00").stat().st_ino
    for name in ("00", "ff"):
        (path / HOLD / name).mkdir(parents=True)
    assert swap_back(root, HOLD) == 0
    assert ((path / "00").stat().st_ino, names(path)) == (inode, before)
    assert swap_back(root, "gone") == 0


def test_entries_come_back_into_a_read_only_folder_in_use(
    path: Path, root: int, ordinary_user: Callable[[Path], None]
) -> None:
    (path / "ff").chmod(0o555)
    ordinary_user(path)
    before = tree(path)
    hold_entries(root, HOLD, ["00", "ff"], keep_folders=True)
    assert put_back_in_use(root, HOLD, lambda name: False) == (3, 0)
    assert tree(path) == before


def test_newer_entries_stay_and_older_ones_wait(path: Path, root: int) -> None:
    hold_entries(root, HOLD, ["00", "ff"], keep_folders=True)
    write(path, "00/x-a", content="new")
    assert put_back(root, HOLD, separate) == (2, 1)
    assert (path / "00/x-a").read_text() == "new"
    assert names(path / HOLD) == {"00/x-a"}
    before = tree(path)
    assert put_back(root, HOLD, separate) == (0, 1)
    assert tree(path) == before


def test_a_unit_comes_back_whole_or_not_at_all(path: Path, root: int) -> None:
    hold_entries(root, HOLD, ["00", "ff"], keep_folders=True)
    write(path, "00/new")
    assert put_back(root, HOLD, lambda path: True) == (1, 1)
    assert names(path) == {"README", "00/new", "ff/y-d", f"{HOLD}/00/x-a", f"{HOLD}/00/x-d"}


def test_an_empty_folder_is_no_newer_entry(path: Path, root: int) -> None:
    hold_entries(root, HOLD, ["00"], keep_folders=True)
    assert put_back(root, HOLD, lambda path: True) == (1, 0)
    assert (path / "00/x-a").exists()


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK])
def test_where_hard_links_are_not_possible_entries_are_renamed(
    path: Path, root: int, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    write(path, "00/stays", "ff/stays")
    before = tree(path)
    hold_matching(root, HOLD, ["00", "ff"], is_entry)
    write(path, "ff/y-d", content="new")

    def unsupported(*arguments: object, **keywords: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", unsupported)
    assert put_back(root, HOLD, separate) == (2, 1)
    after = {name: told for name, told in tree(path).items() if not name.startswith(".held")}
    assert after == {**before, "ff/y-d": "new"}


def test_a_failure_while_putting_back_is_not_hidden_and_loses_nothing(
    path: Path, root: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(path, "00/stays", "ff/stays")
    hold_matching(root, HOLD, ["00", "ff"], is_entry)

    def full(*arguments: object, **keywords: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "link", full)
    with pytest.raises(OSError, match="No space left"):
        put_back(root, HOLD, separate)
    monkeypatch.undo()
    assert put_back(root, HOLD, separate) == (3, 0)


def test_putting_back_nothing_is_fine(path: Path, root: int) -> None:
    before = tree(path)
    assert put_back(root, HOLD, separate) == (0, 0)
    assert tree(path) == before


def test_hold_folders_are_removed_as_far_as_they_are_empty(path: Path, root: int) -> None:
    write(path, f"{HOLD}/", ".held/8/gopls/x")
    remove_empty_holds(root, HOLD)
    assert names(path / ".held") == {"8/gopls/x"}
    assert not (path / ".held/7").exists()
    remove_empty_holds(root, ".held/8/gopls")
    assert names(path / ".held") == {"8/gopls/x"}


def test_single_paths_go_back_with_the_folders_on_their_way(path: Path, root: int) -> None:
    write(path, "held/one/two/file", "held/one/other", "one/other/")
    (path / "held/one/two").chmod(0o555)
    assert put_back_paths(root, "held", "", ["one/two/file", "one/other"]) == ["one/other"]
    assert (path / "one/two/file").read_text() == "held/one/two/file"
    assert (path / "held/one/other").is_file()
    assert stat.S_IMODE((path / "held/one/two").stat().st_mode) == 0o555


@pytest.mark.parametrize("in_the_way", ["file", "link"])
def test_single_paths_go_through_nothing_that_took_the_place_of_a_folder(
    path: Path, root: int, tmp_path: Path, in_the_way: str
) -> None:
    write(path, "held/one/two")
    victim = write(tmp_path / "victim", "kept")
    (path / "one").symlink_to(victim) if in_the_way == "link" else write(path, "one")
    assert put_back_paths(root, "held", "", ["one/two"]) == ["one/two"]
    assert put_back_paths(root, "held", "apart", ["one/two"]) == []
    assert ((path / "apart/one/two").exists(), names(victim)) == (True, {"kept"})
