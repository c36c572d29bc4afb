"""SnapshotReader at what a C compiler needs: headers, flags, and on macOS Apple's tools."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from idecare.core.commands import command_text
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.platforms import MACOS, WINDOWS
from idecare.doctor.explain.base import Clue, Words
from idecare.golang.environment import go_environment
from idecare.system.files import children, real

FLAGS = ("CC", "CXX", "CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_LDFLAGS", "PKG_CONFIG_PATH")
# header -> Debian and Ubuntu's package, Homebrew's formula
PACKAGES = {
    "ffi.h": ("libffi-dev", "libffi"),
    "openssl/ssl.h": ("libssl-dev", "openssl@3"),
    "openssl/evp.h": ("libssl-dev", "openssl@3"),
    "zlib.h": ("zlib1g-dev", "zlib"),
    "sqlite3.h": ("libsqlite3-dev", "sqlite"),
    "pcap.h": ("libpcap-dev", "libpcap"),
    "pcap/pcap.h": ("libpcap-dev", "libpcap"),
    "git2.h": ("libgit2-dev", "libgit2"),
    "gpgme.h": ("libgpgme-dev", "gpgme"),
    "btrfs/ioctl.h": ("libbtrfs-dev", ""),
    "libusb-1.0/libusb.h": ("libusb-1.0-0-dev", "libusb"),
    "alsa/asoundlib.h": ("libasound2-dev", ""),
    "X11/Xlib.h": ("libx11-dev", "libx11"),
    "X11/Xcursor/Xcursor.h": ("libxcursor-dev", "libxcursor"),
    "GL/gl.h": ("libgl1-mesa-dev", "mesa"),
    "security/pam_appl.h": ("libpam0g-dev", ""),
    "systemd/sd-journal.h": ("libsystemd-dev", ""),
    "vips/vips.h": ("libvips-dev", "vips"),
    "librdkafka/rdkafka.h": ("librdkafka-dev", "librdkafka"),
    "stdlib.h": ("build-essential", ""),
    "stdio.h": ("build-essential", ""),
    "errno.h": ("build-essential", ""),
}
# Headers of the C library itself: on a Mac they come with the SDK.
OF_THE_SDK = {"stdlib.h", "stdio.h", "errno.h", "string.h", "stdint.h"}
FOLDERS = ("/usr/include", "/usr/local/include", "/opt/homebrew/include", "/opt/local/include")
KEGS = ("/opt/homebrew/opt", "/usr/local/opt")
SDKS = ("/Library/Developer/CommandLineTools/SDKs",)
SELECTED = Path("/var/db/xcode_select_link")  # what `xcode-select --print-path` answers with
COMMAND_LINE_TOOLS = Path("/Library/Developer/CommandLineTools")
MOST_FOUND = 4


def header(host: Host, words: Words) -> Iterator[Clue]:
    """Where the header lies, if it does, and what installs it."""
    name = words.get("header", "")
    if not name:
        return
    found = list(islice(_places_of(name), MOST_FOUND))
    for path in found:
        yield Clue(tr("{path} is there", path=path))
    folder = str(found[0])[: -len(name) - 1] if found else ""
    if folder == "/usr/include" or (folder.startswith("/usr/include/") and folder.endswith("-linux-gnu")):
        yield Clue(
            "",
            tr(
                "{name} is installed here, where the C compiler of this machine looks: the text comes from a "
                "container or another machine, or from a cross build, whose compiler has folders of its own.",
                name=name,
            ),
            fix=tr(
                "Install it there. For a cross build: the library for that architecture, or a --sysroot in CGO_CFLAGS."
            ),
        )
    elif found:
        yield Clue(
            "",
            tr("{name} is on this machine, but not where the C compiler looks.", name=name),
            tr(
                "cgo calls the C compiler with the flags of the package and of CGO_CFLAGS only; what pkg-config, "
                "Homebrew or a cross compiler knows is not searched by itself."
            ),
            _flags_fix(folder),
        )
    else:
        yield Clue(tr("{name} is in none of the usual folders", name=name), fix=_install_fix(host, name))
    yield from compiler_flags(host, words)


def _places_of(name: str) -> Iterator[Path]:
    """In the compiler's folders, one level below them (a multiarch folder, libffi's own), in kegs and in SDKs."""
    for folder in map(Path, FOLDERS):
        yield from (place / name for place in (folder, *children(folder)) if os.path.isfile(place / name))
    for kegs in map(Path, KEGS):
        yield from (keg / "include" / name for keg in children(kegs) if os.path.isfile(keg / "include" / name))
    for sdk in (sdk for folder in SDKS for sdk in children(Path(folder))):
        places = (sdk / "usr/include", sdk / "usr/include/ffi")
        yield from (place / name for place in places if os.path.isfile(place / name))


def _flags_fix(folder: str) -> str:
    command = command_text("go", "env", "-w", f"CGO_CFLAGS=-O2 -g -I{folder}")
    return tr("If it is for the machine that you build for: {command}", command=command)


def _install_fix(host: Host, name: str) -> str:
    debian, homebrew = PACKAGES.get(name, ("", ""))
    if host.platform is MACOS:
        if name in OF_THE_SDK:
            return tr("Install Apple's command line tools, and with them the SDK: xcode-select --install")
        formula = homebrew or tr("the formula that has {name}", name=name)
        return tr(
            "brew install {formula}; then for the build: CGO_CFLAGS=-I$(brew --prefix {name})/include",
            formula=formula,
            name=homebrew or "NAME",
        )
    if host.platform is WINDOWS or not debian:
        search = command_text("apt-file", "search", f"/{name}")
        return tr(
            "Install the development package of the library that has {name} (on Debian: {command}).",
            name=name,
            command=search,
        )

    return tr(
        "sudo apt install {package} (Debian, Ubuntu), or your distribution's development package with {name}.",
        package=debian,
        name=name,
    )


def compiler_flags(host: Host, words: Words) -> Iterator[Clue]:
    """Compiler and flags that are set, and by whom."""
    environment = go_environment(host)
    for name in FLAGS:
        found = environment.lookup(name)
        if found.value:
            yield Clue(f"{name}={found.value} ({found.source})")


def architecture_flag(host: Host, words: Words) -> Iterator[Clue]:
    """Which setting passes the name that the compiler does not know."""
    environment = go_environment(host)
    arch = words.get("arch", "")
    for name in FLAGS:
        found = environment.lookup(name)
        if arch and f"-arch {arch}" in found.value:
            yield Clue(
                f"{name}={found.value} ({found.source})",
                tr(
                    "{name} passes `-arch {arch}`, and Apple's clang knows no architecture of that name.",
                    name=name,
                    arch=arch,
                ),
                fix=tr(
                    "Write `-arch {arch}` there, or remove it: go passes the right one by itself for GOARCH.",
                    arch=_apple_name(arch),
                ),
            )
        elif found.value:
            yield Clue(f"{name}={found.value} ({found.source})")


def _apple_name(arch: str) -> str:
    return {"amd64": "x86_64", "x64": "x86_64", "x86-64": "x86_64", "aarch64": "arm64"}.get(arch.lower(), "arm64")


def developer_tools(host: Host, words: Words) -> Iterator[Clue]:
    """Which of Apple's tools are installed, and which are selected."""
    if host.platform is not MACOS:
        yield Clue(tr("this machine is no Mac ({system}): the text comes from another one", system=host.platform.name))
        return
    selected = host.variable("DEVELOPER_DIR")
    chosen = Path(selected) if selected else real(SELECTED) if os.path.lexists(SELECTED) else COMMAND_LINE_TOOLS
    yield Clue(tr("selected: {path}", path=chosen) + (" (DEVELOPER_DIR)" if selected else ""))
    xcodes = [path for path in children(Path("/Applications")) if path.suffix == ".app" and "Xcode" in path.name]
    if xcodes:
        yield Clue(
            tr("{path} is installed", path=xcodes[0]),
            tr("Xcode is installed, but the command line tools are selected, and they have no such program."),
            fix=command_text("sudo", "xcode-select", "-s", xcodes[0] / "Contents/Developer"),
        )
    elif not os.path.isdir(chosen):
        yield Clue(
            tr("there is no {path}", path=chosen), fix=tr("xcode-select --install, or sudo xcode-select --reset")
        )
