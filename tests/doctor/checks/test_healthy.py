"""Set-ups in which nothing is wrong: the doctor finds nothing to warn of."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from idecare.core.locations import Install
from idecare.doctor.go_facts import BuiltTool
from idecare.doctor.runner import all_checks, run_checks, worst_first
from tests.doctor.checks.snapshots import make_snapshot
from tests.support.modules import add_module


@dataclass
class Setup:
    """What a healthy user has: files below the home, and what of the snapshot that makes."""

    cwd: Path
    environment: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def module(home: Path, name: str = "app", more: str = "") -> Path:
    return write(home / name / "go.mod", f"module example.com/{name}\n\ngo 1.27\n{more}").parent


def fresh_user(home: Path) -> Setup:
    return Setup(home)


def gopls_by_go_install(home: Path) -> Setup:
    """`go install gopls@latest` leaves zips without their .mod, which is how go stores what it only extracts."""
    cache = home / "go" / "pkg" / "mod"
    added = add_module(cache)
    (cache / added.file("mod")).unlink()
    tool = BuiltTool(home / "go" / "bin" / "gopls", "golang.org/x/tools/gopls", "go1.27.3")
    return Setup(module(home), parts={"built_tools": (tool,)})


def tools_of_vscode(home: Path) -> Setup:
    write(home / ".config" / "Code" / "User" / "settings.json", '{"go.useLanguageServer": true}\n')
    tools = tuple(
        BuiltTool(home / "go" / "bin" / name, package, "go1.27.3")
        for name, package in (
            ("gopls", "golang.org/x/tools/gopls"),
            ("staticcheck", "honnef.co/go/tools/cmd/staticcheck"),
        )
    )
    return Setup(module(home), parts={"built_tools": tools})


def several_toolchains(home: Path) -> Setup:
    go = Install("go", "go", Path("/usr/local/go"), "go in PATH (/usr/local/go/bin)", version="go1.27.3", via="PATH")
    old = Install("go", "go", home / "sdk" / "go1.26.6", "golang.org/dl", version="go1.26.6")
    return Setup(module(home, more="\ntoolchain go1.27.3\n"), parts={"go_installs": (go, old)})


def workspace(home: Path) -> Setup:
    first, _ = module(home, "a"), module(home, "b")
    write(home / "go.work", "go 1.27\n\nuse (\n\t./a\n\t./b\n)\n")
    return Setup(first)


def vendored(home: Path) -> Setup:
    folder = module(home, more="\nrequire example.com/lib v1.0.0\n")
    write(folder / "vendor" / "modules.txt", "# example.com/lib v1.0.0\n## explicit; go 1.20\nexample.com/lib\n")
    return Setup(folder)


def private_modules(home: Path) -> Setup:
    folder = module(home, more="\nrequire git.corp.internal/team/lib v1.0.0\n")
    return Setup(folder, {"GOPRIVATE": "*.internal", "GOAUTH": "netrc"}, {"has_git": True})


def docker_only(home: Path) -> Setup:
    folder = module(home)
    write(
        folder / "Dockerfile",
        "FROM --platform=$BUILDPLATFORM golang:1.27 AS build\nARG TARGETOS TARGETARCH\n"
        "RUN GOOS=$TARGETOS GOARCH=$TARGETARCH go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n",
    )
    return Setup(folder)


def old_gopath(home: Path) -> Setup:
    folder = home / "go" / "src" / "example.com" / "app"
    write(folder / "go.mod", "module example.com/app\n\ngo 1.27\n")
    return Setup(folder, {"GOPATH": str(home / "go")})


def ci_image(home: Path) -> Setup:
    places = {"GOPATH": str(home / "gopath"), "GOCACHE": str(home / "cache"), "GOFLAGS": "-buildvcs=false"}
    return Setup(module(home), {**places, "GOTOOLCHAIN": "local", "CI": "true"})


SETUPS: tuple[Callable[[Path], Setup], ...] = (
    fresh_user,
    gopls_by_go_install,
    tools_of_vscode,
    several_toolchains,
    workspace,
    vendored,
    private_modules,
    docker_only,
    old_gopath,
    ci_image,
)


@pytest.mark.parametrize("make", [pytest.param(make, id=make.__name__) for make in SETUPS])
def test_a_healthy_set_up_is_calm(tmp_path: Path, make: Callable[[Path], Setup]) -> None:
    setup = make(tmp_path)
    usual = {"built_tools": (), "delves": (), "temp_folder": (Path("/tmp"), ()), "cache_space": ()}
    go = Install("go", "go", Path("/usr/local/go"), "go in PATH (/usr/local/go/bin)", version="go1.27.3", via="PATH")
    parts = {**usual, "go_installs": (go,), "shell_go": go, **setup.parts}
    parts = {name: value for name, value in parts.items() if name != "cache_space"}
    snapshot = make_snapshot(tmp_path, "linux", setup.environment, cwd=setup.cwd, user_id=os.geteuid(), **parts)
    found = worst_first(run_checks(all_checks(), snapshot))
    assert [(one.id, one.summary) for one in found if one.severity != "info"] == []
