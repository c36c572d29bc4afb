"""Windows' Task Scheduler: a task of this user's own logon, and schtasks.exe.

Source: Task Scheduler schema 1.2 (http://schemas.microsoft.com/windows/2004/02/mit/task) and schtasks of the Windows
documentation. A task has no variables of its own: it gets those of the account. Who does not name himself in the logon
trigger would ask for every user's logon, which takes an administrator. Not tried on a real Windows yet.
"""

from __future__ import annotations

import subprocess
from pathlib import Path, PureWindowsPath
from xml.sax.saxutils import escape

from idecare.core.errors import IdecareError
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.system.files import find_program
from idecare.watcher.service.base import ManagerState, ServiceOrder, require, run_manager
from idecare.watcher.service.process import end, running

# Without what these say a task would not start on a battery, would end with it, and after three days.
TEMPLATE = """\
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>idecare: warns when two IDEs clash on a Go module</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>{user}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{user}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>8</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{command}</Command>
      <Arguments>{arguments}</Arguments>{folder}
    </Exec>
  </Actions>
</Task>
"""
FOLDER = "\n      <WorkingDirectory>{folder}</WorkingDirectory>"


def task_xml(order: ServiceOrder, user: str) -> bytes:
    """ASCII without a declaration: what schtasks takes for any code page. An idecare that was not installed is found in
    the working folder, which -P would keep Python from looking into."""
    command, *words = order.program
    package = order.environment.get("PYTHONPATH", "").partition(";")[0]
    values = {
        "user": user,
        "command": command,
        "arguments": subprocess.list2cmdline(word for word in words if not (package and word == "-P")),
        "folder": package,
    }
    texts = {name: escape(value) for name, value in values.items()}
    texts["folder"] = FOLDER.format(folder=texts["folder"]) if package else ""
    return TEMPLATE.format(**texts).encode("ascii", "xmlcharrefreplace")


class TaskScheduler:
    name, service, program = "Task Scheduler", "idecare.daemon", "schtasks.exe"

    def __init__(self, host: Host) -> None:
        self.host = host
        self.schtasks = find_program(host, self.program)

    def file(self) -> Path:
        """What it was given; it keeps a copy of its own."""
        return self.host.own.config / "daemon-task.xml"

    def content(self, order: ServiceOrder) -> bytes:
        return task_xml(order, self._user)

    def is_there(self) -> bool:
        return self.schtasks is not None

    def register(self) -> None:
        """Asked afterwards: Wine 8 takes any task, and keeps none."""
        words = ("/create", "/tn", self._task, "/xml", str(self.file()), "/f")
        self._require(words, tr("cannot make it start at login"))
        if not self.state().is_registered:
            message = tr("Task Scheduler took the task, and does not have it")
            raise IdecareError("service", message, tr("idecare daemon start runs it until you log out"))

    def unregister(self) -> None:
        if self.state().is_registered:
            self.stop()
            self._require(("/delete", "/tn", self._task, "/f"), tr("cannot keep it from starting at login"))

    def start(self) -> None:
        self._require(("/run", "/tn", self._task), tr("Task Scheduler cannot start it"))

    def stop(self) -> None:
        run_manager(self.host, self.schtasks, ("/end", "/tn", self._task))  # fails for one that it has not started
        if found := running(self.host):
            end(found)

    def state(self) -> ManagerState:
        """It says in words of the system's language what runs, so the daemon itself is looked for."""
        output = run_manager(self.host, self.schtasks, ("/query", "/tn", self._task, "/xml"))
        if output.code or "<Task" not in output.out:
            return ManagerState()
        found = running(self.host)
        return ManagerState(True, True, found.pid if found else None)

    @property
    def _user(self) -> str:
        name = self.host.variable("USERNAME")
        if name is None:
            message = tr("USERNAME is not set, and a task has to name its user")
            raise IdecareError("service", message, tr("idecare daemon start runs it until you log out"))
        domain = self.host.variable("USERDOMAIN")
        return str(PureWindowsPath(domain, name)) if domain else name

    @property
    def _task(self) -> str:
        """Tasks of all users have their names in one place."""
        return f"{self.service}-{self.host.variable('USERNAME') or ''}"

    def _require(self, words: tuple[str, ...], what: str) -> None:
        require(run_manager(self.host, self.schtasks, words), what, f"schtasks /query /tn {self._task} /v /fo list")
