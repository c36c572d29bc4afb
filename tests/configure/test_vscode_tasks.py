"""idecare's tasks among a folder's own: which are added, where, and when the file stays as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idecare.configure.configured import Configured
from idecare.configure.vscode_tasks import TASKS, plan_tasks
from idecare.formats.jsonc import value_at
from idecare.system.files import read_config

LABELS = [task["label"] for task in TASKS]


def planned(folder: Path, text: str | bytes | None = None, newline: str = "\n") -> Configured:
    file = folder / "tasks.json"
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return plan_tasks(read_config(file), newline)


def after(configured: Configured) -> str:
    (edit,) = configured.edits
    assert edit.after is not None
    return edit.after.decode()


def labels(text: str) -> list[object]:
    tasks = value_at(text, ("tasks",))
    assert isinstance(tasks, list)
    return [task["label"] for task in tasks if isinstance(task, dict)]


def test_a_folder_without_the_file_gets_one(tmp_path: Path) -> None:
    assert json.loads(after(planned(tmp_path))) == {"version": "2.0.0", "tasks": list(TASKS)}


@pytest.mark.parametrize(
    "text", ["", "{}", "// nothing yet\n", '{"version": "2.0.0"}', '{"version": "2.0.0", "tasks": []}']
)
def test_an_empty_one_is_filled(tmp_path: Path, text: str) -> None:
    assert labels(after(planned(tmp_path, text))) == LABELS


def test_comments_order_and_the_tasks_that_are_there_stay(tmp_path: Path) -> None:
    before = '{\r\n\t// mine\r\n\t"tasks": [{ "label": "build" }, /* last */],\r\n\t"inputs": []\r\n}\r\n'
    text = after(planned(tmp_path, before, "\r\n"))
    assert labels(text) == ["build", *LABELS]
    assert "// mine" in text
    assert "/* last */" in text
    assert text.replace("\r\n", "").count("\n") == 0


@pytest.mark.parametrize("key", ["label", "taskName"])
def test_a_task_that_the_user_has_changed_stays_as_it_is(tmp_path: Path, key: str) -> None:
    own = {key: LABELS[0], "command": "mine"}
    text = after(planned(tmp_path, json.dumps({"version": "2.0.0", "tasks": [own]})))
    assert json.loads(text)["tasks"] == [own, TASKS[1]]


def test_a_second_time_there_is_nothing_to_do(tmp_path: Path) -> None:
    configured = planned(tmp_path, after(planned(tmp_path)))
    assert configured.edits == ()
    assert configured.skip is not None
    assert configured.skip.code == "same"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"version": "0.1.0", "command": "make"}', "old-tasks"),
        ('{"tasks": {"label": "x"}}', "no-list"),
        ('{"tasks": null}', "no-list"),
        ("[]", "wrong-parent"),
        ('{"tasks": [', "invalid-json"),
        ('{"tasks": [], "tasks": []}', "duplicate-key"),
        (b'{"tasks": ["\xff"]}', "not-utf-8"),
    ],
)
def test_what_cannot_be_added_to_stays(tmp_path: Path, text: str | bytes, code: str) -> None:
    configured = planned(tmp_path, text)
    assert configured.edits == ()
    assert configured.skip is not None
    assert (configured.skip.kind, configured.skip.code) == ("refused", code)
    assert "tasks.json" in configured.skip.reason
    assert configured.skip.next_step
