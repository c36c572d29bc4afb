"""One run of a java command: its exit code and text, or why it cannot run here."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.jetbrains.jvm import NotRunnable
from idecare.system.machine import end_session
from idecare.system.run import NO_WINDOW

if TYPE_CHECKING:
    from idecare.system.executables import Binary

# They add options to those of the command line, and the JVM says so on stderr. The last two are OpenJ9's.
CLEARED = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "IBM_JAVA_OPTIONS", "OPENJ9_JAVA_OPTIONS")
FORMATS = {"linux": ("elf",), "macos": ("mach-o", "mach-o fat"), "windows": ("pe",)}
LONGEST_TEXT = 100_000


@frozen
class Answer:
    code: int
    text: str


def run_java(
    host: Host, java: Path, arguments: Sequence[str], folder: Path, limit_seconds: float
) -> Answer | NotRunnable:
    """Run ``java`` in ``folder``: a JVM cannot start in one that was removed, as a shell's may be."""
    if fault := _fault(host, java):
        return fault
    environment = {name: value for name, value in host.environment.items() if name.upper() not in CLEARED}
    try:
        process = subprocess.Popen(
            [str(java), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            start_new_session=True,
            creationflags=NO_WINDOW,
        )
    except OSError as error:
        return _not_started(host, java, error)
    except ValueError as error:  # a NUL in an option
        return Answer(1, str(error))
    return _finish(process, java, limit_seconds)


def _finish(process: subprocess.Popen[bytes], java: Path, limit_seconds: float) -> Answer | NotRunnable:
    with process:
        try:
            output, _ = process.communicate(timeout=limit_seconds)
        except subprocess.TimeoutExpired:
            _kill(process)
            text = tr("{java} gave no answer within {seconds} seconds", java=java, seconds=f"{limit_seconds:g}")
            return NotRunnable("hangs", text)
        except BaseException:
            _kill(process)
            raise
    text = output[:LONGEST_TEXT].decode(errors="replace")
    if process.returncode < 0:
        ended = tr("ended by {signal}", signal=_signal_name(-process.returncode))
        return Answer(process.returncode, f"{text}\n{ended}")
    return Answer(process.returncode, text)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the run and what it started: a ``java`` may be a script. Nothing more is read from it."""
    with suppress(OSError):  # it may be ending by itself
        end_session(process)  # its own, and not waited for yet
    if process.stdout:
        process.stdout.close()


def _signal_name(number: int) -> str:
    return signal.Signals(number).name if number in set(signal.Signals) else tr("signal {number}", number=number)


def _fault(host: Host, java: Path) -> NotRunnable | None:
    try:
        status = java.stat()
    except OSError as error:
        return NotRunnable("missing", f"{java}: {error.strerror}")
    if not stat.S_ISREG(status.st_mode):
        return NotRunnable("not executable", tr("{java} is not a file", java=java))
    if host.platform.name != "windows" and not os.access(java, os.X_OK):
        return NotRunnable("not executable", tr("{java} may not be executed", java=java))
    return None


def _not_started(host: Host, java: Path, error: OSError) -> NotRunnable:
    """An operating system says little: the file's own header says more."""
    from idecare.system.executables import read_binary

    binary = read_binary(java)
    if binary is not None and _is_foreign(host, binary):
        text = tr(
            "{java} is a program for {architectures} ({format}); this is {system} on {machine}",
            java=java,
            architectures=tr(" and ").join(binary.architectures),
            format=binary.format,
            system=host.platform.name,
            machine=host.machine,
        )
        return NotRunnable("foreign architecture", text)
    if isinstance(error, PermissionError):
        return NotRunnable("not executable", f"{java}: {error.strerror}")
    if isinstance(error, FileNotFoundError):  # the file is there, what starts it is not
        text = tr("{java} needs a program loader or interpreter that is not on this machine", java=java)
        return NotRunnable("broken", text)
    return NotRunnable("broken", f"{java}: {error.strerror or error}")


def _is_foreign(host: Host, binary: Binary) -> bool:
    return binary.format not in FORMATS[host.platform.name] or host.machine not in binary.architectures
