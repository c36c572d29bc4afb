"""Which Go a go command becomes in a module: GOTOOLCHAIN, go.env, and what go.mod asks for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idecare.core.host import Host
from idecare.golang import toolchain
from idecare.golang.toolchain import effective_version, go_root, shim, version_key, wanted_version, with_answers
from tests.builders import write
from tests.conftest import make_host


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


ANSWERS = {"GOCACHE": "/set/by/shim", "GOMODCACHE": "/mod", "GOPATH": "", "GOPROXY": "direct", "GOFLAGS": "-x"}


def program(path: Path, script: str) -> Path:
    write(path.parent, path.name, content=f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def host_of(tmp_path: Path, *folders: Path, **environment: str) -> Host:
    path = ":".join(["/usr/bin", "/bin"] if not folders else map(str, folders))
    return make_host(environment={"PATH": path, **environment}, home=tmp_path, cwd=tmp_path)


@pytest.mark.parametrize("manager", [".asdf", ".goenv", "asdf", "goenv", "mise"])
def test_the_first_go_of_this_shell_may_be_a_shim(tmp_path: Path, manager: str) -> None:
    go = program(tmp_path / manager / "shims" / "go", "")
    program(tmp_path / "sdk" / "bin" / "go", "")
    write(tmp_path / "empty", "./")
    assert shim(host_of(tmp_path, tmp_path / "empty", go.parent, tmp_path / "sdk/bin")) == go
    assert shim(host_of(tmp_path, tmp_path / "sdk/bin", go.parent)) is None


def test_a_folder_of_path_that_cannot_be_looked_into_has_no_go(tmp_path: Path) -> None:
    go = program(tmp_path / ".asdf/shims" / "go", "")
    shut = write(tmp_path / "shut", "./")
    shut.chmod(0)  # which does not stop root; a name that is too long stops everybody
    assert shim(host_of(tmp_path, shut, tmp_path / ("x" * 300), go.parent)) == go


def test_a_folder_called_shims_is_not_enough_and_neither_is_no_go_at_all(tmp_path: Path) -> None:
    program(tmp_path / "mine" / "shims" / "go", "")
    write(tmp_path / ".asdf/shims", "go/")
    assert shim(host_of(tmp_path, tmp_path / "mine/shims")) is None
    assert shim(host_of(tmp_path, tmp_path / ".asdf/shims")) is None


def test_what_toolchain_counts_over_the_environment(tmp_path: Path) -> None:
    go = program(tmp_path / ".asdf/shims/go", f"echo '{json.dumps(ANSWERS)}'")
    host = host_of(tmp_path, GOCACHE="/mine", GOPATH="/path", OTHER="stays")
    answered = with_answers(host, go).environment
    expected = {"GOCACHE": "/set/by/shim", "GOMODCACHE": "/mod", "GOPROXY": "direct", "GOFLAGS": "-x"}
    assert answered == {**host.environment, **expected}


def test_go_is_asked_in_this_folder_by_name_and_without_downloading_anything(tmp_path: Path) -> None:
    asked = 'printf "%s\\n" "$*" "$(pwd)" "$GOTOOLCHAIN" "$GOWORK" "$HOME" > asked'
    go = program(tmp_path / ".goenv/shims/go", f"{asked}; echo '{{}}'")
    host = host_of(tmp_path, GOTOOLCHAIN="auto")
    assert with_answers(host, go).environment == host.environment
    assert (tmp_path / "asked").read_text().splitlines() == [
        "env -json GOCACHE GOMODCACHE GOPATH GOPROXY GOFLAGS",
        *(str(tmp_path), "local", "off", str(tmp_path)),
    ]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("echo 'asdf: no version is set' >&2; exit 126", id="a failure"),
        pytest.param("echo '{'", id="cut short"),
        pytest.param("", id="nothing"),
        pytest.param('echo \'{"GOCACHE": ["/x"], "GOPATH": null}\'', id="values that are no text"),
        pytest.param("kill -9 $$", id="killed"),
        pytest.param(
            "echo '[]'",
            id="a list",
        ),
    ],
)
def test_what_go_does_not_answer_stays_as_the_environment_says(tmp_path: Path, script: str) -> None:
    host = host_of(tmp_path, GOCACHE="/mine")
    assert with_answers(host, program(tmp_path / ".asdf/shims/go", script)) == host


@pytest.mark.parametrize(
    "make", [lambda path: path.unlink(), lambda path: path.chmod(0o644)], ids=["gone", "no program"]
)
def test_a_shim_that_cannot_be_started_changes_nothing(tmp_path: Path, make: object) -> None:
    go = program(tmp_path / ".asdf/shims/go", "")
    make(go)  # type: ignore[operator]
    host = host_of(tmp_path)
    assert with_answers(host, go) is host


def test_a_shim_that_does_not_answer_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolchain, "LIMIT_SECONDS", 0.1)
    host = host_of(tmp_path)
    assert with_answers(host, program(tmp_path / ".asdf/shims/go", "exec sleep 60")) is host
