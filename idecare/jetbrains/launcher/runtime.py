"""Which Java runtime the launcher takes, and why it skips those before it.

Source: XPlatLauncher, src/default.rs, locate_runtime and check_runtime_dir: the same in all generations. Neither the
version nor the vendor nor the architecture is checked.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.platforms import MACOS, WINDOWS
from idecare.core.reading import open_file
from idecare.formats.vmoptions import SPACE
from idecare.jetbrains.launcher.home import Descriptor, LaunchFailure
from idecare.jetbrains.options import is_unicode

# What the launcher loads into its own process (src/java.rs); it does not start bin/java.
LIBRARIES = {"linux": "lib/server/libjvm.so", "macos": "lib/libjli.dylib", "windows": "bin/server/jvm.dll"}


@frozen
class SkippedRuntime:
    """A place where the launcher found no runtime. ``path`` is what was named there. ``is_unread``: something may be
    named there, and it could not be read."""

    via: str
    path: Path | None
    reason: str
    is_unread: bool = False


@frozen
class ChosenRuntime:
    """``home`` has ``bin/java``; ``named`` is the folder as named (macOS: the bundle); ``via`` says what named it."""

    home: Path
    named: Path
    via: str
    passed: tuple[SkippedRuntime, ...] = ()


@frozen
class NoRuntime(LaunchFailure):
    passed: tuple[SkippedRuntime, ...] = ()


def runtime_file(host: Host, descriptor: Descriptor) -> Path:
    """The file whose first line names the runtime that the user chose."""
    suffix = "64.exe.jdk" if host.platform is WINDOWS else ".jdk"
    return descriptor.config / f"{descriptor.name}{suffix}"


def _first_line(file: Path) -> bytes:
    with open_file(file) as stream:
        return stream.readline(4096)  # PATH_MAX of Linux


def choose_runtime(
    host: Host, descriptor: Descriptor, read: Callable[[Path], bytes] = _first_line
) -> ChosenRuntime | NoRuntime:
    """The first candidate with the files of a runtime. If the JVM then does not load, the launcher tries no other.

    ``read`` gives the first line of the file that names one, at least.
    """
    passed: list[SkippedRuntime] = []
    for candidate in _candidates(host, descriptor, read):
        if isinstance(candidate, SkippedRuntime):
            passed.append(candidate)
            continue
        via, named = candidate
        home = _inside_bundle(host, host.cwd / named)
        reason = _fault(host, host.cwd / named, home)
        if reason is None:
            return ChosenRuntime(home, named, via, tuple(passed))
        passed.append(SkippedRuntime(via, named, reason))
    return NoRuntime("Runtime not found", passed=tuple(passed))


def _candidates(
    host: Host, descriptor: Descriptor, read: Callable[[Path], bytes]
) -> Iterator[tuple[str, Path] | SkippedRuntime]:
    yield _variable(host, f"{descriptor.variable}_JDK")
    yield _chosen_by_user(runtime_file(host, descriptor), read)
    yield "jbr", descriptor.home.path / "jbr"
    yield _variable(host, "JDK_HOME")
    yield _variable(host, "JAVA_HOME")


def _variable(host: Host, name: str) -> tuple[str, Path] | SkippedRuntime:
    value = host.environment.get(name)
    if value is None:
        return SkippedRuntime(name, None, tr("not set"))
    path = value.strip(SPACE)
    if not is_unicode(path):
        return SkippedRuntime(name, None, tr("not UTF-8"))
    return (name, Path(path)) if path else SkippedRuntime(name, None, tr("empty"))


def _chosen_by_user(file: Path, read: Callable[[Path], bytes]) -> tuple[str, Path] | SkippedRuntime:
    try:
        first = read(file).partition(b"\n")[0].decode().strip(SPACE)
    except FileNotFoundError:
        return SkippedRuntime(file.name, None, tr("there is no {file}", file=file))
    except UnicodeDecodeError:
        return SkippedRuntime(file.name, None, tr("the first line of {file} is not UTF-8", file=file), is_unread=True)
    except OSError as error:
        reason = tr("{file} cannot be read: {reason}", file=file, reason=error.strerror)
        return SkippedRuntime(file.name, None, reason, is_unread=True)
    if not first:
        return SkippedRuntime(file.name, None, tr("the first line of {file} is empty", file=file))
    return file.name, Path(first)


def _inside_bundle(host: Host, folder: Path) -> Path:
    return folder / "Contents" / "Home" if host.platform is MACOS else folder


def _fault(host: Host, folder: Path, home: Path) -> str | None:
    """Why the launcher does not take ``folder``, ``None`` when it does."""
    if not os.path.isdir(folder):
        return tr("there is no such folder") if not os.path.exists(folder) else tr("not a folder")
    java = java_file(host, home)
    try:
        status = os.stat(java)
    except OSError:
        if host.platform is MACOS and folder.parts[-2:] == ("Contents", "Home"):
            return tr("names Contents/Home; the launcher wants the bundle, two folders up")
        return tr("there is no {java}", java=java)
    if host.platform is not WINDOWS and not (stat.S_ISREG(status.st_mode) and status.st_mode & 0o111):
        return tr("{java} is not an executable file", java=java)
    return None


def java_file(host: Host, home: Path) -> Path:
    """The java command of a runtime."""
    return home / "bin" / ("java.exe" if host.platform is WINDOWS else "java")


def library_file(host: Host, home: Path) -> Path:
    """The library of a runtime that the launcher loads: its architecture must be the launcher's own."""
    return home / LIBRARIES[host.platform.name]
