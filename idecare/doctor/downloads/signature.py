"""A detached OpenPGP signature, checked by gpg in a folder of its own: the user's keys are neither read nor changed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.system.run import ask

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
    """``signer`` is the primary key's fingerprint, or the id of a key that is not at hand; ``text`` is gpg's, where the
    state is ``unclear``."""

    state: State
    file: Path
    signer: str | None = None
    key_file: Path | None = None
    text: str = ""


def check_signature(
    host: Host, path: Path, key: Path | None = None, fingerprint: str = GOOGLE_KEY, signature: Path | None = None
) -> Signature:
    """Whether the signature beside ``path`` was made by the key with this fingerprint."""
    file = signature or path.with_name(f"{path.name}.asc")
    gpg = next(
        (folder / name for name in ("gpg", "gpg2") for folder in host.search_path if (folder / name).is_file()), None
    )
    if not file.is_file():
        return Signature("no signature", file)
    if gpg is None:
        return Signature("no gpg", file)
    keys = [key] if key else [place for place in (path.with_name(KEY_NAME), *map(Path, KEY_PLACES)) if place.is_file()]
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
