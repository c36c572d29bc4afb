"""Proxies, the checksum database, private modules, vendoring, tools and roots: what is reported, and when not."""

from __future__ import annotations

from pathlib import Path

import pytest

from idecare.core.locations import Install
from idecare.doctor.base import RunByUser
from idecare.doctor.go_facts import BuiltTool, foreign_files, is_older, requirements, vendored
from tests.doctor.checks.snapshots import findings, make_snapshot, reported

GOMOD = (
    "module example.com/app\n\ngo {go}\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.1.0 // indirect\n)\n"
)
MODULES = "# example.com/a v1.0.0\n## explicit; go 1.20\nexample.com/a\n# example.com/b v1.1.0\n## explicit\n"


def app(tmp_path: Path, go: str = "1.27", text: str = GOMOD) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "go.mod").write_text(text.format(go=go))
    return folder


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        pytest.param({}, [], id="nothing is set"),
        pytest.param({"GOPROXY": "https://proxy.golang.org,direct"}, [], id="the default"),
        pytest.param({"GOPROXY": "https://a.example|https://b.example|direct"}, [], id="two with a bar"),
        pytest.param({"GOPROXY": "off"}, [], id="off"),
        pytest.param({"GOPROXY": "goproxy.io,direct"}, [("", "error")], id="no scheme"),
        pytest.param({"GOPROXY": "ftp://a.example"}, [("", "error")], id="another scheme"),
        pytest.param({"GOPROXY": ","}, [("", "error")], id="no entry"),
    ],
)
def test_forms_of_goproxy(tmp_path: Path, environment: dict[str, str], said: list[tuple[str, str]]) -> None:
    assert reported("go/goproxy", make_snapshot(tmp_path, environment=environment)) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param("", [], id="not set"),
        pytest.param("sum.golang.org", [], id="the default"),
        pytest.param("sum.golang.google.cn", [], id="China's"),
        pytest.param("sum.corp.example+0123abcd+AbCd/ef= https://sum.corp.example", [], id="a company's"),
        pytest.param("off", [("", "info")], id="off is a note"),
        pytest.param("on", [("", "error")], id="on is none"),
    ],
)
def test_forms_of_gosumdb(tmp_path: Path, value: str, said: list[tuple[str, str]]) -> None:
    assert reported("go/sumdb", make_snapshot(tmp_path, environment={"GOSUMDB": value})) == said


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        pytest.param({"GOPRIVATE": "git.corp.example.com,*.team.example"}, [], id="patterns"),
        pytest.param({"GOPRIVATE": "https://git.corp.example.com"}, [("", "warning")], id="an address"),
        pytest.param({"GOAUTH": "netrc"}, [], id="netrc"),
        pytest.param({"GOAUTH": "off; netrc"}, [("", "error")], id="off and on"),
        pytest.param({"GOAUTH": "git ~/x"}, [("", "error")], id="git in no whole folder"),
    ],
)
def test_private_settings(tmp_path: Path, environment: dict[str, str], said: list[tuple[str, str]]) -> None:
    assert reported("go/private", make_snapshot(tmp_path, environment=environment, has_git=True)) == said


def test_a_host_that_no_public_server_knows_must_be_private(tmp_path: Path) -> None:
    folder = app(tmp_path, text="module example.com/app\n\ngo 1.27\n\nrequire git.team.internal/lib v1.0.0\n")
    (found,) = findings("go/private", make_snapshot(tmp_path, cwd=folder, has_git=True))
    assert found.id == "go/private/uncovered"
    assert found.remedies == (RunByUser("go env -w GOPRIVATE=git.team.internal"),)
    covered = make_snapshot(tmp_path, environment={"GOPRIVATE": "*.internal"}, cwd=folder, has_git=True)
    assert reported("go/private", covered) == []
    without_git = make_snapshot(tmp_path, environment={"GOPRIVATE": "*.internal"}, cwd=folder, has_git=False)
    assert reported("go/private", without_git) == [("git", "warning")]


@pytest.mark.parametrize(
    ("modules", "go", "environment", "said"),
    [
        pytest.param(MODULES, "1.27", {}, [], id="in step"),
        pytest.param(MODULES.replace("v1.1.0", "v1.0.9"), "1.27", {}, [("", "error")], id="another version"),
        pytest.param("# example.com/a v1.0.0\n## explicit\n", "1.27", {}, [("", "error")], id="one is missing"),
        pytest.param(MODULES + "# example.com/c v1.0.0\n## explicit\n", "1.27", {}, [("", "error")], id="one too many"),
        pytest.param("", "1.13", {}, [], id="go 1.13 does not use vendor by itself"),
        pytest.param("", "1.27", {"GOFLAGS": "-mod=mod"}, [], id="vendor is not used"),
    ],
)
def test_vendor_against_go_mod(
    tmp_path: Path, modules: str, go: str, environment: dict[str, str], said: list[tuple[str, str]]
) -> None:
    folder = app(tmp_path, go)
    (folder / "vendor").mkdir()
    (folder / "vendor" / "modules.txt").write_text(modules)
    assert reported("go/vendor", make_snapshot(tmp_path, environment=environment, cwd=folder)) == said


@pytest.mark.parametrize(
    ("built", "go", "said"),
    [
        pytest.param("go1.27.3", "1.27.9", [], id="the same language version"),
        pytest.param("go1.27.3", "1.25", [], id="newer"),
        pytest.param("go1.25.5", "1.27", [("", "warning")], id="older"),
    ],
)
def test_tools_built_with_an_older_go(tmp_path: Path, built: str, go: str, said: list[tuple[str, str]]) -> None:
    tools = (BuiltTool(tmp_path / "gopls", "golang.org/x/tools/gopls", built),)
    snapshot = make_snapshot(tmp_path, cwd=app(tmp_path, go), built_tools=tools)
    assert reported("go/tools", snapshot) == said
    if said:
        (found,) = findings("go/tools", snapshot)
        command = "GOTOOLCHAIN=go1.27.0 go install golang.org/x/tools/gopls@latest"
        assert found.remedies == (RunByUser(command),)


def test_a_go_that_was_unpacked_over_another(tmp_path: Path) -> None:
    root = tmp_path / "go"
    (root / "src" / "internal" / "abi").mkdir(parents=True)
    (root / "VERSION").write_text("go1.27.3\n")
    snapshot = make_snapshot(tmp_path, go_installs=(Install("go", "go", root, "official", version="go1.27.3"),))
    assert reported("go/mixed-release", snapshot) == []
    (root / "src" / "internal" / "abi" / "map_swiss.go").touch()
    assert list(foreign_files(root)) == [("src/internal/abi/map_swiss.go", "go1.25")]
    assert reported("go/mixed-release", snapshot) == [("", "error")]


@pytest.mark.parametrize(
    ("temp", "environment", "said"),
    [
        pytest.param(("/tmp", ()), {}, [], id="usual"),
        pytest.param(("/tmp", ("noexec",)), {}, [("", "error")], id="noexec"),
        pytest.param(("/nowhere", ()), {"GOTMPDIR": "/nowhere"}, [("", "error")], id="not there"),
    ],
)
def test_the_temp_folder(
    tmp_path: Path, temp: tuple[str, tuple[str, ...]], environment: dict[str, str], said: list[tuple[str, str]]
) -> None:
    snapshot = make_snapshot(tmp_path, environment=environment, temp_folder=(Path(temp[0]), temp[1]))
    assert reported("go/temp-folder", snapshot) == said


@pytest.mark.parametrize(
    ("environment", "line", "said"),
    [
        pytest.param(
            {"GOSUMDB": "off", "GOTOOLCHAIN": "go1.24.3"}, "", [("", "error")], id="named, and may not be fetched"
        ),
        pytest.param({"GOTOOLCHAIN": "go1.24.3"}, "", [], id="named, and may be fetched"),
        pytest.param({"GOSUMDB": "off", "GOTOOLCHAIN": "go1.27.3"}, "", [], id="named, and it is here"),
        pytest.param({}, "toolchain go1.23", [("", "error")], id="a language version in the toolchain line"),
        pytest.param({}, "toolchain go1.23.4", [], id="a toolchain"),
    ],
)
def test_toolchains_that_cannot_be_had(
    tmp_path: Path, environment: dict[str, str], line: str, said: list[tuple[str, str]]
) -> None:
    folder = app(tmp_path, text=f"module example.com/app\n\ngo 1.21\n\n{line}\n")
    go = Install("go", "go", Path("/usr/local/go"), "go in PATH (/usr/local/go/bin)", version="go1.27.3", via="PATH")
    snapshot = make_snapshot(tmp_path, environment=environment, cwd=folder, go_installs=(go,), shell_go=go)
    assert reported("go/toolchain", snapshot) == said


def test_two_modules_of_one_name_in_a_workspace(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "go.mod").write_text("module example.com/same\n\ngo 1.27\n")
    (tmp_path / "go.work").write_text("go 1.27\n\nuse ./a\nuse ./b\n")
    assert reported("go/work", make_snapshot(tmp_path, cwd=tmp_path / "a")) == [("twice", "error")]


def test_requirements_and_what_vendor_says_of_them() -> None:
    text = GOMOD + 'require example.com/c v0.1.0\nrequire "example.com/d" v0.2.0 // indirect\n'
    assert requirements(text) == {
        "example.com/a": "v1.0.0",
        "example.com/b": "v1.1.0",
        "example.com/c": "v0.1.0",
        "example.com/d": "v0.2.0",
    }
    assert vendored("# example.com/r => ../r\n## explicit\n" + MODULES) == {
        "example.com/a": "v1.0.0",
        "example.com/b": "v1.1.0",
    }


def test_versions_are_compared_by_their_language() -> None:
    assert (is_older("go1.25.5", "1.26"), is_older("go1.26.0", "1.26.9"), is_older("devel", "1.26")) == (
        True,
        False,
        False,
    )
