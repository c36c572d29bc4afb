"""Go commands in loops under a cleaner: idecare must break none, and the control shows that a cleaner can."""

from __future__ import annotations

import random
import time

import pytest

from tests.support.goproxy import HEAVY_STD, LIGHT_STD, write_main_module
from tests.support.processes import told
from tests.support.real_go import IDECARE, GoWorld, find_go
from tests.support.soak import COMPILING, LOADING, Soak

BUILDERS = 2
PACKAGES = 12
LONG_SECONDS = 60
IDECARE_CLEAN = (*IDECARE, "clean", "-y", "--json")
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


def test_go_commands_fail_under_go_clean_cache(world: GoWorld) -> None:
    """The control: without care the same builders break, so their success above means something."""
    run = soak(world, COMPILING, (str(find_go()), "clean", "-cache"))
    began = time.monotonic()
    run.run(CONTROL_SECONDS, until=lambda seen: bool(seen.failed))
    print(f"after {time.monotonic() - began:.0f} s, {run.summary()}")
    assert run.failed, f"the control harmed nothing, so the test proves nothing\n{run.summary()}"
