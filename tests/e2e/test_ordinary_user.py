"""`idecare clean` for a user to whom the read-only folders of module trees are read-only, as they are not for root."""

from __future__ import annotations

import dataclasses
import os
import shutil

import pytest

from tests.e2e.steps import assert_caches_are_empty, assert_nothing_is_lost, clean, go_works, held_entries, undo
from tests.support.goproxy import write_main_module
from tests.support.processes import told
from tests.support.real_go import GoWorld

# Root without a single capability has the rights of any owner of files, and can still reach a Python in root's home.
ORDINARY = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")


@pytest.fixture
def ordinary(world: GoWorld, quiet_machine: None) -> GoWorld:
    """A world with warm caches whose commands run without root's rights."""
    if os.geteuid() != 0:
        pytest.skip("every other test runs as an ordinary user already")
    if not shutil.which(ORDINARY[0]):
        pytest.skip("no setpriv here to give root's rights away with")
    world = dataclasses.replace(world, prefix=ORDINARY)
    write_main_module(world.project, packages=4)
    world.warm()
    removal = world.run("/bin/rm", "-rf", str(world.gomodcache / "single.test@v1.0.0"))
    assert "Permission denied" in removal.stderr, told(removal)
    return world


def test_clean_and_undo(ordinary: GoWorld) -> None:
    clean(ordinary)
    assert_caches_are_empty(ordinary)
    undo(ordinary)
    assert_nothing_is_lost(ordinary)


def test_clean_now_frees_at_once(ordinary: GoWorld) -> None:
    clean(ordinary, "--now")
    assert_caches_are_empty(ordinary)
    assert held_entries(ordinary) == []
    go_works(ordinary, "mod", "tidy")


def test_purge_frees_what_is_held(ordinary: GoWorld) -> None:
    clean(ordinary)
    done = ordinary.idecare("purge", "-y")
    assert done.returncode == 0, told(done)
    assert held_entries(ordinary) == []
