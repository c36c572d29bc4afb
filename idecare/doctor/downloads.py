"""A downloaded Go or JetBrains archive: what it is, its SHA-256, and the sums published for it next to it."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.reading import open_file
from idecare.system.files import read_text
from idecare.system.run import ask

Product = Literal["go", "jetbrains"]

# golang/website internal/dl/dl.go; JetBrains' names of 2024 to 2026.
GO_NAME = re.compile(r"go1[\w.]*\.(?P<system>\w+)-(?P<machine>\w+)\.(?:tar\.gz|zip|pkg|msi)|go1[\w.]*\.src\.tar\.gz")
JETBRAINS_NAME = re.compile(r"(?:goland|idea\w*|pycharm|jbr)[\w.+-]*\.(?:tar\.gz|zip|dmg|exe)", re.IGNORECASE)
STARTS = {".gz": b"\x1f\x8b", ".zip": b"PK", ".pkg": b"xar!", ".msi": b"\xd0\xcf\x11\xe0", ".exe": b"MZ"}
PAGE_STARTS = (b"<!doctype", b"<html", b"<?xml")
DISK_IMAGE_TRAILER = 512  # bytes; it begins with "koly"
SUM = re.compile(r"(?<![0-9a-fA-F])([0-9a-fA-F]{64})(?![0-9a-fA-F])")
SUM_FILES = ("SHA256SUMS", "sha256sums.txt", "checksums.txt")


@frozen
class Published:
    """A SHA-256 in lower case, and where it is written."""

    sha256: str
    source: str


@frozen
class Download:
    """``product``, ``system`` and ``machine`` are as the name says; ``fault``: why it cannot be the archive at all."""

    path: Path
    size: int
    sha256: str
    product: Product | None
    system: str | None
    machine: str | None
    fault: str | None


def inspect_download(path: Path) -> Download:
    """Read the file once. OSError when it cannot be read."""
    with open_file(path) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    match = GO_NAME.fullmatch(path.name)
    return Download(
        path=path,
        size=os.stat(path).st_size,
        sha256=digest,
        product="go" if match else "jetbrains" if JETBRAINS_NAME.fullmatch(path.name) else None,
        system=match["system"] if match else None,
        machine=match["machine"] if match else None,
        fault=_fault(path),
    )


def _fault(path: Path) -> str | None:
    with open_file(path) as file:
        start = file.read(512)
        file.seek(-min(DISK_IMAGE_TRAILER, os.fstat(file.fileno()).st_size), os.SEEK_END)
        trailer = file.read(4)
    if not start:
        return tr("it is empty")
    if start.lstrip().lower().startswith(PAGE_STARTS):
        return tr("it is a web page: a proxy, a login page or an error answered in place of the archive")
    wanted = STARTS.get(path.suffix.lower())
    if wanted and not start.startswith(wanted):
        return tr("it does not begin as a {suffix} file does", suffix=path.suffix)
    if path.suffix.lower() == ".dmg" and trailer != b"koly":
        return tr("it does not end as a disk image does: cut short, or something else")
    return None


def published_sums(path: Path, given: str | None, cwd: Path) -> tuple[Published, ...]:
    """The sums for this file: what was given (a sum, a line with one, or a file), else what lies next to it."""
    if given is not None:
        file = cwd / given.strip()
        if SUM.search(given) or not file.is_file():
            return tuple(_sums(given, path.name, "given"))
        return tuple(_sums(read_text(file) or "", path.name, str(file)))
    named = (path.with_name(f"{path.name}.sha256"), *(path.with_name(name) for name in SUM_FILES))
    return tuple(one for file in named for one in _sums(read_text(file) or "", path.name, str(file)))


def _sums(text: str, name: str, source: str) -> Iterator[Published]:
    """A bare sum, as Go publishes it; ``sum *name`` lines, as JetBrains and sha256sum write them; go.dev's JSON list.

    Of several lines that with the file's name counts; a single one counts whatever name it has, for downloads get
    renamed ("go1.27.3.linux-amd64(1).tar.gz").
    """
    if text.lstrip().startswith("["):
        yield from _in_list(text, name, source)
        return
    lines = [
        (match[1].lower(), line[match.end() :].strip(" \t*\r"))
        for line in text.splitlines()
        if (match := SUM.search(line))
    ]
    named = [sha256 for sha256, theirs in lines if theirs == name]
    if named or len(lines) == 1:
        yield Published(named[0] if named else lines[0][0], source)


def _in_list(text: str, name: str, source: str) -> Iterator[Published]:
    """https://go.dev/dl/?mode=json, saved."""
    import json

    try:
        files = [file for release in json.loads(text) for file in release["files"] if file["filename"] == name]
        yield from (Published(str(file["sha256"]).lower(), source) for file in files)
    except (ValueError, TypeError, KeyError):
        return


State = Literal["good", "bad", "other signer", "expired", "revoked", "no key", "no signature", "no gpg", "unclear"]

# Google's Linux package key, the primary (docker-library/golang's Dockerfiles; golang/go#38910). The subkeys that sign
# expire and are replaced: the primary alone is to be pinned.
GOOGLE_KEY = "EB4C1BFD4F042F6DDDCCEC917721F63BD38B4796"
KEY_NAME = "linux_signing_key.pub"
# Chrome's package brings the same key.
KEY_PLACES = (
    "/usr/share/keyrings/google-chrome.gpg",
    "/usr/share/keyrings/google-linux-signing-key.gpg",
    "/etc/apt/trusted.gpg.d/google-chrome.gpg",
    "/etc/apt/keyrings/google-chrome.gpg",
)
LIMIT_SECONDS = 60


@frozen
class Signature:
    """``signer`` is the primary key's fingerprint, or the id of a key that is not known here; ``text`` is gpg's, where
    the state is ``unclear``."""

    state: State
    file: Path
    signer: str | None = None
    key_file: Path | None = None
    text: str = ""


def check_signature(
    host: Host, path: Path, key: Path | None = None, fingerprint: str = GOOGLE_KEY, signature: Path | None = None
) -> Signature:
    """Whether the signature next to ``path`` was made by the key with this fingerprint."""
    file = signature or path.with_name(f"{path.name}.asc")
    programs = (folder / name for name in ("gpg", "gpg2") for folder in host.search_path)
    gpg = next(filter(os.path.isfile, programs), None)
    if not file.is_file():
        return Signature("no signature", file)
    if gpg is None:
        return Signature("no gpg", file)
    places = (path.with_name(KEY_NAME), *map(Path, KEY_PLACES))
    keys = [key] if key else list(filter(os.path.isfile, places))
    with tempfile.TemporaryDirectory(prefix="idecare-gpg-") as home:
        return _checked(Gpg(gpg, host, home), path, file, keys, fingerprint)


@frozen
class Gpg:
    """gpg with a key ring of its own in ``home``, without network, agent or questions."""

    program: Path
    host: Host
    home: str

    def run(self, *arguments: str | os.PathLike[str]) -> tuple[dict[str, list[str]], str]:
        """The status lines (doc/DETAILS of GnuPG: word, then its fields; the last of each word) and the messages."""
        options = ("--homedir", self.home, "--batch", "--no-options", "--no-autostart", "--no-auto-key-retrieve")
        environment = {**self.host.environment, "LC_ALL": "C", "GNUPGHOME": self.home}
        done = ask([self.program, *options, "--status-fd", "1", *arguments], environment, LIMIT_SECONDS)
        lines = (line.split()[1:] for line in done.stdout.splitlines() if line.startswith("[GNUPG:] "))
        return {fields[0]: fields[1:] for fields in lines if fields}, done.stderr.strip()


def _checked(gpg: Gpg, path: Path, file: Path, keys: Sequence[Path], fingerprint: str) -> Signature:
    try:
        with_key = next((place for place in keys if "IMPORT_OK" in gpg.run("--import", place)[0]), None)
        status, messages = gpg.run("--verify", file, path)
    except OSError as error:
        return Signature("unclear", file, text=str(error))
    signer = _signer(status)
    return Signature(_state(status, signer, fingerprint), file, signer, with_key, messages)


def _signer(status: dict[str, list[str]]) -> str | None:
    """VALIDSIG's last field is the primary key's fingerprint; ERRSIG's first, the id of a key that is not there."""
    if "VALIDSIG" in status:
        return status["VALIDSIG"][-1]
    fields = status.get("ERRSIG") or status.get("BADSIG")
    return fields[0] if fields else None


def _state(status: dict[str, list[str]], signer: str | None, fingerprint: str) -> State:
    if "BADSIG" in status:
        return "bad"
    if "NO_PUBKEY" in status:
        return "no key"
    if "VALIDSIG" not in status:
        return "unclear"
    if signer != fingerprint:
        return "other signer"
    if "REVKEYSIG" in status:
        return "revoked"
    return "expired" if status.keys() & {"EXPKEYSIG", "EXPSIG"} else "good" if "GOODSIG" in status else "unclear"
