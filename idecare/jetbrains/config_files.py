"""What decides about one JetBrains IDE's configuration: its start, the files its launcher reads, its runtime."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal

from idecare.core.frozen import frozen
from idecare.core.host import MACHINES, Host
from idecare.core.language import tr
from idecare.core.locations import Install, Runtime
from idecare.core.platforms import WINDOWS
from idecare.jetbrains.launcher import Launch, simulate
from idecare.jetbrains.launcher.files import Probe, file_to_edit, probe_user_files, stray_files, winning_file
from idecare.jetbrains.launcher.home import LaunchFailure
from idecare.jetbrains.launcher.options import EffectiveOptions
from idecare.jetbrains.launcher.runtime import ChosenRuntime, NoRuntime, library_file
from idecare.jetbrains.options import PROPERTIES_FILE
from idecare.jetbrains.runtimes import parse_release
from idecare.system.executables import read_binary
from idecare.system.files import ConfigFile, read_config, read_text

PROPERTIES_OPTION = f"-D{PROPERTIES_FILE}="
PLACES = {
    "next to the install": tr("it is next to the install, which the launcher searches before the config folder"),
    "config folder": tr("the launcher finds none named by a variable and none next to the install"),
}


@frozen
class ChosenJava:
    """The runtime that the launcher would load. ``architectures`` are those of the library it loads."""

    home: Path
    via: str
    major: int | None
    architectures: tuple[str, ...]


@frozen
class JetbrainsTarget:
    """One installed IDE. ``properties`` are the user's idea.properties files in the order in which they are read;
    the last of them but the home folder's is the config folder's."""

    kind: ClassVar[Literal["jetbrains"]] = "jetbrains"

    ide: str
    name: str
    install: Path
    launch: Launch | LaunchFailure
    options_file: ConfigFile | None = None
    why_options_file: str = ""
    properties: tuple[ConfigFile, ...] = ()
    default_properties: ConfigFile | None = None
    java: ChosenJava | None = None
    architectures: tuple[str, ...] = ()
    stray_files: tuple[Path, ...] = ()
    newline: str = "\n"
    is_running: bool = False


def inspect_jetbrains(host: Host, install: Install, is_running: bool = False) -> JetbrainsTarget:
    """Read what the launcher of ``install`` would read."""
    name = install.selector or install.product
    launch = simulate(host, install.path)
    if isinstance(launch, LaunchFailure):
        return JetbrainsTarget(install.product, name, install.path, launch)
    descriptor = launch.descriptor
    binary = read_binary(install.binary) if install.binary else None
    own_properties = read_config(descriptor.config / "idea.properties")
    return JetbrainsTarget(
        ide=install.product,
        name=name,
        install=install.path,
        launch=launch,
        options_file=read_config(file_to_edit(host, descriptor)),
        why_options_file=why_options_file(tuple(probe_user_files(host, descriptor))),
        properties=tuple(read_config(path) for path in _property_files(host, launch)),
        default_properties=own_properties,
        java=_java(host, launch.runtime),
        architectures=binary.architectures if binary else (),
        stray_files=stray_files(descriptor),
        newline="\r\n" if host.platform is WINDOWS else "\n",
        is_running=is_running,
    )


def why_options_file(probes: tuple[Probe, ...]) -> str:
    """Why the launcher reads this VM options file, and which ones it therefore skips."""
    winner = next((probe for probe in probes if probe.reason is None), None)
    if winner is None:
        return tr("there is none yet; this is the last place that the launcher searches")
    hidden = [str(probe.path) for probe in probes if probe.is_hidden]
    hidden = [path for path in hidden if path != str(winning_file(probes)) and os.path.isfile(path)]
    why = PLACES.get(winner.place, tr("{place} names it, which comes before all other places", place=winner.place))
    return tr("{why}; never read: {paths}", why=why, paths=", ".join(hidden)) if hidden else why


def _property_files(host: Host, launch: Launch) -> Iterator[Path]:
    """The last option that names one counts: the launcher hands a variable's file on as an option, behind the user's
    (XPlatLauncher, lib.rs)."""
    texts = launch.options.texts if isinstance(launch.options, EffectiveOptions) else ()
    named = [text.removeprefix(PROPERTIES_OPTION) for text in texts if text.startswith(PROPERTIES_OPTION)]
    if named and os.path.isfile(host.cwd / named[-1]):
        yield host.cwd / named[-1]
    yield launch.descriptor.config / "idea.properties"
    yield launch.descriptor.user_home / "idea.properties"


def _java(host: Host, chosen: ChosenRuntime | NoRuntime) -> ChosenJava | None:
    if isinstance(chosen, NoRuntime):
        return None
    values = parse_release(read_text(chosen.home / "release") or "")
    library = read_binary(library_file(host, chosen.home))
    named = values.get("OS_ARCH", "").lower()
    return ChosenJava(
        home=chosen.home,
        via=chosen.via,
        major=Runtime(chosen.home, chosen.via, values.get("JAVA_VERSION")).major,
        architectures=library.architectures if library else (MACHINES.get(named, named),) if named else (),
    )
