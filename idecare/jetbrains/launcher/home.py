"""The launcher's first steps: find the IDE home from the executable, read product-info.json, know the user's folders.

Source: JetBrains' XPlatLauncher, src/default.rs and src/lib.rs. G2, G3 and G4 are its texts of 2024, 2024-25 and 2026;
which IDE release carries which is not published, so ``likely_generation`` goes by the year of the build.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.platforms import LINUX, MACOS
from idecare.core.reading import read_file
from idecare.system.files import real, text_value

Generation = Literal["G2", "G3", "G4"]

PRODUCT_INFO = "product-info.json"
# What the launcher asks of the descriptor and of its launch record.
FIELDS: dict[str, type] = {
    **dict.fromkeys(("productCode", "productVendor", "envVarBaseName", "dataDirectoryName"), str),
    **dict.fromkeys(("vmOptionsFilePath", "mainClass"), str),
    **dict.fromkeys(("launch", "bootClassPathJarNames", "additionalJvmArguments", "customCommands"), list),
}
FOLDER_NAME = re.compile(r"\w[\w.-]*")  # becomes part of paths that get written
# ProductProperties.getEnvironmentVariableBaseName: two names that are not the file name in upper case.
ODD_VARIABLES = {"webstorm": "WEBIDE", "idea-dbst": "IDEA"}


@frozen
class LaunchFailure:
    """The launcher stops here, and no JVM is started. ``place`` is the file, or file and line, at fault."""

    message: str
    place: str | None = None

    @property
    def hint(self) -> str:
        """What to do about it: a place is a file, a file and a line, or a variable."""
        is_variable = self.place is not None and not set(self.place) & set("/\\:")
        if is_variable:
            return tr("Correct or unset {variable} in your shell.", variable=self.place)
        return tr("Correct that file.")


@frozen
class IdeHome:
    """The folder that holds ``bin``, ``lib`` and ``jbr`` (macOS: ``Contents``), and its product-info.json."""

    path: Path
    file: Path


@frozen
class Descriptor:
    """What product-info.json says for one command line, and the user's folders that follow from it.

    ``name`` begins the names of the files that the launcher reads, ``variable`` those of its variables.
    """

    home: IdeHome
    generation: Generation
    name: str
    variable: str
    selector: str
    vm_options_path: str
    jars: tuple[str, ...]
    jvm_arguments: tuple[str, ...]
    main_class: str
    user_home: Path
    config: Path
    caches: Path
    arguments: tuple[str, ...] = ()

    @property
    def dist_file(self) -> Path:
        """The VM options file of the install."""
        return self.home.file.parent / self.vm_options_path


def likely_generation(build: str | None) -> Generation:
    """The launcher of an IDE, by the branch of its build number: 261 and later 2026, 243 to 253 in between."""
    branch = (build or "").rpartition("-")[2].partition(".")[0]
    if not branch.isdecimal() or int(branch) >= 261:
        return "G4"
    return "G3" if int(branch) >= 243 else "G2"


def home_of_install(host: Host, path: Path) -> IdeHome:
    """The IDE home of an installed program; on macOS ``path`` is the bundle.

    On Linux the launcher takes the path of its own file from /proc/self/exe, in which no link is left.
    """
    if host.platform is LINUX:
        path = real(path)
    if host.platform is not MACOS:
        return IdeHome(path, path / PRODUCT_INFO)
    return IdeHome(path / "Contents", path / "Contents" / "Resources" / PRODUCT_INFO)


def read_descriptor(
    host: Host, home: IdeHome, generation: Generation | None = None, arguments: Sequence[str] = ()
) -> Descriptor | LaunchFailure:
    """The values in force for a start with ``arguments``, the first of which may name a command with its own."""
    try:
        info = _parsed(home.file)
    except ValueError as error:
        return _malformed(home, str(error))
    launches = info.get("launch")
    if not isinstance(launches, list) or len(launches) != 1 or not isinstance(launches[0], dict):
        count = len(launches) if isinstance(launches, list) else 0
        return _malformed(home, f"expecting 1 'launch' record, got {count}")
    values = {**info, **launches[0], **(_command(launches[0], arguments[0]) if arguments else {})}
    generation = generation or likely_generation(text_value(info, "buildNumber"))
    if fault := _field_fault(values):
        return _malformed(home, fault)
    return _descriptor(host, home, generation, values, tuple(arguments))


def _parsed(file: Path) -> dict[str, Any]:
    """The descriptor as serde reads it for the launcher, which gives up on what is no JSON, or has a key twice that it
    asks for (src/lib.rs, ProductInfo)."""
    try:
        text = read_file(file).decode()
    except OSError as error:
        raise ValueError(error.strerror or "cannot be read") from error
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8") from error
    values = json.loads(text, object_pairs_hook=_object)
    return values if isinstance(values, dict) else {}


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs if name in FIELDS]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"duplicate field `{twice}`")
    return dict(pairs)


def _field_fault(values: dict[str, Any]) -> str | None:
    """A value of the wrong type. What is missing is for `_descriptor` to say: older launchers ask for less."""
    for name, kind in FIELDS.items():
        value = values.get(name)
        items = value if isinstance(value, list) else ()
        if value is not None and not (isinstance(value, kind) and all(isinstance(item, str | dict) for item in items)):
            return f"`{name}` is {'no text' if kind is str else 'no list'}"
    return None


def _descriptor(
    host: Host, home: IdeHome, generation: Generation, values: dict[str, Any], arguments: tuple[str, ...]
) -> Descriptor | LaunchFailure:
    options_path, selector = text_value(values, "vmOptionsFilePath"), text_value(values, "dataDirectoryName") or ""
    vendor = text_value(values, "productVendor") or "JetBrains"
    if options_path is None:
        return _malformed(home, "no vmOptionsFilePath")
    if not FOLDER_NAME.fullmatch(selector) or not FOLDER_NAME.fullmatch(vendor.replace(" ", "_")):
        return _malformed(home, f"{vendor!r} and {selector!r} are not names of folders")
    if host.home is None or host.folders.config is None or host.folders.cache is None:
        return LaunchFailure("Cannot detect a user home directory")
    name = _base_name(options_path)
    return Descriptor(
        home=home,
        generation=generation,
        name=name,
        variable=_variable(values, name, generation),
        selector=selector,
        vm_options_path=options_path,
        jars=_texts(values, "bootClassPathJarNames"),
        jvm_arguments=_texts(values, "additionalJvmArguments"),
        main_class=text_value(values, "mainClass") or "",
        user_home=host.home,
        config=host.folders.config / vendor / selector,
        caches=host.folders.cache / vendor / selector,
        arguments=arguments,
    )


def _malformed(home: IdeHome, why: str) -> LaunchFailure:
    return LaunchFailure(f"Malformed product descriptor ({why})", str(home.file))


def _command(launch: dict[str, Any], word: str) -> dict[str, Any]:
    """What the custom command that ``word`` names sets otherwise; nothing where there is none."""
    commands = launch.get("customCommands")
    for command in commands if isinstance(commands, list) else ():
        if isinstance(command, dict) and word in _texts(command, "commands"):
            return {key: value for key, value in command.items() if value}
    return {}


def _base_name(options_path: str) -> str:
    """``goland`` of bin/goland64.exe.vmoptions, bin/goland64.vmoptions and bin/goland.vmoptions."""
    return options_path.rpartition("/")[2].partition(".")[0].partition("64")[0]


def _variable(values: dict[str, Any], name: str, generation: Generation) -> str:
    """G2 knows no ``envVarBaseName``; a descriptor without one is of its time."""
    named = text_value(values, "envVarBaseName")
    if generation == "G2" or named is None:
        return ODD_VARIABLES.get(name, name.upper().replace("-", "_"))
    return named


def _texts(values: dict[str, Any], key: str) -> tuple[str, ...]:
    array = values.get(key)
    return tuple(entry for entry in array if isinstance(entry, str)) if isinstance(array, list) else ()
