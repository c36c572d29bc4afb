"""Builders that run go commands in loops while a cleaner strikes: at random, as a command starts, or in between."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.dirhash import damaged_modules
from tests.support.goproxy import MainModule
from tests.support.processes import finish, told
from tests.support.real_go import GoWorld, find_go

TIDY = ("mod", "tidy")
COMPILING = (("build", "./..."), ("vet", "./..."), ("test", "./p01", "./p02"), ("list", "-export", "./..."), TIDY)
# These take a fraction of a second even with empty caches, so that a soak holds many starts of a command.
LOADING = (("list", "-deps", "./..."), TIDY, ("mod", "download"), ("list", "-m", "all"))
PURGE_EVERY = 8  # cleans; what is held would fill the disk in a long soak
# A program that nobody knows, which reads what go has named to it a while after go has ended.
LATE_READER = ("late reader",)
READ_LATE = """
import os, subprocess, sys, time
command = [sys.argv[1], "list", "-export", "-deps", "-f", "{{.Export}}", "./..."]
asked = subprocess.run(command, text=True, stdout=subprocess.PIPE)
time.sleep(float(sys.argv[2]))
gone = [name for name in asked.stdout.split() if not os.path.isfile(name) or not open(name, "rb").read()]
sys.exit(f"{len(gone)} of {len(asked.stdout.split())} are gone: {gone[:3]}" if gone else asked.returncode)
"""
CGO = ("build", "./c")
EVERYTHING = (
    *COMPILING,
    LATE_READER,
    LATE_READER,
    ("run", "./app"),
    CGO,
    ("list", "-deps", "./..."),
    ("mod", "download"),
)
OTHER_VERBS = (("undo",), ("undo",), ("repair",), ("repair", "--all"), ("purge",))


@dataclass(frozen=True)
class Ran:
    """A command that ran, from when to when, and for a clean the moment at which it struck."""

    process: subprocess.CompletedProcess[str]
    started: float
    ended: float
    moment: str = ""

    @property
    def failed(self) -> bool:
        return self.process.returncode != 0

    def overlaps(self, other: Ran) -> bool:
        return self.started < other.ended and other.started < self.ended


class Gate:
    """Where builders stop before each command when the cleaner wants it quiet, and tell it that a command started."""

    def __init__(self, builders: int) -> None:
        self._changed = threading.Condition()
        self._builders, self._waiting, self._starts, self._is_closed = builders, 0, 0, False

    def wait_to_pass(self) -> None:
        with self._changed:
            self._waiting += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._is_closed)
            self._waiting -= 1

    def tell_start(self) -> None:
        with self._changed:
            self._starts += 1
            self._changed.notify_all()

    def leave(self) -> None:
        with self._changed:
            self._builders -= 1
            self._changed.notify_all()

    def close(self) -> None:
        """Stop the builders, and return when all of them stand at the gate."""
        with self._changed:
            self._is_closed = True
            self._changed.wait_for(lambda: self._waiting >= self._builders, timeout=120)

    def open(self) -> None:
        with self._changed:
            self._is_closed = False
            self._changed.notify_all()

    def wait_for_start(self, timeout: float = 10) -> None:
        with self._changed:
            seen = self._starts
            self._changed.wait_for(lambda: self._starts > seen, timeout=timeout)


@dataclass
class Soak:
    """One run: its builders, its cleaner, and what both did. Everything random comes from ``seed``."""

    world: GoWorld
    mains: tuple[MainModule, ...]
    commands: tuple[tuple[str, ...], ...]
    clean_command: tuple[str, ...]
    seed: int
    other_verbs: tuple[tuple[str, ...], ...] = ()
    others: list[Ran] = field(default_factory=list)
    ran: list[Ran] = field(default_factory=list)
    cleans: list[Ran] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.full_cache = self.world.base / "full-cache"

    def run(self, seconds: float, *, until: Callable[[Soak], bool] = lambda soak: False) -> None:
        """Build and clean for ``seconds``, a little longer if no command was met yet, or until ``until`` is content."""
        shutil.copytree(self.world.gocache, self.full_cache, dirs_exist_ok=True)
        self.stop.clear()
        self.gate = Gate(len(self.mains))
        deadline = time.monotonic() + seconds
        with ThreadPoolExecutor(len(self.mains)) as pool:
            builders = [pool.submit(self._build, main, number) for number, main in enumerate(self.mains)]
            try:
                moments = self._moments()
                while not until(self) and not any(builder.done() for builder in builders):
                    if time.monotonic() > deadline and (self.overlapped or time.monotonic() > deadline + 60):
                        break
                    next(moments)()
                    self._other_verb()
                    if len(self.cleans) % PURGE_EVERY == 0:
                        self._purge()
            finally:
                self.stop.set()
                self.gate.open()
            for builder in builders:
                builder.result()

    # The builders.

    def _build(self, main: MainModule, number: int) -> None:
        chance = random.Random(self.seed * 100 + number)
        try:
            while not self.stop.is_set():
                for command in chance.sample(self.commands, len(self.commands)):
                    self.gate.wait_to_pass()
                    if self.stop.is_set():
                        return
                    _change(main, command, chance)
                    self.ran.append(self._go(command, main.folder))
                    if chance.random() < 0.2:
                        self.stop.wait(chance.uniform(0.2, 0.8))
        finally:
            self.gate.leave()

    def _go(self, command: tuple[str, ...], cwd: Path) -> Ran:
        started = time.monotonic()
        if command == LATE_READER:
            wait = str(random.Random(started).uniform(0.1, 1.5))
            process = self.world.start(str(self._late_reader()), "-c", READ_LATE, str(find_go()), wait, cwd=cwd)
        else:
            process = self.world.start(str(find_go()), *command, cwd=cwd)
        self.gate.tell_start()
        return Ran(finish(process), started, time.monotonic())

    def _late_reader(self) -> Path:
        program = self.world.base / "mychecker"
        with suppress(FileExistsError):
            program.symlink_to(sys.executable)
        return program

    # The cleaner.

    def _moments(self) -> Iterator[Callable[[], None]]:
        yield self._under_starting_commands
        while True:
            round_of = [self._at_random, self._as_a_command_starts, self._under_starting_commands, self._when_idle]
            round_of += [self._under_starting_commands]
            self.random.shuffle(round_of)
            yield from round_of

    def _at_random(self) -> None:
        self.stop.wait(self.random.uniform(0, 1.5))
        self._clean("at random")

    def _as_a_command_starts(self) -> None:
        self.gate.wait_for_start()
        time.sleep(self.random.uniform(0, 0.03))
        self._clean("as a command starts")

    def _when_idle(self) -> None:
        self.gate.close()
        self._clean("when idle")
        self.gate.open()

    def _under_starting_commands(self) -> None:
        """All is quiet and the caches are full when the cleaner looks; the commands start before it is done."""
        self.gate.close()
        shutil.copytree(self.full_cache, self.world.gocache, dirs_exist_ok=True)
        usual = self.cleans[-1].ended - self.cleans[-1].started if self.cleans else 0.4
        opening = threading.Timer(self.random.uniform(0, min(usual, 2.0)), self.gate.open)
        opening.start()
        self._clean("under starting commands")
        opening.join()

    def _clean(self, moment: str) -> None:
        started = time.monotonic()
        done = self.world.run(*self.clean_command)
        self.cleans.append(Ran(done, started, time.monotonic(), moment))

    def _other_verb(self) -> None:
        if self.other_verbs and self.random.random() < 0.6:
            started = time.monotonic()
            done = self.world.idecare(*self.random.choice(self.other_verbs), "-y", cwd=self.mains[0].folder)
            self.others.append(Ran(done, started, time.monotonic(), done.args[-2]))

    def _purge(self) -> None:
        if "idecare" in self.clean_command:
            self.world.idecare("purge", "-y")

    # What was seen.

    @property
    def failed(self) -> list[Ran]:
        return [ran for ran in self.ran if ran.failed]

    @property
    def overlapped(self) -> list[Ran]:
        return [ran for ran in self.ran if any(ran.overlaps(clean) for clean in self.cleans)]

    def states(self, target: str) -> Counter[str]:
        """How often an idecare clean left ``target`` in which state, and why."""
        reports = [json.loads(clean.process.stdout or "{}") for clean in self.cleans]
        rows = [row for report in reports for row in report.get("targets", ()) if row["target"] == target]
        return Counter(" ".join(filter(None, [row["state"], row["reason"]])) for row in rows)

    def damage(self) -> list[str]:
        return damaged_modules(self.world.gomodcache)

    def summary(self) -> str:
        """What ran, for the reader of the test's output."""
        moments = Counter(clean.moment for clean in self.cleans)
        lines = [
            f"seed {self.seed}: {len(self.ran)} go commands, {len(self.overlapped)} of them while a clean ran, "
            f"{len(self.failed)} failed; {len(self.cleans)} cleans {dict(moments)}",
            f"{len(self.others)} other verbs, by exit code "
            f"{dict(Counter(f'{ran.moment} {ran.process.returncode}' for ran in self.others))}",
            f"commands {dict(Counter(_name(ran) for ran in self.ran))}",
            *(f"{target}: {dict(self.states(target))}" for target in ("gocache", "modcache")),
        ]
        for ran in self.failed[:5]:
            during = [clean.moment for clean in self.cleans if ran.overlaps(clean)]
            lines.append(f"failed, with cleans {during or 'before it'}:\n{told(ran.process)}")
        return "\n".join(lines)


def _name(ran: Ran) -> str:
    words = list(map(str, ran.process.args))
    return "late reader" if "mychecker" in words[0] else " ".join(words[1:])


def _change(main: MainModule, command: tuple[str, ...], chance: random.Random) -> None:
    main.edit(chance.choice(main.packages), chance.randrange(10**9))
    # Only tidy can follow a change of the imports; the other commands would fail rightly.
    if command == TIDY:
        chance.choice((main.import_extra, main.drop_extra))(main.packages[1])
