"""What findings ask of configuration files becomes one edit a file, through the editor of its format."""

from __future__ import annotations

from pathlib import Path

import pytest

from idecare.changes.plan import WriteFile
from idecare.configure.configured import Configured
from idecare.doctor.base import EditSettings, Finding
from idecare.doctor.fix import plan_edits
from idecare.system.files import ConfigFile


def asked(file: Path, *keys: tuple[str, object], id_: str = "go/a") -> tuple[Finding, EditSettings]:
    remedy = EditSettings(file, "vscode", keys)
    return Finding(id_, "warning", f"summary of {id_}", (), "why", "fix", (remedy,)), remedy


def plan(text: str | None, name: str, *keys: tuple[str, object]) -> Configured:
    file = Path("/home/gopher") / name
    config = ConfigFile(file, file, None if text is None else text.encode())
    (configured,) = plan_edits([asked(file, *keys)], {file: config}, "\n")
    return configured


def after(text: str | None, name: str, *keys: tuple[str, object]) -> str:
    (edit,) = plan(text, name, *keys).edits
    assert isinstance(edit, WriteFile)
    return edit.after.decode()


@pytest.mark.parametrize(
    ("name", "text", "keys", "result"),
    [
        pytest.param(
            "settings.json",
            '{\n  "go.delvePath": "/d", // old\n  "a": 1\n}\n',
            (("go.alternateTools/dlv", "/d"), ("go.delvePath", None)),
            '{\n  "a": 1,\n  "go.alternateTools": {\n    "dlv": "/d"\n  }\n}\n',
            id="a setting moves",
        ),
        pytest.param(
            "work.code-workspace",
            '{\n    "folders": [],\n    "settings": {\n        "go.goroot": "/x"\n    }\n}\n',
            (("go.goroot", None),),
            '{\n    "folders": [],\n    "settings": {\n    }\n}\n',
            id="a setting of a workspace file",
        ),
        pytest.param(
            "goland64.vmoptions",
            "-Xmx1g\n-XX:+UseG1GC\n# mine\n-XX:+UseZGC\n-Xmx2g\n",
            (("-XX:+UseG1GC", None), ("-Xmx1g", None)),
            "# mine\n-XX:+UseZGC\n-Xmx2g\n",
            id="option lines go, others of their family stay",
        ),
        pytest.param(
            "goland64.vmoptions",
            "-Xmx2g\n-ea\n-Xmx2g\n-Xmx2g",
            (("-Xmx2g", ""),),
            "-ea\n-Xmx2g",
            id="a line that is there thrice is there once",
        ),
        pytest.param(
            "goland64.vmoptions", "-Xmx1g\r\n", (("-Xmx4g", ""),), "-Xmx4g\r\n", id="an option is put in force"
        ),
        pytest.param(
            "idea.properties", "a=1\n# x\ndlv.path=/gone\n", (("dlv.path", None),), "a=1\n# x\n", id="a property goes"
        ),
        pytest.param("idea.properties", "a=1\n", (("a", "2"),), "a=2\n", id="a property is set"),
    ],
)
def test_each_format_is_edited_in_its_own_way(
    name: str, text: str, keys: tuple[tuple[str, object], ...], result: str
) -> None:
    assert after(text, name, *keys) == result


def test_findings_on_one_file_become_one_edit_with_their_reasons() -> None:
    file = Path("/home/gopher/settings.json")
    config = ConfigFile(file, file, b'{"a": 1, "b": 2}')
    wishes = [asked(file, ("a", None), id_="go/a"), asked(file, ("b", None), ("a", 7), id_="go/b")]
    (configured,) = plan_edits(wishes, {file: config}, "\n")
    (edit,) = configured.edits
    assert [(change.key, change.after, change.source) for change in edit.changes] == [
        ("a", None, "go/a"),
        ("b", None, "go/b"),
    ]


def test_what_is_as_asked_is_not_edited() -> None:
    assert plan('{"a": 1}', "settings.json", ("a", 1), ("b", None)).edits == ()


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        pytest.param("settings.json", "{", "invalid-json", id="damaged settings"),
        pytest.param("settings.json", '{"a": 1, "a": 2}', "duplicate-key", id="a key twice"),
        pytest.param("goland64.vmoptions", "-Xmx1g\n\x00\n", "damaged-vmoptions", id="damaged options"),
    ],
)
def test_a_damaged_file_is_left_alone(name: str, text: str, code: str) -> None:
    configured = plan(text, name, ("a", None), ("-Xmx1g", None))
    assert configured.edits == ()
    assert configured.skip is not None
    assert (configured.skip.kind, configured.skip.code) == ("refused", code)
    assert name in configured.skip.reason
