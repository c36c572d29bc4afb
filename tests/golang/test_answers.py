"""Asking the go behind a version manager's shim, which sets variables before it starts go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idecare.core.host import Host
from idecare.golang import answers as go_answers
from idecare.golang.answers import shim, with_answers
from tests.builders import write
from tests.conftest import make_host

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


def test_a_folder_called_shims_is_not_enough_and_neither_is_no_go_at_all(tmp_path: Path) -> None:
    program(tmp_path / "mine" / "shims" / "go", "")
    write(tmp_path / ".asdf/shims", "go/")
    assert shim(host_of(tmp_path, tmp_path / "mine/shims")) is None
    assert shim(host_of(tmp_path, tmp_path / ".asdf/shims")) is None


def test_what_go_answers_counts_over_the_environment(tmp_path: Path) -> None:
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
    monkeypatch.setattr(go_answers, "LIMIT_SECONDS", 0.1)
    host = host_of(tmp_path)
    assert with_answers(host, program(tmp_path / ".asdf/shims/go", "exec sleep 60")) is host
