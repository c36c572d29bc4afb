"""What releases of the Go extension have, by the shipped table and by an installed package.json."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idecare.vscode.go_extension import complaint, lifetime, manifest_of, read_manifest, releases
from idecare.vscode.installs import go_extensions
from idecare.vscode.known_keys import is_object, setting_problem
from tests.conftest import make_host


def test_the_table_has_several_releases_oldest_first() -> None:
    assert releases() == ("0.29.0", "0.41.2", "0.58.0-dev")
    assert [len(manifest_of(release).settings) for release in releases()] == [67, 65, 67]
    assert manifest_of().version == releases()[-1]


def test_a_setting_has_a_first_and_a_last_release() -> None:
    assert lifetime("go.docsTool") == ("0.29.0", "0.29.0")
    assert lifetime("go.goroot") == ("0.29.0", "0.58.0-dev")
    assert lifetime("go.delvePath") is None


@pytest.mark.parametrize("release", releases())
def test_the_defaults_are_values_that_the_setting_takes(release: str) -> None:
    manifest = manifest_of(release)
    for name, setting in manifest.settings.items():
        if "default" in setting.facts:
            assert complaint((name,), setting.facts["default"], [manifest]) is None, name


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("go.goroot", None),
        ("go.experiments/testExplorer", None),
        ("go.alternateTools/anything", None),
        ("go.delveConfig/showLog", None),
        ("go.delveConfig/showlog", "has no member 'showlog'"),
        ("go.playground/run", None),
        ("go.playground/walk", "has no member 'walk'"),
        ("go.goroot/x", "is not an object"),
        ("go.liveErrors/enabled", "the Go extension 0.29.0 has 'go.liveErrors', 0.41.2 has it no more"),
    ],
)
def test_a_key_is_judged_by_the_newest_release(key: str, problem: str | None) -> None:
    said = setting_problem(key)
    assert said is None if problem is None else problem in (said or "")


def test_objects_are_those_of_the_editor_and_of_the_extension() -> None:
    assert [is_object(key) for key in ("gopls", "go.addTags", "files.exclude", "go.goroot", "go.nothing")] == [
        *(True, True, True, False, False)
    ]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"contributes": {"configuration": 3}}', "[" * 100_000])
def test_what_is_no_manifest_has_no_settings(text: str) -> None:
    assert read_manifest(text).settings == {}


def test_configuration_in_sections_is_read_whole() -> None:
    sections = [{"properties": {"go.a": {"type": "string"}}}, {"properties": {"go.b": {}}}]
    assert list(read_manifest(json.dumps({"contributes": {"configuration": sections}})).settings) == ["go.a", "go.b"]


def test_installed_releases_are_found_in_every_folder_of_extensions(tmp_path: Path) -> None:
    for folder, version in ((".vscode", "0.41.2"), (".vscode", "0.9.1"), (".cursor", "0.29.0"), (".vscode", "broken")):
        package = tmp_path / folder / "extensions" / f"golang.go-{version}" / "package.json"
        package.parent.mkdir(parents=True)
        values = {"version": version, "contributes": {"configuration": {"properties": {"go.goroot": {}}}}}
        package.write_text("{" if version == "broken" else json.dumps(values))
    assert {one.version for one in go_extensions(make_host(home=tmp_path))} == {"0.41.2", "0.29.0"}
