"""A module index that a real go made of a damaged tree, and that outlives the damage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from idecare.doctor.base import RepairModules
from idecare.doctor.snapshot import Snapshot
from idecare.modules.index import wrong_indexes
from tests.conftest import make_host
from tests.doctor.checks.snapshots import GO, findings, reported
from tests.support.real_go import GoWorld, go_world

pytestmark = pytest.mark.e2e
MODULE = "example.test/Upper/tools"
PACKAGE = f"{MODULE}/part00"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[GoWorld]:
    """A project that uses one package below a module's root. Nothing is compiled: `go list` is enough."""
    with go_world(tmp_path / "world") as made:
        (made.project / "go.mod").write_text("module example.test/app\n\ngo 1.21\n")
        (made.project / "main.go").write_text(f'package main\n\nimport _ "{PACKAGE}"\n\nfunc main() {{}}\n')
        assert made.go("mod", "tidy").returncode == 0
        yield made


def deps(world: GoWorld) -> int:
    return world.go("list", "-deps", "-e=false", "./...").returncode


def make_snapshot(world: GoWorld, deep: bool = False) -> Snapshot:
    host = make_host(environment=world.env, home=world.home, cwd=world.project)
    version = world.go("env", "GOVERSION").stdout.strip()
    return Snapshot(host, deep=deep, go_installs=(replace(GO, version=version),))


def test_a_poisoned_index_is_reported_although_the_tree_is_whole(world: GoWorld) -> None:
    assert deps(world) == 0
    assert reported("caches/module-index", make_snapshot(world)) == []
    tree = world.gomodcache / "example.test" / "!upper" / "tools@v0.2.0"
    part, aside = tree / "part00", world.base / "aside"
    for entry in world.entries():
        entry.unlink()  # so that go makes its index of the damaged tree
    tree.chmod(0o755)
    part.chmod(0o755)
    part.rename(aside)
    assert deps(world) != 0
    aside.rename(part)
    assert deps(world) != 0  # the damage is gone, and go does not notice
    (found,) = findings("caches/module-index", make_snapshot(world))
    assert found.remedies == (RepairModules((f"{MODULE}@v0.2.0",)),)
    assert "it does not know the folder part00" in found.evidence[0]
    (wrong,) = wrong_indexes(world.gocache, [make_snapshot(world).go_installs[0].version or ""], [tree])
    (world.gocache / wrong.entry).unlink()
    assert deps(world) == 0
    assert reported("caches/module-index", make_snapshot(world)) == []


def test_a_source_that_is_missing_in_a_module_of_the_project_is_reported(world: GoWorld) -> None:
    assert reported("caches/used-modules", make_snapshot(world)) == []
    part = world.gomodcache / "example.test" / "!upper" / "tools@v0.2.0" / "part00"
    part.chmod(0o755)
    (part / "f001.go").unlink()
    (found,) = findings("caches/used-modules", make_snapshot(world))
    assert found.id == "caches/used-modules/damaged"
    assert found.evidence == (f"{MODULE}@v0.2.0: its tree missing: part00/f001.go",)
    assert found.remedies == (RepairModules((f"{MODULE}@v0.2.0",)),)


def test_a_deep_run_reads_every_index_of_the_project(world: GoWorld) -> None:
    """Also where the tree's own folder is older than its index: a file was missing below, and is back."""
    source = world.gomodcache / "example.test" / "!upper" / "tools@v0.2.0" / "part00" / "f001.go"
    source.parent.chmod(0o755)
    for entry in world.entries():
        entry.unlink()
    source.rename(world.base / "aside")
    assert deps(world) == 0
    (world.base / "aside").rename(source)
    assert reported("caches/module-index", make_snapshot(world)) == []
    (found,) = findings("caches/module-index", make_snapshot(world, deep=True))
    assert "it does not know part00/f001.go" in found.evidence[0]


def test_an_index_that_names_what_a_damaged_tree_lacks_is_not_the_wrong_one(world: GoWorld) -> None:
    assert deps(world) == 0
    source = world.gomodcache / "example.test" / "!upper" / "tools@v0.2.0" / "part00" / "f001.go"
    source.parent.chmod(0o755)
    source.unlink()
    assert reported("caches/module-index", make_snapshot(world, deep=True)) == []
    assert reported("caches/used-modules", make_snapshot(world, deep=True)) == [("damaged", "error")]
