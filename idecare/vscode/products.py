"""The products built on VS Code, and the names under which each appears on a machine."""

from __future__ import annotations

from idecare.core.frozen import frozen


@frozen
class Product:
    """One product. ``name`` and ``command`` are nameShort and applicationName of its product.json."""

    product: str
    name: str
    command: str
    bundle: str = ""
    windows: str = ""  # folder below the Programs folders
    server: str = ""  # folder of its remote server, in the home of the remote machine
    flatpak: str = ""

    @property
    def executables(self) -> tuple[str, ...]:
        """Process names, but for the main process of an install that kept Electron's own name."""
        if self.product == "code-server":  # runs in node, whose own name is all that a process list shows
            return (self.command, "node")
        return (self.name, self.command, f"{self.name} Helper", f"{self.name} Helper (Plugin)")


DERIVED_DATA = "derived data"  # CacheLocation.role
PRODUCTS = (
    Product(
        *("vscode", "Code", "code"),
        bundle="Visual Studio Code.app",
        windows="Microsoft VS Code",
        server=".vscode-server",
        flatpak="com.visualstudio.code",
    ),
    Product(
        *("insiders", "Code - Insiders", "code-insiders"),
        bundle="Visual Studio Code - Insiders.app",
        windows="Microsoft VS Code Insiders",
        server=".vscode-server-insiders",
        flatpak="com.visualstudio.code.insiders",
    ),
    Product(
        *("code-oss", "Code - OSS", "code-oss"),
        bundle="Code - OSS.app",
        server=".vscode-server-oss",
        flatpak="com.visualstudio.code-oss",
    ),
    Product(
        *("vscodium", "VSCodium", "codium"),
        bundle="VSCodium.app",
        windows="VSCodium",
        server=".vscodium-server",
        flatpak="com.vscodium.codium",
    ),
    Product(
        *("vscodium-insiders", "VSCodium - Insiders", "codium-insiders"),
        bundle="VSCodium - Insiders.app",
        windows="VSCodium Insiders",
        flatpak="com.vscodium.codium-insiders",
    ),
    Product(*("cursor", "Cursor", "cursor"), bundle="Cursor.app", windows="cursor", server=".cursor-server"),
    Product(
        *("windsurf", "Windsurf", "windsurf"), bundle="Windsurf.app", windows="Windsurf", server=".windsurf-server"
    ),
    Product("code-server", "code-server", "code-server"),
)
VSCODE_PRODUCT, CODE_SERVER = PRODUCTS[0], PRODUCTS[-1]


def product_named(name: str) -> Product:
    """The product whose product.json or user data folder has this name; one made up for a fork not known here."""
    known = next((product for product in PRODUCTS if product.name.lower() == name.lower()), None)
    word = name.lower().replace(" - ", "-").replace(" ", "-")
    return known or Product(word, name, word)
