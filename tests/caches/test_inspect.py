"""Whether a location may be touched at all: its path, its owner, its neighbours, the settings and the mounts."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem, OSType

from idecare.caches.base import Cache, Rules
from idecare.caches.inspect import inspect_cache, inspect_caches, root_of
from idecare.core.host import Host
from idecare.system.mounts import Mount
from tests.builders import build_cache, identity_of, location, write
from tests.conftest import make_host


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return write(tmp_path / "home", "./")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return build_cache(tmp_path / "caches" / "go-build")


def look(path: Path, home: Path, target: str = "gocache", **rules: Any) -> Cache:
    place = rules.pop("location", None) or location(target, path)
    host: Host = rules.pop("host", None) or make_host(home=home)
    return inspect_cache(place, Rules(host, rules.pop("mounts", ()), **rules))


def code(found: Cache) -> str | None:
    return found.skip.code if found.skip else None


def test_a_proven_cache_has_its_identity_and_entries(root: Path, home: Path) -> None:
    found = look(root, home)
    assert (found.root, found.identity, found.entries, found.skip) == (root, identity_of(root), ("00", "ff"), None)


@pytest.mark.parametrize(
    ("target", "name", "root_name"),
    [
        ("gocache", "go-build", "go-build"),
        ("testcache", "go-build", "go-build"),
        ("modcache", "mod", "mod"),
        ("gopls", "gopls", "gopls"),
        ("goimports", "goimports", "goimports"),
        ("fuzzcache", "go-build/fuzz", "go-build"),
        ("goland", "GoLand2026.2/index", "GoLand2026.2"),
        ("vscode", "Code/CachedData", "Code"),
    ],
)
def test_the_root_is_the_folder_that_stays(target: str, name: str, root_name: str) -> None:
    assert root_of(location(target, Path("/c", name))) == Path("/c", root_name)


def test_nothing_there_is_absent(home: Path, tmp_path: Path) -> None:
    found = look(tmp_path / "none", home)
    assert found.skip is not None
    assert (found.skip.kind, found.skip.code, found.identity) == ("absent", "not-there", None)


@pytest.mark.parametrize(
    ("path", "problem", "kind", "next_step"),
    [
        pytest.param("off", "the build cache is turned off", "absent", "", id="turned off"),
        pytest.param("rel", "it is not absolute", "refused", "correct GOCACHE", id="relative"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_with_its_setting(
    home: Path, path: str, problem: str, kind: str, next_step: str
) -> None:
    found = look(Path(path), home, location=location(path=Path(path), source="GOCACHE in /env", problem=problem))
    assert found.skip is not None
    assert (found.skip.kind, found.skip.reason, found.skip.next_step) == (kind, problem, next_step)


def test_a_root_reached_through_links_is_resolved_once_and_must_bear_the_mark(
    root: Path, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(root)
    found = look(tmp_path / "one", home)
    assert (found.root, found.skip) == (root, None)
    (root / "README").unlink()
    assert code(look(tmp_path / "one", home)) == "no-mark"


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        pytest.param(lambda path: path.symlink_to(path), "unreachable", id="a link to itself"),
        pytest.param(lambda path: path.symlink_to("nowhere"), "not-there", id="a link to nothing"),
        pytest.param(lambda path: path.touch(), "not-a-folder", id="a file"),
        pytest.param(lambda path: os.mkfifo(path), "not-a-folder", id="a pipe"),
    ],
)
def test_what_is_no_folder_is_skipped(
    home: Path, tmp_path: Path, make: Callable[[Path], object], expected: str
) -> None:
    make(tmp_path / "cache")
    assert code(look(tmp_path / "cache", home)) == expected


@pytest.mark.parametrize("target", ["gocache", "modcache"])
@pytest.mark.parametrize("place", [".", "..", "/"])
def test_a_home_and_what_lies_above_one_is_refused_whatever_it_looks_like(
    home: Path, tmp_path: Path, place: str, target: str
) -> None:
    build_cache(home)
    write(home, "cache/download/x")
    assert code(look((home / place).resolve(), home, target)) == "home"


@pytest.mark.parametrize(
    ("system", "place"), [(OSType.MACOS, "/Users"), (OSType.LINUX, "/home"), (OSType.LINUX, "/root")]
)
def test_where_homes_lie_is_refused_whoever_asks(fs: FakeFilesystem, system: OSType, place: str) -> None:
    fs.os = system
    build_cache(Path(place))
    assert code(look(Path(place), Path("/var/lib/daemon"))) == "home"


def test_a_home_behind_a_link_is_still_a_home(home: Path, tmp_path: Path) -> None:
    build_cache(home)
    (tmp_path / "link").symlink_to(home)
    assert code(look(home, tmp_path / "link")) == "home"
    assert code(look(tmp_path / "link", home)) == "home"


@pytest.mark.parametrize("mark", [".git/config", ".git", "go.mod"])
def test_a_working_copy_is_refused_even_with_the_mark(root: Path, home: Path, mark: str) -> None:
    write(root, mark)
    found = look(root, home)
    assert found.skip is not None
    assert (found.skip.code, found.entries) == ("working-copy", ())
    assert found.skip.reason == f"holds {mark.split('/')[0]}, so it is a working copy"


@pytest.mark.parametrize(
    ("cwd", "files", "expected"),
    [
        pytest.param("00/shop", ["00/shop/go.mod"], "working-copy", id="the module you are in"),
        pytest.param("00/shop/cmd/x", ["00/shop/.git/HEAD", "00/shop/cmd/x/a.go"], "working-copy", id="further down"),
        pytest.param("00/shop", ["00/shop/a.go"], None, id="a folder that is no working copy"),
        pytest.param("a.b/c@v1/sub", ["a.b/c@v1/go.mod", "a.b/c@v1/sub/x"], None, id="inside a module of the cache"),
        pytest.param(".", [], None, id="in the cache itself"),
    ],
)
def test_a_cache_with_the_module_you_are_in_is_refused(
    tmp_path: Path, home: Path, cwd: str, files: list[str], expected: str | None
) -> None:
    root = write(tmp_path / "caches", "README", f"00/{'0' * 64}-a", f"ff/{'0' * 64}-d", *files)
    assert code(look(root, home, host=make_host(home=home, cwd=root / cwd))) == expected


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        pytest.param("", "never-touch", id="the root"),
        pytest.param("..", "never-touch", id="above it"),
        pytest.param("00", "never-touch", id="below it"),
        pytest.param("../other", None, id="beside it"),
        pytest.param("../go", None, id="a name that begins the same"),
    ],
)
def test_what_the_settings_keep_is_kept(root: Path, home: Path, kept: str, expected: str | None) -> None:
    found = look(root, home, never_touch=((root / kept).resolve(),))
    assert code(found) == expected
    assert expected is None or (found.skip and found.skip.kind) == "kept"


def test_another_users_cache_is_refused_by_name(root: Path, home: Path) -> None:
    mine = make_host(home=home, user_id=os.geteuid() + 4_000_000)
    found = look(root, home, host=mine)
    assert found.skip is not None
    assert (found.skip.kind, found.skip.code) == ("refused", "foreign-owner")
    assert found.skip.reason.endswith(f", not to {mine.user_id}")


def test_where_users_have_no_number_nobody_is_foreign(root: Path, home: Path) -> None:
    assert code(look(root, home, host=replace(make_host(home=home), user_id=None))) is None


@pytest.mark.parametrize(
    ("point", "expected"), [("00/disk", "mount-inside"), ("", None), ("..", None), ("../go-build2", None)]
)
def test_another_file_system_inside_forbids_it(root: Path, home: Path, point: str, expected: str | None) -> None:
    where = Path(os.path.normpath(root / point))
    found = look(root, home, mounts=(Mount(Path("/"), "ext4"), Mount(where, "tmpfs")))
    assert code(found) == expected
    assert expected is None or (found.skip and found.skip.next_step) == f"umount {where}"


def test_an_empty_cache_is_absent_before_anything_forbids_it(home: Path, tmp_path: Path) -> None:
    root = write(tmp_path / "mod", "cache/download/")
    found = look(root, home, "modcache", mounts=(Mount(root / "cache", "tmpfs"),))
    assert (code(found), found.skip and found.skip.kind) == ("empty", "absent")


def test_a_cache_in_which_all_is_foreign_is_not_called_empty(home: Path, tmp_path: Path) -> None:
    found = look(write(tmp_path / "work", "README", "db/schema.sql", "fe/index.html", "notes.txt"), home)
    assert (code(found), found.skip and found.skip.kind) == ("only-foreign", "absent")
    assert found.skip
    assert "db/schema.sql" in found.skip.reason


@pytest.mark.skipif(os.getuid() != 0, reason="takes root to make a folder of somebody else's")
def test_what_may_not_be_read_is_refused(public_folder: Path, home: Path) -> None:
    root = build_cache(public_folder / "go-build")
    os.chown(root, 65534, 65534)
    root.chmod(0)
    os.seteuid(65534)
    try:
        assert code(look(root, home)) == "unreadable"
    finally:
        os.seteuid(0)


def test_a_root_that_may_not_be_written_is_refused(root: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: (path, mode) != (root, os.W_OK))
    assert code(look(root, home)) == "not-writable"


def test_every_target_is_asked_for_its_own_mark(root: Path, home: Path) -> None:
    for target in ("modcache", "gopls", "goimports"):
        assert look(root, home, target).entries == ()
    assert look(root, home, "testcache").entries == ("testexpire.txt",)


def inspected(home: Path, *places: tuple[str, Path]) -> tuple[Cache, ...]:
    return inspect_caches([location(target, path) for target, path in places], Rules(make_host(home=home), ()))


def test_several_places_of_one_target_in_one_folder_are_one_cache(home: Path, tmp_path: Path) -> None:
    root = write(tmp_path / "Code", "CachedData/x", "Cache/y", "User/settings.json")
    (only,) = inspected(home, ("vscode", root / "CachedData"), ("vscode", root / "Cache"))
    assert (only.root, only.entries, only.skip) == (root, ("CachedData", "Cache"), None)


@pytest.mark.parametrize("names", [("CachedData", "Cache"), ("Cache", "CachedData")])
@pytest.mark.parametrize("empty", [True, False])
def test_an_empty_place_does_not_hide_its_neighbour(
    home: Path, tmp_path: Path, names: tuple[str, str], empty: bool
) -> None:
    root = write(tmp_path / "Code", "Cache/y", *(["CachedData/"] if empty else []))
    (only,) = inspected(home, *(("vscode", root / name) for name in names))
    assert (only.entries, only.skip) == (("Cache",), None)


def test_a_place_that_is_refused_keeps_its_neighbours(home: Path, tmp_path: Path) -> None:
    root = write(tmp_path / "Code", "Cache/y", "CachedData/.git/x")
    (only,) = inspected(home, ("vscode", root / "Cache"), ("vscode", root / "CachedData"))
    assert code(only) == "repository-inside"


def own_build_cache(root: Path) -> Path:
    return write(root, "README", f"00/{'0' * 64}-a", f"ab/{'0' * 64}-d")


@pytest.mark.parametrize("order", [1, -1], ids=["first", "last"])
def test_what_is_refused_for_one_target_is_off_limits_for_the_others(home: Path, tmp_path: Path, order: int) -> None:
    root = own_build_cache(tmp_path / "caches")
    write(root, "ab/mod/cache/download/x/y/.git/HEAD", "ab/mod/a.b/c@v1/x")
    places = [("gocache", root), ("modcache", root / "ab/mod")][::order]
    found = {cache.target: cache for cache in inspected(home, *places)}
    assert code(found["modcache"]) == "repository-inside"
    assert (found["gocache"].entries, code(found["gocache"])) == (("00",), None)


def test_a_refused_folder_that_another_target_names_too_stays(home: Path, tmp_path: Path) -> None:
    """GOCACHE and GOMODCACHE at one place, which is a build cache and no module cache."""
    root = own_build_cache(tmp_path / "caches")
    found = inspected(home, ("gocache", root), ("modcache", root))
    assert [code(cache) for cache in found] == ["off-limits", "no-mark"]


def test_a_cache_within_a_working_copy_of_a_refused_one_stays(home: Path, tmp_path: Path) -> None:
    root = own_build_cache(tmp_path / "caches")
    write(root, "ab/.git/HEAD", "ab/mod/cache/download/x", "ab/mod/a.b/c@v1/x")
    found = inspected(home, ("gocache", root), ("modcache", root / "ab/mod"))
    assert [code(cache) for cache in found] == ["repository-inside", "off-limits"]


def test_a_refused_part_of_a_root_leaves_the_rest(home: Path, tmp_path: Path) -> None:
    root = own_build_cache(tmp_path / "caches")
    write(root, "fuzz/.git/HEAD")
    found = inspected(home, ("gocache", root), ("fuzzcache", root / "fuzz"))
    assert [code(cache) for cache in found] == [None, "repository-inside"]


def test_a_refusal_elsewhere_is_nobodys_business(home: Path, tmp_path: Path) -> None:
    root = own_build_cache(tmp_path / "caches")
    found = inspected(home, ("gocache", root), ("modcache", home), ("gopls", tmp_path / "none"))
    assert [code(cache) for cache in found] == [None, "home", "not-there"]


@pytest.fixture
def bind(tmp_path: Path) -> Iterator[Callable[[Path], Path]]:
    """Gives a folder a second name, by a bind mount."""
    if os.getuid() != 0:
        pytest.skip("takes root to mount")
    mounted: list[Path] = []

    def make(folder: Path) -> Path:
        place = write(tmp_path / f"bound{len(mounted)}", "./")
        if subprocess.run(["mount", "--bind", folder, place], capture_output=True).returncode:
            pytest.skip("mounting is not allowed here")
        mounted.append(place)
        return place

    yield make
    for place in reversed(mounted):
        subprocess.run(["umount", place], check=True)


def test_a_folder_is_known_by_what_it_is_not_by_its_name(
    root: Path, home: Path, bind: Callable[[Path], Path], tmp_path: Path
) -> None:
    other_name = bind(root)
    assert [found.root for found in inspected(home, ("gocache", root), ("gocache", other_name))] == [root]
    assert code(look(other_name, home, never_touch=(root,))) == "never-touch"
    assert code(look(root, home, never_touch=(other_name / "00",))) == "never-touch"
    refused = [code(found) for found in inspected(home, ("gocache", root), ("modcache", other_name))]
    assert refused == ["off-limits", "no-mark"]


def test_a_home_under_another_name_is_still_a_home(home: Path, bind: Callable[[Path], Path]) -> None:
    build_cache(home)
    assert code(look(bind(home), home)) == "home"


def test_the_module_you_are_in_is_seen_under_another_name(root: Path, home: Path, bind: Callable[[Path], Path]) -> None:
    write(root, "00/shop/go.mod")
    assert code(look(root, home, host=make_host(home=home, cwd=bind(root) / "00/shop"))) == "working-copy"


def test_one_folder_of_two_targets_stays_two_caches(root: Path, home: Path) -> None:
    assert [found.target for found in inspected(home, ("gocache", root), ("testcache", root))] == [
        *("gocache", "testcache")
    ]


def test_two_links_to_one_folder_are_one_cache(root: Path, home: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    assert [found.root for found in inspected(home, ("gocache", root), ("gocache", tmp_path / "link"))] == [root]
