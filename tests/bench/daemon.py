"""What the daemon costs while nothing happens: python -m tests.bench.daemon [--seconds 600].

With --latency ROUNDS, how long after the start of a second IDE its warning comes.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from idecare.watcher.event_sources import CALM_SECONDS
from tests.support.caches import Machine, make_machine
from tests.support.daemons import Daemon, daemon_of
from tests.support.editors import add_editors, add_module_folder, goland_on, rewrite, vscode_on

MODULES, OTHERS = 10, 300
SETTLE_SECONDS = 15.0
MEMORY = Path("/dev/shm")
LIBRARIES_AND_WATCHES = """
import sys, tempfile, psutil
from watchdog.events import FileClosedEvent, FileSystemEventHandler
from watchdog.observers import Observer
with tempfile.TemporaryDirectory() as folder:
    observer, handler = Observer(), FileSystemEventHandler()
    observer.start()
    for number in range(int(sys.argv[1])):
        observer.schedule(handler, tempfile.mkdtemp(dir=folder), event_filter=[FileClosedEvent])
    print(flush=True)
    sys.stdin.read()
"""
ALONE = ("unshare", "--pid", "--fork", "--mount-proc")  # other work on the machine is not what is measured
OTHERS_GO = Path("/usr/local/go")  # which others may start meanwhile


@dataclass(frozen=True)
class Counters:
    """What the kernel has counted of one process."""

    at: float
    cpu_seconds: float
    resident_bytes: int
    wakeups: int
    threads: int


def read_counters(pid: int) -> Counters:
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    switches = [_switches(task) for task in Path(f"/proc/{pid}/task").iterdir()]
    ticks = int(stat[11]) + int(stat[12])
    return Counters(
        time.monotonic(),
        ticks / os.sysconf("SC_CLK_TCK"),
        int(status["VmRSS"].split()[0]) * 1024,
        sum(switches),
        int(status["Threads"]),
    )


def _switches(task: Path) -> int:
    """How often one thread went to sleep; none when it has ended."""
    try:
        lines = (task / "status").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))


def measure(seconds: float, modules: int = MODULES, others: int = OTHERS) -> Iterator[str]:
    """Lines of the table."""
    with tempfile.TemporaryDirectory(prefix="idecare-daemon-") as folder, ExitStack() as stack:
        machine = make_machine(Path(folder, "machine"))
        stack.callback(machine.end)
        machine = without_folders_of_others(machine)
        add_editors(machine)
        roots = [add_module_folder(machine, f"module{number}") for number in range(modules)]
        stack.enter_context(other_processes(others))
        stack.enter_context(goland_on(machine, *roots))
        daemon = stack.enter_context(daemon_of(machine))
        yield from _rows(daemon, machine, seconds, others)


def _rows(daemon: Daemon, machine: Machine, seconds: float, others: int) -> Iterator[str]:
    scan = daemon.status()
    time.sleep(min(SETTLE_SECONDS, seconds))
    before = read_counters(daemon.process.pid)
    time.sleep(seconds)
    after = read_counters(daemon.process.pid)
    minutes = (after.at - before.at) / 60
    scanned = daemon.status()["scans"] - scan["scans"] - 1  # the question itself is one
    libraries = library_bytes(machine, scan["watches"])
    cpu = 100 * (after.cpu_seconds - before.cpu_seconds) / (after.at - before.at)
    yield "| | measured | aim |\n|---|---|---|"
    modules = len(scan["scan"]["workspaces"])
    yield f"| minutes idle, modules open, other processes | {minutes:.1f}, {modules}, {others} | |"
    yield f"| CPU | {cpu:.3f} % of a core | ≤ 0.1 % |"
    ratio = f"{after.resident_bytes / libraries:.2f} x"
    sizes = f"{after.resident_bytes / 1e6:.1f} MB against {libraries / 1e6:.1f} MB"
    yield f"| memory against an interpreter with watchdog, psutil and as many watches | {ratio} ({sizes}) | ≤ 1.3 x |"
    yield f"| memory at the start of the minutes | {before.resident_bytes / 1e6:.1f} MB | |"
    yield f"| voluntary wake-ups | {(after.wakeups - before.wakeups) / minutes:.1f} a minute | ≤ 12 |"
    yield f"| threads | {after.threads} | one for each watch, asleep |"
    yield f"| watches, scans in these minutes | {scan['watches']}, {scanned} | |"


def storm(seconds: float) -> Iterator[str]:
    """Lines of a table: a go.mod that is rewritten to and fro under two IDEs."""
    place = MEMORY if MEMORY.is_dir() else None  # a disk may be too slow for the storm
    with tempfile.TemporaryDirectory(prefix="idecare-daemon-", dir=place) as folder, ExitStack() as stack:
        machine = make_machine(Path(folder, "machine"))
        stack.callback(machine.end)
        add_editors(machine)
        app = add_module_folder(machine)
        stack.enter_context(goland_on(machine, app))
        stack.enter_context(vscode_on(machine, app))
        daemon = stack.enter_context(daemon_of(machine))
        scans, before = daemon.status()["scans"], read_counters(daemon.process.pid)
        count = rewrite(app / "go.mod", seconds)
        after = read_counters(daemon.process.pid)
        cpu = 100 * (after.cpu_seconds - before.cpu_seconds) / (after.at - before.at)
        yield "| a go.mod rewritten all the time | measured |\n|---|---|"
        yield f"| rewrites a second, seconds | {count / seconds:.0f}, {seconds:.0f} |"
        yield f"| scans | {daemon.status()['scans'] - scans - 1} |"
        yield f"| notices | {', '.join(daemon.notices()) or 'none'} |"
        yield f"| memory before and after | {before.resident_bytes / 1e6:.1f} MB, {after.resident_bytes / 1e6:.1f} MB |"
        yield f"| CPU, wake-ups | {cpu:.2f} % of a core, {after.wakeups - before.wakeups} |"


def latency(rounds: int) -> Iterator[str]:
    """Lines of a table: from the moment in which VS Code is started to the warning, a module for each round."""
    with tempfile.TemporaryDirectory(prefix="idecare-daemon-") as folder, ExitStack() as stack:
        machine = make_machine(Path(folder, "machine"))
        stack.callback(machine.end)
        machine = without_folders_of_others(machine)
        add_editors(machine)
        assert machine.run("config", "set", "notices_per_hour", "1000").returncode == 0
        roots = [add_module_folder(machine, f"module{number}") for number in range(rounds)]
        stack.enter_context(goland_on(machine, *roots))
        daemon = stack.enter_context(daemon_of(machine))
        before, found = read_counters(daemon.process.pid), []
        for number, root in enumerate(roots, 1):
            time.sleep(CALM_SECONDS + 1)  # who starts one IDE after another is answered more slowly
            with ThreadPoolExecutor(1) as pool:
                warned = pool.submit(_await, daemon, "opened", number)
                begin = time.monotonic()
                with vscode_on(machine, root, GOFLAGS="-mod=mod"):
                    found.append(warned.result() - begin)
            _await(daemon, "resolved", number)
        cpu = read_counters(daemon.process.pid).cpu_seconds - before.cpu_seconds
        yield "| a warning after the second IDE | measured | aim |\n|---|---|---|"
        times = f"{statistics.median(found):.2f} s, {max(found):.2f} s"
        yield f"| median and longest of {rounds} | {times} | ≤ 2 s, better 0.5 s |"
        yield f"| CPU for each IDE that came and went | {1000 * cpu / rounds:.0f} ms | |"


def without_folders_of_others(machine: Machine) -> Machine:
    """What others start from /usr/bin would be an event in a folder that has a gopls."""
    return machine.with_env(PATH=str(machine.home / "bin"))


def _await(daemon: Daemon, kind: str, count: int) -> float:
    """When the log had so many notices of this kind."""
    end = time.monotonic() + 60
    while daemon.notices().count(kind) < count:
        assert time.monotonic() < end, daemon.log()
        time.sleep(0.01)
    return time.monotonic()


def library_bytes(machine: Machine, watches: int) -> int:
    """What an interpreter takes that has imported the two libraries and watches as many folders."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", LIBRARIES_AND_WATCHES, str(watches)]
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=dict(machine.env))
    try:
        assert process.stdout is not None
        assert process.stdout.readline(), "watchdog and psutil have to be installed"
        return read_counters(process.pid).resident_bytes
    finally:
        process.kill()
        process.communicate()


@contextmanager
def other_processes(count: int) -> Iterator[None]:
    started = [subprocess.Popen(["sleep", "86400"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.daemon", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--latency", type=int, metavar="ROUNDS", help="measure how soon a warning comes instead")
    parser.add_argument("--storm", type=float, metavar="SECONDS", help="measure a storm of events instead")
    options = parser.parse_args()
    if os.getpid() != 1 and os.geteuid() == 0 and shutil.which("unshare"):
        return subprocess.call([*ALONE, sys.executable, "-m", "tests.bench.daemon", *sys.argv[1:]])
    if os.getpid() == 1 and OTHERS_GO.is_dir():
        subprocess.run(["mount", "-t", "tmpfs", "none", OTHERS_GO], check=True)
    system = f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}"
    print(f"Measured on {system}, load {os.getloadavg()[0]:.1f} before.\n")
    rows = latency(options.latency) if options.latency else measure(options.seconds)
    for line in storm(options.storm) if options.storm else rows:
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
