"""The VM options files of one start: the install's, and the first found of the user's.

Source: XPlatLauncher, src/default.rs, read_vm_options and get_user_vm_options_file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.platforms import MACOS
from idecare.core.reading import read_file
from idecare.formats.vmoptions import Damage, find_damage, parse
from idecare.jetbrains.launcher.home import Descriptor, LaunchFailure
from idecare.jetbrains.options import user_option_places
from idecare.system.files import children


@frozen
class Option:
    """An option as the JVM gets it. ``source`` is a file, a variable or the launcher; ``line`` counts from 1."""

    text: str
    source: str
    line: int | None = None

    @property
    def place(self) -> str:
        return self.source if self.line is None else f"{self.source}:{self.line}"


@frozen
class Probe:
    """A place for the user's file. ``reason`` says why it is not read; ``None`` for the one that is. ``is_hidden``: it
    is a file, and another comes first."""

    place: str
    path: Path | None
    reason: str | None
    is_hidden: bool = False


def dist_options(descriptor: Descriptor) -> tuple[Option, ...] | LaunchFailure:
    """The install's file. The generations differ in what they make of a missing one and of a NUL."""
    file = descriptor.dist_file
    if descriptor.generation == "G4" and _is_missing(file):
        return ()
    found = read_options(file)
    if not isinstance(found, Damage):
        return found
    if descriptor.generation == "G2":
        return ()
    return LaunchFailure(f"Invalid character ('\\0') found in VM options file: {file}", f"{file}:{found.line}")


def _is_missing(file: Path) -> bool:
    try:
        file.stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def read_options(file: Path) -> tuple[Option, ...] | Damage | LaunchFailure:
    """The options of a file; Damage for a NUL, which is not the same to all callers."""
    try:
        data = read_file(file)
    except OSError as error:
        return LaunchFailure(f"Cannot read: {file}: {error.strerror}", str(file))
    damage = find_damage(data)
    if damage is not None and damage.reason == "not UTF-8":
        return LaunchFailure(f"Cannot read: {file}: {damage}", f"{file}:{damage.line}")
    return damage or tuple(Option(line.option, str(file), line.number) for line in parse(data.decode()))


def probe_user_files(host: Host, descriptor: Descriptor) -> Iterator[Probe]:
    """The places for the user's file in order. The first file found is read; they are never merged."""
    winner: Path | None = None
    for place, path, reason in _user_places(host, descriptor):
        is_hidden = False
        if reason is None and path is not None and not os.path.isfile(host.cwd / path):
            reason = tr("a folder, not a file") if os.path.isdir(host.cwd / path) else tr("there is no such file")
        elif reason is None and winner is not None:
            reason, is_hidden = tr("never read: {path} comes first", path=winner), True
        winner = path if reason is None else winner
        yield Probe(place, path, reason, is_hidden)


def _user_places(host: Host, descriptor: Descriptor) -> Iterator[tuple[str, Path | None, str | None]]:
    install = descriptor.home.path.parent if host.platform is MACOS else descriptor.home.path
    own = descriptor.config / descriptor.dist_file.name
    return user_option_places(host, f"{descriptor.variable}_VM_OPTIONS", install, own)


def winning_file(probes: Iterable[Probe]) -> Path | None:
    """The user's file that is read, as it is named; ``None`` when there is none."""
    return next((probe.path for probe in probes if probe.reason is None), None)


def file_to_edit(host: Host, descriptor: Descriptor) -> Path:
    """The user's file that is read, or the one to make: never the install's, which an update replaces."""
    winner = winning_file(probe_user_files(host, descriptor))
    return host.cwd / winner if winner else descriptor.config / descriptor.dist_file.name


def stray_files(descriptor: Descriptor) -> tuple[Path, ...]:
    """VM options files in the config folder whose names no launcher of this platform reads."""
    files = (file for file in children(descriptor.config) if file.suffix == ".vmoptions")
    return tuple(file for file in files if file.name != descriptor.dist_file.name)
