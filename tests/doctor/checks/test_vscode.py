from __future__ import annotations

import json
from pathlib import Path

import pytest

from idecare.doctor.base import EditSettings
from tests.doctor.checks.snapshots import findings, make_snapshot, reported
from tests.doctor.checks.test_delve import settings

ALL = (
    *("invalid-settings", "duplicate-keys", "unknown-keys", "deprecated-keys", "wrong-values"),
    *("gopls-settings", "overrides"),
)
USUAL = """{
    // mine
    "editor.fontSize": 12,
    "go.useLanguageServer": true,
    "go.alternateTools": { "gopls": "gopls" },
    "gopls": { "ui.semanticTokens": true, "formatting.gofumpt": true, },
    "[go]": { "editor.formatOnSave": true },
}
"""


@pytest.mark.parametrize("name", ALL)
def test_usual_settings_are_fine(tmp_path: Path, name: str) -> None:
    assert reported(f"vscode/{name}", make_snapshot(tmp_path)) == []
    settings(tmp_path, USUAL)
    assert reported(f"vscode/{name}", make_snapshot(tmp_path)) == []
    settings(tmp_path, "")
    assert reported(f"vscode/{name}", make_snapshot(tmp_path)) == []


def test_settings_that_do_not_parse_are_reported_with_line_and_column(tmp_path: Path) -> None:
    file = settings(tmp_path, '{\n    "a": 1\n    "b": 2\n}\n')
    (found,) = findings("vscode/invalid-settings", make_snapshot(tmp_path))
    assert found.evidence[0].startswith(f"{file}: line 3, column 5: ")
    assert found.severity == "warning"
    for other in ALL[1:]:
        assert reported(f"vscode/{other}", make_snapshot(tmp_path)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param('{"a": 1,\n"a": 2}', [("", "warning")], id="two values"),
        pytest.param('{"a": 1,\n"a": 1}', [("", "info")], id="the same value twice"),
        pytest.param('{"[go]": {"x": 1,\n"y": 1,\n"x": 2}}', [("", "warning")], id="inside a section"),
        pytest.param('{"a": [{"x": 1}, {"x": 2}]}', [], id="in two objects"),
        pytest.param('{"a": 1, // "a": 2\n}', [], id="in a comment"),
    ],
)
def test_repeated_keys(tmp_path: Path, text: str, said: list[object]) -> None:
    settings(tmp_path, text)
    assert reported("vscode/duplicate-keys", make_snapshot(tmp_path)) == said


def test_the_lines_of_a_repeated_key_are_named(tmp_path: Path) -> None:
    file = settings(tmp_path, '{\n"go.goroot": "/a",\n"b": 1,\n"go.goroot": "/b"\n}')
    (found,) = findings("vscode/duplicate-keys", make_snapshot(tmp_path))
    assert found.evidence == (f"{file}: lines 2, 4",)


def extension(home: Path, name: str, *known: str, **entries: object) -> None:
    """One in the usual folder; ``entries`` describe settings whose names have no dot after ``go.``."""
    folder = home / ".vscode" / "extensions" / name
    folder.mkdir(parents=True)
    properties = {**{key: {} for key in known}, **{f"go.{key}": entry for key, entry in entries.items()}}
    version = name.rpartition("-")[2]
    values = {"version": version, "contributes": {"configuration": {"properties": properties}}}
    (folder / "package.json").write_text(json.dumps(values))


def test_a_key_that_is_not_in_the_list_is_a_note(tmp_path: Path) -> None:
    file = settings(tmp_path, '{\n"go.useLanguageSever": true,\n"go": {"x": 1}, "golang.x": 1}')
    (found,) = findings("vscode/unknown-keys", make_snapshot(tmp_path))
    assert (found.severity, found.remedies) == ("info", ())
    assert found.evidence[0] == f"{file}:2"
    assert "go.useLanguageServer" in found.evidence[1]


def test_the_installed_extension_knows_better_than_the_list(tmp_path: Path) -> None:
    settings(tmp_path, {"go.brandNew": 1, "go.misspelt": 2, "go.another": 3})
    extension(tmp_path, "golang.go-0.99.0", "go.brandNew")
    extension(tmp_path, "someone.else-1.0.0", "go.another")
    (found,) = findings("vscode/unknown-keys", make_snapshot(tmp_path))
    assert (found.severity, "go.misspelt" in found.summary) == ("warning", True)


def test_a_key_of_an_old_extension_is_named_with_the_release_that_has_it(tmp_path: Path) -> None:
    settings(tmp_path, {"go.docsTool": "godoc", "go.goroot": "/x"})
    (found,) = findings("vscode/unknown-keys", make_snapshot(tmp_path))
    assert (found.severity, "0.29.0 has 'go.docsTool', 0.41.2 has it no more" in found.evidence[1]) == ("info", True)
    extension(tmp_path, "golang.go-0.41.2", "go.goroot")
    (found,) = findings("vscode/unknown-keys", make_snapshot(tmp_path))
    assert found.severity == "warning"
    assert found.evidence[1] == "the Go extension 0.41.2 does not have it; 0.29.0 has it"


def test_a_key_that_the_installed_extension_still_has_is_fine(tmp_path: Path) -> None:
    settings(tmp_path, {"go.docsTool": "godoc"})
    extension(tmp_path, "golang.go-0.29.0", "go.docsTool")
    assert findings("vscode/unknown-keys", make_snapshot(tmp_path)) == ()


def test_of_several_releases_in_a_folder_the_newest_counts(tmp_path: Path) -> None:
    settings(tmp_path, {"go.old": 1})
    extension(tmp_path, "golang.go-0.9.0", "go.old")
    extension(tmp_path, "golang.go-0.10.0", "go.new")
    (found,) = findings("vscode/unknown-keys", make_snapshot(tmp_path))
    assert "the Go extension 0.10.0 does not have it" in found.evidence[1]


def test_a_deprecated_key_is_a_note_with_the_extensions_own_message(tmp_path: Path) -> None:
    file = settings(tmp_path, '{\n"go.logging.level": "error", "go.plain": 1}')
    (found,) = findings("vscode/deprecated-keys", make_snapshot(tmp_path))
    assert (found.severity, found.remedies, found.evidence[0]) == ("info", (), f"{file}:2")
    assert "Developer: Set Log Level" in found.evidence[1]
    extension(tmp_path, "golang.go-0.99.0", "go.logging.level", plain={"markdownDeprecationMessage": "Gone soon."})
    (found,) = findings("vscode/deprecated-keys", make_snapshot(tmp_path))
    assert found.evidence == (f"{file}:2", "the Go extension 0.99.0 says: Gone soon.")


def test_a_value_of_another_kind_than_the_installed_extension_declares_is_found(tmp_path: Path) -> None:
    settings(tmp_path, {"go.switch": "on", "go.choice": "c", "go.either": None, "go.fine": True, "go.usual": None})
    assert findings("vscode/wrong-values", make_snapshot(tmp_path)) == ()
    extension(
        tmp_path,
        "golang.go-0.99.0",
        switch={"type": "boolean"},
        choice={"type": "string", "enum": ["a", "b"]},
        either={"type": ["array", "null"]},
        fine={"type": "boolean"},
        usual={"type": "string", "default": None},
    )
    found = findings("vscode/wrong-values", make_snapshot(tmp_path))
    assert [one.evidence[1] for one in found] == [
        '"on" is no boolean, says the Go extension 0.99.0',
        '"c" is none of "a", "b", says the Go extension 0.99.0',
    ]


def test_a_misnomer_is_a_warning_and_goes(tmp_path: Path) -> None:
    key = "go.useGoProxyToCheckForToolUpdates"
    file = settings(tmp_path, {key: True, "go.new": 1, "go.delvePath": "/x"})
    misnomer, new = findings("vscode/unknown-keys", make_snapshot(tmp_path))
    assert (misnomer.severity, misnomer.remedies) == ("warning", (EditSettings(file, "vscode", ((key, None),)),))
    assert (new.severity, new.remedies) == ("info", ())


def test_what_gopls_will_say_is_told_in_its_own_words(tmp_path: Path) -> None:
    values = {"build.memoryMode": "DegradeClosed", "ui.new": 1, "staticcheck": True, "ui.diagnostic.staticcheck": False}
    file = settings(tmp_path, {"gopls": values})
    (found,) = findings("vscode/gopls-settings", make_snapshot(tmp_path))
    assert found.evidence[0] == (
        "Invalid settings: duplicate value for staticcheck; "
        'setting option "memoryMode": this setting is deprecated; setting option "new": unexpected setting'
    )
    assert [remedy.keys for remedy in found.remedies if isinstance(remedy, EditSettings)] == [
        (("gopls/ui.diagnostic.staticcheck", False),),
        (("gopls/build.memoryMode", None),),
        (("gopls/ui.new", None),),
    ]
    assert any(line.startswith(f"{file}:") and line.endswith(": build.memoryMode") for line in found.evidence)


def test_a_pair_in_two_files_is_found_and_left_to_the_user(tmp_path: Path) -> None:
    settings(tmp_path, {"gopls": {"directoryFilters": ["-a"]}})
    workspace(tmp_path, {"gopls": {"build.directoryFilters": ["-b"]}})
    (found,) = findings("vscode/gopls-settings", make_snapshot(tmp_path, cwd=tmp_path / "work"))
    assert ("duplicate value for directoryFilters" in found.evidence[0], found.remedies) == (True, ())


def workspace(home: Path, values: object) -> Path:
    file = home / "work" / ".vscode" / "settings.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(values))
    return file


def test_what_the_workspace_says_otherwise_is_a_note(tmp_path: Path) -> None:
    user = settings(tmp_path, {"go.goroot": "/a", "editor.fontSize": 1, "go.toolsEnvVars": {"A": "1", "GOFLAGS": "2"}})
    strong = workspace(
        tmp_path, {"go.goroot": "/b", "editor.fontSize": 2, "go.toolsEnvVars": {"GOFLAGS": "3", "C": "4"}}
    )
    found = findings("vscode/overrides", make_snapshot(tmp_path, cwd=tmp_path / "work"))
    assert [(one.severity, one.evidence) for one in found] == [
        ("info", (f"{user}: '/a'", f"{strong}: '/b' holds here")),
        ("info", (f"{user}: '2'", f"{strong}: '3' holds here")),
    ]
    assert reported("vscode/overrides", make_snapshot(tmp_path)) == []


def test_secrets_in_variables_are_not_shown(tmp_path: Path) -> None:
    settings(tmp_path, {"go.toolsEnvVars": {"TOKEN": "s3cret", "GOPROXY": "https://me:s3cret@proxy.test"}})
    workspace(tmp_path, {"go.toolsEnvVars": {"TOKEN": "0ther", "GOPROXY": "direct"}})
    found = findings("vscode/overrides", make_snapshot(tmp_path, cwd=tmp_path / "work"))
    assert len(found) == 2
    assert "s3cret" not in str(found)


def test_the_same_value_in_both_is_no_conflict(tmp_path: Path) -> None:
    settings(tmp_path, {"go.goroot": "/a", "gopls": {"x": 1}})
    workspace(tmp_path, {"go.goroot": "/a", "gopls": {"y": 1}})
    assert reported("vscode/overrides", make_snapshot(tmp_path, cwd=tmp_path / "work")) == []


def test_a_profile_has_settings_of_its_own(tmp_path: Path) -> None:
    """A profile's file replaces the user's, so that the workspace beats each for itself."""
    settings(tmp_path, {"go.goroot": "/a"})
    own = tmp_path / ".config" / "Code" / "User" / "profiles" / "1f" / "settings.json"
    own.parent.mkdir(parents=True)
    own.write_text('{"go.goroot": "/c"}')
    workspace(tmp_path, {"go.goroot": "/b"})
    found = findings("vscode/overrides", make_snapshot(tmp_path, cwd=tmp_path / "work"))
    assert [one.evidence[0].rpartition("/User/")[2] for one in found] == [
        "settings.json: '/a'",
        "profiles/1f/settings.json: '/c'",
    ]


def test_a_remote_machines_settings_are_read(tmp_path: Path) -> None:
    machine = tmp_path / ".vscode-server" / "data" / "Machine" / "settings.json"
    machine.parent.mkdir(parents=True)
    machine.write_text("{")
    (found,) = findings("vscode/invalid-settings", make_snapshot(tmp_path))
    assert found.evidence[0].startswith(f"{machine}: line 1")


def test_an_object_named_go_is_a_warning(tmp_path: Path) -> None:
    file = settings(tmp_path, {"go": {"goroot": "/a", "buildFlags": []}, "go.goroot": "/b"})
    (found,) = findings("vscode/nested-go", make_snapshot(tmp_path))
    assert (found.severity, found.evidence) == ("warning", (f"{file}:2: go.goroot, go.buildFlags",))


def test_zed_hands_gopls_the_same_settings(tmp_path: Path) -> None:
    file = tmp_path / ".config" / "zed" / "settings.json"
    file.parent.mkdir(parents=True)
    options = {"initialization_options": {"memoryMode": "x", "hints": {}}}
    file.write_text(json.dumps({"lsp": {"gopls": options}}) + " // mine")
    (found,) = findings("vscode/gopls-settings", make_snapshot(tmp_path))
    assert found.summary.startswith("Zed: ")
    assert found.evidence[:2] == (
        'Invalid settings: setting option "memoryMode": this setting is deprecated',
        f"{file}:1: memoryMode",
    )
    assert found.remedies == ()
