"""One start of a JetBrains IDE, as its launcher would do it, up to the moment before the JVM is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.jetbrains.installs import host_of
from idecare.jetbrains.launcher.home import Descriptor, Generation, LaunchFailure, home_of_install, read_descriptor
from idecare.jetbrains.launcher.options import EffectiveOptions, effective_options
from idecare.jetbrains.launcher.runtime import ChosenRuntime, NoRuntime, choose_runtime


@frozen
class Launch:
    """What a start takes. A failure in one part does not hide the other: idecare reports both."""

    descriptor: Descriptor
    options: EffectiveOptions | LaunchFailure
    runtime: ChosenRuntime | NoRuntime


def simulate(
    host: Host, install: Path, generation: Generation | None = None, arguments: Sequence[str] = ()
) -> Launch | LaunchFailure:
    """The start of the IDE at ``install`` (macOS: the bundle) with ``arguments`` on its command line.

    Files are read and nothing else. ``generation`` of the launcher: as the build number suggests, unless given.
    """
    host = host_of(host, install)
    descriptor = read_descriptor(host, home_of_install(host, install), generation, arguments)
    if isinstance(descriptor, LaunchFailure):
        return descriptor
    return Launch(descriptor, effective_options(host, descriptor), choose_runtime(host, descriptor))
