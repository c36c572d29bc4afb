"""`idecare status` with many open modules against few: two IDEs have each of them open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.bench.measuring import Cost, Measured, Row, Scale, in_turns
from tests.bench.world import IDECARE, World
from tests.support.caches import Machine, make_machine, write
from tests.support.editors import add_editors, add_module_folder, goland_on, vscode_on

FEW = 10
AIM = 3.0


def status_rows(folder: Path, scale: Scale) -> Iterator[Measured]:
    with ExitStack() as stack:
        few, many = (_opened(stack, folder / name, count) for name, count in (("few", FEW), ("many", scale.modules)))
        ratios = in_turns(lambda: _cost(many, scale.modules), lambda: _cost(few, FEW), scale.short_rounds)
    what = f"`idecare status`, {scale.modules} modules open in GoLand and in VS Code"
    yield Row("status", what, f"{FEW} modules", ratios.wall, AIM, cpu=ratios.cpu)


def _opened(stack: ExitStack, base: Path, count: int) -> World:
    machine = make_machine(base)
    stack.callback(World(base, machine.gocache, machine.modcache, {}).remove, base)
    stack.callback(machine.end)
    add_editors(machine)
    roots = [add_module_folder(machine, f"module{number}") for number in range(count)]
    stack.enter_context(goland_on(machine, *roots))
    stack.enter_context(vscode_on(machine, roots[0]))
    _windows(machine, roots)
    return World(machine.home, machine.gocache, machine.modcache, machine.env)


def _windows(machine: Machine, roots: list[Path]) -> None:
    state = {"windowsState": {"openedWindows": [{"folder": root.as_uri()} for root in roots]}}
    write(machine.vscode / "User" / "globalStorage" / "storage.json", json.dumps(state).encode())


def _cost(world: World, count: int) -> Cost:
    cost = world.cost(*IDECARE, "status")
    assert cost.output.count(" have it open, and nothing of theirs") == count, cost.output[:2000]
    return cost
