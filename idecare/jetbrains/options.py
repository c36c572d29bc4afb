"""What a JetBrains launcher takes from VM options files besides options: where they are, and the folders they move.

Source: XPlatLauncher, src/default.rs, get_user_vm_options_file and its macros, 2024 to 2026; PathManager.loadProperties
(2024): what is a system property already is not read from any idea.properties.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from idecare.core.host import Host
from idecare.core.language import mark, tr
from idecare.core.platforms import MACOS, WINDOWS
from idecare.core.reading import read_file

# jetbrains.com/help/go/tuning-the-ide.html
OPTIONS_FILE = {"linux": "{}64.vmoptions", "macos": "{}.vmoptions", "windows": "{}64.exe.vmoptions"}
PROPERTIES_FILE = "idea.properties.file"


def user_option_places(
    host: Host, variable: str, install: Path | None, own: Path
) -> Iterator[tuple[str, Path | None, str | None]]:
    """The places for the user's file in order, of which the first file is read: its name, the path, and why not where
    that is known already. ``install`` is the bundle on macOS, ``own`` the file in the default config folder."""
    value = host.environment.get(variable)
    path = _stripped(value) if value else ""
    yield variable, Path(path) if path else None, _fault(value, path)
    if install is not None:
        yield mark("next to the install"), install.parent / f"{install.name}.vmoptions", None
    yield mark("config folder"), own, None


def _fault(value: str | None, path: str) -> str | None:
    """Why the launcher does not read what a variable names; nothing where the file itself decides."""
    if not path:
        return tr("empty") if value is not None else tr("not set")
    if not is_unicode(path):
        return tr("not UTF-8")
    # A path with a slash at its end names a folder: no file is found there.
    if path.endswith(("/", os.sep)) and not os.path.isdir(path):
        return tr("ends with a slash, which no file does")
    return None


def is_unicode(text: str) -> bool:
    """Whether a variable holds text, which is all that the launcher reads; Python marks other bytes by surrogates."""
    return not any("\udc80" <= character <= "\udcff" for character in text)


def _stripped(value: str) -> str:
    from idecare.formats.vmoptions import SPACE  # most users set no variable

    return value.strip(SPACE)


def option_macros(host: Host, home: Path | None, caches: Path) -> dict[str, str]:
    """The macros for paths in an option; the order is the launcher's. ``home`` holds ``bin``."""
    form = "%{}%" if host.platform is WINDOWS else "${}"
    paths = {
        form.format("USER_HOME"): host.home,
        home_macro(host): home,
        form.format("IDE_CACHE_DIR"): caches,
    }
    return {name: str(path) for name, path in paths.items() if path is not None}


def home_macro(host: Host) -> str:
    """The one macro that every launcher knows."""
    if host.platform is MACOS:
        return "$APP_PACKAGE/Contents"
    return "%IDE_HOME%" if host.platform is WINDOWS else "$IDE_HOME"


def system_properties(
    host: Host, product: str, variable: str, install: Path | None, config: Path, caches: Path
) -> dict[str, tuple[str, Path]]:
    """The ``-D`` of the install's file and the user's which name a folder or a property file: value and file of each,
    the last one counts. IJ_JAVA_OPTIONS, which is set for one start at a time, is not read."""
    name = OPTIONS_FILE[host.platform.name].format(product)
    home = install / "Contents" if install and host.platform is MACOS else install
    files = (home / "bin" / name if home else None, _user_file(host, f"{variable}_VM_OPTIONS", install, config / name))
    macros = option_macros(host, home, caches)
    found: dict[str, tuple[str, Path]] = {}
    for file in filter(None, files):
        for option in _moving_options(file):
            for macro, path in macros.items():
                option = option.replace(macro, path)
            key, _, value = option.removeprefix("-D").partition("=")
            found[key] = (value, file)
    return found


def _user_file(host: Host, variable: str, install: Path | None, own: Path) -> Path | None:
    places = (path for _, path, reason in user_option_places(host, variable, install, own) if path and reason is None)
    return next((host.cwd / path for path in places if os.path.isfile(host.cwd / path)), None)


def _moving_options(file: Path) -> tuple[str, ...]:
    """Nothing of a file that the launcher would not read. Most files have no such option, which a quick test shows."""
    try:
        data = read_file(file)
    except OSError:
        return ()
    if b"-Didea." not in data and b"-Dindex_root_path" not in data:
        return ()
    from idecare.formats.vmoptions import find_damage, parse

    if find_damage(data):
        return ()
    options = (line.option for line in parse(data.decode()))
    return tuple(option for option in options if option.startswith(("-Didea.", "-Dindex_root_path=")))
