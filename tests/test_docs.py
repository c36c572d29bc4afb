"""The documents say what the program does: every JSON field, every target, every verb, the commands of the README."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from idecare.cli import VERBS
from idecare.cli.render.status import DaemonState, Status, status_values
from idecare.cli.render.workspaces import notice_json
from idecare.core.targets import TARGETS
from idecare.watcher.policy import Notice
from idecare.workspaces.base import Evidence, GoSetting, GoSide, LockWait, Presence, StaleLock, Workspace
from idecare.workspaces.conflicts import Conflict
from tests.builders import record
from tests.support.goland import add_install, fake_runtime
from tests.support.modules import add_module
from tests.support.schemas import faults

PROJECT = Path(__file__).parent.parent
NAMES_IN_DOCS = set(re.findall(r"`([a-z_]+)`", (PROJECT / "docs" / "json.md").read_text()))
README = (PROJECT / "README.md").read_text()
DOCS = README + "".join(page.read_text() for page in (PROJECT / "docs").glob("*.md"))
# It refuses one option and says something of another.
JAVA = b"""#!/bin/sh
case "$*" in
    *UseNothing*) echo "Unrecognized VM option 'UseNothing'"; exit 1 ;;
    *Old*) echo "OpenJDK 64-Bit Server VM warning: Option Old was deprecated." >&2 ;;
esac
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a build cache, a GoLand and settings of Code."""
    cache = tmp_path / ".cache" / "go-build"
    for folder in ("00", "ff"):
        (cache / folder).mkdir(parents=True)
        (cache / folder / f"{folder * 32}-a").write_bytes(b"v" * 175)
    (cache / "README").write_text("cache")
    (tmp_path / ".config" / "JetBrains" / "GoLand2026.2").mkdir(parents=True)
    for name in ("index", "caches"):
        (tmp_path / ".cache" / "JetBrains" / "GoLand2026.2" / name).mkdir(parents=True)
    (tmp_path / ".config" / "Code" / "User").mkdir(parents=True)
    (tmp_path / ".config" / "Code" / "User" / "settings.json").write_text('{"go.delvePath": "/dev/null/gone/dlv"}')
    modcache = tmp_path / "go" / "pkg" / "mod"
    damaged, kept = add_module(modcache), add_module(modcache, "single.test@v1.0.0")
    (modcache / damaged.file("zip")).write_bytes(b"cut")
    (modcache / kept.file("ziphash")).write_text(f"h1:{'A' * 43}=")
    add_install(tmp_path / "GoLand-2026.1")
    fake_runtime(tmp_path / "GoLand-2026.1" / "jbr", java=JAVA)
    fake_runtime(tmp_path / "jdk", java=JAVA, IMPLEMENTOR="Somebody")
    return tmp_path


def keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from keys(below)
    elif isinstance(value, list):
        for item in value:
            yield from keys(item)


def run(home: Path, *words: str) -> dict[str, object]:
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    result = subprocess.run(
        [sys.executable, "-m", "idecare", *words, "--json"],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    values = json.loads(result.stdout)
    assert values["exit"] == result.returncode
    assert faults(values) == []
    return values


def test_every_field_is_documented(home: Path) -> None:
    runs = [
        run(home, *words.split())
        for words in (
            "clean -n",
            "clean -y --hold 1h",
            "undo",
            "undo -y",
            "clean -y --hold 1h gocache",
            "history",
            "usage",
            "repair --all -n",
            "repair --all -y",
            "locate",
            "purge -y",
            "configure --check",
            "configure --jvm=-Xmx3g --set editor.tabSize=4 -y",
            "configure --jvm=-XX:+UseNothing --force-key -n",
            "configure --jvm=-XX:+Old --force-key -n",
            "history",
            "profile list",
            "profile show zgc",
            "jbr list",
            f"jbr check {home / 'jdk'}",
            "jbr check",
            f"jbr use {home / 'jdk'} -y",
            "jbr check",
            "jbr reset -y",
            "undo",
            "config get",
            "config path",
            "status",
            "daemon install -n",
            "daemon status",
            "daemon logs",
            "daemon stop",
            "daemon snooze 1h",
            "daemon snooze --off",
            "completion bash",
            "doctor Multiple garbage collectors selected",
            "doctor --download README.md",
            "",
            "help clean",
            "explain Multiple garbage collectors selected",
            "verify README.md",
            "clean nosuchtarget",
            "doctor go",
            "doctor --list go",
            "doctor --report go",
            "doctor --fix -n delve",
        )
    ]
    (home / ".config" / "JetBrains" / "GoLand2026.1" / "goland64.vmoptions").write_text("-Xmx1g\n")
    runs += [run(home, *words.split()) for words in ("configure -n --profile zgc", "undo -y")]
    assert set(keys(runs)) - NAMES_IN_DOCS == set()
    assert {
        "conflicts",
        "wrote",
        "details",
        "option",
        "remembered",
        "passed",
        "severity",
        "used_by",
        "set_aside",
    } <= set(keys(runs))


def test_every_field_of_a_status_is_documented() -> None:
    lock = LockWait(1, "go", "waits", Path("/app/go.mod"), None, (2,))
    side = GoSide(settings=(GoSetting("GOFLAGS", "-v", "environment", "environment"),))
    here = Presence("goland", "GoLand", None, 1, (1,), None, (), (Evidence("gopls", "certain", "…"),), side)
    module = Workspace(Path("/app"), "app", (here, replace(here, name="Code")))
    conflict = Conflict("shared", "info", Path("/app"), "…", ())
    stale = StaleLock("goland", "GoLand", Path("/.lock"), 1, None)
    daemon, now = DaemonState("absent"), datetime.now(UTC)
    held = record()
    values = status_values(Status(now, (module,), (conflict,), (lock,), (stale,), (), (held,), daemon))
    assert set(keys(values)) - NAMES_IN_DOCS == set()


def test_every_field_of_a_notice_is_documented() -> None:
    conflict = Conflict("mod-mod", "warning", Path("/app"), "…", ("GoLand",))
    notice = Notice("app-1", "opened", "warning", Path("/app"), datetime.now(UTC), (conflict,))
    assert set(keys(notice_json(notice))) - NAMES_IN_DOCS == set()


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_is_in_the_docs(target: str) -> None:
    assert f"`{target}`" in DOCS


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_in_the_docs(verb: str) -> None:
    assert f"idecare {verb}" in DOCS


def test_the_chinese_readme_has_the_same_commands_and_links() -> None:
    chinese = (PROJECT / "README.zh-CN.md").read_text()
    for found in (_commands, _links):
        assert found(chinese) == found(README)


def _commands(text: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines()]


def _links(text: str) -> list[str]:
    return [link for link in re.findall(r"\]\(([^)]*)\)", text) if not link.startswith("README")]


def test_ci_runs_the_test_command_of_the_readme() -> None:
    commands = [line for line in README.splitlines() if "python -m pytest" in line]
    assert len(commands) == 1
    assert "grep -m1 'python -m pytest' README.md" in (PROJECT / ".ci" / "run").read_text()
