"""What gopls says of settings, release by release, as the shipped table has it."""

from __future__ import annotations

import json

import pytest

from idecare.vscode.gopls_settings import (
    basis,
    complaint,
    documented_names,
    duplicates,
    invalid_settings,
    lifetime,
    nearest_release,
    release_with,
    releases,
    setting_name,
    settings_of,
)
from idecare.vscode.known_keys import setting_path, setting_problem


def test_the_table_knows_several_releases_in_order() -> None:
    assert {"v0.14.2", "v0.15.3", "v0.16.2", "v0.17.1", "v0.19.1", "v0.21.1", "v0.24.0"} <= set(releases())
    assert list(releases()) == sorted(releases(), key=lambda release: [int(part) for part in release[1:].split(".")])


@pytest.mark.parametrize(
    ("version", "release"),
    [("v0.21.1", "v0.21.1"), ("v0.21.9-pre.1", "v0.21.1"), ("v9.0.0", releases()[-1]), ("v0.1.0", releases()[0])],
)
def test_a_version_between_two_releases_is_the_older_one(version: str, release: str) -> None:
    assert nearest_release(version) == release
    assert nearest_release(None) == nearest_release("master") == releases()[-1]


@pytest.mark.parametrize("key", ["directoryFilters", "build.directoryFilters", "gopls.build.directoryFilters"])
def test_the_last_part_of_a_name_is_the_setting(key: str) -> None:
    assert setting_name(key) == "directoryFilters"


@pytest.mark.parametrize(
    ("key", "value", "version", "said"),
    [
        ("maxFileCacheBytes", 4, "v0.21.1", 'setting option "maxFileCacheBytes": unexpected setting'),
        ("maxFileCacheBytes", 4, "v0.24.0", None),
        ("memoryLimit", 4, "v0.23.0", 'setting option "memoryLimit": unexpected setting'),
        ("ui.x.staticcheck", True, "v0.21.1", None),
        ("staticcheck", 1, "v0.21.1", 'setting option "staticcheck": invalid type float64 (want bool)'),
        ("build.memoryMode", "x", "v0.21.1", 'setting option "memoryMode": this setting is deprecated'),
        ("diagnosticsTrigger", "save", "v0.21.1", None),
        ("diagnosticsTrigger", "foo", "v0.21.1", 'setting option "diagnosticsTrigger": invalid option "foo" for enum'),
        ("buildFlags", "x", "v0.24.0", 'setting option "buildFlags": invalid type string (want JSON array of string)'),
        ("buildFlags", [1], "v0.24.0", 'setting option "buildFlags": invalid array element type float64 (want string)'),
        ("diagnosticsDelay", "3", "v0.24.0", 'setting option "diagnosticsDelay": time: missing unit in duration "3"'),
        ("diagnosticsDelay", "1.5s", "v0.24.0", None),
        (
            "experimentalDiagnosticsDelay",
            "1s",
            "v0.24.0",
            'setting option "experimentalDiagnosticsDelay": this setting is deprecated, use "diagnosticsDelay" instead',
        ),
        ("telemetryPrompt", True, "v0.24.0", None),
        ("build.memoryMode", "x", "v0.16.2", "setting option build.memoryMode: this setting is deprecated"),
        ("build.memoryMode", "Normal", "v0.14.2", None),
        ("diagnosticsTrigger", "Save", "v0.14.2", 'unexpected gopls setting "diagnosticsTrigger"'),
        ("newDiff", "both", "v0.15.3", 'gopls setting "newDiff" is deprecated'),
        ("codelens", {}, "v0.15.3", 'gopls setting "codelens" is deprecated, use "codelenses" instead'),
        (
            "codelens",
            {},
            "v0.24.0",
            'setting option "codelens": this setting is deprecated, use "codelenses" instead',
        ),
        ("codelenses", {"generate": True}, "v0.17.1", None),
        ("analyses", {"unusedparams": True}, "v0.17.1", None),
        ("analyses", {"unusedparams": True}, "v0.21.1", None),
        ("staticcheck", 1, "v0.15.3", 'parsing setting "staticcheck": invalid type float64, expect bool'),
        ("hoverKind", 3, "v0.15.3", 'parsing setting "hoverKind": invalid type float64, expect string'),
        ("hints", 3, "v0.15.3", 'parsing setting "hints": invalid type float64 for map[string]bool option'),
        ("env", 3, "v0.15.3", 'parsing setting "env": invalid type float64, expect map'),
        ("buildFlags", [1], "v0.15.3", None),
        ("templateExtensions", None, "v0.15.3", None),
        ("experimentalTemplateSupport", True, "v0.15.3", 'gopls setting "experimentalTemplateSupport" is deprecated'),
        (
            "diagnosticsDelay",
            "3",
            "v0.15.3",
            'parsing setting "diagnosticsDelay": failed to parse duration "3": time: missing unit in duration "3"',
        ),
        (
            "annotations",
            {},
            "v0.18.1",
            "setting option \"annotations\": the 'annotations' setting was removed in gopls/v0.18.0; all compiler "
            "optimization details are now shown",
        ),
        (
            "linksInHover",
            "x",
            "v0.24.0",
            'setting option "linksInHover": invalid value x; expect false, true, or "gopls"',
        ),
    ],
)
def test_a_setting_is_judged_in_the_words_of_gopls(key: str, value: object, version: str, said: str | None) -> None:
    """Each text was seen with the gopls of that version over LSP."""
    assert complaint(key, value, version) == said  # type: ignore[arg-type]


def test_the_message_is_the_one_that_gopls_shows() -> None:
    values = {"maxFileCacheBytes": 4, "ui.diagnostic.staticcheck": True, "staticcheck": False, "memoryMode": "x"}
    assert invalid_settings(values, "v0.21.1") == (
        "Invalid settings: duplicate value for staticcheck; "
        'setting option "maxFileCacheBytes": unexpected setting; '
        'setting option "memoryMode": this setting is deprecated'
    )
    assert invalid_settings({"staticcheck": True}, "v0.21.1") is None
    assert duplicates(values) == (("ui.diagnostic.staticcheck", "staticcheck"),)


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("v0.14.2", 'parsing setting "staticcheck": duplicate configuration for staticcheck'),
        ("v0.16.2", "setting option staticcheck: duplicate value"),
        ("v0.17.1", "duplicate value for staticcheck"),
    ],
)
def test_a_pair_is_named_in_the_words_of_the_release(version: str, message: str) -> None:
    values = {"ui.diagnostic.staticcheck": True, "staticcheck": False}
    assert invalid_settings(values, version) == f"Invalid settings: {message}"


def test_before_v016_what_is_deprecated_comes_last() -> None:
    assert invalid_settings({"newDiff": "both", "noSuchThing": 1, "staticcheck": 1}, "v0.15.3") == (
        'Invalid settings: parsing setting "staticcheck": invalid type float64, expect bool; '
        'unexpected gopls setting "noSuchThing"; gopls setting "newDiff" is deprecated'
    )


@pytest.mark.parametrize(
    ("version", "said"),
    [("v0.13.2", "older"), ("v0.14.0", "older"), ("v0.14.2", ""), ("v0.24.9", ""), ("v0.25.0", "newer"), (None, "")],
)
def test_a_release_outside_the_table_is_named_so(version: str | None, said: str) -> None:
    assert basis(version).partition(" ")[0] == said


def test_each_setting_has_its_first_release() -> None:
    assert lifetime("maxFileCacheBytes") == ("v0.22.0", None)
    assert lifetime("memoryLimit") == ("v0.24.0", None)
    assert lifetime("wantSuggestedFixes") is None


def test_facts_of_a_setting() -> None:
    filters = settings_of("v0.24.0")["directoryFilters"]
    assert (filters.dotted, filters.type, filters.default) == (
        "build.directoryFilters",
        "[]string",
        ("-**/node_modules",),
    )
    assert settings_of("v0.24.0")["memoryLimit"].status == "experimental"


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("gopls/directoryFilters", None),
        ("gopls.build.directoryFilters", None),
        ("gopls/maxFileCacheBytes", None),
        ("gopls/build.directoryFilter", "Did you mean"),
        ("gopls/wantSuggestedFixes", "this setting is deprecated"),
    ],
)
def test_a_key_is_known_if_any_release_takes_it(key: str, problem: str | None) -> None:
    found = setting_problem(key)
    assert found is None if problem is None else problem in (found or "")


def test_a_dotted_key_is_a_member_of_the_section() -> None:
    assert setting_path("gopls.build.env") == ("gopls", "build.env")
    assert json.dumps(setting_path("gopls")) == '["gopls"]'


@pytest.mark.parametrize("release", releases())
def test_a_build_without_a_version_is_known_by_what_it_documents(release: str) -> None:
    names = frozenset(documented_names(release))
    found = release_with(names)
    assert documented_names(found) <= names
    assert int(found.split(".")[1]) >= int(release.split(".")[1])
    assert release_with(names | {"brandNew"}) == found
    assert release_with(frozenset()) == releases()[0]
