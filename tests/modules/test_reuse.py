"""What a go command may have again: intact by go.sum, of a proxy, and never a list of versions."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from idecare.modules.reuse import Reusable, find_reusable, matches_prefix
from idecare.modules.sums import read_sums
from tests.builders import write_file
from tests.support.modules import add_module, go_sum, module

SOUND, OTHER = "example.test/Sound@v1.0.0", "example.test/other@v1.2.0"


def found(root: Path, sums: str, private: str = "") -> Reusable:
    known = read_sums([write_file(root.parent / "go.sum", sums)])
    return find_reusable(root, known, lambda path: matches_prefix(private, path))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in (SOUND, OTHER):
        made = add_module(tmp_path / "mod", name)
        write_file(tmp_path / "mod" / made.file("info"), f'{{"Version": "{made.version}"}}')
        write_file(tmp_path / "mod" / made.folder / "list", made.version)
    return tmp_path / "mod"


def files(name: str, *suffixes: str) -> set[str]:
    return {module(name).file(suffix) for suffix in suffixes}


def test_intact_parts_that_go_sum_names_are_offered_and_no_list(root: Path) -> None:
    offer = found(root, go_sum(SOUND))
    assert set(offer.files) == files(SOUND, "zip", "mod", "info")
    assert (offer.modules, offer.damaged) == ((module(SOUND),), ())


@pytest.mark.parametrize("suffix", ["zip", "mod"])
@pytest.mark.parametrize("content", [b"", b"damaged"])
def test_a_damaged_part_is_not(root: Path, suffix: str, content: bytes) -> None:
    (root / module(SOUND).file(suffix)).write_bytes(content)
    offer = found(root, go_sum(SOUND) + go_sum(OTHER))
    left = files(SOUND, "zip") if suffix == "mod" else files(SOUND, "mod", "info")
    assert set(offer.files) == left | files(OTHER, "zip", "mod", "info")
    assert offer.damaged == (module(SOUND),)


def test_a_zip_of_another_version_in_its_place_is_damaged(root: Path) -> None:
    os.replace(root / module(OTHER).file("zip"), root / module(SOUND).file("zip"))
    offer = found(root, go_sum(SOUND) + go_sum(OTHER))
    assert (offer.modules, offer.damaged) == ((), (module(SOUND),))


@pytest.mark.parametrize("text", ["", "[]", '{"Version": "v9.9.9"}', "{"])
def test_an_info_of_another_version_is_not_offered(root: Path, text: str) -> None:
    (root / module(SOUND).file("info")).write_text(text)
    assert set(found(root, go_sum(SOUND)).files) == files(SOUND, "zip", "mod")


@pytest.mark.parametrize(
    "name",
    ["../../x v1.0.0", "a//b v1.0.0", "./a v1.0.0", "a ../v1", "golang.org/toolchain v0.0.1-go1.27.3", "\0 v1.0.0"],
)
def test_odd_names_and_toolchains_are_none(root: Path, name: str) -> None:
    sums = f"{name} h1:x\n{name}/go.mod h1:x\n"
    assert found(root, sums) == Reusable()


def test_what_is_private_or_not_there_is_not_offered(root: Path) -> None:
    assert found(root, go_sum(SOUND) + go_sum("example.test/gone@v1.0.0"), "*.test/S*").files == ()
    assert found(root, "") == Reusable()


@pytest.mark.parametrize(
    ("patterns", "path", "matches"),
    [
        ("", "a.b/c", False),
        ("none", "a.b/c", False),
        ("a.b", "a.b/c", True),
        ("a.b/c", "a.b", False),
        ("*.corp.test", "git.corp.test/x/y", True),
        ("*.corp.test", "corp.test/x", False),
        ("x,*/private", "a.b/private/z", True),
        ("*", "a.b/c", True),
        ("a.[^b]", "a.c/x", True),
        ("a.[^b]", "a.b/x", False),
    ],
)
def test_patterns_are_gos(patterns: str, path: str, matches: bool) -> None:
    assert matches_prefix(patterns, path) is matches
