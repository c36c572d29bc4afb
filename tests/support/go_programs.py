"""Small programs built by a real go for several systems, once for all tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.programs import fat

TARGETS = ("darwin/arm64", "darwin/amd64", "windows/amd64", "linux/arm64")
AMD64, ARM64 = 0x01000007, 0x0100000C


def find_go() -> str | None:
    return shutil.which("go", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")


CrossBuild = Callable[..., None]


@pytest.fixture(scope="session")
def cross_build(tmp_path_factory: pytest.TempPathFactory) -> CrossBuild:
    """Builds the program in a folder for ``GOOS/GOARCH`` into a file; the standard packages are compiled once."""
    go, base = find_go(), tmp_path_factory.mktemp("cross")
    if go is None:
        pytest.skip("no go command")
    own = {"HOME": str(base), "GOCACHE": str(base / "cache"), "GOPATH": str(base / "path"), "PATH": os.environ["PATH"]}
    fixed = {"GOENV": "off", "GOFLAGS": "", "GOTOOLCHAIN": "local", "GOPROXY": "off", "CGO_ENABLED": "0"}

    def build(folder: Path, target: str, output: Path, *flags: str) -> None:
        system, machine = target.split("/")
        command = [go, "build", "-trimpath", *flags, "-o", str(output), "."]
        subprocess.run(command, cwd=folder, env={**own, **fixed, "GOOS": system, "GOARCH": machine}, check=True)

    return build


@pytest.fixture(scope="session")
def go_programs(tmp_path_factory: pytest.TempPathFactory, cross_build: CrossBuild) -> dict[str, Path]:
    """A small program built by a real go for each of TARGETS, and a universal one."""
    base = tmp_path_factory.mktemp("programs")
    (base / "go.mod").write_text("module example.com/program\n\ngo 1.21\n")
    (base / "main.go").write_text('package main\n\nfunc main() { println("hello") }\n')
    programs = {target: base / target.replace("/", "-") for target in TARGETS}
    for target, file in programs.items():
        cross_build(base, target, file, "-tags=a,b", "-gcflags=-N -l")
    slices = (AMD64, programs["darwin/amd64"].read_bytes()), (ARM64, programs["darwin/arm64"].read_bytes())
    programs["universal"] = base / "universal"
    programs["universal"].write_bytes(fat(*slices))
    return programs
