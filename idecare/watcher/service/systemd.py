"""systemd's user manager: the unit's text, and systemctl (systemd.service(5), systemd.exec(5), version 252)."""

from __future__ import annotations

import re
from pathlib import Path

from idecare.core.errors import IdecareError
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.system.files import find_program
from idecare.watcher.service.base import ManagerState, ServiceOrder, require, run_manager

UNIT = "idecare.service"
PLAIN = re.compile(r"[\w@+=:,./-]+", re.ASCII)  # words that mean themselves
PROPERTIES = ("LoadState", "UnitFileState", "SubState", "MainPID", "Result", "ExecMainStatus")
TEMPLATE = """\
# Written by `idecare daemon install`; taken away by `idecare daemon uninstall` or `idecare undo`.
[Unit]
Description=idecare: warns when two IDEs clash on a Go module
StartLimitIntervalSec=600
StartLimitBurst=5

[Service]
Type=exec
ExecStart={command}
{environment}Restart=on-failure
RestartSec=10
# 2: its settings cannot be used; 5: another one is running
RestartPreventExitStatus=2 5
SuccessExitStatus=130
TimeoutStopSec=15
# a clean or purge that it has begun ends by itself
KillMode=process
Nice=10
CPUWeight=20
IOSchedulingClass=idle
UMask=0077

[Install]
WantedBy=default.target
"""


def unit_text(order: ServiceOrder) -> str:
    """The unit file. ``%`` starts a specifier everywhere, ``$`` a variable in commands alone."""
    command = " ".join(_quoted(word).replace("$", "$$") for word in order.program)
    lines = (f"Environment={_quoted(f'{name}={value}')}\n" for name, value in order.environment.items())
    return TEMPLATE.format(command=command, environment="".join(lines))


def _quoted(word: str) -> str:
    if PLAIN.fullmatch(word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


class Systemd:
    name, service, program = "systemd", UNIT, "systemctl"

    def __init__(self, host: Host) -> None:
        self.host = host
        self.systemctl = find_program(host, self.program)

    def file(self) -> Path:
        if self.host.folders.config is None:
            raise IdecareError("home", tr("there is no home folder to keep a unit file in"), tr("set HOME"))
        return self.host.folders.config / "systemd" / "user" / UNIT

    def content(self, order: ServiceOrder) -> bytes:
        return unit_text(order).encode()

    def is_there(self) -> bool:
        return run_manager(self.host, self.systemctl, ("--user", "show", "--property=Version")).code == 0

    def register(self) -> None:
        """The link is made without a manager, too."""
        if self.is_there():
            self._require("daemon-reload", tr("cannot make systemd read its units again"))
        self._require(f"enable {UNIT}", tr("cannot make it start at login"))

    def unregister(self) -> None:
        is_there = self.is_there()
        if is_there:
            run_manager(self.host, self.systemctl, ("--user", "stop", UNIT))  # fails for one that it does not know
        self._require(f"disable {UNIT}", tr("cannot keep it from starting at login"))
        if is_there:
            self._require("daemon-reload", tr("cannot make systemd read its units again"))
            run_manager(self.host, self.systemctl, ("--user", "reset-failed", UNIT))

    def start(self) -> None:
        # earlier failures do not count against it
        run_manager(self.host, self.systemctl, ("--user", "reset-failed", UNIT))
        # restart, not start: one that waits to be started again after a crash is started at once by this alone
        self._require(f"restart {UNIT}", tr("systemd cannot start it"))

    def stop(self) -> None:
        self._require(f"stop {UNIT}", tr("systemd cannot stop it"))

    def state(self) -> ManagerState:
        output = run_manager(self.host, self.systemctl, ("--user", "show", UNIT, f"--property={','.join(PROPERTIES)}"))
        if output.code:
            enabled = run_manager(self.host, self.systemctl, ("--user", "is-enabled", UNIT))
            return ManagerState(is_registered=enabled.out.strip() == "enabled")
        values = dict(line.split("=", 1) for line in output.out.splitlines() if "=" in line)
        return ManagerState(
            is_registered=values.get("UnitFileState") == "enabled",
            is_loaded=values.get("LoadState") == "loaded",
            pid=int(values.get("MainPID", "0")) or None,
            last_error=_last_error(values),
            is_restarting=values.get("SubState") == "auto-restart",
        )

    def _require(self, words: str, what: str) -> None:
        output = run_manager(self.host, self.systemctl, ("--user", *words.split()))
        require(output, what, f"systemctl --user status {UNIT}")


def _last_error(values: dict[str, str]) -> str | None:
    if values.get("Result", "success") == "success":
        return None
    return tr("{result}, exit status {code}", result=values["Result"], code=values.get("ExecMainStatus"))
