from __future__ import annotations

from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem

from idecare.golang.delve_releases import SUPPORT, candidates, parse_version, release_for, support_of
from tests.conftest import make_host
from tests.support.jetbrains import SYSTEMS


@pytest.mark.parametrize(
    ("delve", "range_"),
    [
        pytest.param((1, 20, 1), (18, 20), id="between two entries"),
        pytest.param((1, 25, 0), (21, 24), id="the release that lagged behind its Go"),
        pytest.param((1, 25, 2), (22, 25), id="a later one of the same line"),
        pytest.param((1, 27, 1), (25, 27), id="the latest known"),
        pytest.param((1, 27, 9), (25, 27), id="a patch not known yet"),
        pytest.param((1, 30, 0), (28, 30), id="a line not known yet follows the rule"),
    ],
)
def test_a_release_debugs_a_range_of_go(delve: tuple[int, int, int], range_: tuple[int, int]) -> None:
    support = support_of(delve)
    assert support is not None
    assert (support.least, support.most) == range_


def test_nothing_is_known_of_releases_before_the_table() -> None:
    assert support_of((1, 3, 2)) is None


def test_the_table_is_in_order_and_without_overlap() -> None:
    places = [version for entry in SUPPORT for version in (entry.first, entry.last)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("go", "release"),
    [
        pytest.param("go1.27.3", "v1.27.1", id="newest"),
        pytest.param("go1.24", "v1.26.3", id="an older Go takes the last that knows it"),
        pytest.param("go1.21.13", "v1.25.0", id="1.25.1 dropped it"),
        pytest.param("go1.18", "v1.21.0", id="1.21.1 dropped it"),
        pytest.param("go1.99", "latest", id="a Go from after the table"),
        pytest.param("go1.2", "latest", id="a Go from before it"),
        pytest.param(None, "latest", id="no Go known"),
    ],
)
def test_the_newest_delve_for_a_go(go: str | None, release: str) -> None:
    assert release_for(go) == release


@pytest.mark.parametrize("text", ["(devel)", "", None, "master"])
def test_what_is_no_version(text: str | None) -> None:
    assert parse_version(text) is None


def test_candidates_come_in_the_order_of_the_go_extension(fs: FakeFilesystem) -> None:
    fs.os = SYSTEMS["macos"]
    places = ("/gobin", "/Users/gopher/go/bin", "/Users/gopher/go/bin/darwin_arm64", "/usr/bin", "/opt/homebrew/bin")
    for place in places:
        fs.create_file(f"{place}/dlv")
    host = make_host("macos", {"GOBIN": "/gobin", "PATH": "/usr/bin:/gobin"})
    assert [candidate.path for candidate in candidates(host)] == [Path(place) / "dlv" for place in places]


def test_a_dlv_behind_two_links_is_one_and_a_shim_is_none(fs: FakeFilesystem) -> None:
    fs.create_file("/cellar/dlv")
    fs.create_symlink("/usr/bin/dlv", "/cellar/dlv")
    fs.create_symlink("/usr/local/bin/dlv", "/cellar/dlv")
    fs.create_file("/home/gopher/.asdf/shims/dlv")
    host = make_host("linux", {"PATH": "/home/gopher/.asdf/shims:/usr/bin:/usr/local/bin"})
    assert [candidate.path for candidate in candidates(host)] == [Path("/usr/bin/dlv")]
