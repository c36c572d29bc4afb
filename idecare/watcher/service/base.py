"""What a service manager is asked and answers, and what it is to run: the program by absolute paths, and the variables
which decide what it sees."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from idecare.core.errors import IdecareError, RefusedError
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.platforms import WINDOWS
from idecare.system.run import ask

ARGUMENTS = ("-P", "-m", "idecare", "daemon", "run")  # -P: a folder `idecare` where it starts is not the program
# A session's services do not get what a shell's start files set, and those of launchd no language.
KEPT = (
    "XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME XDG_STATE_HOME GOENV GOCACHE GOMODCACHE GOPATH GOTOOLCHAIN "
    "LANGUAGE LC_ALL LC_MESSAGES LANG"
).split()
PACKAGE_FOLDER = Path(__file__).parents[3]
LIMIT_SECONDS = 20.0


@frozen
class ServiceOrder:
    program: tuple[str, ...]
    environment: Mapping[str, str]


def service_order(host: Host) -> ServiceOrder:
    if not Path(sys.executable).is_absolute() or not sys.executable.isprintable():
        message = tr(
            "the Python that runs idecare cannot be named in a service file: {path}", path=repr(sys.executable)
        )
        raise RefusedError("service", message, tr("install idecare into a virtual environment"))
    return ServiceOrder((_python(host), *ARGUMENTS), dict(_variables(host)))


def _python(host: Host) -> str:
    """On Windows the one that opens no window of text."""
    windowless = Path(sys.executable).with_name("pythonw.exe")
    return str(windowless) if host.platform is WINDOWS and windowless.exists() else sys.executable


def own_environment(host: Host) -> dict[str, str]:
    """The variables of a daemon that is started from here."""
    return {**host.environment, **dict(_import_path(host))}


def _variables(host: Host) -> Iterator[tuple[str, str]]:
    """What a file cannot hold on one line is left out."""
    found = {"PATH": host.platform.list_separator.join(map(str, host.search_path))}
    found |= {name: value for name in KEPT if (value := host.variable(name))}
    found |= dict(_import_path(host))
    yield from ((name, value) for name, value in found.items() if value.isprintable())


def _import_path(host: Host) -> Iterator[tuple[str, str]]:
    """Where Python finds idecare, if it is run from where it was not installed."""
    if sysconfig.get_path("purelib") != str(PACKAGE_FOLDER):
        inherited = host.variable("PYTHONPATH")
        yield "PYTHONPATH", host.platform.list_separator.join(filter(None, (str(PACKAGE_FOLDER), inherited)))


@frozen
class ManagerState:
    """``is_registered``: it starts the daemon at login. ``is_loaded``: it knows of it now. ``pid``: the daemon that it
    has started. ``last_error``: how the daemon ended when it did not end well. ``is_restarting``: it is about to start
    it again."""

    is_registered: bool = False
    is_loaded: bool = False
    pid: int | None = None
    last_error: str | None = None
    is_restarting: bool = False


class Manager(Protocol):
    """One user's service manager. Its verbs raise IdecareError with the manager's message."""

    name: str
    service: str
    program: str

    def file(self) -> Path: ...

    def content(self, order: ServiceOrder) -> bytes: ...

    def is_there(self) -> bool:
        """Whether it runs, so that it can start the daemon now."""
        ...

    def register(self) -> None:
        """Take up the file as it is now: from the next login on."""
        ...

    def unregister(self) -> None:
        """Forget the service, and end the daemon; its file may be gone."""
        ...

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def state(self) -> ManagerState: ...


@frozen
class ManagerOutput:
    code: int
    out: str
    error: str


def run_manager(host: Host, program: str | None, words: Iterable[str]) -> ManagerOutput:
    """Run a manager's own command; one that is not there or hangs has failed."""
    if program is None:
        return ManagerOutput(127, "", tr("there is no such command"))
    try:
        done = ask([program, *words], {**host.environment, "LC_ALL": "C"}, LIMIT_SECONDS)
    except TimeoutError:
        return ManagerOutput(124, "", tr("no answer within {count} s", count=f"{LIMIT_SECONDS:.0f}"))
    except OSError as error:
        return ManagerOutput(126, "", error.strerror or str(error))
    return ManagerOutput(done.returncode, done.stdout, done.stderr.strip())


def require(output: ManagerOutput, what: str, next_step: str) -> ManagerOutput:
    """IdecareError when the command has failed."""
    if output.code:
        raise IdecareError("service", f"{what}: {output.error or tr('exit code {code}', code=output.code)}", next_step)
    return output
