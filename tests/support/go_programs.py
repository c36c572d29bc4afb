"""Small programs built by a real go for several systems, once for all tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.programs import fat

TARGETS = ("darwin/arm64", "darwin/amd64", "windows/amd64", "linux/arm64")
AMD64, ARM64 = 0x01000007, 0x0100000C


def find_go() -> str | None:
    return shutil.which("go", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")


@pytest.fixture(scope="session")
def go_programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A small program built by a real go for each of TARGETS, and a universal one."""
    go, base = find_go(), tmp_path_factory.mktemp("programs")
    if go is None:
        pytest.skip("no go command")
    (base / "go.mod").write_text("module example.com/program\n\ngo 1.21\n")
    (base / "main.go").write_text('package main\n\nfunc main() { println("hello") }\n')
    own = {"HOME": str(base), "GOCACHE": str(base / "cache"), "GOPATH": str(base / "path"), "PATH": os.environ["PATH"]}
    fixed = {"GOENV": "off", "GOFLAGS": "", "GOTOOLCHAIN": "local", "GOPROXY": "off", "CGO_ENABLED": "0"}
    programs = {}
    for target in TARGETS:
        system, machine = target.split("/")
        programs[target] = base / f"{system}-{machine}"
        command = [go, "build", "-trimpath", "-tags=a,b", "-gcflags=-N -l", "-o", str(programs[target]), "."]
        subprocess.run(command, cwd=base, env={**own, **fixed, "GOOS": system, "GOARCH": machine}, check=True)
    slices = (AMD64, programs["darwin/amd64"].read_bytes()), (ARM64, programs["darwin/arm64"].read_bytes())
    programs["universal"] = base / "universal"
    programs["universal"].write_bytes(fat(*slices))
    return programs
