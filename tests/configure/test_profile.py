from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from idecare.configure.profile import (
    GIB,
    Circumstances,
    Found,
    Heap,
    JvmOption,
    Profile,
    PropertyValue,
    Range,
    Removed,
    SettingValue,
    When,
)
from idecare.configure.profile_file import (
    PACKAGE,
    find_profile,
    parse_profile,
    profile_names,
    shipped_folder,
    shipped_profiles,
)
from idecare.core import language
from idecare.core.errors import UsageError
from idecare.vscode.go_extension import manifest_of
from idecare.vscode.gopls_settings import setting_name, settings_of
from idecare.vscode.known_keys import option_problem, property_problem, setting_path, setting_problem
from scripts.catalogue import source_texts
from tests.conftest import make_host

HEAD = 'name = "mine"\ndescription = "of my own"\n'
WHOLE = f"""{HEAD}
[[jvm]]
set = "-XX:+UseZGC"
why = "pauses"
when = {{ os = "macos", arch = ["arm64"], jbr = ">=21 <=23", memory = ">=16GiB" }}

[[jvm]]
unset = "-Xms"
why = "grows by itself"

[[jvm]]
heap = {{ share = 0.25, min = "2g", max = "8g", keep_smaller = true }}
why = "fits"

[[properties]]
key = "dlv.path"
value = "/opt/dlv"
why = "own build"

[[properties]]
key = "idea.cycle.buffer.size"
remove = true
keep_larger = true
why = "default"

[[vscode]]
key = "go.alternateTools/dlv"
found = "dlv"
why = "right one"

[[vscode]]
key = "go.lintFlags"
value = ["--fast"]
why = "quick"

[[vscode]]
key = "[go]/editor.tabSize"
remove = true
why = "default"
"""


def test_a_profile_is_read_whole() -> None:
    when = When(("macos",), ("arm64",), Range(21, 23), Range(16, None))
    assert parse_profile(WHOLE, "mine.toml") == Profile(
        name="mine",
        description="of my own",
        source="mine.toml",
        jvm=(
            JvmOption("-XX:+UseZGC", "pauses", when=when),
            JvmOption("-Xms", "grows by itself", unset=True),
            JvmOption(Heap(0.25, 2 * GIB, 8 * GIB), "fits", kept="smaller"),
        ),
        properties=(
            PropertyValue("dlv.path", "/opt/dlv", "own build"),
            PropertyValue("idea.cycle.buffer.size", None, "default", kept="larger"),
        ),
        settings=(
            SettingValue("go.alternateTools/dlv", Found("dlv"), "right one"),
            SettingValue("go.lintFlags", ["--fast"], "quick"),
            SettingValue("[go]/editor.tabSize", Removed(), "default"),
        ),
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("x = 1", "x: there is no such key here.", id="unknown key"),
        pytest.param("[[vscod]]\n", "vscod: there is no such key here. Did you mean 'vscode'?", id="near key"),
        pytest.param("jvm = 3", "jvm: is a list of tables, written [[jvm]], not '3'", id="no list"),
        pytest.param("jvm = [3]", "jvm[1]: is a table, not '3'", id="no table in the list"),
        pytest.param('[[jvm]]\nset = "-Xmx2g"', "jvm[1].why: is missing", id="no reason"),
        pytest.param('[[jvm]]\nwhy = "w"', "jvm[1]: needs one of set, unset, heap and has none", id="nothing to set"),
        pytest.param('[[jvm]]\nset = "-Xmx2g"\nunset = "-Xms"\nwhy = "w"', "has set and unset", id="two at once"),
        pytest.param('[[jvm]]\nset = "Xmx2g"\nwhy = "w"', "jvm[1].set: 'Xmx2g' is not a JVM option", id="no option"),
        pytest.param(
            '[[jvm]]\nset = 7\nwhy = "w"', "jvm[1].set: is a text that is not empty, not '7'", id="wrong type"
        ),
        pytest.param(
            '[[jvm]]\nheap = { share = 2, min = "1g", max = "2g" }\nwhy = "w"',
            "jvm[1].heap.share: is a share of the memory between 0 and 1, not '2'",
            id="share",
        ),
        pytest.param(
            '[[jvm]]\nheap = { share = 0.5, min = "3g", max = "2x" }\nwhy = "w"',
            "jvm[1].heap.max: is a size such as",
            id="size",
        ),
        pytest.param(
            '[[jvm]]\nheap = { share = 0.5, min = "3g", max = "2g" }\nwhy = "w"',
            "jvm[1].heap.min: is above max",
            id="bounds the wrong way round",
        ),
        pytest.param(
            '[[jvm]]\nset = "-Xss1m"\nkeep_larger = true\nkeep_smaller = true\nwhy = "w"',
            "jvm[1].keep_smaller: does not go with keep_larger",
            id="both sides kept",
        ),
        pytest.param(
            '[[vscode]]\nkey = "go.lintFlag"\nvalue = 1\nwhy = "w"',
            "Did you mean 'go.lintFlags'?",
            id="unknown setting",
        ),
        pytest.param(
            '[[vscode]]\nkey = "go.delvePath"\nvalue = "/dlv"\nwhy = "w"', "Use go.alternateTools/dlv.", id="misnomer"
        ),
        pytest.param(
            '[[vscode]]\nkey = "go.gopath"\nfound = "gopls"\nwhy = "w"', "found: is one of dlv, go", id="what is found"
        ),
        pytest.param(
            '[[vscode]]\nkey = "go.gopath"\nvalue = 2026-01-01\nwhy = "w"', "value: holds a date", id="no JSON"
        ),
        pytest.param(
            '[[properties]]\nkey = "dlv.pat"\nvalue = "x"\nwhy = "w"', "Did you mean 'dlv.path'?", id="unknown property"
        ),
        pytest.param(
            '[[jvm]]\nset = "-ea"\nwhy = "w"\nwhen = { os = "mac" }', "jvm[1].when.os: is one or more of", id="os"
        ),
        pytest.param(
            '[[jvm]]\nset = "-ea"\nwhy = "w"\nwhen = { memory = ">16" }', "jvm[1].when.memory: is a bound", id="bound"
        ),
    ],
)
def test_a_problem_is_told_with_its_key(text: str, problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_profile(HEAD + text, "mine.toml")
    assert problem in str(caught.value)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        parse_profile('title = "x"\n[[jvm]]\nset = 1\n[[vscode]]\nkey = "go.x"\n', "mine.toml")
    assert len(str(caught.value).splitlines()) == 9


def test_a_forced_key_is_taken_as_it_is() -> None:
    profile = parse_profile(HEAD + '[[vscode]]\nkey = "new.key"\nvalue = 1\nforce = true\nwhy = "w"', "mine.toml")
    assert profile.settings[0].key == "new.key"


def test_what_is_no_toml_is_told_with_its_line() -> None:
    with pytest.raises(UsageError, match="line 1"):
        parse_profile("name = \n", "mine.toml")


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        pytest.param(When(), True, id="always"),
        pytest.param(When(os=("macos", "linux")), True, id="one of several"),
        pytest.param(When(os=("windows",)), False, id="another system"),
        pytest.param(When(arch=("arm64",)), False, id="another architecture"),
        pytest.param(When(jbr=Range(21, None)), True, id="from a major on"),
        pytest.param(When(jbr=Range(None, 17)), False, id="up to a major"),
        pytest.param(When(memory=Range(16, None)), True, id="15.5 GiB are sold as 16"),
        pytest.param(When(memory=Range(17, None)), False, id="more memory"),
        pytest.param(When(os=("linux",), arch=("arm64",)), False, id="all must hold"),
    ],
)
def test_a_condition_holds(when: When, holds: bool) -> None:
    assert when.holds(Circumstances("linux", "amd64", int(15.5 * GIB), 21)) is holds


def test_nothing_holds_of_what_is_not_known() -> None:
    assert not When(jbr=Range(None, 99)).holds(Circumstances("linux", "amd64"))


@pytest.mark.parametrize(
    ("gib", "option"),
    [
        pytest.param(None, "-Xmx2048m", id="memory not known"),
        pytest.param(4, "-Xmx2048m", id="lower bound"),
        pytest.param(11, "-Xmx2816m", id="whole steps"),
        pytest.param(16, "-Xmx4096m", id="a quarter"),
        pytest.param(64, "-Xmx8192m", id="upper bound"),
    ],
)
def test_a_heap_is_computed_from_the_memory(gib: int | None, option: str) -> None:
    assert Heap(0.25, 2 * GIB, 8 * GIB).option(gib) == option


def test_the_shipped_profiles_are_sound_and_the_default_comes_first() -> None:
    names = [profile.name for profile in shipped_profiles()]
    assert names == ["balanced", "arm64", "large-module", "low-memory", "zgc"]
    assert [profile.path.stem for profile in shipped_profiles() if profile.path] == names


def test_a_profile_is_found_by_name_and_by_path(tmp_path: Path) -> None:
    (tmp_path / "team.toml").write_text(HEAD)
    host = make_host(home=tmp_path, cwd=tmp_path)
    assert find_profile("zgc", host).source == "profile zgc"
    assert find_profile("team.toml", host).name == "mine"
    assert find_profile("~/team.toml", host).source == str(tmp_path / "team.toml")


def test_what_ships_is_in_the_catalogue_and_comes_in_the_users_language(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = source_texts()
    monkeypatch.setattr(language, "look_up", lambda text: f"<{text}>" if text in texts else text)
    for profile in (*shipped_profiles(), parse_profile(WHOLE, "mine.toml")):
        shown = {profile.description, *(value.why for value in (*profile.jvm, *profile.properties, *profile.settings))}
        assert {text.startswith("<") for text in shown} == {profile.path is not None}


def test_the_users_own_profile_comes_before_the_shipped(tmp_path: Path) -> None:
    host = make_host(home=tmp_path)
    own = host.own.config / "profiles"
    own.mkdir(parents=True)
    for name in ("zgc", "team"):
        (own / f"{name}.toml").write_text(HEAD)
    assert find_profile("zgc", host).source == str(own / "zgc.toml")
    assert profile_names(host)[:2] == ("team", "zgc")


def test_an_unknown_profile_is_an_error_with_near_names(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no profile .balance.\. Did you mean .balanced.\?"):
        find_profile("balance", make_host(home=tmp_path))
    with pytest.raises(UsageError, match="cannot read the profile"):
        find_profile("./none.toml", make_host(home=tmp_path))


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("go.useLanguageServer", ("go.useLanguageServer",)),
        ("go.alternateTools/dlv", ("go.alternateTools", "dlv")),
        ("gopls/ui.diagnostic.analyses/shadow", ("gopls", "ui.diagnostic.analyses", "shadow")),
        ("files.exclude/**/dist", ("files.exclude", "**/dist")),
        ("[go]/editor.codeActionsOnSave/x", ("[go]", "editor.codeActionsOnSave", "x")),
    ],
)
def test_a_key_is_a_path_in_the_settings(key: str, path: tuple[str, ...]) -> None:
    assert (setting_path(key), setting_problem(key)) == (path, None)


@pytest.mark.parametrize(
    "key",
    ["go.alternateTools/gopls", "go.toolsEnvVars/GOFLAGS", "gopls/directoryFilters", "gopls", "go.delveConfig/showLog"],
)
def test_a_known_key_is_no_problem(key: str) -> None:
    assert setting_problem(key) is None


@pytest.mark.parametrize("key", ["go.lintTools", "gopls/build.directoryFilter", "go.lintTool/x", "gopls/", "[go]/x"])
def test_an_unknown_key_is_a_problem(key: str) -> None:
    assert setting_problem(key)


def test_flags_and_properties_have_near_names() -> None:
    assert "Did you mean 'UseZGC'?" in str(option_problem("-XX:+UseZgc"))
    assert option_problem("-Dmy.key=1") is None
    assert "Did you mean 'dlv.path'?" in str(property_problem("dlv.paths"))


def test_a_near_name_keeps_its_capitals_in_every_language(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {" Did you mean '{word}'?": "是不是想写“{word}”？"}
    monkeypatch.setattr(language, "look_up", lambda text: texts.get(text, text))
    assert str(option_problem("-XX:+UseZgc")).endswith("“UseZGC”？")
    assert str(setting_problem("go.lintTol")).endswith("“go.lintTool”？")
    assert str(setting_problem("gopls/builddirectoryFilters")).endswith("“build.directoryFilters”？")


def test_the_folder_inside_the_package_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "profiles").mkdir()
    monkeypatch.setattr("idecare.configure.profile_file.PACKAGE", tmp_path)
    assert shipped_folder() == tmp_path / "profiles"


@pytest.mark.e2e
def test_a_wheel_carries_the_profiles(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=PACKAGE.parent, check=True, capture_output=True)
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    assert "idecare/profiles/balanced.toml" in names


def test_the_example_of_the_documentation_is_a_profile() -> None:
    page = (PACKAGE.parent / "docs" / "profiles.md").read_text()
    example = page.partition("```toml\n")[2].partition("```")[0]
    profile = parse_profile(example, "docs/profiles.md")
    assert (len(profile.jvm), len(profile.properties), len(profile.settings)) == (3, 1, 2)


GOPLS_VALUE = 'name = "p"\ndescription = "d"\n[[vscode]]\nkey = "gopls/env"\nvalue = 1\nwhy = "w"\n'


def test_every_shipped_value_says_what_shows_that_it_is_right() -> None:
    values = [
        value for profile in shipped_profiles() for value in (*profile.jvm, *profile.properties, *profile.settings)
    ]
    assert [value for value in values if not (value.why and value.evidence)] == []


def test_no_shipped_value_only_repeats_a_default() -> None:
    """VS Code's own default of files.watcherExclude has node_modules: microsoft/vscode-docs, docs/setup/linux.md."""
    extension, gopls = manifest_of().settings, settings_of(None)
    for value in (value for profile in shipped_profiles() for value in profile.settings):
        setting, *members = setting_path(value.key)
        assert setting != "files.watcherExclude" or "node_modules" not in members[0]
        if setting in extension and not members:
            assert value.value != extension[setting].facts.get("default")
        if setting == "gopls":
            default = gopls[setting_name(members[0])].default
            assert (tuple(value.value) if isinstance(value.value, list) else value.value) != default


@pytest.mark.parametrize(
    ("condition", "minor", "holds"),
    [(">=v0.24", 24, True), (">=v0.24", 23, False), ("<=v0.15", 15, True), ("v0.20", 20, True)],
)
def test_a_condition_on_gopls_is_a_minor_version(condition: str, minor: int, holds: bool) -> None:
    (entry,) = parse_profile(f'{GOPLS_VALUE}when = {{ gopls = "{condition}" }}', "p").settings
    assert entry.when.holds(Circumstances("linux", "amd64", gopls=minor)) is holds


def test_a_condition_on_gopls_is_written_as_its_releases_are() -> None:
    with pytest.raises(UsageError, match=r">=v0\.16"):
        parse_profile(f'{GOPLS_VALUE}when = {{ gopls = ">=24" }}', "p")
