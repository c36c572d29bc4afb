"""Which Go a go command becomes in a module: GOTOOLCHAIN, go.env, and what go.mod asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from idecare.golang.toolchain import effective_version, go_root, version_key, wanted_version
from tests.builders import write


def goroot(folder: Path, version: str, env: str = "GOTOOLCHAIN=auto\n") -> Path:
    write(folder, "VERSION", content=f"{version}\ntime 2026\n")
    write(folder, "bin/go")
    write(folder, "go.env", content=env)
    return folder


@pytest.mark.parametrize(
    ("own", "chosen", "go_mod", "expected"),
    [
        pytest.param("go1.27.3", "", "go 1.21", "go1.27.3", id="newer than asked for"),
        pytest.param("go1.26.1", "", "go 1.27.3", "go1.27.3", id="switches to go.mod's"),
        pytest.param("go1.26.1", "", "go 1.27", "go1.27.0", id="a minor version is its first release"),
        pytest.param("go1.26.1", "", "go 1.21\ntoolchain go1.27.2", "go1.27.2", id="the toolchain line"),
        pytest.param("go1.26.1", "local", "go 1.27.3", "go1.26.1", id="local stays"),
        pytest.param("go1.26.1", "go1.25.5", "go 1.27.3", "go1.25.5", id="a named one stays"),
        pytest.param("go1.26.1", "go1.25.5+auto", "go 1.27.3", "go1.27.3", id="a named one that may switch"),
        pytest.param("go1.26.1", "path", "go 1.27.3", "go1.27.3", id="path"),
        pytest.param("go1.20.14", "", "go 1.27.3", "go1.20.14", id="before switching came"),
    ],
)
def test_what_runs_in_a_module(tmp_path: Path, own: str, chosen: str, go_mod: str, expected: str) -> None:
    write(tmp_path / "m", "go.mod", content=f"module m\n\n{go_mod}\n")
    assert effective_version(goroot(tmp_path / "go", own), chosen, tmp_path / "m") == expected


def test_without_a_go_env_file_it_does_not_switch(tmp_path: Path) -> None:
    write(tmp_path / "m", "go.mod", content="go 1.27.3\n")
    assert effective_version(goroot(tmp_path / "go", "go1.26.1", env=""), "", tmp_path / "m") == "go1.26.1"


def test_a_workspace_asks_before_its_modules(tmp_path: Path) -> None:
    write(tmp_path, "go.mod", content="go 1.21\n")
    write(tmp_path, "go.work", content="go 1.26.0\n")
    assert wanted_version(tmp_path) == "go1.26.0"


def test_versions_have_an_order() -> None:
    ordered = ["go1.9", "go1.21.13", "go1.22beta1", "go1.22rc1", "go1.22.0", "go1.22.10"]
    assert sorted(ordered, key=version_key) == ordered
    assert version_key("devel") == ()


def test_the_root_of_a_go_command_behind_a_link(tmp_path: Path) -> None:
    root = goroot(tmp_path / "go", "go1.27.3")
    (tmp_path / "link").symlink_to(root / "bin/go")
    assert go_root(tmp_path / "link") == root
    assert go_root(write(tmp_path, "x/bin/go") / "x/bin/go") is None
