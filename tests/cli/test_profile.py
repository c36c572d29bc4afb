"""`idecare profile show`: each value with its reason, evidence, first version and effect on this machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idecare.cli import run
from idecare.configure.profile_file import shipped_profiles


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, folder in {
        "HOME": "",
        "XDG_CONFIG_HOME": ".config",
        "XDG_DATA_HOME": "data",
        "XDG_STATE_HOME": "s",
    }.items():
        monkeypatch.setenv(name, str(tmp_path / folder))
    monkeypatch.setenv("PATH", "")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def settings(home: Path, text: str) -> None:
    file = home / ".config" / "Code" / "User" / "settings.json"
    file.parent.mkdir(parents=True)
    file.write_text(text)


def lines_of(capsys: pytest.CaptureFixture[str], key: str) -> list[str]:
    lines = capsys.readouterr().out.splitlines()
    start = next(at for at, line in enumerate(lines) if line.strip().startswith(key))
    return [line.strip() for line in lines[start + 1 : start + 5]]


def test_each_value_is_explained(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings(home, '{"gopls": {"symbolScope": "all"}}')
    assert run(["profile", "show", "large-module"]) == 0
    why, evidence, since, here = lines_of(capsys, "gopls/maxFileCacheBytes")
    assert why.startswith("why: gopls' file cache is limited to 1 GB")
    assert evidence.startswith("evidence: gopls v0.24.0: doc/settings.md")
    assert (since, here) == ("since: gopls v0.22.0", "here: Code: not set -> 4000000000")


def test_a_value_that_the_user_has_is_no_change(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings(home, '{"gopls": {"symbolScope": "all"}}')
    run(["profile", "show", "large-module"])
    assert lines_of(capsys, "gopls/ui.navigation.symbolScope")[3] == "here: no change"


def test_without_an_ide_there_is_nothing_to_change(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["profile", "show", "zgc"]) == 0
    assert "No IDE was found here" in capsys.readouterr().out


def test_the_effects_are_in_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings(home, "{}")
    run(["profile", "show", "balanced", "--json"])
    values = {value["key"]: value for value in json.loads(capsys.readouterr().out)["profiles"][0]["values"]}
    found = values["go.toolsManagement.checkForUpdates"]
    assert found["here"] == [{"name": "Code", "before": None, "after": '"local"'}]
    assert found["evidence"]


def shown_profiles(capsys: pytest.CaptureFixture[str], *names: str) -> list[dict[str, object]]:
    values = []
    for name in names:
        assert run(["profile", "show", name, "--json"]) == 0
        values += json.loads(capsys.readouterr().out)["profiles"][0]["values"]
    return values


def test_no_shipped_value_lacks_its_reason_evidence_first_version_or_effect(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings(home, "{}")
    values = shown_profiles(capsys, *(profile.name for profile in shipped_profiles()))
    assert len(values) == sum(len((*one.jvm, *one.properties, *one.settings)) for one in shipped_profiles())
    for value in values:
        assert all(value[word] for word in ("reason", "evidence", "since")), value
        assert isinstance(value["here"], list)


@pytest.mark.parametrize(
    ("key", "since"),
    [
        ("go.goroot", "the Go extension 0.29.0 or before"),
        ("go.showWelcome", "the Go extension 0.41.2"),
        ("gopls/memoryLimit", "gopls v0.24.0"),
        ("gopls/build.buildFlags", "gopls v0.14.2 or before"),
        ("files.exclude/**/x", None),
    ],
)
def test_the_first_version_of_an_own_value_is_found(
    home: Path, capsys: pytest.CaptureFixture[str], key: str, since: str | None
) -> None:
    text = f'name = "own"\ndescription = "x"\n[[vscode]]\nkey = "{key}"\nvalue = 1\nwhy = "y"\n'
    (home / "own.toml").write_text(text)
    (value,) = shown_profiles(capsys, "./own.toml")
    assert value["since"] == since
