"""What is asked for besides a profile: the words of --set, --unset and --jvm, checked; what both sorts of IDE share."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.configure.profile import Kept, Removed
from idecare.core.errors import RefusedError, UsageError
from idecare.core.frozen import frozen
from idecare.core.language import mark, tr
from idecare.core.results import Skip
from idecare.formats.jvm_options import is_read_by_jvm
from idecare.vscode.known_keys import is_property, option_problem, property_problem, setting_problem

if TYPE_CHECKING:
    from idecare.formats.jsonc.tree import JsonValue
    from idecare.golang.delve import Verdict
    from idecare.system.files import ConfigFile
    from idecare.vscode.config_files import Scope

SET, UNSET, JVM = "--set", "--unset", "--jvm"
DLV_PATH, ALTERNATE_TOOLS = "dlv.path", "go.alternateTools"
NOTHING_TO_DO = Skip("absent", "same", tr("nothing to do"))


@frozen
class Overrides:
    """What the command line asks for; ``None`` and ``Removed`` mean that it is to go. ``scope``: which of VS Code's
    files, ``None`` for the one that fits each value; ``keep_from_sync``: settings with paths of this machine are named
    in settingsSync.ignoredSettings."""

    settings: tuple[tuple[str, JsonValue | Removed], ...] = ()
    properties: tuple[tuple[str, str | None], ...] = ()
    jvm: tuple[str, ...] = ()
    unset_jvm: tuple[str, ...] = ()
    scope: Scope | None = None
    keep_from_sync: bool = False
    force: bool = False

    @property
    def words(self) -> tuple[tuple[str, str], ...]:
        """What the words are for, ``jetbrains`` or ``vscode``, with each of them."""
        options = [("jetbrains", word) for word in (*self.jvm, *self.unset_jvm)]
        keys = [("jetbrains", key) for key, _ in self.properties]
        return (*options, *keys, *(("vscode", key) for key, _ in self.settings))

    def without_options(self, options: tuple[str, ...]) -> Overrides:
        """The same, and the lines of these JVM options go."""
        return replace(self, unset_jvm=(*self.unset_jvm, *options))

    @property
    def delves(self) -> tuple[Path, ...]:
        """The dlv that are asked for by their paths: their files are to be inspected before."""
        return (*self.goland_delves, *self.vscode_delves)

    @property
    def goland_delves(self) -> tuple[Path, ...]:
        return _absolute(value for key, value in self.properties if key == DLV_PATH)

    @property
    def vscode_delves(self) -> tuple[Path, ...]:
        return _absolute(
            value.get("dlv") if isinstance(value, Mapping) else value
            for key, value in self.settings
            if key in (ALTERNATE_TOOLS, f"{ALTERNATE_TOOLS}/dlv")
        )

    def check_delves(self, paths: Iterable[Path], verdicts: Mapping[Path, Verdict]) -> None:
        """RefusedError for one that would not debug here, unless forced."""
        for verdict in (verdicts.get(path) for path in paths):
            if verdict is not None and not verdict.is_right and not self.force:
                raise RefusedError("wrong-delve", verdict.fault_text, verdict.fix)


def _absolute(values: Iterable[JsonValue | Removed]) -> tuple[Path, ...]:
    return tuple(Path(value) for value in values if isinstance(value, str) and os.path.isabs(value))


@frozen
class Wanted:
    """One value that a file should have; ``None`` is no value. ``reason`` and ``source`` are for the diff.

    ``kept``: which sizes that are in force are as good.
    """

    key: str
    value: str | None
    reason: str
    source: str
    kept: Kept | None = None


def parse_overrides(
    sets: Iterable[str] = (),
    jvm: Iterable[str] = (),
    unsets: Iterable[str] = (),
    *,
    scope: Scope | None = None,
    keep_from_sync: bool = False,
    force: bool = False,
) -> Overrides:
    """The words of ``--set KEY=VALUE``, ``--jvm OPTION`` and ``--unset KEY|OPTION``. A key that idecare does not know
    is a UsageError, unless it is to go."""
    settings: list[tuple[str, JsonValue | Removed]] = []
    properties: list[tuple[str, str | None]] = []
    unset_jvm: list[str] = []
    for key in unsets:
        if key.startswith("-"):
            unset_jvm.append(key)
        elif is_property(key):
            properties.append((key, None))
        else:
            settings.append((key, Removed()))
    for word in sets:
        key, equals, text = word.partition("=")
        if not key or not equals:
            example = tr("e.g. --set go.useLanguageServer=true")
            raise UsageError("set", tr("--set takes KEY=VALUE, not '{word}'", word=word), example)
        if is_property(key):
            _known(key, property_problem(key), force)
            value = _json_or_text(text)
            properties.append((key, value if isinstance(value, str) else text))
        else:
            _known(key, setting_problem(key), force)
            settings.append((key, _json_or_text(text)))
    options = tuple(_option(option, force) for option in jvm)
    return Overrides(tuple(settings), tuple(properties), options, tuple(unset_jvm), scope, keep_from_sync, force)


def _known(key: str, problem: str | None, force: bool) -> None:
    if problem and not force:
        raise UsageError("unknown-key", f"--set {key}: {problem}", tr("--force-key writes it all the same."))


def _json_or_text(text: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return text
    return value


def _no_constant(word: str) -> JsonValue:
    raise ValueError(f"{word} is no JSON")


def _option(option: str, force: bool) -> str:
    problem = option_problem(option) if is_read_by_jvm(option) else tr("the JVM that an IDE loads does not read it")
    if problem and not force:
        raise UsageError("unknown-option", f"--jvm {option}: {problem}", tr("--force-key writes it all the same."))
    return option


def check_file(file: ConfigFile) -> None:
    """RefusedError where the file may not be replaced."""
    if file.problem:
        raise RefusedError("not-writable", f"{file.path}: {file.problem}", tr("Edit it where it is made."))


def decoded(
    file: ConfigFile,
    message: str = mark("{path}: line {line} is not UTF-8"),
    hint: str = mark("Save it as UTF-8."),
    code: str = "not-utf-8",
) -> str:
    """The text of a file; RefusedError with the line where it is not UTF-8. ``message`` may add what that does."""
    try:
        return (file.data or b"").decode()
    except UnicodeDecodeError as error:
        line = (file.data or b"").count(b"\n", 0, error.start) + 1
        raise RefusedError(code, tr(message, path=file.path, line=line), tr(hint)) from error
