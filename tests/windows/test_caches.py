"""clean, undo, purge, repair and usage on caches that a real go.exe made."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from idecare.system.filesystem import calls
from tests.windows.conftest import FILES, GOROOT, IMPORTER, MODULE, OTHER_VERSION, VERSION, Home
from tests.windows.links import make_junction


def answer(home: Home, *arguments: str, code: int = 0) -> dict[str, Any]:
    done = home.idecare(*arguments, "--json", check=False)
    assert done.returncode == code, (done.stdout, done.stderr)
    values: dict[str, Any] = json.loads(done.stdout)
    return values


def states(values: dict[str, Any]) -> dict[str, str]:
    return {found["target"]: found["state"] for found in values.get("targets") or values["changes"]}


def compiled(home: Home) -> list[str]:
    """What a build starts the compiler for."""
    return [
        line for line in home.go("build", "-x", "-o", "hello.exe", ".").stderr.splitlines() if "compile.exe" in line
    ]


@contextmanager
def running_go(home: Home) -> Iterator[int]:
    """`go run` of a program that sleeps: go.exe waits for it."""
    command = [str(Path(GOROOT, "bin", "go.exe")), "run", "./sleeper"]
    process = subprocess.Popen(command, cwd=home.project, env=home.env, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 120
        while "sleeper.exe" not in names() and time.monotonic() < deadline:
            assert process.poll() is None
            time.sleep(0.2)
        yield process.pid
    finally:
        for pid, name in names_of_all():
            if name == "sleeper.exe":
                os.kill(pid, 9)
        process.kill()
        process.wait()


def names_of_all() -> list[tuple[int, str]]:
    from idecare.system import toolhelp

    return [(pid, name) for pid, _, name in toolhelp.processes()]


def names() -> set[str]:
    return {name for _, name in names_of_all()}


def test_an_undo_makes_a_clean_unseen_and_a_purge_final(home: Home) -> None:
    assert compiled(home) == []
    before = home.entries()
    assert states(answer(home, "clean", "-y"))["gocache"] == "held"
    assert home.entries() == set()
    assert states(answer(home, "undo", "-y")) == {"gocache": "restored"}
    assert (home.entries(), compiled(home)) == (before, [])
    answer(home, "clean", "-y", "gocache")
    assert compiled(home)  # the build works without what is held
    assert home.run(str(home.project / "hello.exe")).stderr == "hello\n"
    assert states(answer(home, "purge", "-y")) == {"gocache": "purged"}
    assert (compiled(home), list(home.gocache.glob(".idecare-held"))) == ([], [])


def test_a_running_go_command_keeps_its_caches(with_module: Home) -> None:
    with running_go(with_module) as pid:
        values = answer(with_module, "clean", "-y", "gocache", "modcache", code=0)
        assert states(values) == {"gocache": "trimmed", "modcache": "skipped"}
        busy = {found["target"]: [(user["name"], user["pid"]) for user in found["busy"]] for found in values["targets"]}
        assert ("go.exe", pid) in busy["modcache"]
        assert with_module.entries()  # outputs of the last two hours


def test_a_module_cache_goes_and_comes_back_with_its_read_only_trees(with_module: Home) -> None:
    tree = with_module.modcache / f"{MODULE}@{VERSION}"
    assert not tree.joinpath("dep.go").stat().st_mode & stat.S_IWUSR
    answer(with_module, "clean", "-y", "modcache")
    assert not tree.exists()
    answer(with_module, "undo", "-y")
    assert not tree.joinpath("dep.go").stat().st_mode & stat.S_IWUSR
    with_module.go("build", ".", check=True)
    assert states(answer(with_module, "clean", "-y", "--now", "modcache")) == {"modcache": "purged"}
    assert [path.name for path in with_module.modcache.iterdir() if path.name != "cache"] == []


def test_a_lock_of_go_is_respected(with_module: Home) -> None:
    lock = next(with_module.modcache.glob("cache/download/**/*.lock"))
    descriptor = calls.os.open(lock, calls.os.O_RDWR)
    assert calls.try_lock(descriptor)
    try:
        assert states(answer(with_module, "clean", "-y", "modcache", code=5)) == {"modcache": "skipped"}
    finally:
        calls.os.close(descriptor)
    assert states(answer(with_module, "clean", "-y", "modcache")) == {"modcache": "held"}


def test_a_damaged_module_is_repaired_from_its_zip(with_module: Home) -> None:
    damaged = with_module.modcache / f"{MODULE}@{VERSION}" / "dep.go"
    damaged.chmod(0o644)
    damaged.write_text("package dep\n\nconst Text = 1\n")
    values = answer(with_module, "repair", "-y")
    assert [(found["module"], found["state"]) for found in values["modules"]] == [(f"{MODULE}@{VERSION}", "repaired")]
    assert "changed: dep.go" in json.dumps(values)
    assert "missing" not in json.dumps(values["modules"])
    assert damaged.read_text() == FILES["dep.go"]
    assert not damaged.stat().st_mode & stat.S_IWUSR
    with_module.go("mod", "verify")


def test_a_prune_takes_what_no_project_needs_and_undo_brings_it_back(with_module: Home) -> None:
    home = with_module
    other = home.path / "src" / "other"
    other.mkdir(parents=True)
    (other / "go.mod").write_text("module example.com/other\n\ngo 1.21\n")
    (other / "other.go").write_text(IMPORTER)
    in_other = replace(home, project=other)
    in_other.go("get", f"{MODULE}@{OTHER_VERSION}")
    trees = [home.modcache / f"{MODULE}@{version}" for version in (VERSION, OTHER_VERSION)]
    words = ("prune", "-y", "--older-than", "0s", "--hold", "1h")
    home.idecare(*words)
    assert [tree.exists() for tree in trees] == [True, True]
    shutil.rmtree(other)
    home.idecare(*words)
    assert [tree.exists() for tree in trees] == [True, False]
    home.go("build", ".")
    home.idecare("undo", "-y")
    assert [tree.joinpath("dep.go").stat().st_mode & stat.S_IWUSR for tree in trees] == [0, 0]
    home.go("mod", "verify")


def test_what_is_held_is_found_without_the_journal(home: Home) -> None:
    before = home.entries()
    answer(home, "clean", "-y", "gocache", "--hold", "1h")
    shutil.rmtree(home.path / "AppData" / "Local" / "idecare")
    assert states(answer(home, "undo", "-y")) == {"gocache": "restored"}
    assert home.entries() == before


def test_usage_counts_what_is_in_the_folders(home: Home) -> None:
    make_junction(home.gocache / "junction", home.project)
    files = [path for path in home.gocache.rglob("*") if path.is_file() and "junction" not in path.parts]
    (found,) = (cache for cache in answer(home, "usage", "gocache")["caches"] if cache["target"] == "gocache")
    assert found["logical_bytes"] == sum(path.stat().st_size for path in files) > 1_000_000
