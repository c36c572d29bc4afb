"""What idecare writes, and a real code-server with a window open on that folder."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import idecare
from idecare.configure.vscode_tasks import TASKS
from tests.support.code_server import CodeServer
from tests.support.code_window import SHOWN, START_SECONDS, Place, Window, open_window
from tests.support.processes import end_carriers, told, wait_for
from tests.support.real_go import IDECARE

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

MARK = "IDECARE_TEST_WINDOW"
BEFORE = f'{{\n  // of this project\n  "{SHOWN}": "30s",\n}}\n'


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    tmp_path = tmp_path_factory.mktemp("window")
    environment = {"HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", MARK: str(tmp_path)}
    made = Place(tmp_path / "home", tmp_path / "project", tmp_path, environment)
    settings_of(made).parent.mkdir(parents=True)
    settings_of(made).write_text(BEFORE)
    try:
        yield made
    finally:
        end_carriers(MARK, str(tmp_path))


@pytest.fixture(scope="module")
def window(code_server: CodeServer, place: Place) -> Window:
    run_idecare(place, "configure", "--tasks", "-y")
    return open_window(code_server, place)


def settings_of(place: Place) -> Path:
    return place.project / ".vscode" / "settings.json"


def run_idecare(place: Place, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**place.environment, "PYTHONPATH": str(Path(idecare.__file__).parents[1])}
    return subprocess.run(
        [*IDECARE, *arguments],
        cwd=place.project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_change_of_workspace_settings_takes_effect_in_an_open_window(window: Window, place: Place) -> None:
    assert window.shows("30s"), window.seen
    change = ("configure", "--ide", "code-server", "--scope", "workspace", "--set", f"{SHOWN}=77s", "-y")
    done = run_idecare(place, *change)
    assert done.returncode == 0, told(done)
    assert window.shows("77s"), window.seen
    assert settings_of(place).read_text() == BEFORE.replace("30s", "77s")

    undone = run_idecare(place, "undo", "-y")
    assert undone.returncode == 0, told(undone)
    assert window.shows("30s"), window.seen
    assert settings_of(place).read_text() == BEFORE


def test_the_tasks_that_idecare_adds_are_in_the_window(window: Window) -> None:
    wanted = [[task["label"], task["command"], *task["args"]] for task in TASKS]
    assert wait_for(lambda: window.tasks, timeout=START_SECONDS)
    assert [task for task in window.tasks if "idecare" in str(task)] == wanted
