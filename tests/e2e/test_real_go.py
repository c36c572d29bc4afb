"""`idecare clean` and `undo` between real go commands: what they leave, and what comes back."""

from __future__ import annotations

import json

import pytest

from tests.e2e.steps import (
    OFFLINE,
    assert_caches_are_empty,
    assert_nothing_is_lost,
    clean,
    go_works,
    held_entries,
    module_names,
    states,
    undo,
)
from tests.support.dirhash import damaged_modules, extracted_modules, h1_of_tree, h1_of_zip
from tests.support.goproxy import USED, MainModule
from tests.support.processes import told
from tests.support.real_go import GoWorld

BOTH = ("gocache", "modcache")


@pytest.mark.usefixtures("app")
def test_the_sum_of_trees_and_zips_is_the_one_go_writes(world: GoWorld) -> None:
    for module in extracted_modules(world.gomodcache):
        sums = (h1_of_zip(module.file("zip")), h1_of_tree(module.folder, module.name))
        assert sums == (module.file("ziphash").read_text(),) * 2, module.name
    assert module_names(world) == set(USED)


@pytest.mark.usefixtures("app")
def test_a_damaged_tree_is_told(world: GoWorld) -> None:
    tree = next(module for module in extracted_modules(world.gomodcache) if module.name.startswith("example.test/many"))
    (tree.folder / "part03").chmod(0o755)
    (tree.folder / "part03" / "f001.go").unlink()
    assert [text.partition(":")[0] for text in damaged_modules(world.gomodcache)] == [tree.name]


@pytest.mark.usefixtures("idle_app")
def test_clean_empties_both_caches_and_go_fills_them_again(world: GoWorld) -> None:
    assert states(clean(world)) == ("held", "held")
    assert_caches_are_empty(world)
    go_works(world, "build", "./...")
    go_works(world, "mod", "tidy")
    assert damaged_modules(world.gomodcache) == []


@pytest.mark.usefixtures("idle_app")
def test_undo_brings_everything_back(world: GoWorld) -> None:
    clean(world)
    undo(world)
    assert_nothing_is_lost(world)


@pytest.mark.usefixtures("idle_app")
def test_a_second_clean_right_after_the_first_loses_nothing(world: GoWorld) -> None:
    clean(world)
    clean(world)
    while world.idecare("undo", "-y").returncode == 0 and not module_names(world):
        continue
    assert_nothing_is_lost(world)


def test_undo_overwrites_nothing_that_is_newer(world: GoWorld, idle_app: MainModule) -> None:
    clean(world)
    idle_app.edit("p00", 1)
    go_works(world, "build", "./...")
    newer = {path: path.read_bytes() for path in world.entries()}
    trees = {module.folder: module.folder.stat().st_ino for module in extracted_modules(world.gomodcache)}
    world.idecare("undo", "-y")
    assert {path: path.read_bytes() for path in newer if path.exists()} == newer
    assert {folder: folder.stat().st_ino for folder in trees} == trees
    assert_nothing_is_lost(world)


@pytest.mark.usefixtures("idle_app")
def test_offline_the_module_cache_stays_unless_it_is_named(world: GoWorld) -> None:
    done = world.idecare("clean", "-y", "--json", env=OFFLINE)
    assert done.returncode == 0, told(done)
    assert states(json.loads(done.stdout)) == ("held", "skipped")
    assert module_names(world) == set(USED)


def test_a_failed_command_after_clean_undoes_the_clean(world: GoWorld, idle_app: MainModule) -> None:
    idle_app.import_extra(idle_app.packages[1])  # no go.sum names it, so it is not among what was set aside
    alone = world.go("mod", "tidy", env={**OFFLINE, "GOMODCACHE": str(world.base / "empty")})
    done = world.idecare("clean", *BOTH, "-y", "--undo-on-failure", "--", "go", "mod", "tidy", env=OFFLINE)
    assert done.returncode == alone.returncode != 0, told(done)
    assert "module lookup disabled by GOPROXY=off" in done.stderr, told(done)
    idle_app.drop_extra(idle_app.packages[1])
    assert_nothing_is_lost(world)


@pytest.mark.usefixtures("idle_app")
def test_a_command_after_clean_runs_with_empty_caches(world: GoWorld) -> None:
    done = world.idecare("clean", "-y", "--", "go", "mod", "tidy")
    assert done.returncode == 0, told(done)
    assert "downloading example.test/many" in done.stderr, told(done)
    assert damaged_modules(world.gomodcache) == []


@pytest.mark.usefixtures("idle_app")
def test_a_command_after_clean_keeps_its_own_exit_code(world: GoWorld) -> None:
    done = world.idecare("clean", "gocache", "-y", "--", "/bin/sh", "-c", "exit 7")
    assert done.returncode == 7, told(done)


@pytest.mark.usefixtures("idle_app")
def test_downloaded_toolchains_stay(world: GoWorld) -> None:
    toolchain = world.gomodcache / "golang.org" / "toolchain@v0.0.1-go1.99.0.linux-amd64" / "bin" / "go"
    download = world.gomodcache / "cache" / "download" / "golang.org" / "toolchain" / "@v"
    kept = [toolchain, *(download / f"v0.0.1-go1.99.0.linux-amd64.{suffix}" for suffix in ("zip", "ziphash", "lock"))]
    for path in kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a toolchain")
    toolchain.parent.chmod(0o555)
    toolchain.parent.parent.chmod(0o555)
    clean(world)
    assert [path for path in kept if not path.is_file()] == []
    assert module_names(world) == set()


@pytest.mark.usefixtures("idle_app")
def test_a_module_directly_in_the_module_cache_moves_and_comes_back(world: GoWorld) -> None:
    tree = world.gomodcache / "single.test@v1.0.0"
    mode = tree.stat().st_mode
    assert mode & 0o777 == 0o555
    clean(world, "modcache")
    assert not tree.exists()
    undo(world)
    assert tree.stat().st_mode == mode
    assert_nothing_is_lost(world)


@pytest.mark.usefixtures("idle_app")
def test_purge_frees_what_is_held(world: GoWorld) -> None:
    clean(world)
    assert held_entries(world)
    purged = world.idecare("purge", "-y")
    assert purged.returncode == 0, told(purged)
    assert held_entries(world) == []
