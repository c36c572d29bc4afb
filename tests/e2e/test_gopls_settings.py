"""Real gopls of several releases on what the profiles write: nothing is reported as invalid, no diagnostic is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from idecare.configure.machine import Gopls, Machine
from idecare.configure.plan import parse_overrides, plan_configure
from idecare.configure.profile import GIB
from idecare.configure.profile_file import find_profile, profile_names
from idecare.vscode.config_files import inspect_vscode
from idecare.vscode.gopls_settings import invalid_settings
from idecare.vscode.locations import UserData
from idecare.vscode.products import VSCODE_PRODUCT
from tests.conftest import make_host
from tests.support.gopls import RELEASES, install, started

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

# Each has a type error.
BROKEN = ("dist/dist.go", "internal/deep/deep.go", "third_party/own/own.go", "main.go")
PROFILES = ("arm64", "balanced", "large-module", "low-memory", "zgc")
USER_SETTINGS = {
    "nothing": {},
    "short names": {"gopls": {"directoryFilters": ["-third_party/big", "+dist"], "staticcheck": True}},
    "dotted names": {"gopls": {"build.directoryFilters": ["-**/node_modules"], "ui.diagnostic.diagnosticsDelay": "3s"}},
}


*EARLIER, CURRENT = RELEASES


@pytest.fixture(scope="module", params=[*(pytest.param(one, marks=pytest.mark.release) for one in EARLIER), CURRENT])
def gopls(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Gopls:
    program = install(request.param, tmp_path_factory.getbasetemp())
    if isinstance(program, str):
        pytest.skip(program)
    return Gopls(program, request.param)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared, so that the standard library is compiled and analysed once."""
    return tmp_path_factory.mktemp("gopls")


@pytest.fixture
def module(tmp_path: Path) -> Path:
    folder = tmp_path / "m"
    (folder / "node_modules" / "x").mkdir(parents=True)
    (folder / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    for name in BROKEN:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        package = "main" if name == "main.go" else file.parent.name
        file.write_text(f'package {package}\n\nfunc Thing() int {{ return "not a number" }}\n')
    return folder


def settings_after(home: Path, profile: str, before: dict[str, Any], gopls: Gopls) -> dict[str, Any]:
    """What gopls gets once the profile is applied: the object `gopls` of settings.json."""
    file = home / "Code" / "User" / "settings.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(before))
    host = make_host(home=home, cwd=home)
    targets = inspect_vscode(host, UserData(VSCODE_PRODUCT, "Code", home / "Code", "default"))
    machine = Machine("linux", "amd64", 8 * GIB, gopls=gopls)
    (planned,) = plan_configure(targets, find_profile(profile, host), parse_overrides(), machine)
    text = planned.edits[0].after if planned.edits else file.read_bytes()
    found: dict[str, Any] = json.loads(text).get("gopls", {})
    return found


def test_the_profiles_are_all_there(tmp_path: Path) -> None:
    assert set(profile_names(make_host(home=tmp_path))) == set(PROFILES)


@pytest.mark.parametrize("before", USER_SETTINGS.values(), ids=USER_SETTINGS)
@pytest.mark.parametrize("profile", PROFILES)
def test_gopls_takes_what_a_profile_writes(
    gopls: Gopls, base: Path, module: Path, tmp_path: Path, profile: str, before: dict[str, Any]
) -> None:
    settings = settings_after(tmp_path / "home", profile, before, gopls)
    expected = {name.rpartition("/")[2] for name in BROKEN}
    with started(gopls.path, settings, module, base) as client:
        assert client.wait(lambda: client.diagnosed() >= expected), client.shown()
        assert [text for text in client.shown() if "Invalid settings" in text] == []


def test_gopls_says_what_is_said_of_it(gopls: Gopls, base: Path, module: Path) -> None:
    values = {
        "build.memoryMode": "DegradeClosed",
        "staticcheck": 1,
        "ui.diagnostic.staticcheck": True,
        "maxFileCacheBytes": 4,
        "memoryLimit": 4,
        "diagnosticsTrigger": "foo",
        "noSemanticString": True,
        "diagnosticsDelay": "3",
        "buildFlags": [1],
        "hoverKind": 3,
        "experimentalDiagnosticsDelay": "1s",
        "noSuchThing": 1,
        "analyses": {"unusedparams": True},
        "codelenses": {"generate": True},
        "codelens": {"tidy": True},
        "env": 3,
        "hints": 3,
        "newDiff": "both",
        "annotations": [],
    }
    with started(gopls.path, values, module, base) as client:
        assert client.wait(lambda: any("Invalid settings" in text for text in client.shown()))
        shown = next(text for text in client.shown() if "Invalid settings" in text)
    # Of two names of one setting it takes one at random.
    either = (values, dict(reversed(values.items())))
    assert shown in [invalid_settings(order, gopls.version) for order in either]
