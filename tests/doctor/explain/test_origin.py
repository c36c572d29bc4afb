"""Texts of another machine, imports that are not there, and settings by who set them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem

from idecare.doctor.explain import KNOWN_ERRORS, answer, other_system, recognise
from tests.conftest import make_host

REFUSED = "go: go.mod requires go >= 1.99.1 (running go 1.27.3; GOTOOLCHAIN=local)"


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        pytest.param(REFUSED, "", id="a shell"),
        pytest.param(f"#12 1.204 {REFUSED}", "a Docker build", id="docker's plain progress"),
        pytest.param(
            f"------\n > [builder 5/6] RUN go mod download:\n0.059 {REFUSED}\n", "a Docker build", id="buildx"
        ),
        pytest.param(f"##[error]{REFUSED}", "GitHub Actions", id="Actions"),
        pytest.param(f"/home/runner/work/a/a/x.go:1:2: x\n{REFUSED}", "GitHub Actions", id="a runner's folder"),
        pytest.param(f"Running with gitlab-runner 17\n{REFUSED}", "GitLab CI", id="GitLab"),
    ],
)
def test_where_a_text_comes_from(text: str, origin: str) -> None:
    found = recognise(io.BytesIO(text.encode()), KNOWN_ERRORS)
    assert (found.origin, found.recognised[0].known.id) == (origin, "go-too-old")


def test_this_machine_is_left_out_of_a_text_of_another(fs: FakeFilesystem) -> None:
    (found,) = recognise(io.BytesIO(REFUSED.encode()), KNOWN_ERRORS).recognised
    found_answer = answer(make_host(environment={"GOTOOLCHAIN": "go1.20"}), found, "a Docker build")
    assert found_answer.evidence == ("the text is of a Docker build: this machine was not inspected",)
    assert "change GOTOOLCHAIN in the Dockerfile (ENV) or CI file that sets it" in found_answer.fix


@pytest.mark.parametrize(
    ("quote", "system"),
    [
        pytest.param("open C:\\Users\\me\\go\\x: Access is denied", "a Windows machine", id="a drive"),
        pytest.param("zsh: killed     /Users/me/go/bin/dlv", "a Mac", id="a Mac's home"),
        pytest.param("zsh: killed     /opt/x", "", id="neither"),
    ],
)
def test_paths_of_another_system(quote: str, system: str) -> None:
    found = recognise(io.BytesIO(f"{quote}\nzsh: killed     {quote}".encode()), KNOWN_ERRORS)
    assert other_system(make_host(), found.recognised) == system
    assert other_system(make_host("macos"), found.recognised) != "a Mac"


@pytest.mark.parametrize(
    ("environment", "env_file", "fix"),
    [
        pytest.param({"GOPROXY": "off"}, "", "unset GOPROXY in the environment (shell profile,", id="environment"),
        pytest.param({}, "GOPROXY=off\n", "go env -u GOPROXY, or restore", id="env file"),
        pytest.param({}, "", "unset GOPROXY where that command ran, or `go env -u GOPROXY`", id="not set here"),
    ],
)
def test_the_fix_fits_who_set_the_value(
    fs: FakeFilesystem, environment: dict[str, str], env_file: str, fix: str
) -> None:
    fs.create_file("/home/gopher/.config/go/env", contents=env_file)
    text = b"go: example.com/aa@v1.0.0: module lookup disabled by GOPROXY=off"
    (found,) = recognise(io.BytesIO(text), KNOWN_ERRORS).recognised
    assert answer(make_host(environment=environment), found).fix.startswith(fix)


def test_an_import_that_the_file_does_not_hold_is_a_stale_index(tmp_path: Path) -> None:
    text = b"gen.go:3:8: package example/internal/q is not in std (/usr/local/go/src/example/internal/q)"
    (found,) = recognise(io.BytesIO(text), KNOWN_ERRORS).recognised
    host = make_host(home=tmp_path, cwd=tmp_path)
    (tmp_path / "gen.go").write_text("package gen\n")
    stale = answer(host, found)
    assert (stale.is_settled, "is stale" in stale.meaning, "touch gen.go" in stale.fix) == (True, True, True)
    (tmp_path / "gen.go").write_text('package gen\n\nimport _ "example/internal/q"\n')
    assert "stale" not in answer(host, found).meaning


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        pytest.param("requires go >= 1.24.0; switching to go1.26.11", [], id="go switched by itself"),
        pytest.param("go: go.mod requires go >= 1.21 (running go 1.27.3)", [], id="numbers that contradict the claim"),
        pytest.param(
            "go: module . listed in go.work file requires go >= 1.25.0, but go.work lists go 1.22; to update it:",
            ["go-work-too-low"],
            id="go.work",
        ),
        pytest.param(
            "go: golang.org/x/tools/gopls@v0.18.0 requires go >= 1.23.4 (running go 1.22.12; GOTOOLCHAIN=local)",
            ["tool-needs-newer-go"],
            id="a tool",
        ),
        pytest.param(REFUSED, ["go-too-old"], id="refused"),
    ],
)
def test_requires_go_is_several_sentences(text: str, ids: list[str]) -> None:
    assert [one.known.id for one in recognise(io.BytesIO(text.encode()), KNOWN_ERRORS).recognised] == ids
