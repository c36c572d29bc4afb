"""Where profiles are: shipped with idecare, in the user's own folder, or wherever a path leads."""

from __future__ import annotations

import os
from pathlib import Path

from idecare.configure.profile.model import Profile
from idecare.configure.profile.read import parse_profile
from idecare.core.errors import UsageError, nearest
from idecare.core.host import Host

DEFAULT = "balanced"
PACKAGE = Path(__file__).parents[2]
LARGEST_BYTES = 1_000_000


def shipped_folder() -> Path:
    """Beside the package in a checkout, inside it in an installed wheel."""
    inside = PACKAGE / "profiles"
    return inside if inside.is_dir() else PACKAGE.parent / "profiles"


def own_folder(host: Host) -> Path:
    """Where the user's own profiles are."""
    return host.own.config / "profiles"


def shipped_profiles() -> tuple[Profile, ...]:
    """Every profile that comes with idecare, the default first."""
    files = sorted(shipped_folder().glob("*.toml"), key=lambda file: (file.stem != DEFAULT, file.stem))
    return tuple(_read(file, f"profile {file.stem}") for file in files)


def profile_names(host: Host) -> tuple[str, ...]:
    """The names that ``find_profile`` knows: the user's own, then those shipped."""
    folders = (own_folder(host), shipped_folder())
    return tuple(dict.fromkeys(file.stem for folder in folders for file in sorted(folder.glob("*.toml"))))


def find_profile(name_or_path: str, host: Host) -> Profile:
    """A profile by its file, or by its name; the user's own come before the shipped of the same name."""
    if _is_path(name_or_path):
        path = host.cwd / (host.home / name_or_path[2:] if name_or_path[:2] == "~/" and host.home else name_or_path)
        return _read(path, str(path))
    for folder in (own_folder(host), shipped_folder()):
        file = folder / f"{name_or_path}.toml"
        if os.path.isfile(file):
            return _read(file, str(file) if folder == own_folder(host) else f"profile {name_or_path}")
    names = profile_names(host)
    raise UsageError(
        "unknown-profile",
        f"there is no profile '{name_or_path}'.{nearest(name_or_path, names)}",
        f"profiles: {', '.join(names)}; or the path of a .toml file",
    )


def _is_path(text: str) -> bool:
    return text.endswith(".toml") or "/" in text or "\\" in text


def _read(path: Path, source: str) -> Profile:
    try:
        with open(path, "rb") as file:
            text = file.read(LARGEST_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("profile", f"cannot read the profile {path}: {error}", "idecare profile list") from error
    return parse_profile(text, source, path)
