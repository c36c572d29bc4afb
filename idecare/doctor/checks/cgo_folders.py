"""The folders of headers and libraries that cgo's flags name, and pkg-config: are they there, do they fit.

Homebrew keeps one processor's libraries in a prefix: /opt/homebrew those for arm64, /usr/local those for x86-64
(docs.brew.sh/Installation, 2026).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.core.language import tr
from idecare.core.locations import DEFAULT
from idecare.doctor.base import Check, Finding
from idecare.doctor.snapshot import Snapshot
from idecare.golang.cgo import FlagFolder
from idecare.system.files import children

# Prefix -> the processor whose libraries are in it, and folders that prove that Homebrew is there.
PREFIXES = {
    "/opt/homebrew": ("arm64", ("/opt/homebrew/Cellar",)),
    "/usr/local": ("amd64", ("/usr/local/Cellar", "/usr/local/Homebrew")),
}
LIBRARIES = (".dylib", ".so")
MOST_LIBRARIES = 5


def _folders(snapshot: Snapshot) -> Iterable[Finding]:
    if snapshot.cgo.enabled:
        for folder in snapshot.flag_folders:
            yield from _missing(folder) if not snapshot.is_folder(folder.path) else _misfit(snapshot, folder)


def _missing(folder: FlagFolder) -> Iterator[Finding]:
    yield Finding(
        id="cgo/folders/missing",
        severity="warning" if folder.is_sysroot else "info",
        summary=tr("{flag} names {path}, which is not there", flag=folder.flag, path=folder.path),
        evidence=(folder.source,),
        why=tr("the compiler finds no system header: 'fatal error: ... file not found'. SDKs go with updates of Xcode")
        if folder.is_sysroot
        else tr("the compiler passes over it, so that headers or libraries meant to be found there are not"),
        fix=tr("correct {source}, for instance to what `xcrun --show-sdk-path` says", source=folder.source)
        if folder.is_sysroot
        else tr("correct {source}", source=folder.source),
    )


def _misfit(snapshot: Snapshot, folder: FlagFolder) -> Iterator[Finding]:
    """By the libraries that lie there, else by whose Homebrew it is."""
    cgo = snapshot.cgo
    if cgo.goos != "darwin":
        return
    libraries = _other_libraries(snapshot, folder.path)
    proof = libraries or _other_homebrew(snapshot, folder.path)
    if proof is not None:
        yield Finding(
            id="cgo/folders/other-processor",
            severity="warning" if libraries or folder.flag == "-L" else "info",
            summary=tr(
                "{flag} names {path}, whose libraries are not for {goarch}",
                flag=folder.flag,
                path=folder.path,
                goarch=cgo.goarch,
            ),
            evidence=(folder.source, proof, tr("go builds for {goos}/{goarch}", goos=cgo.goos, goarch=cgo.goarch)),
            why=tr(
                "the linker passes over libraries of another processor: 'building for macOS-... but attempting "
                "to link with file built for macOS-...', then undefined symbols"
            ),
            fix=tr(
                "name the folder of libraries for {goarch}, or build for the processor they are for", goarch=cgo.goarch
            ),
        )


def _other_libraries(snapshot: Snapshot, folder: Path) -> str | None:
    libraries = [path for path in children(folder) if path.suffix in LIBRARIES][:MOST_LIBRARIES]
    built = {path: binary.architectures for path in libraries if (binary := snapshot.binary(path))}
    if not built or any(snapshot.cgo.goarch in architectures for architectures in built.values()):
        return None
    path, architectures = next(iter(built.items()))
    return tr("{path} is built for {architectures}", path=path, architectures=tr(" and ").join(architectures))


def _other_homebrew(snapshot: Snapshot, folder: Path) -> str | None:
    for prefix, (own, proofs) in PREFIXES.items():
        found = next((proof for proof in proofs if snapshot.is_folder(proof)), None)
        if folder.is_relative_to(prefix) and own != snapshot.cgo.goarch and found and not _has_libraries(folder):
            return tr(
                "{prefix} is the prefix of Homebrew for {machine} ({proof})", prefix=prefix, machine=own, proof=found
            )
    return None


def _has_libraries(folder: Path) -> bool:
    """Then they have been asked themselves."""
    return any(path.suffix in LIBRARIES for path in children(folder))


def _pkg_config(snapshot: Snapshot) -> Iterable[Finding]:
    cgo, found = snapshot.cgo, snapshot.pkg_config
    packages = ", ".join(cgo.use.packages)
    if not cgo.enabled or not (cgo.use.packages or found.source != DEFAULT):
        return
    if found.path is None:
        yield Finding(
            id="cgo/pkg-config/missing",
            severity="warning",
            summary=tr("there is no {command}", command=found.command),
            evidence=(
                *((tr("the module asks it for {packages}", packages=packages),) if packages else ()),
                f"PKG_CONFIG: {found.source}",
            ),
            why=tr("go asks it where the C libraries of `#cgo pkg-config:` lines are, and the build ends without it"),
            fix=tr("install pkg-config") if found.source == DEFAULT else tr("correct {source}", source=found.source),
        )
    elif found.missing:
        yield Finding(
            id="cgo/pkg-config/unknown-package",
            severity="warning",
            summary=tr("pkg-config does not know a library that this module needs"),
            evidence=(tr("asked for: {packages}", packages=packages), *found.missing.splitlines()[:4]),
            why=tr("the build ends with 'was not found in the pkg-config search path'"),
            fix=tr("install the library with its headers (-dev or -devel), or name its folder in PKG_CONFIG_PATH"),
        )
    elif cgo.is_cross and cgo.use.packages and not snapshot.host.variable("PKG_CONFIG_LIBDIR"):
        yield Finding(
            id="cgo/pkg-config/other-target",
            severity="info",
            summary=tr(
                "pkg-config lists the libraries of this machine, go builds for {goos}/{goarch}",
                goos=cgo.goos,
                goarch=cgo.goarch,
            ),
            evidence=(
                tr("asked for: {packages}", packages=packages),
                tr("PKG_CONFIG_LIBDIR is not set"),
                f"PKG_CONFIG: {found.source}",
            ),
            why=tr("headers and libraries of the wrong machine are compiled in"),
            fix=tr("set PKG_CONFIG_LIBDIR and PKG_CONFIG_SYSROOT_DIR to those of the target, or PKG_CONFIG to its own"),
        )


CHECKS = (
    Check(
        "cgo/folders",
        tr(
            "CGO_CFLAGS, CGO_LDFLAGS or PKG_CONFIG_PATH name folders that are not there or hold another "
            "processor's files"
        ),
        tr("correct the variable"),
        _folders,
    ),
    Check(
        "cgo/pkg-config",
        tr("pkg-config is not there, or does not know a library that the module needs"),
        tr("install it, or set PKG_CONFIG_PATH"),
        _pkg_config,
    ),
)
