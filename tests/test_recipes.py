"""Every recipe of docs/recipes.md is carried out as a user would, with a go that only says what it was asked for."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from idecare.configure.vscode_tasks import TASKS
from tests.support.caches import add_build_cache

PATH = os.environ["PATH"]  # before a test has its own
PROJECT = Path(__file__).parent.parent
PAGE = (PROJECT / "docs" / "recipes.md").read_text()
FINE = (0, 4)
TASKFILE, PRE_COMMIT, WORKFLOW = range(3)  # blocks of YAML
TIDY = ["idecare clean -y -- go mod tidy", "go mod tidy"]
GIT = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main")


def block(language: str, number: int = 0) -> str:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[number]


class Workplace:
    """A module in a home of its own; programs that write down how they were called."""

    def __init__(self, base: Path) -> None:
        self.module, self.log = base / "module", base / "log"
        commands = base / "bin"
        for folder in (self.module, commands, base / "home"):
            folder.mkdir()
        (self.module / "go.mod").write_text("module example.test/m\n\ngo 1.25\n")
        record = f'echo "$(basename "$0")" "$@" >>{shlex.quote(str(self.log))}\n'
        self._program(commands / "idecare", record + f'exec {sys.executable} -m idecare "$@"\n')
        self._program(commands / "go", record)
        self.environment = {
            "PATH": f"{commands}:/usr/bin:/bin",
            "HOME": str(base / "home"),
            "PYTHONPATH": str(PROJECT),
            "XDG_RUNTIME_DIR": str(base),
            "TMPDIR": str(base),
        }

    @staticmethod
    def _program(path: Path, text: str) -> None:
        path.write_text(f"#!/bin/sh\n{text}")
        path.chmod(0o755)

    def run(self, *command: str, codes: tuple[int, ...] = (0,)) -> list[str]:
        """The calls that the command led to, without those that idecare makes of go itself."""
        self.log.write_text("")
        done = subprocess.run(
            command, cwd=self.module, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode in codes, done.stdout + done.stderr
        return [line for line in self.log.read_text().splitlines() if line.startswith("idecare") or "tidy" in line]

    def start(self, command: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.module, env=self.environment, capture_output=True, text=True, check=False
        )

    def commit(self, **files: str) -> None:
        for name, text in files.items():
            (self.module / name.replace("_", ".")).write_text(text)
        self.run(*GIT, "add", "-A")
        self.run(*GIT, "commit", "-qm", "x")


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path)


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_the_hook_repairs_where_sums_changed_and_only_there(workplace: Workplace) -> None:
    workplace.run(*GIT, "init", "-q")
    workplace.commit(main_go="package main\n")
    hooks = workplace.module / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    workplace._program(hooks / "post-merge", block("bash").removeprefix("#!/bin/sh\n"))
    (hooks / "post-checkout").symlink_to("post-merge")
    workplace.run(*GIT, "checkout", "-qb", "sums")
    workplace.commit(go_sum="")
    assert workplace.run(*GIT, "checkout", "-qb", "code", "main") == []  # there is no go.sum any more
    workplace.commit(main_go="package main // changed\n")
    assert workplace.run(*GIT, "checkout", "-q", "main") == []
    assert workplace.run(*GIT, "merge", "-q", "--no-edit", "code") == []
    assert workplace.run(*GIT, "merge", "-q", "--no-edit", "sums") == ["idecare repair -y -q"]
    assert workplace.run(*GIT, "checkout", "-q", "code") == []
    assert workplace.run(*GIT, "checkout", "-q", "sums") == ["idecare repair -y -q"]


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_make_cleans_and_tidies(workplace: Workplace) -> None:
    (workplace.module / "Makefile").write_text(block("make"))
    assert workplace.run("make", "tidy") == TIDY


def test_the_taskfile_has_one_task_with_that_line(workplace: Workplace) -> None:
    (task,) = yaml.safe_load(block("yaml", TASKFILE))["tasks"].items()
    assert (task[0], task[1]["cmds"]) == ("tidy", TIDY[:1])


@pytest.mark.parametrize(
    ("program", "file", "language"), [("task", "Taskfile.yml", "yaml"), ("just", "justfile", "just")]
)
def test_task_and_just_clean_and_tidy(workplace: Workplace, program: str, file: str, language: str) -> None:
    if (found := shutil.which(program, path=PATH)) is None:
        pytest.skip(f"there is no {program}")
    (workplace.module / file).write_text(block(language))
    assert workplace.run(found, "tidy") == TIDY


def test_the_tasks_of_vscode_run(workplace: Workplace) -> None:
    tidy, doctor = json.loads(block("json"))["tasks"]
    assert (tidy, doctor) == TASKS
    assert workplace.run(tidy["command"], *tidy["args"])[-1] == "go mod tidy"
    assert workplace.run(doctor["command"], *doctor["args"], codes=FINE) == ["idecare doctor"]
    assert {task["type"] for task in (tidy, doctor)} == {"process"}


def test_the_external_tool_of_goland_runs_and_is_named_by_its_action(workplace: Workplace) -> None:
    tool = ElementTree.fromstring(block("xml")).find("tool")
    assert tool is not None
    options = {option.get("name", ""): option.get("value", "") for option in tool.iter("option")}
    assert options["WORKING_DIRECTORY"] == "$ProjectFileDir$"
    calls = workplace.run(options["COMMAND"], *shlex.split(options["PARAMETERS"]))
    assert calls == TIDY
    before = ElementTree.fromstring(block("xml", 1)).find("option")
    assert before is not None
    assert before.get("actionId") == f"Tool_External Tools_{tool.get('name')}"


def hook() -> dict[str, str]:
    (found,) = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text())
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("path", "runs"),
    [
        ("go.mod", True),
        ("a/go.sum", True),
        ("go.work", True),
        ("vendor/modules.txt", True),
        ("cargo.mod", False),
        ("a.go", False),
    ],
)
def test_the_hook_of_pre_commit_runs_for_what_go_reads(path: str, runs: bool) -> None:
    assert bool(re.search(hook()["files"], path)) is runs


def test_the_hook_of_pre_commit_is_a_command(workplace: Workplace) -> None:
    assert workplace.run(*shlex.split(hook()["entry"]), codes=FINE) == [hook()["entry"]]
    assert yaml.safe_load(block("yaml", PRE_COMMIT))["repos"][0]["hooks"] == [{"id": hook()["id"]}]


@pytest.mark.release
@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_pre_commit_itself_runs_the_hook(workplace: Workplace, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "tools"], check=True)
    subprocess.run([tmp_path / "tools/bin/pip", "install", "-q", "pre-commit"], check=True)
    copy = tmp_path / "project"
    shutil.copytree(
        PROJECT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache"), symlinks=True
    )
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "x"), ("tag", "v0.2.0")):
        subprocess.run([*GIT, *command], cwd=copy, env=workplace.environment, check=True)
    (workplace.module / ".pre-commit-config.yaml").write_text(
        block("yaml", PRE_COMMIT).replace("ADDRESS", copy.as_uri())
    )
    workplace.run(*GIT, "init", "-q")
    workplace.run(*GIT, "add", "-A")
    indexes = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))}
    workplace.environment |= indexes | {"PATH": f"{tmp_path / 'tools/bin'}:{workplace.environment['PATH']}"}
    workplace.environment.pop("PYTHONPATH")
    done = workplace.start(("pre-commit", "run", "idecare-doctor", "--files", "go.mod"))
    assert re.search(r"^idecare doctor\.+(Passed|Failed)$", done.stdout, re.MULTILINE), done.stdout + done.stderr
    assert "Traceback" not in done.stdout


def action() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((PROJECT / "action.yml").read_text())
    return found


def run_step(workplace: Workplace, step: dict[str, Any], inputs: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """As a runner does: the inputs are put in, and bash ends at the first error (docs.github.com, defaults.run)."""
    values = {name: given.get("default", "") for name, given in action()["inputs"].items()} | inputs
    filled = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: values[found[1]], value)
        for name, value in step.get("env", {}).items()
    }
    assert step["shell"] == "bash"
    assert "${{" not in step["run"]  # an input in a script would be a part of the script
    workplace.environment |= {**filled, "CI": "true", "RUNNER_TEMP": str(workplace.log.parent)}
    return workplace.start(("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]))


def outputs(cache: Path) -> list[Path]:
    return [path for path in cache.glob("[0-9a-f][0-9a-f]/*-d") if path.is_file()]


def test_the_action_trims_the_build_cache_and_holds_nothing(workplace: Workplace) -> None:
    cache = add_build_cache(workplace.log.parent / "home" / ".cache" / "go-build")
    programs = workplace.log.parent / "idecare" / "bin"
    programs.parent.mkdir()
    programs.symlink_to(workplace.log.parent / "bin")
    trim = action()["runs"]["steps"][-1]
    done = run_step(workplace, trim, {})
    assert (done.returncode, len(outputs(cache)) > 0) == (0, True), done.stdout + done.stderr  # 1GB: it fits
    done = run_step(workplace, trim, {"max-size": "1B"})
    assert (done.returncode, outputs(cache)) == (0, []), done.stdout + done.stderr
    assert not (cache / ".idecare-held").exists()
    assert run_step(workplace, trim, {"max-size": "much"}).returncode == 1


@pytest.mark.parametrize(("code", "ends_with"), [(5, 0), (1, 1), (0, 0)])
def test_the_action_does_not_fail_where_the_cache_is_in_use(workplace: Workplace, code: int, ends_with: int) -> None:
    programs = workplace.log.parent / "idecare" / "bin"
    programs.mkdir(parents=True)
    workplace._program(programs / "idecare", f"exit {code}\n")
    assert run_step(workplace, action()["runs"]["steps"][-1], {}).returncode == ends_with


def test_the_workflow_gives_the_action_what_it_takes() -> None:
    *_, last = yaml.safe_load(block("yaml", WORKFLOW))["jobs"]["build"]["steps"]
    assert set(last["with"]) <= set(action()["inputs"])
    assert action()["runs"]["using"] == "composite"


@pytest.mark.release
def test_the_action_installs_what_it_runs(workplace: Workplace) -> None:
    workplace.environment |= {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))}
    workplace.environment |= {
        "GITHUB_ACTION_PATH": str(PROJECT),
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
    }
    workplace.environment.pop("PYTHONPATH")
    cache = add_build_cache(workplace.log.parent / "home" / ".cache" / "go-build")
    for step in action()["runs"]["steps"]:
        done = run_step(workplace, step, {"max-size": "1B"})
        assert done.returncode == 0, done.stdout + done.stderr
    assert outputs(cache) == []
