"""Java runtimes on this machine, each by its ``release`` file: listed in the order in which a launcher tries them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.core.host import MACHINES, Host
from idecare.core.language import tr
from idecare.core.locations import Install, Runtime
from idecare.core.platforms import MACOS, WINDOWS
from idecare.jetbrains.folders import versions
from idecare.jetbrains.installs import PRODUCTS, Product, installs
from idecare.system.files import children, read_text, real

# Where installers, IDEs and package managers put runtimes; "~" is the home folder.
FOLDERS = {
    "linux": ("/usr/lib/jvm", "~/.jdks", "~/.sdkman/candidates/java"),
    "macos": (
        "~/Library/Java/JavaVirtualMachines",
        "/Library/Java/JavaVirtualMachines",
        "~/.jdks",
        "~/.sdkman/candidates/java",
    ),
    "windows": ("~/.jdks", "~/.sdkman/candidates/java"),
}


def runtime_file(host: Host, product: Product) -> str:
    """The name of the file whose first line is the chosen runtime (XPlatLauncher, default.rs)."""
    return f"{product.name}64.exe.jdk" if host.platform is WINDOWS else f"{product.name}.jdk"


def runtimes(host: Host) -> Iterator[Runtime]:
    """Every runtime once, whichever links lead to it."""
    seen = set()
    for folder, source in _candidates(host):
        runtime = _runtime(host, folder, source)
        if runtime is not None and (home := real(runtime.home)) not in seen:
            seen.add(home)
            yield runtime


def _candidates(host: Host) -> Iterator[tuple[Path, str]]:
    yield from _named(host, *(f"{product.variable}_JDK" for product in PRODUCTS))
    installed = tuple(installs(host))
    yield from _chosen(host, installed)
    for install in installed:
        bundled = install.path / "Contents" / "jbr" if host.platform is MACOS else install.path / "jbr"
        yield bundled, tr("bundled with {product}", product=f"{install.product} {install.version or ''}".rstrip())
    yield from _named(host, "JDK_HOME", "JAVA_HOME")
    for place in FOLDERS[host.platform.name]:
        folder = _place(host, place)
        yield from ((child, place) for child in (children(folder) if folder else ()))


def _named(host: Host, *names: str) -> Iterator[tuple[Path, str]]:
    for name in names:
        if value := host.variable(name):
            yield host.cwd / value, tr("{variable} in the environment", variable=name)


def _chosen(host: Host, installed: Iterable[Install]) -> Iterator[tuple[Path, str]]:
    """The runtimes which the user chose in an IDE."""
    for version in versions(host, installed):
        file = version.folders.options.path / runtime_file(host, version.product)
        line = (read_text(file) or "").partition("\n")[0].strip()
        if line:
            yield host.cwd / line, tr("first line of {file}", file=file)


def _place(host: Host, place: str) -> Path | None:
    if not place.startswith("~/"):
        return Path(place)
    return host.home / place.removeprefix("~/") if host.home else None


def _runtime(host: Host, folder: Path, source: str) -> Runtime | None:
    home = folder / "Contents" / "Home"
    if host.platform is not MACOS or not os.path.isdir(home):
        home = folder
    text = read_text(home / "release")
    if text is None and not os.path.isfile(home / "bin" / ("java.exe" if host.platform is WINDOWS else "java")):
        return None
    values = parse_release(text or "")
    architecture = values.get("OS_ARCH")
    return Runtime(
        home=home,
        source=source,
        version=values.get("JAVA_VERSION"),
        vendor=values.get("IMPLEMENTOR"),
        vendor_version=values.get("IMPLEMENTOR_VERSION"),
        architecture=MACHINES.get(architecture.lower(), architecture) if architecture else None,
    )


def parse_release(text: str) -> dict[str, str]:
    """The KEY="value" lines of a ``release`` file; lines of another form and empty values are skipped."""
    values = {}
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and (bare := value.strip().strip('"').strip()):
            values[key.strip()] = bare
    return values
