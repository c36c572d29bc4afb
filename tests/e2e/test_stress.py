"""Go commands in loops under a cleaner: idecare must break none, and the control shows that a cleaner can."""

from __future__ import annotations

import random
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import write
from tests.support.gopls import started
from tests.support.goproxy import HEAVY_STD, LIGHT_STD, write_main_module
from tests.support.processes import told
from tests.support.real_go import IDECARE, GoWorld
from tests.support.soak import CGO, COMPILING, EVERYTHING, LOADING, OTHER_VERBS, Soak

BUILDERS = 2
PACKAGES = 12
LONG_SECONDS = 60
IDECARE_CLEAN = (*IDECARE, "clean", "-y", "--json")
CGO_PACKAGE = """package c

// static int twice(int n) { return 2 * n; }
import "C"

func Value() int { return int(C.twice(21)) }
"""
ACTION_ENTRIES = ("/bin/sh", "-c", 'find "$GOCACHE" -name "*-a" -delete')
CONTROL_SECONDS = 120  # an upper bound; the control ends with the first command that it breaks


def soak(world: GoWorld, commands: tuple[tuple[str, ...], ...], cleaner: tuple[str, ...], seconds: float = 0) -> Soak:
    """Two builders with warm caches; a long soak affords the standard packages that take long to compile."""
    seed = random.SystemRandom().randrange(10**6)
    print(f"\nseed {seed}")
    std = HEAVY_STD if seconds >= LONG_SECONDS else LIGHT_STD
    folders = [world.base / f"builder{number}" for number in range(BUILDERS)]
    mains = tuple(write_main_module(folder, packages=PACKAGES, std=std) for folder in folders)
    for main in mains:
        world.warm(cwd=main.folder)
    return Soak(world, mains, commands, cleaner, seed)


@pytest.mark.parametrize(
    ("commands", "share"),
    [pytest.param(COMPILING, 1.0, id="compiling"), pytest.param(LOADING, 0.5, id="loading")],
)
def test_no_go_command_fails_under_idecare_clean(
    world: GoWorld, commands: tuple[tuple[str, ...], ...], share: float, soak_seconds: float
) -> None:
    run = soak(world, commands, IDECARE_CLEAN, soak_seconds)
    run.run(soak_seconds * share)
    print(run.summary())
    assert run.overlapped, f"nothing was tested\n{run.summary()}"
    assert not run.failed, run.summary()
    odd = [told(clean.process) for clean in run.cleans if clean.process.returncode not in (0, 5)]
    assert not odd, odd[0]
    for main in run.mains:
        world.warm(cwd=main.folder)
    assert not run.damage(), run.damage()


def test_nothing_fails_under_all_verbs(world: GoWorld, soak_seconds: float) -> None:
    """Builds, cgo, runs, readers of unknown names, for half of the time beside gopls; under cleans at random moments
    with undo, purge and repair in between."""
    has_compiler = shutil.which("gcc", path=world.env["PATH"]) is not None
    world = replace(world, env={**world.env, "CGO_ENABLED": str(int(has_compiler))})
    commands = EVERYTHING if has_compiler else tuple(command for command in EVERYTHING if command != CGO)
    run = soak(world, commands, IDECARE_CLEAN)  # of light packages, so that more commands start
    run.other_verbs = OTHER_VERBS
    for main in run.mains if has_compiler else ():
        write(main.folder / "c", "c.go", content=CGO_PACKAGE)
    gopls = shutil.which("gopls")
    run.run(soak_seconds / (2 if gopls else 1))
    if gopls:
        with started(Path(gopls), {}, run.mains[0].folder, world.base, world.env) as client:
            run.run(soak_seconds / 2)
            assert client.process.poll() is None
    print(run.summary())
    assert run.overlapped, f"nothing was tested\n{run.summary()}"
    assert not run.failed, run.summary()
    odd = [told(ran.process) for ran in (*run.cleans, *run.others) if ran.process.returncode not in (0, 1, 5)]
    assert not odd, odd[0]
    for main in run.mains:
        world.warm(cwd=main.folder)
    assert not run.damage(), run.damage()


def test_no_go_command_fails_while_action_entries_go(
    request: pytest.FixtureRequest, world: GoWorld, soak_seconds: float
) -> None:
    """The other control: the builders themselves are sound, so a failure under idecare is idecare's."""
    if not request.config.getoption("--soak"):
        pytest.skip("a control of the soak itself: --soak SECONDS")
    run = soak(world, COMPILING, ACTION_ENTRIES, soak_seconds)
    run.run(soak_seconds / 4)
    print(run.summary())
    assert run.overlapped, f"nothing was tested\n{run.summary()}"
    assert not run.failed, run.summary()
    assert not run.damage(), run.damage()


@pytest.mark.parametrize("cleaner", ["go clean -cache", 'rm -rf "$GOCACHE"/??'])
def test_go_commands_fail_without_care(world: GoWorld, cleaner: str) -> None:
    """The control: without care the same builders break, so their success above means something."""
    run = soak(world, COMPILING, ("/bin/sh", "-c", cleaner))
    began = time.monotonic()
    run.run(CONTROL_SECONDS, until=lambda seen: bool(seen.failed))
    print(f"after {time.monotonic() - began:.0f} s, {run.summary()}")
    assert run.failed, f"the control harmed nothing, so the test proves nothing\n{run.summary()}"
