"""What go.mod and go.work require, replace and exclude, and the order of versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from idecare.golang.requirements import Replacement, Requirements, read_requirements, version_order
from tests.builders import write

GO_MOD = """module example.test/app // a comment

go 1.21.3
toolchain go1.22.1

require example.test/one v1.0.0
require (
	"example.test/two" v2.0.0 // indirect
	example.test/Three/v3 v3.1.0-rc.1
)
exclude example.test/one v0.9.0
replace example.test/one => example.test/fork v1.0.1
replace example.test/two v2.0.0 => ../two
"""


def test_every_line_counts(tmp_path: Path) -> None:
    write(tmp_path, "app/go.mod", content=GO_MOD)
    assert read_requirements(tmp_path / "app/go.mod") == Requirements(
        "example.test/app",
        ("1.21.3", "go1.22.1"),
        True,
        (("example.test/one", "v1.0.0"), ("example.test/two", "v2.0.0"), ("example.test/Three/v3", "v3.1.0-rc.1")),
        (
            Replacement("example.test/one", "", ("example.test/fork", "v1.0.1")),
            Replacement("example.test/two", "v2.0.0", None, tmp_path / "two"),
        ),
        frozenset({("example.test/one", "v0.9.0")}),
    )


@pytest.mark.parametrize("text", ["", "// keeps node_modules out of the module above\n"])
def test_an_empty_one_requires_nothing(tmp_path: Path, text: str) -> None:
    write(tmp_path, "go.mod", content=text)
    assert read_requirements(tmp_path / "go.mod") == Requirements()


@pytest.mark.parametrize("text", ["<<<<<<< HEAD\n", "nothing of go\n", "{{ .Module }}\n"])
def test_what_go_would_refuse_is_none(tmp_path: Path, text: str) -> None:
    write(tmp_path, "go.mod", content=text)
    assert read_requirements(tmp_path / "go.mod") is None
    assert read_requirements(tmp_path / "gone.mod") is None


@pytest.mark.parametrize(
    ("go", "is_pruned"), [("go 1.17", True), ("go 1.21.0", True), ("go 1.16", False), ("", False), ("go x", False)]
)
def test_since_go_1_17_a_go_mod_names_all(tmp_path: Path, go: str, is_pruned: bool) -> None:
    write(tmp_path, "go.mod", content=f"module a\n{go}\n")
    found = read_requirements(tmp_path / "go.mod")
    assert found is not None
    assert found.is_pruned is is_pruned


def test_versions_are_in_the_order_of_semver() -> None:
    ordered = [
        "none",
        "v0.0.0-20190101000000-abcdefabcdef",
        "v0.0.0-20200101000000-abcdefabcdef",
        "v0.9.0",
        "v1.0.0-alpha",
        "v1.0.0-alpha.1",
        "v1.0.0-alpha.beta",
        "v1.0.0-beta.2",
        "v1.0.0-beta.11",
        "v1.0.0-rc.1",
        "v1.0.0",
        "v1.0.1-0.20200101000000-abcdefabcdef",
        "v1.2.0",
        "v1.10.0",
        "v2.0.0+incompatible",
    ]
    ordered.reverse()
    assert sorted(ordered, key=version_order) == ordered[::-1]
