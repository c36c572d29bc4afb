"""The extensions of VS Code and its forks: which of them knows a setting.

Folders: microsoft/vscode src/vs/platform/environment/common/environmentService.ts (extensionsPath); each extension's
package.json lists its settings under contributes.configuration.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from idecare.core.host import Host
from idecare.system.files import child_folders, read_text
from idecare.vscode.products import PRODUCTS

# The dot folder in the home of each product (product.json, dataFolderName).
FOLDERS = {
    "vscode": ".vscode",
    "insiders": ".vscode-insiders",
    "code-oss": ".vscode-oss",
    "vscodium": ".vscode-oss",
    "vscodium-insiders": ".vscode-oss",
    "cursor": ".cursor",
    "windsurf": ".windsurf",
}
GO_EXTENSION = "golang.go-"


def package_texts(host: Host) -> dict[Path, str]:
    """The package.json of every installed extension whose name or text speaks of Go's settings."""
    packages = (path / "package.json" for folder in dict.fromkeys(_folders(host)) for path in child_folders(folder))
    texts = ((path, read_text(path)) for path in packages)
    return {path: text for path, text in texts if text and ('"go.' in text or '"gopls"' in text)}


def _folders(host: Host) -> Iterator[Path]:
    if named := host.variable("VSCODE_EXTENSIONS"):
        yield Path(named)
    if portable := host.variable("VSCODE_PORTABLE"):
        yield Path(portable) / "extensions"
    if host.home is None:
        return
    yield from (host.home / name / "extensions" for name in FOLDERS.values())
    yield from (host.home / product.server / "extensions" for product in PRODUCTS if product.server)
    yield Path(host.variable("XDG_DATA_HOME") or host.home / ".local" / "share") / "code-server" / "extensions"


def is_go_extension(package: Path) -> bool:
    return os.path.basename(package.parent).lower().startswith(GO_EXTENSION)
