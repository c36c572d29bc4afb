"""The Ansible collection with a real ansible-core, over SSH, for two users.

``python -m pytest -m release`` runs these; they take minutes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from idecare import __version__
from tests.support import fleet as support
from tests.support.fleet import USERS, Ansible, Fleet, install_ansible, recap
from tests.support.processes import wait_for

PROJECT = Path(__file__).parents[2]
COLLECTION = PROJECT / "packaging" / "ansible"
PAGE = (PROJECT / "docs" / "fleet.md").read_text()
PLAYBOOK, LOOP = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
# What this project's own license (MIT) cannot satisfy.
LICENSE = "validate-modules:missing-gplv3-license"
TESTS = ("ansible-doc", "compile", "import", "pep8", "pylint", "validate-modules", "yamllint")
pytestmark = [
    pytest.mark.release,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the users live in namespaces of Linux"),
]


@pytest.fixture(scope="module")
def base() -> Iterator[Path]:
    """A folder that every user reaches."""
    with tempfile.TemporaryDirectory(prefix="idecare-fleet-", dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def controller(base: Path) -> Ansible:
    """Ansible with the collection, built and installed as the docs say, and a playbook next to dist/idecare.pyz."""
    programs = install_ansible(base / "ansible")
    made = Ansible(programs, base / "controller")
    said = made.run("ansible-galaxy", "collection", "build", COLLECTION)
    assert f"idecare-idecare-{__version__}.tar.gz" in said
    archive = made.base / f"idecare-idecare-{__version__}.tar.gz"
    made.run("ansible-galaxy", "collection", "install", "--offline", "-p", made.base / "collections", archive)
    (made.base / "go-ides.yml").write_text(PLAYBOOK)
    subprocess.run(
        [PROJECT / "packaging" / "single_file", made.base / "dist" / "idecare.pyz"],
        env={**os.environ, "PYTHON": sys.executable},
        check=True,
        capture_output=True,
    )
    return made


@pytest.fixture(scope="module")
def served(base: Path) -> Iterator[Fleet]:
    if reason := support.missing():
        pytest.skip(reason)
    fleet = Fleet(base)
    with fleet.serving():
        yield fleet


@pytest.fixture
def fleet(served: Fleet) -> Iterator[Fleet]:
    with served.furnished():
        yield served


@pytest.fixture
def ansible(controller: Ansible, fleet: Fleet) -> Ansible:
    """The same Ansible, with the users as its hosts, to whom idecare was brought."""
    made = Ansible(controller.programs, controller.base, fleet)
    play(made, "--tags", "install")
    for user in USERS:
        subprocess.run(fleet.ssh(user, "~/.local/bin/idecare --version"), check=True, capture_output=True)
    return made


def play(ansible: Ansible, *words: str, code: int = 0) -> str:
    return ansible.run("ansible-playbook", "--limit", "workstations", "go-ides.yml", *words, code=code)


def task(ansible: Ansible, host: str, module: str, *words: str, code: int = 0, **options: object) -> dict[str, Any]:
    """One task; what its module returned, and all that Ansible said."""
    arguments = json.dumps(options) if options else ""
    said = ansible.run("ansible", host, "-m", f"idecare.idecare.{module}", "-a", arguments, *words, code=code)
    values: dict[str, Any] = json.loads(re.findall(r"^\w+ \| [A-Z!]+ => (\{.*?^\})", said, re.MULTILINE | re.DOTALL)[0])
    return {**values, "said": " ".join(said.split())}


def contents(home: Path) -> dict[str, str]:
    """Every file, folder and link of a home but for idecare's own memory of sizes and runs."""
    own = (home / ".cache" / "idecare", home / ".shiv")
    found = {}
    for path in sorted(home.rglob("*")):
        if not any(path.is_relative_to(folder) for folder in own):
            status = path.lstat()
            data = os.readlink(path).encode() if path.is_symlink() else path.read_bytes() if path.is_file() else b""
            changed = 0 if path.is_dir() else status.st_mtime_ns
            kind = f"{status.st_mode:o} {status.st_uid} {changed}"
            found[str(path)] = f"{kind} {hashlib.sha256(data).hexdigest()}"
    return found


def vscode_settings(fleet: Fleet, user: str) -> Path:
    return fleet.home(user) / ".config" / "Code" / "User" / "settings.json"


def test_a_second_run_reports_ok_for_everything(ansible: Ansible, fleet: Fleet) -> None:
    first, second = recap(play(ansible)), recap(play(ansible))
    assert set(first) == set(second) == set(USERS)
    tasks = len(yaml.safe_load(PLAYBOOK)[0]["tasks"])
    for user in USERS:
        assert first[user]["changed"] >= 3, first
        assert first[user]["failed"] == 0
        assert second[user] == {
            **dict.fromkeys(second[user], 0),
            "ok": tasks + 1,  # with the gathering of facts
        }
        settings = vscode_settings(fleet, user)
        assert '"formatting.gofumpt": true' in settings.read_text()
        assert settings.stat().st_uid == USERS[user]


def test_check_mode_changes_nothing_and_diff_mode_shows_what_it_would(ansible: Ansible, fleet: Fleet) -> None:
    before = {user: contents(fleet.home(user)) for user in USERS}
    said = play(ansible, "--check", "--diff")
    assert {user: contents(fleet.home(user)) for user in USERS} == before
    shown = play(ansible, "--diff")
    for user in USERS:
        assert recap(said)[user]["changed"] == recap(shown)[user]["changed"] >= 3
        settings = vscode_settings(fleet, user)
        for text in (said, shown):
            assert f"--- a{settings}" in text
            assert '+    "formatting.gofumpt": true' in text
    assert '"diff": "---' not in said


def test_a_clean_in_check_mode_and_for_real(ansible: Ansible, fleet: Fleet) -> None:
    before = contents(fleet.home("ada"))
    would = task(ansible, "ada", "clean", "--check", "--diff")
    assert contents(fleet.home("ada")) == before
    done, again = task(ansible, "ada", "clean", "--diff", hold="1h"), task(ansible, "ada", "clean")
    assert (would["changed"], done["changed"], again["changed"], again["exit"]) == (True, True, False, 0)
    assert "gocache: held" in would["said"]
    assert {one["target"]: one["state"] for one in done["targets"]} == {
        one["target"]: one["state"] for one in would["targets"]
    }
    assert done["id"]
    subprocess.run(fleet.ssh("ada", "~/.local/bin/idecare undo -y"), check=True, capture_output=True)
    assert task(ansible, "ada", "clean", "--check")["changed"] is True


def test_what_is_in_use_is_skipped_with_who_uses_it(ansible: Ansible, fleet: Fleet) -> None:
    command = "mkdir ~/bin && cp /bin/sleep ~/bin/going && mv ~/bin/going ~/bin/go && exec ~/bin/go 300"
    user = subprocess.Popen(fleet.ssh("ada", command))
    try:
        assert wait_for(lambda: (fleet.home("ada") / "bin" / "go").exists(), timeout=20)
        tasks = [{"idecare.idecare.clean": {"targets": ["modcache"]}, "register": "alone"}, {"debug": {"var": "alone"}}]
        (ansible.base / "busy.yml").write_text(json.dumps([{"hosts": "ada", "gather_facts": False, "tasks": tasks}]))
        said = ansible.run("ansible-playbook", "busy.yml")
        assert recap(said)["ada"]["skipped"] == 1
        assert re.search(r'"msg": "modcache: is in use: go \(pid \d+\); wait for it: ', said)
        mixed = task(ansible, "ada", "clean", targets=["modcache", "goland"])
        assert mixed["changed"] is True
        assert "modcache: is in use" in mixed["said"].partition("[WARNING]: ")[2]
    finally:
        user.kill()
        user.wait()


def test_a_failure_is_the_error_of_idecare_with_its_next_step(ansible: Ansible, fleet: Fleet) -> None:
    none = task(ansible, "ada", "configure", ide=["cursor"], code=2)
    assert none["msg"] == "not found: cursor; `idecare locate installs` shows all"
    assert (none["error"]["code"], none["exit"], none["changed"]) == ("not-installed", 2, False)
    task(ansible, "ada", "configure", ide=["goland"], jvm=["-Xmx3g"])
    options = next(fleet.home("ada").rglob("*/JetBrains/*/goland64.vmoptions"))
    options.write_text(options.read_text().replace("-Xmx3g", "-Xmx5g"))
    kept = task(ansible, "ada", "configure", ide=["goland"], profile="low-memory", code=2)
    assert "values were changed after idecare had written them" in kept["msg"]
    assert "--force overwrites them" in kept["msg"]
    assert task(ansible, "ada", "configure", ide=["goland"], profile="low-memory", force=True)["changed"] is True


def test_idecare_is_found_in_four_places(ansible: Ansible, fleet: Fleet, base: Path) -> None:
    (fleet.home("ada") / ".local").rename(fleet.home("ada") / "moved")
    moved = fleet.home("ada") / "moved" / "bin"
    missing = task(ansible, "ada", "doctor", checks=["go"], code=2)
    assert missing["msg"].startswith("idecare was not found on this machine")
    assert task(ansible, "ada", "doctor", checks=["go"], executable=f"{moved}/idecare")["findings"] is not None
    subprocess.run(
        [ansible.programs / "pip", "install", "-q", "--target", base / "site", PROJECT],
        check=True,
    )
    call = {"idecare.idecare.doctor": {"checks": ["go"]}}
    environments = ({"PATH": f"{moved}:/usr/bin:/bin"}, {"PYTHONPATH": str(base / "site")})
    tasks = [{**call, "environment": one} for one in environments]
    (ansible.base / "found.yml").write_text(json.dumps([{"hosts": "ada", "gather_facts": False, "tasks": tasks}]))
    assert recap(ansible.run("ansible-playbook", "found.yml"))["ada"]["ok"] == 2


def test_the_users_of_a_shared_machine_are_a_loop(ansible: Ansible, fleet: Fleet) -> None:
    (one,) = yaml.safe_load(LOOP)
    book = [{"hosts": "root", "gather_facts": False, "tasks": [{**one, "become_method": "ansible.builtin.su"}]}]
    (ansible.base / "loop.yml").write_text(json.dumps(book))
    runs = [recap(ansible.run("ansible-playbook", "loop.yml"))["root"]["changed"] for _ in range(2)]
    assert runs == [1, 0]
    for user, number in USERS.items():
        owners = {path.lstat().st_uid for path in fleet.home(user).rglob("*")}
        assert owners == {number}


def test_the_collection_and_the_playbook_are_clean_to_ansible_lint(controller: Ansible) -> None:
    installed = controller.base / "collections" / "ansible_collections" / "idecare" / "idecare"
    for folder, words in ((installed, ()), (controller.base, ("go-ides.yml",))):
        said = controller.run("ansible-lint", "--offline", "--nocolor", "--profile", "production", *words, cwd=folder)
        assert "Passed: 0 failure(s), 0 warning(s)" in said


def test_the_collection_passes_ansible_test(controller: Ansible) -> None:
    """Its pip comes from an address of its own; where that is not reached, Python's own is put where it says."""
    installed = controller.base / "collections" / "ansible_collections" / "idecare" / "idecare"
    version = re.findall(r"core (\d+\.\d+)", controller.run("ansible", "--version"))[0]
    ignored = installed / "tests" / "sanity" / f"ignore-{version}.txt"
    ignored.parent.mkdir(parents=True)
    modules = sorted(path.name for path in (COLLECTION / "plugins" / "modules").glob("*.py"))
    ignored.write_text("".join(f"plugins/modules/{name} {LICENSE}\n" for name in modules))
    words = ["sanity", "--requirements", "--python", "{}.{}".format(*sys.version_info)]
    words += [word for name in TESTS for word in ("--test", name)]
    program = controller.programs / "ansible-test"
    for attempt in range(2):
        done = subprocess.run(
            [program, *words], env=controller.environment, cwd=installed, capture_output=True, text=True, check=False
        )
        said = done.stdout + done.stderr
        place = re.search(r"manually downloaded and saved to: (\S+)", said)
        if attempt or place is None:
            break
        Path(place[1]).write_text("import ensurepip\n\nensurepip.bootstrap()\n")
    assert done.returncode == 0, said
    assert f'Running sanity test "{TESTS[-1]}"' in said
