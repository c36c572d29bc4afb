"""A home with caches that a real go.exe made, and idecare in it. Nothing here is imported on other systems."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

collect_ignore_glob = [] if sys.platform == "win32" else ["test_*.py"]  # tests/e2e/test_windows.py runs them
GOROOT = os.environ.get("IDECARE_TEST_GOROOT", "")
SLEEPER = 'package main\n\nimport "time"\n\nfunc main() { time.Sleep(time.Minute) }\n'
MODULE, VERSION, OTHER_VERSION = "example.com/dep", "v1.0.0", "v1.1.0"
FILES = {
    "go.mod": "module example.com/dep\n\ngo 1.21\n",
    "dep.go": 'package dep\n\nconst Text = "of the module"\n',
    "sub/sub.go": "package sub\n",
}
IMPORTER = f'package greeting\n\nimport "{MODULE}"\n\nconst Text = dep.Text\n'
PROGRAM = 'package main\n\nimport "example.com/hello/greeting"\n\nfunc main() { println(greeting.Text) }\n'


@dataclass(frozen=True)
class Home:
    """Where commands run, and with what environment."""

    path: Path
    project: Path
    env: Mapping[str, str]

    @property
    def gocache(self) -> Path:
        return self.path / "AppData" / "Local" / "go-build"

    @property
    def modcache(self) -> Path:
        return self.path / "go" / "pkg" / "mod"

    def run(self, *command: str, check: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command, cwd=self.project, env={**self.env, **more}, capture_output=True, text=True, encoding="utf-8"
        )
        assert not check or done.returncode == 0, (command, done.returncode, done.stdout, done.stderr)
        return done

    def idecare(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "idecare", *arguments, check=check)

    def go(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self.run(str(Path(GOROOT, "bin", "go.exe")), *arguments, check=check)

    def entries(self) -> set[str]:
        """The entries of the build cache that go can see."""
        return {path.name for path in self.gocache.glob("[0-9a-f][0-9a-f]/*")}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which go.exe has built everything once; tests work on copies of it."""
    if not GOROOT:
        pytest.skip("IDECARE_TEST_GOROOT names no Go")
    home = _home(tmp_path_factory.mktemp("built"))
    home.go("build", "./...")
    home.go("build", "-o", "hello.exe", ".")
    return home


@pytest.fixture
def plain_home(tmp_path: Path) -> Home:
    """A home without caches."""
    return _home(tmp_path)


@pytest.fixture
def home(built: Home, tmp_path: Path) -> Home:
    """A home with a filled build cache."""
    copy = _home(tmp_path)
    shutil.copytree(built.gocache, copy.gocache)
    return copy


@pytest.fixture
def with_module(home: Home) -> Home:
    """The project needs a module, which go.exe has downloaded and extracted."""
    place = home.path.parent / "proxy" / MODULE / "@v"
    place.mkdir(parents=True)
    (place / "list").write_text(f"{VERSION}\n")
    for version in (VERSION, OTHER_VERSION):
        (place / f"{version}.info").write_text(f'{{"Version": "{version}", "Time": "2026-01-01T00:00:00Z"}}')
        (place / f"{version}.mod").write_text(FILES["go.mod"])
        with zipfile.ZipFile(place / f"{version}.zip", "w") as file:
            for name, text in FILES.items():
                file.writestr(f"{MODULE}@{version}/{name}", text)
    proxy = (home.path.parent / "proxy").as_uri()
    (home.project / "greeting" / "greeting.go").write_text(IMPORTER)
    done = replace(
        home, env={**home.env, "GOPROXY": proxy, "GONOSUMDB": "*", "GONOSUMCHECK": "1", "GOFLAGS": "-mod=mod"}
    )
    done.go("mod", "tidy")
    done.go("build", ".")
    return done


def _home(folder: Path) -> Home:
    path, project = folder / "home of José", folder / "project"
    local, roaming, temp = path / "AppData" / "Local", path / "AppData" / "Roaming", path / "Temp"
    for place in (local, roaming, temp, project / "greeting", project / "sleeper"):
        place.mkdir(parents=True)
    (project / "go.mod").write_text("module example.com/hello\n\ngo 1.21\n")
    (project / "main.go").write_text(PROGRAM)
    (project / "sleeper" / "sleeper.go").write_text(SLEEPER)
    (project / "greeting" / "greeting.go").write_text('package greeting\n\nconst Text = "hello"\n')
    env = {
        **{name: os.environ[name] for name in ("SYSTEMROOT", "COMSPEC", "PATHEXT", "USERNAME") if name in os.environ},
        **{name: value for name, value in os.environ.items() if name.startswith(("PYTHON", "WINE"))},
        "USERPROFILE": str(path),
        "LOCALAPPDATA": str(local),
        "APPDATA": str(roaming),
        "TEMP": str(temp),
        "TMP": str(temp),
        "PATH": os.pathsep.join([str(Path(GOROOT, "bin")), "C:\\windows\\system32", "C:\\windows"]),
        "GOROOT": GOROOT,
        "GOTOOLCHAIN": "local",
        "GOPROXY": "off",
        "GOFLAGS": "-mod=mod -trimpath",
    }
    return Home(path, project, env)
