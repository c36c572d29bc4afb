"""System calls that fail, and processes that die in front of them, one chosen call at a time (strace)."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass

from tests.support.caches import Machine

# Both the calls that take paths and those that take folder descriptors; an architecture may lack the former.
CHANGING_CALLS = (
    *("rename", "renameat", "renameat2", "mkdir", "mkdirat", "unlink", "unlinkat", "rmdir", "link", "linkat"),
    *("write", "pwrite64", "fsync", "fdatasync", "ftruncate", "fchmod"),
)
ERRORS = ("ENOSPC", "EACCES", "EIO", "EROFS")


@dataclass(frozen=True)
class Fault:
    """What happens at a call: ``what`` is ``error=ENOSPC`` or ``signal=KILL``, ``when`` is ``3``, or ``3+`` for all
    from the third on."""

    call: str
    what: str
    when: str

    def __str__(self) -> str:
        return f"{self.call} {self.what} at {self.when}"


@functools.cache
def strace_problem() -> str | None:
    """Why no faults can be injected here, or ``None``."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    probe = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=?rmdir:error=EIO:when=1", "true"]
    done = subprocess.run(probe, capture_output=True, text=True, check=False)
    return f"this process may not trace others: {done.stderr.strip()[-200:]}" if done.returncode else None


def count_calls(machine: Machine, *arguments: str, calls: tuple[str, ...] = CHANGING_CALLS) -> Counter[str]:
    """How often an undisturbed run makes each call."""
    log = machine.base / "tmp" / "calls"
    wanted = ",".join(f"?{call}" for call in calls)
    done = machine.run(*arguments, prefix=("strace", "-qq", "-o", str(log), "-e", f"trace={wanted}"))
    assert done.returncode in (0, 1), done.stderr
    return Counter(found[1] for found in re.finditer(r"^(\w+)\(", log.read_text(errors="replace"), re.MULTILINE))


def run_with(
    fault: Fault, machine: Machine, *arguments: str, threads: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run idecare with a fault; ``threads``: its threads and children meet it too, each counting for itself."""
    follow = ("-f",) if threads else ()
    inject = f"inject=?{fault.call}:{fault.what}:when={fault.when}"
    prefix = ("strace", *follow, "-qq", "-o", "/dev/null", "-e", f"trace=?{fault.call}", "-e", inject)
    return machine.run(*arguments, prefix=prefix)


def evenly(count: int, most: int) -> list[int]:
    """At most ``most`` of the numbers from 1 to ``count``, the last among them, and the first if there are two."""
    if count <= most:
        return list(range(1, count + 1))
    return [count] if most == 1 else sorted({1 + round(step * (count - 1) / (most - 1)) for step in range(most)})
