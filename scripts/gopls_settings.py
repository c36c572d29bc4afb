"""Make idecare/vscode/gopls_settings.json: which settings each release of gopls knows, and what it says of the others.

    python scripts/gopls_settings.py v0.19.1 v0.21.1 v0.24.0 > idecare/vscode/gopls_settings.json

Each release is installed from the Go module proxy into a temporary folder (or into --folder, which is kept) and asked
with `gopls api-json`. What api-json leaves out (settings for gopls' own developers, and those which gopls only reports
as deprecated) is read from the ``case`` lines of the function that sets an option, in the release's own source.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

MODULE = "golang.org/x/tools/gopls"
OLD_GO = "go1.23.12"  # what releases up to v0.18 are built with: their dependencies do not compile with Go 1.25
SETTER = re.compile(r"^func \(o \*Options\) set(?:One)?\(.*?^}", re.MULTILINE | re.DOTALL)
CASE = re.compile(r"^\tcase (\"[^\n]*\"):(?: //[^\n]*)?$", re.MULTILINE)
# Only statements of the case itself: what depends on the value is for gopls to say, save the alias of a name.
DEPRECATED = re.compile(r"^\t\t(?:return (?:nil, )?deprecatedError|result\.deprecated)\(\"([^\"]*)\"\)", re.MULTILINE)
ALIAS = re.compile(
    r"^\t\tif name == \"(\w+)\" {\n\t+(?:return (?:counts, )?|errs = append\(errs, |result\.)"
    r"deprecated(?:Error)?\(\"(\w+)\"\)",
    re.MULTILINE,
)
SOFT = re.compile(
    r"^\t\t(?:return (?:counts|nil), &SoftError{|(?:return |result\.)softErrorf\()\"((?:[^\"\\]|\\.)*)\"[)}]$",
    re.MULTILINE,
)
LONG_KEYS = "analyses"  # two hundred names of analyzers, which are checked by gopls alone

Setting = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("releases", nargs="+", metavar="RELEASE")
    parser.add_argument("--folder", type=Path, help="keep what is installed here, and use what is there already")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        releases = sorted(arguments.releases, key=_numbers)
        known = {release: dict(_settings(folder.resolve(), release)) for release in releases}
    print(table_text(f"gopls api-json and internal/settings of {MODULE}", known))
    return 0


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", release))


def _environment(folder: Path) -> dict[str, str]:
    own = {
        "GOPATH": f"{folder}/gopath",
        "GOCACHE": f"{folder}/cache",
        "GOFLAGS": "-modcacherw",
        "HOME": f"{folder}/home",
    }
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    return {**os.environ, **own, "GOTMPDIR": f"{folder}/tmp", "GOENV": "off", "GOTOOLCHAIN": "auto"}


def _settings(folder: Path, release: str) -> Iterator[tuple[str, Setting]]:
    """What is in the source first, so that the documented settings replace it."""
    environment = _environment(folder)
    program = folder / "bin" / release / "gopls"
    if not program.exists():
        install = ["go", "install", f"{MODULE}@{release}"]
        toolchain = {"GOTOOLCHAIN": OLD_GO} if _numbers(release) < (0, 19) else {}
        subprocess.run(install, env={**environment, **toolchain, "GOBIN": str(program.parent)}, check=True)
    download = subprocess.run(
        ["go", "mod", "download", "-json", f"{MODULE}@{release}"],
        env=environment, cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    in_source = dict(_source_settings(Path(json.loads(download.stdout)["Dir"])))
    answer = subprocess.run([program, "api-json"], env=environment, check=True, capture_output=True)
    documented = {option["Name"]: option for option in json.loads(answer.stdout)["Options"]["User"]}
    for name in (*documented, *(name for name in in_source if name not in documented)):
        setting = in_source.get(name, {})
        yield name, {**setting, **(_documented(documented[name]) if name in documented else {"hidden": True})}


def _source_settings(module: Path) -> Iterator[tuple[str, Setting]]:
    files = (file for file in module.glob("internal/**/*.go") if not file.name.endswith("_test.go"))
    body = next(
        found.group()
        for file in files
        for found in [SETTER.search(file.read_text())]
        if found and CASE.search(found.group())
    )
    cases = list(CASE.finditer(body))
    for case, end in zip(cases, [*(following.start() for following in cases[1:]), len(body)], strict=True):
        text = body[case.end() : end]
        deprecated, soft, alias = DEPRECATED.search(text), SOFT.search(text), ALIAS.search(text)
        setting: Setting = {"deprecated": deprecated[1]} if deprecated else {}
        if soft:
            setting["warning"] = json.loads(f'"{soft[1]}"')
        for name in re.findall(r'"([^"]+)"', case[1]):
            yield name, {**setting, "deprecated": alias[2]} if alias and name == alias[1] else setting


def _documented(option: dict[str, Any]) -> Setting:
    values = [json.loads(entry["Value"]) for entry in option["EnumValues"] or ()]
    keys = [json.loads(entry["Name"]) for entry in option["EnumKeys"]["Keys"] or ()]
    setting = {
        "group": option["Hierarchy"],
        "type": option["Type"],
        "default": json.loads(option["Default"]),
        "status": option["Status"],
        "enum": values,
        "keys": keys if option["Name"] != LONG_KEYS else [],
    }
    return {key: value for key, value in setting.items() if value not in ("", []) or key == "default"}


def table_text(source: str, known: Mapping[str, Mapping[str, Setting]]) -> str:
    """What each release knows, the oldest first, as a line for each span over which a setting stays the same."""
    releases = list(known)
    names = sorted({name for settings in known.values() for name in settings}, key=str.lower)
    head = {"source": source, "date": datetime.date.today().isoformat(), "releases": releases}
    lines = [
        f"{json.dumps(name)}: {_spans(releases, [known[release].get(name) for release in releases])}" for name in names
    ]
    opening = json.dumps(head, indent=1).removesuffix("\n}")
    return f"{opening},\n" + ' "settings": {\n  ' + ",\n  ".join(lines) + "\n }\n}"


def _spans(releases: Iterable[str], settings: Iterable[Setting | None]) -> str:
    spans: list[Setting] = []
    for release, setting in zip(releases, settings, strict=True):
        if setting is None:
            continue
        last = spans[-1] if spans else {}
        previous = {key: value for key, value in last.items() if key not in ("first", "last")}
        if previous == setting and last["last"] == _before(release, releases):
            last["last"] = release
        else:
            spans.append({"first": release, "last": release, **setting})
    return "[" + ",\n    ".join(json.dumps(span) for span in spans) + "]"


def _before(release: str, releases: Iterable[str]) -> str | None:
    listed = list(releases)
    at = listed.index(release)
    return listed[at - 1] if at else None


if __name__ == "__main__":
    sys.exit(main())
