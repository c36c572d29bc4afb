"""launchd's agents: the property list, and launchctl (launchd.plist(5), macOS 14). Not tried on a Mac yet."""

from __future__ import annotations

import plistlib
import re
from pathlib import Path
from typing import Any

from idecare.core.errors import IdecareError
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.system.files import find_program
from idecare.watcher.service.base import ManagerState, ServiceOrder, require, run_manager

LABEL = "idecare.daemon"


def agent_values(order: ServiceOrder) -> dict[str, Any]:
    """The agent's keys: started at login, started again when it ends badly, at most every 30 s, at low priority."""
    return {
        "Label": LABEL,
        "ProgramArguments": list(order.program),
        "EnvironmentVariables": dict(order.environment),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 30,
        "ExitTimeOut": 15,
        "ProcessType": "Background",
        "Nice": 10,
        "LowPriorityIO": True,
        "Umask": 0o077,
        "LimitLoadToSessionType": "Aqua",
    }


class Launchd:
    name, service, program = "launchd", LABEL, "launchctl"

    def __init__(self, host: Host) -> None:
        self.host = host
        self.launchctl = find_program(host, self.program)
        self.domain = f"gui/{host.user_id}"

    def file(self) -> Path:
        if self.host.home is None:
            raise IdecareError("home", tr("there is no home folder to keep a launch agent in"), tr("set HOME"))
        return self.host.home / "Library" / "LaunchAgents" / f"{LABEL}.plist"

    def content(self, order: ServiceOrder) -> bytes:
        return plistlib.dumps(agent_values(order), sort_keys=False)

    def is_there(self) -> bool:
        return run_manager(self.host, self.launchctl, ("print", self.domain)).code == 0

    def register(self) -> None:
        """The file's place registers it. What is loaded stays as it is until it is stopped."""
        if self.is_there():
            self._require(("enable", self._target), tr("cannot make it start at login"))

    def unregister(self) -> None:
        if self.state().is_loaded:
            self.stop()

    def start(self) -> None:
        if self.state().is_loaded:
            self._require(("kickstart", self._target), tr("launchd cannot start it"))
        else:
            self._require(("bootstrap", self.domain, str(self.file())), tr("launchd cannot load it"))

    def stop(self) -> None:
        """Unloaded, since launchd would start it again; the next login loads it."""
        self._require(("bootout", self._target), tr("launchd cannot stop it"))

    def state(self) -> ManagerState:
        is_registered = self.file().is_file()
        output = run_manager(self.host, self.launchctl, ("print", self._target))
        if output.code:
            return ManagerState(is_registered)
        pid, code = _number("pid", output.out), _number("last exit code", output.out)
        return ManagerState(is_registered, True, pid, tr("exit code {code}", code=code) if code else None)

    @property
    def _target(self) -> str:
        return f"{self.domain}/{LABEL}"

    def _require(self, words: tuple[str, ...], what: str) -> None:
        require(run_manager(self.host, self.launchctl, words), what, f"launchctl print {self._target}")


def _number(name: str, text: str) -> int | None:
    found = re.search(rf"^\s*{name} = (\d+)", text, re.MULTILINE)
    return int(found[1]) if found else None
