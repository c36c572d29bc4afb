"""Verbs in random order over a hostile home, in a process of its own, and what they must not have done to it."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import pkgutil
import random
import shutil
import stat
import subprocess
import sys
import tempfile
import traceback
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn, TextIO
from unittest import mock

import idecare
from tests.support.hostile import Described, Home, everything, make_home, private_mounts, without_privileges

TARGETS = ("gocache", "modcache", "gopls", "goland", "testcache", "fuzzcache", "goimports", "vscode")
# Those of which an undo gives everything back, and those that delete.
REVERSIBLE = (
    *(("clean",),) * 4,
    ("clean", "TARGET"),
    ("clean", "TARGET", "TARGET"),
    ("clean", "gocache", "--older-than", "1h"),
    ("clean", "gocache", "--max-size", "1kB"),
    ("prune", "--older-than", "0s"),
    ("undo",),
    ("usage",),
    ("status",),
    ("history",),
    ("configure", "--ide", "vscode"),
    ("configure", "--ide", "goland"),
    ("doctor", "caches", "--fix"),
    ("doctor", "vscode", "--fix"),
)
DELETING = (
    ("clean", "--now"),
    ("clean", "TARGET", "--now"),
    ("purge",),
    ("purge", "--due"),
    ("repair",),
    ("repair", "--all"),
)
ASKING = ("clean", "prune", "undo", "purge", "configure", "repair", "doctor")
CODES = (0, 1, 2, 4, 5)  # docs/json.md: 3 is a bug in idecare
OPEN = {"held", "written", "failed", "started", "reverting"}
MOST_STEPS, MOST_UNDOS = 6, 20


@dataclass(frozen=True)
class Step:
    words: tuple[str, ...]
    code: int
    output: str


def load() -> None:
    """All of idecare: a process that is forked then need not import it again."""
    for module in pkgutil.walk_packages(idecare.__path__, "idecare."):
        if not module.name.endswith("__main__"):
            with suppress(ModuleNotFoundError, AssertionError):  # of those for another system alone
                importlib.import_module(module.name)


def run_home(seed: int, folder: Path, runner: type[Runner] | None = None) -> str:
    """What went wrong with the home of this number; empty when nothing did. A process of its own makes the home and
    runs the verbs: its mounts, its user and its working folder end with it."""
    base = Path(tempfile.mkdtemp(prefix=f"hostile-{seed}-", dir=folder))
    with tempfile.TemporaryFile("w+", errors="backslashreplace", dir=folder) as result:
        pid = os.fork()
        if pid == 0:
            _write_result(seed, base, runner or InProcess, result)
        _, status = os.waitpid(pid, 0)
        result.seek(0)
        try:
            return result.read() if status == 0 else f"seed {seed}: the process died\n{result.read()}"
        finally:
            _remove(base)


def _write_result(seed: int, base: Path, runner: type[Runner], result: TextIO) -> NoReturn:
    try:
        result.write(_in_child(seed, base, runner))
    except BaseException:
        result.write(f"seed {seed}: the test itself failed\n{traceback.format_exc()}")
    finally:
        result.flush()
        os._exit(0)


def _in_child(seed: int, base: Path, runner: type[Runner]) -> str:
    chance = random.Random(seed * 7 + 1)
    is_root = os.geteuid() == 0
    can_mount = is_root and chance.random() < 0.5 and private_mounts()
    home = make_home(base, seed, can_mount)
    if is_root and not can_mount and chance.random() < 0.5:
        without_privileges()
    before = everything(home)
    return _told(seed, home, *_steps(home, before, chance, runner(home)))


def _steps(
    home: Home, before: dict[str, Described], chance: random.Random, runner: Runner
) -> tuple[list[Step], list[str]]:
    deletes = chance.random() < 0.6
    verbs = (*REVERSIBLE, *DELETING) if deletes else REVERSIBLE
    if "/" in home.env.values():  # all of this machine would be measured or searched
        verbs = tuple(words for words in verbs if words[0] not in ("usage", "prune"))
    if home.in_module:  # a repair names what is too many in a module; a clean may then delete the zip before the tree
        verbs = tuple(words for words in verbs if words[0] not in ("repair", "doctor"))
    steps: list[Step] = []
    for _ in range(chance.randint(2, MOST_STEPS)):
        words = tuple(chance.choice(TARGETS) if word == "TARGET" else word for word in chance.choice(verbs))
        steps.append(runner.run((*words, "-y") if words[0] in ASKING else words))
        problems = _problems(steps[-1]) or harmed(home, before, outside=True)
        if problems:
            return steps, problems
    ends = (("purge", "-y"),) if deletes and chance.random() < 0.5 else ()
    steps += map(runner.run, ends)
    for _ in range(MOST_UNDOS):  # once and again: an undo that is over takes what is below it
        steps.append(runner.run(("undo", "-y")))
        if "othing to undo" in steps[-1].output or steps[-1].code != 0:
            break
    for entry in entries(runner):  # one that cannot be undone, newest first, is no reason to keep the others
        steps.append(runner.run(("undo", entry, "-y")))
    problems = [problem for step in steps for problem in _problems(step)]
    return steps, problems or harmed(home, before) + ([] if deletes else missing(home, before))


def entries(runner: Runner) -> list[str]:
    """The ids of what can still be undone, newest first."""
    report = runner.run(("history", "-l", "100", "--json"))
    found = json.loads(report.output.partition("\n")[0])["changes"] if report.code == 0 else ()
    return [one["id"] for one in reversed(found) if OPEN & {target["state"] for target in one["targets"]}]


def _problems(step: Step) -> list[str]:
    wrong = step.code not in CODES or "Traceback" in step.output or "bug in idecare" in step.output
    return [f"{' '.join(step.words)} ended with {step.code}"] if wrong else []


def harmed(home: Home, before: dict[str, Described], outside: bool = False) -> list[str]:
    """What is the user's and is not as it was. ``outside``: only of what lies in no cache, as a clean may hold what is
    in one until it is undone or purged, when what is foreign comes back."""
    after, problems = everything(home), []
    roots = [os.path.realpath(root) for root in home.roots]
    for path, value in before.items():
        if path in home.derived or path in home.planted or (outside and _is_below(path, roots)):
            continue
        if value[0] == "folder" and not _holds_mine(path, home, before):
            continue
        now = after.get(path)
        if path in home.edited and now is not None:
            continue
        if now != value:
            problems.append(f"{path!r}: was {value}, is {now}")
    kept = {now[-1] for now in after.values() if now[0] == "file"}
    problems += [f"{path!r}: its bytes are lost" for path in home.planted if before[path][-1] not in kept]
    return problems


def missing(home: Home, before: dict[str, Described]) -> list[str]:
    """Of homes where nothing was deleted: whatever an undo has not given back."""
    after, problems = everything(home), []
    for path, value in before.items():
        now = after.get(path)
        if path in home.edited | home.derived and now is not None and now[0] == value[0] == "file":
            now, value = now[-1:], value[-1:]
        if now != value and "/.idecare-held/" not in f"{path}/":
            problems.append(f"{path!r}: not back: was {value}, is {now}")
    return problems


def _is_below(path: str, roots: list[str]) -> bool:
    return any(path.startswith(f"{root}/") for root in roots)


def _holds_mine(folder: str, home: Home, before: dict[str, Described]) -> bool:
    """Folders that hold nothing of the user's may go with what is in them."""
    inside = [path for path in before if path.startswith(f"{folder}/") and before[path][0] != "folder"]
    return any(path not in home.derived and path not in home.planted for path in inside)


# --- who runs the verbs


class Runner(ABC):
    def __init__(self, home: Home) -> None:
        self.home = home

    @abstractmethod
    def run(self, words: tuple[str, ...]) -> Step: ...


class InProcess(Runner):
    """idecare in this process: a fraction of what starting it costs. No other process is seen, none is started, and
    each step is a day later than the one before."""

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        from idecare.changes import background
        from idecare.cli.session import Session
        from idecare.system import procfs

        os.environ.clear()
        os.environ.update(_environment(home))
        os.chdir(home.mine / "project")
        self.days = 0
        later = property(lambda _: datetime.now(UTC) + timedelta(days=self.days))
        mock.patch.object(procfs, "pids", side_effect=lambda: iter([os.getpid()])).start()
        mock.patch.object(background, "start_idecare", return_value=None).start()
        mock.patch.object(Session, "now", later).start()

    def run(self, words: tuple[str, ...]) -> Step:
        from idecare.cli import run

        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            code = run(list(words))
        self.days += 1
        return Step(words, code, output.getvalue())


class Program(Runner):
    """idecare as it is started by a user."""

    def run(self, words: tuple[str, ...]) -> Step:
        done = subprocess.run(
            [sys.executable, "-m", "idecare", *words],
            env=_environment(self.home),
            cwd=self.home.mine / "project",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        return Step(words, done.returncode, os.fsdecode(done.stdout + done.stderr))


class Careless(Runner):
    """What people do without idecare."""

    def run(self, words: tuple[str, ...]) -> Step:
        if words[0] in ("clean", "purge"):
            variables = (self.home.env.get(name, "") for name in ("GOCACHE", "GOMODCACHE"))
            for root in (
                *self.home.roots,
                *(Path(value) for value in variables if value.startswith(str(self.home.base))),
            ):
                shutil.rmtree(root / "index" if "JetBrains" in str(root) else root, ignore_errors=True)
        return Step(words, 0, '{"changes": []}' if words[0] == "history" else "There is nothing to undo.")


def _environment(home: Home) -> dict[str, str]:
    own, temp = home.base / "own", home.base / "own" / "tmp"
    temp.mkdir(parents=True, exist_ok=True)
    folders = {f"XDG_{name}_HOME": str(own / name.lower()) for name in ("STATE", "DATA")}
    variables = {name: value for name, value in home.env.items() if value or name != "HOME"}
    package = str(Path(idecare.__file__).parents[1])
    return {"PATH": "/usr/bin:/bin", "TMPDIR": str(temp), "PYTHONPATH": package, **folders, **variables}


def _told(seed: int, home: Home, steps: list[Step], problems: list[str]) -> str:
    if not problems:
        return ""
    lines = [f"seed {seed}, {home.env}", *(f"$ idecare {' '.join(step.words)}\n  exit {step.code}" for step in steps)]
    odd = next((step for step in steps if _problems(step)), steps[-1])
    return "\n".join((*lines, odd.output[-3000:], *problems[:8]))


def _remove(base: Path) -> None:
    for parent, folders, _ in os.walk(base):
        for folder in folders:
            path = os.path.join(parent, folder)
            if not os.path.islink(path):
                with suppress(OSError):
                    os.chmod(path, stat.S_IRWXU)
    shutil.rmtree(base, ignore_errors=True)
