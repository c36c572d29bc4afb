"""idecare's own tasks in the .vscode/tasks.json of a folder, among those that are there."""

from __future__ import annotations

from collections.abc import Mapping

from idecare.configure.configured import Configured
from idecare.configure.requests import NOTHING_TO_DO
from idecare.configure.vscode import INDENT, Draft, edit_of, put, read_draft, refused_in
from idecare.configure.vscode_values import Setting
from idecare.core.errors import RefusedError
from idecare.core.language import tr
from idecare.core.results import Skip
from idecare.formats.jsonc import Layout, value_at
from idecare.formats.jsonc.tree import JsonValue
from idecare.system.files import ConfigFile
from idecare.vscode.config_files import ScopeFile

SOURCE = "--tasks"
VERSION = "2.0.0"  # of the schema: VS Code reads those before it another way (vscode 1.96, taskConfiguration.ts)


def _task(label: str, *arguments: str) -> dict[str, JsonValue]:
    return {
        "label": f"idecare: {label}",
        "type": "process",
        "command": "idecare",
        "args": list(arguments),
        "options": {"cwd": "${workspaceFolder}"},
        "problemMatcher": [],
    }


TASKS = (
    _task("clean, then go mod tidy", "clean", "-y", "--", "go", "mod", "tidy"),
    _task("doctor", "doctor"),
)


def plan_tasks(file: ConfigFile, newline: str) -> Configured:
    """Those that the file lacks, known by their labels: what a user made of one stays."""
    name = tr("VS Code and its forks, tasks of this folder")
    place = ScopeFile("tasks", file)
    try:
        draft = read_draft(place, Layout(INDENT, newline))
        missing = _missing(draft)
        for setting in _settings(missing) if missing else ():
            draft = put(draft, setting)
    except RefusedError as error:
        return Configured("vscode", name, skip=Skip("refused", error.code, str(error), error.hint))
    if not draft.changes:
        return Configured("vscode", name, skip=NOTHING_TO_DO)
    return Configured("vscode", name, (edit_of("vscode", newline, draft),))


def _settings(missing: list[JsonValue]) -> tuple[Setting, ...]:
    return (
        Setting("version", ("version",), VERSION, tr("what VS Code writes"), SOURCE, keep=True),
        Setting("tasks", ("tasks",), missing, tr("Tasks: Run Task lists them"), SOURCE, adds="after"),
    )


def _missing(draft: Draft) -> list[JsonValue]:
    present = value_at(draft.text, ("tasks",), [])
    version = value_at(draft.text, ("version",), VERSION)
    if version != VERSION:
        why = tr("its tasks are of version {version}", version=version)
        raise refused_in(draft.place, "old-tasks", why, tr("Convert it to {version}.", version=VERSION))
    if not isinstance(present, list):
        raise refused_in(draft.place, "no-list", tr("what it calls tasks is no list"), tr("Correct it first."))
    labels = {task.get("label", task.get("taskName")) for task in present if isinstance(task, Mapping)}
    return [task for task in TASKS if task["label"] not in labels]
