"""What a service manager is to run: the program by absolute paths, and the variables which decide what it sees."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path

from idecare.core.errors import RefusedError
from idecare.core.frozen import frozen
from idecare.core.host import Host

ARGUMENTS = ("-P", "-m", "idecare", "daemon", "run")  # -P: a folder `idecare` where it starts is not the program
# A session's services do not get what a shell's start files set.
KEPT = (
    "XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME XDG_STATE_HOME GOENV GOCACHE GOMODCACHE GOPATH GOTOOLCHAIN"
).split()
PACKAGE_FOLDER = Path(__file__).parents[3]


@frozen
class ServiceOrder:
    program: tuple[str, ...]
    environment: Mapping[str, str]


def service_order(host: Host) -> ServiceOrder:
    program = (sys.executable, *ARGUMENTS)
    if not Path(sys.executable).is_absolute() or not sys.executable.isprintable():
        message = f"the Python that runs idecare cannot be named in a service file: {sys.executable!r}"
        raise RefusedError("service", message, "install idecare into a virtual environment")
    return ServiceOrder(program, dict(_variables(host)))


def own_environment(host: Host) -> dict[str, str]:
    """The variables of a daemon that is started from here."""
    return {**host.environment, **dict(_import_path(host))}


def _variables(host: Host) -> Iterator[tuple[str, str]]:
    """What a file cannot hold on one line is left out."""
    found = {"PATH": ":".join(map(str, host.search_path))}
    found |= {name: value for name in KEPT if (value := host.variable(name))}
    found |= dict(_import_path(host))
    yield from ((name, value) for name, value in found.items() if value.isprintable())


def _import_path(host: Host) -> Iterator[tuple[str, str]]:
    """Where Python finds idecare, if it is run from where it was not installed."""
    if sysconfig.get_path("purelib") != str(PACKAGE_FOLDER):
        inherited = host.variable("PYTHONPATH")
        yield "PYTHONPATH", f"{PACKAGE_FOLDER}:{inherited}" if inherited else str(PACKAGE_FOLDER)
