"""The task's XML, by the schema that Microsoft documents, and the calls of schtasks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from idecare.core.errors import IdecareError
from idecare.core.host import Host
from idecare.watcher.service.base import ManagerState, ServiceOrder
from idecare.watcher.service.managers import follow_file, manager_of
from idecare.watcher.service.scheduler import TaskScheduler, task_xml
from tests.conftest import make_host
from tests.support.services import recorder, told

# Task Scheduler schema 1.2: the elements of each element that idecare writes, in the order in which the schema and
# schtasks /query have them, and of those with values what is allowed. ``None``: any text.
NAMESPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
SCHEMA: dict[str, tuple[str, ...]] = {
    "Task": ("RegistrationInfo", "Triggers", "Principals", "Settings", "Data", "Actions"),
    "RegistrationInfo": ("URI", "SecurityDescriptor", "Source", "Date", "Author", "Version", "Description"),
    "Triggers": ("BootTrigger", "CalendarTrigger", "EventTrigger", "IdleTrigger", "LogonTrigger", "TimeTrigger"),
    "LogonTrigger": ("Repetition", "StartBoundary", "EndBoundary", "ExecutionTimeLimit", "Enabled", "UserId", "Delay"),
    "Principals": ("Principal",),
    "Principal": ("UserId", "LogonType", "GroupId", "DisplayName", "RunLevel"),
    "Settings": (
        *("MultipleInstancesPolicy", "DisallowStartIfOnBatteries", "StopIfGoingOnBatteries", "AllowHardTerminate"),
        *("StartWhenAvailable", "RunOnlyIfNetworkAvailable", "IdleSettings", "AllowStartOnDemand", "Enabled"),
        *("Hidden", "RunOnlyIfIdle", "WakeToRun", "ExecutionTimeLimit", "Priority"),
    ),
    "Actions": ("Exec",),
    "Exec": ("Command", "Arguments", "WorkingDirectory"),
}
VALUES = {
    "Enabled": {"true", "false"},
    "LogonType": {"S4U", "Password", "InteractiveToken", "InteractiveTokenOrPassword"},
    "RunLevel": {"LeastPrivilege", "HighestAvailable"},
    "MultipleInstancesPolicy": {"Parallel", "Queue", "IgnoreNew", "StopExisting"},
    "DisallowStartIfOnBatteries": {"true", "false"},
    "StopIfGoingOnBatteries": {"true", "false"},
    "ExecutionTimeLimit": {"PT0S"},
    "Priority": {str(number) for number in range(11)},
}
ATTRIBUTES = {"Task": {"version": "1.2"}, "Principal": {"id": "Author"}, "Actions": {"Context": "Author"}}
PYTHON = r"C:\Users\José & Ann\Scripts\pythonw.exe"
ORDER = ServiceOrder((PYTHON, "-P", "-m", "idecare", "daemon", "run"), {"PATH": "C:\\a"})
CHECKOUT = ServiceOrder(ORDER.program, {"PYTHONPATH": r"C:\my <idecare>;C:\more"})


def wrong(element: ElementTree.Element) -> Iterator[str]:
    """What is not as the schema has it."""
    name = element.tag.removeprefix(NAMESPACE)
    below = [child.tag.removeprefix(NAMESPACE) for child in element]
    if element.attrib != ATTRIBUTES.get(name, {}):
        yield f"{name}: {element.attrib}"
    if name in SCHEMA:
        if [known for known in SCHEMA[name] if known in below] != below:
            yield f"{name}: {below}"
    elif below or (name in VALUES and element.text not in VALUES[name]):
        yield f"{name}: {element.text}"
    for child in element:
        yield from wrong(child)


@pytest.mark.parametrize("order", [ORDER, CHECKOUT])
def test_the_xml_is_a_task_by_the_schema(order: ServiceOrder) -> None:
    found = ElementTree.fromstring(task_xml(order, "PC\\José"))
    assert (found.tag, list(wrong(found))) == (f"{NAMESPACE}Task", [])


@pytest.mark.parametrize(
    ("before", "after"),
    [("Priority>8", "Priority>11"), ("<Enabled>true</Enabled>", "<Enable>true</Enable>"), ("Exec>", "Execute>")],
)
def test_the_table_sees_what_is_wrong(before: str, after: str) -> None:
    text = task_xml(ORDER, "PC\\u").decode()
    assert list(wrong(ElementTree.fromstring(text.replace(before, after)))) != []


@pytest.mark.parametrize(
    ("order", "arguments", "folder"),
    [(ORDER, "-P -m idecare daemon run", None), (CHECKOUT, "-m idecare daemon run", r"C:\my <idecare>")],
)
def test_it_runs_this_python_for_this_user_alone(order: ServiceOrder, arguments: str, folder: str | None) -> None:
    data = task_xml(order, "PC\\José")
    assert data.isascii()
    found = ElementTree.fromstring(data)
    texts = [found.findtext(f".//{NAMESPACE}{name}") for name in ("Command", "Arguments", "WorkingDirectory")]
    assert texts == [PYTHON, arguments, folder]
    assert {user.text for user in found.iter(f"{NAMESPACE}UserId")} == {"PC\\José"}


def windows_host(tmp_path: Path, script: str) -> Host:
    folder = recorder(tmp_path / "bin", "schtasks.exe", script)
    return make_host("windows", {"PATH": str(folder), "USERNAME": "u"}, home=tmp_path / "home")


KEEPS = 'case "$1" in /query) echo "<Task/>";; esac'  # as a Task Scheduler that has the task


@pytest.mark.parametrize(
    ("script", "state"),
    [
        pytest.param(KEEPS, ManagerState(True, True), id="registered"),
        pytest.param("exit 1", ManagerState(), id="unknown"),
        pytest.param("", ManagerState(), id="no answer, as of Wine"),
    ],
)
def test_what_it_says_of_the_task(tmp_path: Path, script: str, state: ManagerState) -> None:
    assert TaskScheduler(windows_host(tmp_path, script)).state() == state


def test_the_scheduler_follows_the_file(tmp_path: Path) -> None:
    host = windows_host(tmp_path, KEEPS)
    manager = manager_of(host)
    assert manager is not None
    manager.file().parent.mkdir(parents=True)
    manager.file().write_bytes(manager.content(ORDER))
    follow_file(host)
    assert f"/create /tn idecare.daemon-u /xml {manager.file()} /f" in told(tmp_path / "bin")
    manager.file().unlink()
    follow_file(host)
    assert told(tmp_path / "bin")[-1] == "/delete /tn idecare.daemon-u /f"


def test_a_scheduler_that_forgets_the_task_is_not_believed(tmp_path: Path) -> None:
    with pytest.raises(IdecareError, match="does not have it"):
        TaskScheduler(windows_host(tmp_path, "")).register()


def test_a_task_needs_a_user(tmp_path: Path) -> None:
    host = make_host("windows", {"PATH": str(tmp_path)}, home=tmp_path)
    with pytest.raises(IdecareError, match="USERNAME"):
        TaskScheduler(host).content(ORDER)
