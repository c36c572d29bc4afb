"""`idecare prune` with real go: what no project needs goes, every project builds offline afterwards, undo is whole."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.support.goproxy import Module, write_proxy
from tests.support.real_go import GoWorld

OFFLINE = {"GOPROXY": "off", "GOFLAGS": "-mod=mod"}
EVERYTHING = ("prune", "--older-than", "0s", "-y", "--json")
VERSIONS = ("v1.0.0", "v1.1.0", "v1.2.0")
# base is needed by two others, each of which asks for another version of it.
MADE_UP = (
    *(Module("prune.test/base", version) for version in VERSIONS),
    *(Module("prune.test/Middle", version, requires=(("prune.test/base", version),)) for version in VERSIONS),
    Module("prune.test/top", requires=(("prune.test/Middle", "v1.1.0"), ("prune.test/base", "v1.0.0"))),
    Module("prune.test/alone"),
    Module("prune.test/tool"),
)


def write_project(folder: Path, imports: Iterable[str], go: str = "1.21") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "go.mod").write_text(f"module example.test/{folder.name}\n\ngo {go}\n")
    lines = "".join(f'\t_ "{path}"\n' for path in imports)
    (folder / "main.go").write_text(f"package main\n\nimport (\n{lines})\n\nfunc main() {{}}\n")
    return folder


def works(world: GoWorld, folder: Path, *arguments: str, **env: str) -> str:
    done = world.go(*arguments, cwd=folder, env=env)
    assert done.returncode == 0, (folder.name, arguments, done.stderr)
    return done.stdout


def get(world: GoWorld, folder: Path, *modules: str, **env: str) -> None:
    works(world, folder, "get", *modules, **env)
    works(world, folder, "mod", "tidy", **env)
    works(world, folder, "build", "./...", **env)


def selected(world: GoWorld, folder: Path) -> set[str]:
    """What go itself says that the project's builds select."""
    lines = works(world, folder, "list", "-m", "-f", "{{if .Version}}{{.Path}}@{{.Version}}{{end}}", "all", **OFFLINE)
    return {line for line in lines.splitlines() if line}


def cached(world: GoWorld) -> set[str]:
    """Versions with a tree or a zip."""
    names = {
        path.parent.parent.relative_to(world.gomodcache / "cache/download").as_posix() + "@" + path.stem
        for path in world.gomodcache.glob("cache/download/**/@v/*.zip")
    }
    return {"".join(_capitals(name)) for name in names}


def _capitals(name: str) -> Iterable[str]:
    is_capital = False
    for letter in name:
        if letter == "!":
            is_capital = True
            continue
        yield letter.upper() if is_capital else letter
        is_capital = False


def parts(world: GoWorld) -> dict[str, int]:
    """Every file of the module cache but what is held and what go only locks, with its inode."""
    found = {}
    for folder, below, names in os.walk(world.gomodcache):
        below[:] = [name for name in below if name != ".idecare-held"]
        found |= {os.path.join(folder, name): os.lstat(os.path.join(folder, name)).st_ino for name in names}
    return {name: inode for name, inode in found.items() if not name.endswith("lock")}


def prune(world: GoWorld, *words: str, code: int = 0) -> dict[str, Any]:
    done = world.idecare(*EVERYTHING, *words, cwd=world.home)
    assert done.returncode == code, (done.stdout, done.stderr)
    values: dict[str, Any] = json.loads(done.stdout)
    return values


def removed(values: dict[str, Any]) -> set[str]:
    return {f"{found['module']}@{found['version']}" for found in values["modules"]}


@pytest.fixture
def projects(world: GoWorld, quiet_machine: None) -> dict[str, Path]:
    """Projects that were updated since, one that was deleted, and a tool, over a made-up proxy."""
    write_proxy(world.proxy, MADE_UP)
    made = {
        "plain": write_project(world.home / "src" / "plain", ["prune.test/Middle"]),
        "deep": write_project(world.home / "src" / "deep", ["prune.test/top"]),
        "old": write_project(world.home / "work" / "old", ["prune.test/base"], go="1.16"),
    }
    for version in VERSIONS:
        get(world, made["plain"], f"prune.test/Middle@{version}")
    get(world, made["deep"], "prune.test/top@v1.0.0")
    get(world, made["old"], "prune.test/base@v1.0.0")
    gone = write_project(world.home / "gone", ["prune.test/alone"])
    get(world, gone, "prune.test/alone@v1.0.0")
    shutil.rmtree(gone)
    return made


def test_only_what_nobody_needs_goes_and_every_project_builds_offline(
    world: GoWorld, projects: dict[str, Path]
) -> None:
    needed = set[str]().union(*(selected(world, folder) for folder in projects.values()))
    before, there = parts(world), cached(world)
    lately = json.loads(world.idecare("prune", "-y", "--json", cwd=world.home).stdout)
    assert (removed(lately), lately["kept"]["recent"], lately["targets"][0]["state"]) == (set(), 2, "absent")
    values = prune(world)
    assert removed(values) == there - needed == {"prune.test/Middle@v1.0.0", "prune.test/alone@v1.0.0"}
    assert {project["root"] for project in values["projects"]} == {str(folder) for folder in projects.values()}
    assert cached(world) == there & needed
    for folder in projects.values():
        works(world, folder, "build", "./...", GOPROXY="off")
        works(world, folder, "mod", "verify", GOPROXY="off")
    done = world.idecare("undo", "-y")
    assert done.returncode == 0, done.stderr
    assert parts(world) == before


def test_what_is_known_of_a_project_decides(world: GoWorld, projects: dict[str, Path]) -> None:
    """Elsewhere it is known when it is named or an IDE opened it; broken it keeps what its go.sum names, or all."""
    away = world.base / "away"
    shutil.move(projects["plain"], away / "plain")
    assert "prune.test/Middle@v1.2.0" in removed(prune(world, "-n"))
    assert removed(prune(world, "-n", str(away))) == {"prune.test/Middle@v1.0.0", "prune.test/alone@v1.0.0"}
    assert world.idecare("config", "set", "projects", str(away)).returncode == 0
    assert removed(prune(world, "-n")) == {"prune.test/Middle@v1.0.0", "prune.test/alone@v1.0.0"}
    assert world.idecare("config", "unset", "projects").returncode == 0
    storage = world.home / ".config" / "Code" / "User" / "workspaceStorage" / "1"
    storage.mkdir(parents=True)
    (storage / "workspace.json").write_text(json.dumps({"folder": f"file://{away}/plain"}))
    values = prune(world, "-n")
    assert removed(values) == {"prune.test/Middle@v1.0.0", "prune.test/alone@v1.0.0"}
    (known,) = [project for project in values["projects"] if project["root"] == str(away / "plain")]
    assert known["reasons"] == ["opened in Code"]
    shutil.move(away / "plain", projects["plain"])
    prune(world)
    assert removed(prune(world)) == set()
    (projects["plain"] / "go.mod").write_text("<<<<<<< HEAD\n")
    values = prune(world)
    (broken,) = [project for project in values["projects"] if project["root"] == str(projects["plain"])]
    assert broken["problem"] == "its go.mod cannot be read, so all that its go.sum names stays"
    (projects["plain"] / "go.sum").unlink()
    values = prune(world, code=1)
    assert values["targets"][0]["code"] == "unknown-project"
    assert str(projects["plain"])[len(str(world.home)) + 1 :] in values["targets"][0]["reason"]


def test_installed_tools_and_workspaces_keep_their_modules(world: GoWorld, projects: dict[str, Path]) -> None:
    alone = write_project(world.home / "joined" / "alone", ["prune.test/alone"])
    get(world, alone, "prune.test/alone@v1.0.0")
    (world.home / "joined" / "go.work").write_text("go 1.21\n\nuse ./alone\n")
    (alone / "go.mod").rename(alone / "go.mod.bak")
    tool = world.home / "tool"
    write_project(tool, ["prune.test/tool"])
    get(world, tool, "prune.test/tool@v1.0.0")
    works(world, tool, "build", "-o", str(world.gopath / "bin" / "tool"), ".")
    shutil.rmtree(tool)
    (alone / "go.mod.bak").rename(alone / "go.mod")
    values = prune(world)
    assert removed(values) == {"prune.test/Middle@v1.0.0"}
    assert [Path(found["path"]).name for found in values["tools"]] == ["tool"]


REAL_OLD = {
    "server": ["github.com/spf13/cobra@v1.6.1", "github.com/sirupsen/logrus@v1.9.0", "gopkg.in/yaml.v2@v2.3.0"],
    "client": ["github.com/google/uuid@v1.3.0", "golang.org/x/text@v0.9.0", "github.com/BurntSushi/toml@v1.2.1"],
    "checks": ["github.com/stretchr/testify@v1.8.0", "github.com/google/go-cmp@v0.5.9", "go.uber.org/zap@v1.24.0"],
    "colours": ["github.com/fatih/color@v1.13.0", "github.com/mattn/go-isatty@v0.0.16", "github.com/pkg/errors@v0.8.1"],
    "gone": ["github.com/klauspost/compress@v1.17.0", "github.com/cespare/xxhash/v2@v2.2.0"],
}
REAL_NEW = {
    "server": ["github.com/spf13/cobra@v1.8.1", "github.com/sirupsen/logrus@v1.9.3", "gopkg.in/yaml.v2@v2.4.0"],
    "client": ["github.com/google/uuid@v1.6.0", "golang.org/x/text@v0.14.0", "github.com/BurntSushi/toml@v1.4.0"],
    "checks": ["github.com/stretchr/testify@v1.9.0", "github.com/google/go-cmp@v0.6.0", "go.uber.org/zap@v1.27.0"],
    "colours": ["github.com/fatih/color@v1.16.0", "github.com/mattn/go-isatty@v0.0.20", "github.com/pkg/errors@v0.9.1"],
}
PACKAGES = {
    "golang.org/x/text": "golang.org/x/text/language",
    "github.com/google/go-cmp": "github.com/google/go-cmp/cmp",
    "github.com/stretchr/testify": "github.com/stretchr/testify/assert",
    "github.com/klauspost/compress": "github.com/klauspost/compress/zstd",
}


def required(world: GoWorld, folder: Path) -> set[str]:
    """What the go.mod of a tidy project names, which since go 1.17 is all that its packages and tests need."""
    named = json.loads(works(world, folder, "mod", "edit", "-json"))["Require"]
    return {f"{one['Path']}@{one['Version']}" for one in named}


@pytest.mark.usefixtures("quiet_machine")
def test_twenty_real_modules(world: GoWorld, request: pytest.FixtureRequest) -> None:
    """With --soak, because it downloads for minutes."""
    if not request.config.getoption("--soak"):
        pytest.skip("real modules are downloaded with --soak only")
    env = {"GOPROXY": os.environ.get("GOPROXY") or "https://proxy.golang.org,direct"}
    probe = world.go("list", "-m", "-versions", "github.com/pkg/errors", cwd=world.home, env=env)
    if probe.returncode:
        pytest.skip(f"no module proxy answers: {probe.stderr.strip()[:200]}")
    folders = {}
    for name, modules in REAL_OLD.items():
        paths = [module.partition("@")[0] for module in modules]
        folders[name] = write_project(world.home / "src" / name, [PACKAGES.get(path, path) for path in paths])
        get(world, folders[name], *modules, **env)
    for name, modules in REAL_NEW.items():
        get(world, folders[name], *modules, **env)
    shutil.rmtree(folders.pop("gone"))
    there, before = cached(world), parts(world)
    needed = set[str]().union(*(required(world, folder) for folder in folders.values()))
    older = {one for modules in REAL_OLD.values() for one in modules} - needed
    values = prune(world)
    sizes = sorted(((found["bytes"], found["module"], found["version"]) for found in values["modules"]), reverse=True)
    print(f"{len(there)} versions of {len({name.partition('@')[0] for name in there})} modules in the cache")
    for size, module, version in sizes:
        print(f"{module} {version} {size:,}")
    print(f"pruned {len(sizes)} versions, {sum(size for size, *_ in sizes):,} bytes; {values['kept']}")
    print(f"stays, though no go.mod names it: {sorted(there - needed - removed(values))}")
    assert removed(values) <= there - needed
    assert removed(values) >= older
    assert cached(world) == there - removed(values)
    for folder in folders.values():
        works(world, folder, "clean", "-cache")
        works(world, folder, "build", "./...", GOPROXY="off")
        works(world, folder, "mod", "verify", GOPROXY="off")
        works(world, folder, "mod", "tidy", GOPROXY="off")
    assert world.idecare("undo", "-y").returncode == 0
    assert parts(world).keys() == before.keys()
    assert {name: inode for name, inode in parts(world).items() if name in before} == before
