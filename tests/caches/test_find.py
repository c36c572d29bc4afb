"""Picking parts of caches: what goes is what was picked, as far as it may go at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from idecare.caches.base import Cache
from idecare.caches.find import FoundCaches, Picked, parts_of, place_of
from idecare.core.results import refused
from tests.builders import cache, location
from tests.conftest import make_host

MOD = Path("/home/gopher/go/pkg/mod")
MODCACHE = cache("modcache", MOD, ("github.com", "cache/download/github.com", "single.test@v1.0.0"))
CODE = cache("vscode", Path("/code"), ("Cache", "CachedData"))


@pytest.fixture
def found() -> FoundCaches:
    return FoundCaches(make_host(), ("modcache", "vscode"), (MODCACHE, CODE), frozenset())


def entries(found: FoundCaches, *picked: tuple[str, Path]) -> dict[str, tuple[str, ...]]:
    return {one.target: one.entries for one in found.only(Picked(*each) for each in picked).caches}


def test_a_root_is_all_of_it(found: FoundCaches) -> None:
    assert found.only([Picked("modcache", MOD)]).caches == (MODCACHE,)


def test_parts_lie_in_what_may_go(found: FoundCaches) -> None:
    names = ("github.com/pkg/errors@v0.9.1", "cache/download/github.com/pkg/errors/@v/v0.9.1.zip", "golang.org/x")
    assert entries(found, *(("modcache", MOD / name) for name in names)) == {"modcache": names[:2]}


def test_a_name_that_only_begins_alike_is_another(found: FoundCaches) -> None:
    assert entries(found, ("modcache", MOD / "github.com2"), ("modcache", MOD / "single.test@v1.0.0-rc")) == {}


@pytest.mark.parametrize("path", [MOD.parent, Path("/"), MOD / "..", Path("github.com")])
def test_what_is_above_or_elsewhere_is_nothing(found: FoundCaches, path: Path) -> None:
    assert entries(found, ("modcache", path)) == {}


def test_one_folder_of_a_shared_root_is_not_the_others(found: FoundCaches) -> None:
    assert entries(found, ("vscode", Path("/code/CachedData"))) == {"vscode": ("CachedData",)}
    assert entries(found, ("goland", Path("/code/CachedData"))) == {}


def test_a_part_says_nothing_of_the_rest(found: FoundCaches) -> None:
    whole = replace(MODCACHE, left=("odd",), toolchains=("go1.22.0",))
    (part,) = replace(found, caches=(whole,)).only([Picked("modcache", MOD / "github.com")]).caches
    assert (part.is_part, part.left, part.toolchains, part.need) == (True, (), (), None)
    assert part.identity == whole.identity


def test_all_parts_are_the_whole(found: FoundCaches) -> None:
    picked = [Picked("modcache", MOD / name) for name in MODCACHE.entries]
    assert found.only(picked).caches == (MODCACHE,)


def test_what_is_refused_stays_refused_whatever_of_it_is_picked(found: FoundCaches) -> None:
    skipped = replace(MODCACHE, entries=(), skip=refused("foreign-owner", "belongs to another user", "chown it"))
    assert replace(found, caches=(skipped,)).only([Picked("modcache", MOD / "github.com")]).caches == (skipped,)
    assert list(parts_of(skipped)) == []


def gopls(root: Path) -> Cache:
    return cache("gopls", root, ("0123abcd", "ffffffff"))


def test_the_parts_of_gopls_are_its_versions() -> None:
    assert [(part.name, part.entries) for part in parts_of(gopls(Path("/gopls")))] == [
        ("gopls 0123abcd", ("0123abcd",)),
        ("gopls ffffffff", ("ffffffff",)),
    ]


def test_the_parts_of_the_module_cache_are_versions_without_their_go_mod(tmp_path: Path) -> None:
    for name in ("a.test/!big@v1.0.0/x.go", "cache/download/a.test/!big/@v/v1.0.0.zip"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "cache/download/a.test/!big/@v/v1.0.0.mod").write_text("module a.test/Big")
    (tmp_path / "cache/download/a.test/!big/@v/v2.0.0.mod").write_text("module a.test/Big")
    (part,) = parts_of(cache("modcache", tmp_path, ("a.test", "cache/download")))
    assert part.name == "a.test/Big@v1.0.0"
    assert part.entries == ("a.test/!big@v1.0.0", "cache/download/a.test/!big/@v/v1.0.0.zip")
    (kept,) = parts_of(cache("modcache", tmp_path, ("cache/download",)))
    assert kept.entries == part.entries[1:]


def test_a_place_is_that_of_its_cache_through_links(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert place_of(location("gocache", tmp_path / "link")) == (tmp_path / "real").resolve()
    assert place_of(location("goland", tmp_path / "link" / "index")) == (tmp_path / "real").resolve() / "index"
