from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from idecare.configure.configured import Configured
from idecare.configure.machine import Gopls, Machine
from idecare.configure.plan import parse_overrides, plan_configure
from idecare.configure.profile import GIB, Found, Kept, Profile, Removed, SettingValue
from idecare.configure.profile_file import find_profile
from idecare.formats.jsonc import value_at
from idecare.golang.delve import Fault, Verdict
from idecare.vscode.config_files import VscodeTarget, inspect_vscode, named_delves
from idecare.vscode.go_extension import manifest_of, read_manifest
from idecare.vscode.locations import UserData
from idecare.vscode.products import CODE_SERVER, VSCODE_PRODUCT
from tests.conftest import make_host

RIGHT = Verdict(Path("/go/bin/dlv"), "PATH", version="v1.27.1", architectures=("arm64",))
WRONG = Verdict(
    Path("/old/dlv"), "PATH", (Fault("architecture", "/old/dlv is built for x86-64"),), ("amd64",), fix="go install dlv"
)
MAC = Machine("macos", "arm64", 16 * GIB, Path("/go/bin/go"), RIGHT, {RIGHT.path: RIGHT, WRONG.path: WRONG})


class Code:
    """A VS Code with its user data below ``base``; ``user`` is the text of its settings."""

    def __init__(self, base: Path, user: str | bytes | None = None, server: bool = False) -> None:
        self.base, self.data, self.project = base, base / "Code", base / "project"
        self.server, self.code_workspace = server, None
        for folder in (self.data / "User", self.project / ".vscode"):
            folder.mkdir(parents=True)
        self.user = self.data / "User" / "settings.json"
        self.workspace = self.project / ".vscode" / "settings.json"
        if user is not None:
            self.user.write_bytes(user if isinstance(user, bytes) else user.encode())

    def targets(self, code_workspace: Path | None = None) -> tuple[VscodeTarget, ...]:
        product = CODE_SERVER if self.server else VSCODE_PRODUCT
        data = UserData(product, "Code", self.data, "default")
        return inspect_vscode(make_host(home=self.base, cwd=self.project), data, code_workspace=code_workspace)

    def plan(self, *sets: str, profile: Profile | None = None, machine: Machine = MAC, **options: object) -> Configured:
        overrides = parse_overrides(sets, **options)  # type: ignore[arg-type]
        return plan_configure(self.targets(), profile, overrides, machine)[0]

    def shipped(self, name: str) -> Configured:
        return self.plan(profile=find_profile(name, make_host(home=self.base)))


def text(configured: Configured) -> str:
    assert configured.skip is None, configured.skip
    (edit,) = configured.edits
    return edit.after.decode()


def refusal(configured: Configured) -> str:
    assert configured.skip is not None
    assert (configured.skip.kind, configured.edits) == ("refused", ())
    return f"{configured.skip.code}: {configured.skip.reason}"


DELVE_SETTING = Profile("p", "d", "p", settings=(SettingValue("go.alternateTools/dlv", Found("dlv"), "w"),))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(None, '{\n    "go.alternateTools": {\n        "dlv": "/go/bin/dlv"\n    }\n}\n', id="no file yet"),
        pytest.param(
            '{"go.alternateTools": {"gopls": "/g"}}',
            '{"go.alternateTools": {"gopls": "/g", "dlv": "/go/bin/dlv"}}',
            id="other tools stay",
        ),
        pytest.param(
            '{\r\n\t// mine\r\n\t"a": 1,\r\n}\r\n',
            '{\r\n\t// mine\r\n\t"a": 1,\r\n\t"go.alternateTools": {\r\n\t\t"dlv": "/go/bin/dlv"\r\n\t},\r\n}\r\n',
            id="comments, tabs, CRLF and trailing comma stay",
        ),
        pytest.param(
            '{"go.alternateTools": {"dlv": "/old" /* x */}}',
            '{"go.alternateTools": {"dlv": "/go/bin/dlv" /* x */}}',
            id="another path replaced",
        ),
    ],
)
def test_the_found_dlv_is_put_where_the_extension_reads_it(tmp_path: Path, before: str | None, after: str) -> None:
    assert text(Code(tmp_path, before).plan(profile=DELVE_SETTING)) == after


@pytest.mark.parametrize("name", ["balanced", "large-module", "low-memory", "arm64"])
def test_planning_on_the_result_gives_nothing_to_do(tmp_path: Path, name: str) -> None:
    code = Code(tmp_path, '// mine\n{\n  "go.delvePath": "/go/bin/dlv",\n  "gopls": {"ui.semanticTokens": true},\n}\n')
    for edit in code.shipped(name).edits:
        edit.real_path.write_bytes(edit.after)
    again = code.shipped(name)
    assert again.skip is not None
    assert (again.edits, again.skip.code) == ((), "same")


def test_a_change_says_what_it_was_why_and_who_asked(tmp_path: Path) -> None:
    (edit,) = Code(tmp_path, '{"go.lintTool": "x"}').plan("go.lintTool=staticcheck").edits
    (change,) = edit.changes
    assert (change.before, change.after, change.source) == ('"x"', '"staticcheck"', "--set")
    assert edit.why_this_file.startswith("user settings")


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("go.useLanguageServer=false", False),
        ('go.lintFlags=["--fast"]', ["--fast"]),
        ("go.lintTool=golangci-lint", "golangci-lint"),
        ("go.gopath=", ""),
        ("go.testTimeout=NaN", "NaN"),
    ],
)
def test_a_value_is_json_or_text(tmp_path: Path, word: str, value: object) -> None:
    assert value_at(text(Code(tmp_path).plan(word)), (word.partition("=")[0],)) == value


def test_an_object_is_merged_into_the_one_that_is_there(tmp_path: Path) -> None:
    configured = Code(tmp_path, '{"go.alternateTools": {"gopls": "/g"}}').plan('go.alternateTools={"go": "/x/go"}')
    assert json.loads(text(configured)) == {"go.alternateTools": {"gopls": "/g", "go": "/x/go"}}


def test_a_setting_is_taken_out(tmp_path: Path) -> None:
    profile = Profile("p", "d", "p", settings=(SettingValue("go.lintTool", Removed(), "w"),))
    assert text(Code(tmp_path, '{"a": 1, "go.lintTool": "x"}').plan(profile=profile)) == '{"a": 1}'


def test_a_setting_of_a_language_section_is_set_there(tmp_path: Path) -> None:
    configured = Code(tmp_path, '{"[go]": {"editor.formatOnSave": true}}').plan("[go]/editor.tabSize=8")
    assert json.loads(text(configured)) == {"[go]": {"editor.formatOnSave": True, "editor.tabSize": 8}}


@pytest.mark.parametrize(
    ("user", "reason"),
    [
        pytest.param('{\n  "a": 1\n  "b": 2\n}', "settings.json: line 3, column 3", id="a comma is missing"),
        pytest.param('{"go.lintTool": 1,\n"go.lintTool": 2}', "duplicate-key: ", id="a key twice"),
        pytest.param('{"gopls": 3}', "wrong-parent: ", id="no object where one is needed"),
        pytest.param(b'{\n"a": "\xff"}', "line 2 is not UTF-8", id="not UTF-8"),
        pytest.param("[1]", "wrong-parent: ", id="no object at all"),
    ],
)
def test_what_cannot_be_edited_is_refused_with_its_place(tmp_path: Path, user: str | bytes, reason: str) -> None:
    code = Code(tmp_path, user)
    found = refusal(code.plan("go.lintTool=x", "gopls/formatting.gofumpt=true"))
    assert reason in found
    assert str(code.user) in found


def test_a_damaged_file_is_refused_even_if_nothing_is_asked(tmp_path: Path) -> None:
    assert "line 1" in refusal(Code(tmp_path, '{"a" 1}').plan())


def test_a_file_that_may_not_be_written_is_refused_only_if_it_would_change(tmp_path: Path) -> None:
    (target,) = Code(tmp_path, '{"go.lintTool": "x"}').targets()
    place = target.files[0]
    locked = replace(target, files=(replace(place, file=replace(place.file, problem="it may not be written")),))
    same, other = (
        plan_configure([locked], None, parse_overrides((word,)), MAC)[0] for word in ("go.lintTool=x", "go.lintTool=y")
    )
    assert same.skip is not None
    assert same.skip.code == "same"
    assert refusal(other).startswith("not-writable: ")


def test_paths_of_this_machine_go_into_the_machines_own_file(tmp_path: Path) -> None:
    code = Code(tmp_path, "{}", server=True)
    edits = {
        edit.path.parent.name: json.loads(edit.after)
        for edit in code.plan("go.lintTool=x", profile=DELVE_SETTING).edits
    }
    assert edits == {"User": {"go.lintTool": "x"}, "Machine": {"go.alternateTools": {"dlv": "/go/bin/dlv"}}}


def test_settings_sync_is_warned_about(tmp_path: Path) -> None:
    (note,) = Code(tmp_path).plan(profile=DELVE_SETTING).notes
    assert "Settings Sync would take to your others: --keep-from-sync lists go.alternateTools" in note


def test_a_setting_that_sync_leaves_alone_is_not_warned_about(tmp_path: Path) -> None:
    assert Code(tmp_path).plan("go.goroot=/go").notes == ()


def test_a_setting_is_kept_from_sync_when_asked(tmp_path: Path) -> None:
    code = Code(tmp_path, '{"settingsSync.ignoredSettings": ["a"]}')
    values = json.loads(text(code.plan(profile=DELVE_SETTING, keep_from_sync=True)))
    assert values["settingsSync.ignoredSettings"] == ["a", "go.alternateTools"]


def test_a_stronger_file_with_another_value_is_named(tmp_path: Path) -> None:
    code = Code(tmp_path)
    code.workspace.write_text('{"go.lintTool": "staticcheck"}')
    configured = code.plan("go.lintTool=golangci-lint")
    assert configured.edits[0].path == code.user
    assert configured.notes == (f'go.lintTool: {code.workspace} says "staticcheck" and wins there (workspace)',)


def test_the_scope_that_was_asked_for_is_written(tmp_path: Path) -> None:
    code = Code(tmp_path)
    code.workspace.write_text('{"go.lintTool": "staticcheck"}')
    (edit,) = code.plan("go.lintTool=golangci-lint", scope="workspace").edits
    assert edit.path == code.workspace
    assert edit.why_this_file.startswith("workspace settings")


def test_a_scope_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(Code(tmp_path).plan("go.lintTool=x", scope="machine")).startswith("no-scope: ")


def test_settings_of_a_workspace_file_stand_below_settings(tmp_path: Path) -> None:
    code = Code(tmp_path)
    path = code.project / "all.code-workspace"
    path.write_text('{\n\t"folders": [{"path": "."}]\n}\n')
    overrides = parse_overrides(("go.lintTool=x",), scope="code-workspace")
    (configured,) = plan_configure(code.targets(path), None, overrides, MAC)
    assert json.loads(text(configured)) == {"folders": [{"path": "."}], "settings": {"go.lintTool": "x"}}


def test_each_profile_of_an_instance_has_its_own_file(tmp_path: Path) -> None:
    code = Code(tmp_path, '{"workbench.settings.applyToAllProfiles": ["go.lintTool"]}')
    (code.data / "User" / "profiles" / "1a2b").mkdir(parents=True)
    overrides = parse_overrides(("go.lintTool=x", "go.testTimeout=90s"))
    default, profile = plan_configure(code.targets(), None, overrides, MAC)
    assert (default.name, profile.name) == ("Code", "Code: profile 1a2b")
    assert json.loads(text(profile)) == {"go.testTimeout": "90s"}
    assert profile.notes == ("go.lintTool applies to all profiles: the default profile's file has it",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({"go.delvePath": "/go/bin/dlv"}, {"go.alternateTools": {"dlv": "/go/bin/dlv"}}, id="moved"),
        pytest.param(
            {"go.delvePath": "/old/dlv"}, {"go.alternateTools": {"dlv": "/go/bin/dlv"}}, id="the right one instead"
        ),
        pytest.param(
            {"go.delvePath": "/x", "go.alternateTools": {"dlv": "/y"}},
            {"go.alternateTools": {"dlv": "/y"}},
            id="what works stays",
        ),
        pytest.param(
            {"go.delvePath": "/x/dlv", "go.alternateTools": {"gopls": "/g"}},
            {"go.alternateTools": {"gopls": "/g", "dlv": "/x/dlv"}},
            id="next to other tools",
        ),
        pytest.param({"go.delvePath": 3}, {}, id="no path at all"),
    ],
)
def test_go_delve_path_is_moved_to_where_it_works(
    tmp_path: Path, before: dict[str, object], after: dict[str, object]
) -> None:
    assert json.loads(text(Code(tmp_path, json.dumps(before, indent=2)).plan())) == after


def test_go_delve_path_stays_where_it_would_do_harm_if_it_were_read(tmp_path: Path) -> None:
    machine = replace(MAC, delve=WRONG)
    assert Code(tmp_path, '{"go.delvePath": "/old/dlv"}').plan(machine=machine).edits == ()


def test_a_wrong_dlv_is_named_with_the_command_that_installs_the_right_one(tmp_path: Path) -> None:
    configured = Code(tmp_path).plan(profile=DELVE_SETTING, machine=replace(MAC, delve=WRONG))
    assert configured.notes == ("go.alternateTools/dlv: /old/dlv is built for x86-64. The right one: go install dlv",)
    assert configured.edits == ()


def test_a_wrong_dlv_that_was_asked_for_is_refused_unless_forced(tmp_path: Path) -> None:
    code = Code(tmp_path)
    assert refusal(code.plan("go.alternateTools/dlv=/old/dlv")).startswith("wrong-delve: ")
    assert code.plan("go.alternateTools/dlv=/old/dlv", force=True).edits


def test_the_dlv_of_settings_are_known_before_the_plan(tmp_path: Path) -> None:
    code = Code(tmp_path, '{"go.delvePath": "/a/dlv", "go.alternateTools": {"dlv": "/b/dlv"}}')
    code.workspace.write_text('{"go.alternateTools": {"dlv": "dlv"}}')
    assert named_delves(code.targets()) == (Path("/a/dlv"), Path("/b/dlv"))


def test_no_setting_and_no_file_is_nothing_to_do(tmp_path: Path) -> None:
    configured = Code(tmp_path).plan()
    assert configured.skip is not None
    assert (configured.edits, configured.skip.code) == ((), "same")


FILTERS = ["-**/node_modules", "-**/bazel-bin", "-**/bazel-out", "-**/bazel-testlogs"]


def gopls(version: str | None) -> Machine:
    return replace(MAC, gopls=Gopls(Path("/go/bin/gopls"), version))


@pytest.mark.parametrize("name", ["balanced", "large-module", "low-memory", "arm64"])
def test_no_profile_hides_a_folder_that_a_package_can_be_in(name: str) -> None:
    settings = find_profile(name, make_host()).settings
    filters = [value for entry in settings if isinstance(entry.value, list) for value in entry.value]
    assert {str(value).lstrip("-*/") for value in filters} <= {
        "node_modules", "bazel-bin", "bazel-out", "bazel-testlogs",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "place"),
    [
        pytest.param({"gopls": {"directoryFilters": ["-x"]}}, ("gopls", "directoryFilters"), id="short"),
        pytest.param({"gopls": {"build.directoryFilters": ["-x"]}}, ("gopls", "build.directoryFilters"), id="dotted"),
        pytest.param({"gopls": {"a.b.directoryFilters": ["-x"]}}, ("gopls", "a.b.directoryFilters"), id="any group"),
        pytest.param({"gopls.build.directoryFilters": ["-x"]}, ("gopls.build.directoryFilters",), id="without object"),
    ],
)
def test_a_setting_of_gopls_is_changed_under_the_name_that_is_there(
    tmp_path: Path, before: object, place: tuple[str, ...]
) -> None:
    after = text(Code(tmp_path, json.dumps(before)).shipped("large-module"))
    assert value_at(after, place) == [*FILTERS, "-x"]
    assert after.count("directoryFilters") == 1


def test_two_names_of_one_setting_become_one(tmp_path: Path) -> None:
    code = Code(tmp_path, '{"gopls": {"staticcheck": true, "ui.diagnostic.staticcheck": false}}')
    assert json.loads(text(code.plan("gopls/staticcheck=true"))) == {"gopls": {"staticcheck": True}}
    assert json.loads(text(code.plan("gopls/ui.diagnostic.staticcheck=true"))) == {
        "gopls": {"ui.diagnostic.staticcheck": True}
    }


def test_the_users_filters_stay_and_decide(tmp_path: Path) -> None:
    before = """{"gopls": {"build.directoryFilters": [
        "-**/node_modules", // the usual
        "-third_party/big",
        "+dist"
    ]}}"""
    after = text(Code(tmp_path, before).shipped("large-module"))
    found = value_at(after, ("gopls", "build.directoryFilters"))
    assert found == [*FILTERS[1:], "-**/node_modules", "-third_party/big", "+dist"]
    assert "// the usual" in after


@pytest.mark.parametrize(
    ("version", "is_written"), [("v0.21.1", False), ("v0.24.0", True), (None, False)], ids=["too old", "new", "unknown"]
)
def test_a_setting_that_this_gopls_does_not_know_is_left_out(
    tmp_path: Path, version: str | None, is_written: bool
) -> None:
    code, profile = Code(tmp_path), find_profile("large-module", make_host(home=tmp_path))
    after = text(code.plan(profile=profile, machine=gopls(version)))
    assert ("maxFileCacheBytes" in after) is is_written


def test_without_a_condition_the_note_says_which_gopls_it_is(tmp_path: Path) -> None:
    limit = SettingValue("gopls/maxFileCacheBytes", 4, "w")
    configured = Code(tmp_path).plan(profile=Profile("p", "d", "p", settings=(limit,)), machine=gopls("v0.21.1"))
    said = 'setting option "maxFileCacheBytes": unexpected setting'
    assert configured.notes == (f"gopls/maxFileCacheBytes is left out: gopls v0.21.1 (/go/bin/gopls) says: {said}",)
    assert configured.edits == ()


OLD_EXTENSION = read_manifest(
    json.dumps(
        {
            "version": "0.29.0",
            "contributes": {
                "configuration": {
                    "properties": {
                        "go.docsTool": {"type": "string", "enum": ["godoc", "guru"]},
                        "go.delveConfig": {"type": "object", "properties": {"showLog": {}}},
                        "go.alternateTools": {"type": "object", "properties": {"go": {}}, "additionalProperties": True},
                    }
                }
            },
        }
    )
)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        pytest.param("go.showWelcome", False, "0.29.0 does not have it; 0.41.2 and 0.58.0-dev have it", id="newer"),
        pytest.param("go.docsTool", "gogetdoc", '"gogetdoc" is none of "godoc", "guru"', id="value"),
        pytest.param("go.delveConfig/showRegisters", True, "0.29.0 has no member showRegisters", id="member"),
        pytest.param("go.docsTool", "guru", None, id="it has it"),
        pytest.param("go.alternateTools/mytool", "/x", None, id="any member"),
        pytest.param("go.showWelcome", Removed(), None, id="to be removed"),
        pytest.param("editor.tabSize", 4, None, id="of the editor"),
    ],
)
def test_what_the_installed_extension_does_not_have_is_left_out(
    tmp_path: Path, key: str, value: object, said: str | None
) -> None:
    profile = Profile("own", "", "a test", settings=(SettingValue(key, value, "why"),))  # type: ignore[arg-type]
    code = Code(tmp_path, '{"go.showWelcome": true}')
    configured = code.plan(profile=profile, machine=replace(MAC, extensions=(OLD_EXTENSION,)))
    assert bool(configured.edits) == (said is None)
    assert [f"{key} is left out: " in note and said in note for note in configured.notes if said] == [True] * bool(said)
    newer = replace(OLD_EXTENSION, version="0.58.0", settings=manifest_of().settings)
    both = replace(MAC, extensions=(OLD_EXTENSION, newer))
    assert bool(code.plan(profile=profile, machine=both).edits) == (key != "go.docsTool" or said is None)


def test_an_asked_setting_that_the_extension_does_not_have_is_written_with_the_note(tmp_path: Path) -> None:
    configured = Code(tmp_path, "{}").plan("go.showWelcome=false", machine=replace(MAC, extensions=(OLD_EXTENSION,)))
    assert '"go.showWelcome": false' in text(configured)
    assert ["does not have it" in note for note in configured.notes] == [True]


def test_what_is_asked_for_is_written_with_the_warning(tmp_path: Path) -> None:
    configured = Code(tmp_path).plan("gopls/maxFileCacheBytes=4", machine=gopls("v0.21.1"))
    assert "maxFileCacheBytes" in text(configured)
    assert "unexpected setting" in configured.notes[0]


@pytest.mark.parametrize(
    ("entry", "before"),
    [
        pytest.param(SettingValue("go.a", 2, "w", kept="larger"), 3, id="a larger number"),
        pytest.param(SettingValue("go.a", 2, "w", kept="smaller"), 1, id="a smaller number"),
        pytest.param(SettingValue("go.a", "local", "w", keep=True), "proxy", id="a policy"),
    ],
)
def test_what_the_user_decided_is_not_overruled(tmp_path: Path, entry: SettingValue, before: object) -> None:
    profile = Profile("p", "d", "p", settings=(entry,))
    assert Code(tmp_path, json.dumps({"go.a": before})).plan(profile=profile).edits == ()


@pytest.mark.parametrize(
    ("kept", "before"),
    [
        pytest.param("larger", 3, id="smaller than wanted"),
        pytest.param("smaller", 5, id="larger than wanted"),
        pytest.param("smaller", 0, id="a limit of 0 is none"),
        pytest.param("smaller", -1, id="as is one below"),
        pytest.param("smaller", "3", id="a text is no number"),
        pytest.param("smaller", True, id="nor is true"),
    ],
)
def test_a_number_on_the_other_side_is_replaced(tmp_path: Path, kept: Kept, before: object) -> None:
    profile = Profile("p", "d", "p", settings=(SettingValue("go.a", 4, "w", kept=kept),))
    code = Code(tmp_path, json.dumps({"go.a": before}))
    assert value_at(text(code.plan(profile=profile)), ("go.a",)) == 4


@pytest.mark.parametrize(
    ("limit", "expected"), [(500_000_000, 500_000_000), (2_000_000_000, 1_000_000_000), (0, 1_000_000_000)]
)
def test_low_memory_leaves_a_smaller_limit_of_the_users(tmp_path: Path, limit: int, expected: int) -> None:
    code = Code(tmp_path, json.dumps({"gopls": {"memoryLimit": limit}}))
    assert value_at(text(code.shipped("low-memory")), ("gopls", "memoryLimit")) == expected


def test_a_policy_of_the_users_stays_under_balanced(tmp_path: Path) -> None:
    assert Code(tmp_path, '{"go.toolsManagement.checkForUpdates": "proxy"}').shipped("balanced").edits == ()


def test_the_list_of_what_is_not_synced_keeps_its_comments(tmp_path: Path) -> None:
    before = '{"settingsSync.ignoredSettings": [\n    "go.goroot" // mine\n]}'
    after = text(Code(tmp_path, before).plan("go.alternateTools/gopls=/x", keep_from_sync=True))
    assert value_at(after, ("settingsSync.ignoredSettings",)) == ["go.goroot", "go.alternateTools"]
    assert "// mine" in after
