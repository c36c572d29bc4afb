"""Looks at JetBrains IDEs: which of their option lines, in which file, and which runtime reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from idecare.core.host import Host
from idecare.doctor.explain.base import Clue, Words
from idecare.jetbrains.installs import installs
from idecare.jetbrains.launcher.files import Option
from idecare.jetbrains.launcher.options import EffectiveOptions
from idecare.jetbrains.launcher.runtime import ChosenRuntime
from idecare.jetbrains.launcher.simulate import Launch, simulate
from idecare.jetbrains.runtime_verdict import read_facts

COLLECTOR = re.compile(r"-XX:\+Use(?:G1|Z|Serial|Parallel|ParallelOld|Shenandoah|Epsilon|ConcMarkSweep)GC$")


def collectors(host: Host, words: Words) -> Iterator[Clue]:
    """The lines that choose a collector."""
    yield from _lines(host, lambda option: bool(COLLECTOR.match(option)), at_least=2)


def named_option(host: Host, words: Words) -> Iterator[Clue]:
    """The lines with the option of the text."""
    name = words.get("option", "").lstrip("+-").partition("=")[0]
    if name:
        yield from _lines(host, lambda option: bool(re.match(rf"-?(?:XX:)?[+-]?{re.escape(name)}\b", option)))


def heap_options(host: Host, words: Words) -> Iterator[Clue]:
    """The lines about the heap's size."""
    yield from _lines(host, lambda option: option.startswith(("-Xms", "-Xmx", "-XX:MaxRAM", "-XX:InitialRAM")))


def _lines(host: Host, is_wanted: Callable[[str], bool], at_least: int = 1) -> Iterator[Clue]:
    for install in installs(host):
        launch = simulate(host, install.path)
        if not isinstance(launch, Launch) or not isinstance(launch.options, EffectiveOptions):
            continue
        wanted = [option for option in launch.options.options if is_wanted(option.text)]
        if len(wanted) < at_least:
            continue
        name = install.selector or install.product
        yield Clue(f"{name} starts with {_runtime(host, launch)}")
        for option in wanted:
            yield Clue(f"{option.text}  at {option.place}")
        yield Clue("", fix=_fix(wanted[-1], name))


def _runtime(host: Host, launch: Launch) -> str:
    if not isinstance(launch.runtime, ChosenRuntime):
        return "no runtime"
    facts = read_facts(host, launch.runtime.home)
    return f"Java {facts.major or '?'} in {facts.home}"


def _fix(option: Option, name: str) -> str:
    return f"Remove or correct {option.text} at {option.place} ({name}), or let `idecare configure` do it."
