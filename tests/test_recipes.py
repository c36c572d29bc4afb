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
from xml.etree import ElementTree

import pytest
import yaml

PROJECT = Path(__file__).parent.parent
PAGE = (PROJECT / "docs" / "recipes.md").read_text()
FINE = (0, 4)
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
    assert workplace.run("make", "tidy") == ["idecare clean -y -- go mod tidy", "go mod tidy"]


def test_the_tasks_of_vscode_run(workplace: Workplace) -> None:
    tidy, doctor = json.loads(block("json"))["tasks"]
    assert workplace.run(tidy["command"], *tidy["args"])[-1] == "go mod tidy"
    assert workplace.run(doctor["command"], *doctor["args"], codes=FINE) == ["idecare doctor"]
    assert {task["type"] for task in (tidy, doctor)} == {"process"}


def test_the_external_tool_of_goland_runs_and_is_named_by_its_action(workplace: Workplace) -> None:
    tool = ElementTree.fromstring(block("xml")).find("tool")
    assert tool is not None
    options = {option.get("name", ""): option.get("value", "") for option in tool.iter("option")}
    assert options["WORKING_DIRECTORY"] == "$ProjectFileDir$"
    calls = workplace.run(options["COMMAND"], *shlex.split(options["PARAMETERS"]))
    assert calls == ["idecare clean -y -- go mod tidy", "go mod tidy"]
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
    assert yaml.safe_load(block("yaml"))["repos"][0]["hooks"] == [{"id": hook()["id"]}]


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
    (workplace.module / ".pre-commit-config.yaml").write_text(block("yaml").replace("ADDRESS", copy.as_uri()))
    workplace.run(*GIT, "init", "-q")
    workplace.run(*GIT, "add", "-A")
    indexes = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))}
    workplace.environment |= indexes | {"PATH": f"{tmp_path / 'tools/bin'}:{workplace.environment['PATH']}"}
    workplace.environment.pop("PYTHONPATH")
    done = workplace.start(("pre-commit", "run", "idecare-doctor", "--files", "go.mod"))
    assert re.search(r"^idecare doctor\.+(Passed|Failed)$", done.stdout, re.MULTILINE), done.stdout + done.stderr
    assert "Traceback" not in done.stdout
