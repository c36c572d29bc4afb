"""``idecare --version --verbose``: what a bug report needs to know of the program and what it runs on."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, requires, version

from idecare import __version__
from idecare.core.language import tr


def version_text() -> str:
    """One line each for idecare, Python, the system and the packages that idecare needs."""
    system = " ".join((platform.system(), platform.release(), platform.machine()))
    packages = ", ".join(f"{name} {_version(name)}" for name in _needed())
    return f"idecare {__version__}\nPython {platform.python_version()} ({sys.executable})\n{system}\n{packages}"


def _needed() -> list[str]:
    try:
        found = requires("idecare") or []
    except PackageNotFoundError:  # run from a checkout that was not installed
        return []
    return sorted(line.partition(">")[0] for line in found if ";" not in line)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return tr("not found")
