"""A GoLand look-alike on a real Linux file system: what its launcher reads, and a real JVM as its runtime."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.programs import elf

SELECTOR = "GoLand2026.1"
DIST_TEXT = "-Xms128m\n-Xmx2048m\n-XX:ReservedCodeCacheSize=512m\n-XX:+IgnoreUnrecognizedVMOptions\n-ea\n"
VERSIONS = {17: "17.0.9", 21: "21.0.8", 25: "25.0.2"}
ELF_MACHINES = {"x86_64": 62, "aarch64": 183}
MACHINE = os.uname().machine
OTHER_MACHINE = "aarch64" if MACHINE == "x86_64" else "x86_64"


@dataclass(frozen=True)
class World:
    """One user's home with an installed GoLand, and idecare run in it as a program of its own, behind ``prefix``."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    prefix: tuple[str, ...] = ()

    @property
    def install(self) -> Path:
        return self.home / "GoLand-2026.1"

    @property
    def config(self) -> Path:
        return self.home / ".config" / "JetBrains" / SELECTOR

    @property
    def options_file(self) -> Path:
        return self.config / "goland64.vmoptions"

    @property
    def settings_file(self) -> Path:
        return self.home / ".config" / "idecare" / "config.toml"

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        base = {"HOME": str(self.home), "PATH": "/usr/bin:/bin", **self.environment, **environment}
        command = [*self.prefix, sys.executable, "-m", "idecare", *words]
        return subprocess.run(
            command, env=base, cwd=self.home, capture_output=True, text=True, timeout=120, check=False
        )

    def json(self, *words: str, **environment: str) -> dict[str, Any]:
        done = self.run(*words, "--json", **environment)
        values: dict[str, Any] = json.loads(done.stdout)
        assert values["exit"] == done.returncode, done.stderr
        return values


# Processes of its own: a gopls of somebody else's makes it uncertain whose folders are orphans.
APART = ("unshare", "--pid", "--fork", "--mount-proc")


@functools.cache
def apart() -> tuple[str, ...]:
    """Where the system allows it; elsewhere nobody else's Go is expected."""
    try:
        tried = subprocess.run((*APART, "true"), capture_output=True, check=False)
    except OSError:
        return ()
    return APART if tried.returncode == 0 else ()


def make_world(home: Path, jvm: Path | None, major: int = 21) -> World:
    """A home with a GoLand whose bundled runtime is ``jvm`` behind a JetBrains release file. Nothing stays behind
    `configure` to wait for a start."""
    world = World(home, {"PYTHONPATH": str(Path(__file__).parents[2])})
    add_install(world.install)
    world.settings_file.parent.mkdir(parents=True)
    world.settings_file.write_text("watch_starts = false\n")
    if jvm is not None:
        add_runtime(world.install / "jbr", jvm, major)
    return world


def add_install(folder: Path, version: str = "2026.1", machine: str = MACHINE) -> None:
    """product-info.json, the VM options file and a launcher of this architecture."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "goland64.vmoptions").write_text(DIST_TEXT)
    (folder / "bin" / "goland").write_bytes(elf(ELF_MACHINES[machine]))
    launch = {
        "os": "Linux",
        "launcherPath": "bin/goland",
        "vmOptionsFilePath": "bin/goland64.vmoptions",
        "mainClass": "com.intellij.idea.Main",
        "bootClassPathJarNames": ["app.jar"],
        "additionalJvmArguments": [f"-Didea.paths.selector=GoLand{version}"],
    }
    info = {
        "name": "GoLand",
        "version": version,
        "buildNumber": f"{version[2:4]}{version[5:]}.22158.291",
        "productCode": "GO",
        "envVarBaseName": "GOLAND",
        "dataDirectoryName": f"GoLand{version}",
        "productVendor": "JetBrains",
        "launch": [launch],
    }
    (folder / "product-info.json").write_text(json.dumps(info))


def add_runtime(folder: Path, jvm: Path, major: int, vendor: str = "JetBrains s.r.o.", **changes: str) -> Path:
    """A runtime that is ``jvm`` but for its release file: folders of links, as only the release file is rewritten."""
    shutil.copytree(jvm, folder, symlinks=True, copy_function=_link)
    values = {
        "IMPLEMENTOR": vendor,
        "IMPLEMENTOR_VERSION": f"JBR-{VERSIONS[major]}+1-1.1-jcef",
        "JAVA_VERSION": VERSIONS[major],
        "OS_ARCH": MACHINE,
        "MODULES": "java.base jcef",
        **changes,
    }
    (folder / "release").unlink(missing_ok=True)
    (folder / "release").write_text("".join(f'{key}="{value}"\n' for key, value in values.items()))
    return folder


def _link(source: str, target: str) -> None:
    """A hard link where the file system is the same: a JVM finds its home from its own real path."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def fake_runtime(folder: Path, machine: str = MACHINE, java: bytes | None = None, **changes: str) -> Path:
    """A runtime of headers alone, or with ``java`` as its java command: nothing that could run an IDE."""
    (folder / "bin").mkdir(parents=True)
    (folder / "lib" / "server").mkdir(parents=True)
    (folder / "bin" / "java").write_bytes(java or elf(ELF_MACHINES[machine]))
    (folder / "bin" / "java").chmod(0o755)
    (folder / "lib" / "server" / "libjvm.so").write_bytes(elf(ELF_MACHINES[machine]))
    values = {"IMPLEMENTOR": "JetBrains s.r.o.", "JAVA_VERSION": "21.0.8", "OS_ARCH": machine, **changes}
    (folder / "release").write_text("".join(f'{key}="{value}"\n' for key, value in values.items()))
    return folder
