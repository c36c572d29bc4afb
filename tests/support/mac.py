"""A made-up Mac on the fake file system: every link of the chain from the shell to the debugger, each replaceable."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pyfakefs.fake_filesystem import FakeFilesystem, OSType

from idecare.core.host import Host
from idecare.doctor.snapshot import Snapshot
from tests.conftest import make_host
from tests.support.jetbrains import product_info
from tests.support.programs import macho

HOME = "/Users/gopher"
APPLE, INTEL = 0x0100000C, 0x01000007
CELLAR = "/opt/homebrew/Cellar/go/1.27.3/libexec"
TOOLCHAIN = f"{HOME}/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.28.0.darwin-arm64"
GOLAND = "/Applications/GoLand.app"
CODE = "/Applications/Visual Studio Code.app"
# The file of each link.
FILES = {
    "shell": "/bin/zsh",
    "python": "/opt/homebrew/bin/python3",
    "go": f"{CELLAR}/bin/go",
    "compiler": f"{CELLAR}/pkg/tool/darwin_arm64/compile",
    "toolchain": f"{TOOLCHAIN}/bin/go",
    "dlv": f"{HOME}/go/bin/dlv",
    "gopls": f"{HOME}/go/bin/gopls",
    "tool": f"{HOME}/go/bin/staticcheck",
    "goland": f"{GOLAND}/Contents/MacOS/goland",
    "jbr": f"{GOLAND}/Contents/jbr/Contents/Home/lib/libjli.dylib",
    "vscode": f"{CODE}/Contents/MacOS/Electron",
}
RIGHT = {"PATH": "/opt/homebrew/bin:/usr/bin:/bin", "SHELL": "/bin/zsh"}


def make_mac(
    fs: FakeFilesystem,
    programs: Mapping[str, bytes],
    default: bytes,
    environment: Mapping[str, str] | None = None,
    is_translated: bool = False,
    machine: str = "arm64",
    release: str = "25.1.0",
) -> Snapshot:
    """A Mac whose programs are all ``default`` but for those named."""
    fs.os = OSType.MACOS
    for name, path in FILES.items():
        fs.create_file(path, contents=programs.get(name, default), st_mode=0o100755)
    fs.create_file("/opt/homebrew/bin/brew", contents="#!/bin/bash\n", st_mode=0o100755)
    fs.create_symlink("/opt/homebrew/bin/go", f"{CELLAR}/bin/go")
    fs.create_file(f"{CELLAR}/VERSION", contents="go1.27.3\n")
    fs.create_file(f"{TOOLCHAIN}/VERSION", contents="go1.28.0\n")
    _add_ides(fs)
    host = make_host("macos", {**RIGHT, **(environment or {})}, home=HOME)
    host = replace(host, is_translated=is_translated, machine=machine, release=release)
    return Snapshot(host, python=Path(FILES["python"]))


def _add_ides(fs: FakeFilesystem) -> None:
    launch = {
        "os": "macOS",
        "launcherPath": "../MacOS/goland",
        "vmOptionsFilePath": "../bin/goland.vmoptions",
        "mainClass": "com.intellij.idea.Main",
        "bootClassPathJarNames": ["app.jar"],
        "additionalJvmArguments": ["-Didea.paths.selector=GoLand2026.1"],
    }
    info = product_info("macos", "2026.1", envVarBaseName="GOLAND", launch=[launch])
    fs.create_file(f"{GOLAND}/Contents/Resources/product-info.json", contents=json.dumps(info))
    fs.create_file(f"{GOLAND}/Contents/bin/goland.vmoptions", contents="-Xmx2048m\n")
    home = f"{GOLAND}/Contents/jbr/Contents/Home"
    fs.create_file(f"{home}/bin/java", contents=macho(), st_mode=0o100755)
    fs.create_file(f"{home}/release", contents='JAVA_VERSION="21.0.8"\n')
    fs.create_file(f"{CODE}/Contents/Resources/app/product.json", contents='{"nameShort": "Code"}')


def bare_host(fs: FakeFilesystem, **changes: object) -> Host:
    fs.os = OSType.MACOS
    return replace(make_host("macos", RIGHT, home=HOME), **changes)  # type: ignore[arg-type]
