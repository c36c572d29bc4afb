"""OpenPGP keys made for tests, by a gpg in a folder of its own, and signatures by them."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

MADE = "20210101T000000!"  # long ago by any clock: the gpg that checks may have another than the one that signs


@dataclass(frozen=True)
class Signer:
    """A primary key with a signing subkey, as Google's is made."""

    home: Path
    fingerprint: str

    def run(self, *arguments: str) -> str:
        command = [
            "gpg",
            "--homedir",
            str(self.home),
            "--batch",
            "--faked-system-time",
            MADE,
            "--yes",
            "--pinentry-mode",
            "loopback",
            "--passphrase",
            "",
        ]
        return subprocess.run([*command, *arguments], capture_output=True, text=True, check=True).stdout

    def sign(self, file: Path) -> Path:
        """Leave a detached signature in ``file``'s name and .asc."""
        signature = file.with_name(f"{file.name}.asc")
        self.run(
            "--armor",
            "--local-user",
            self.fingerprint,
            "--output",
            str(signature),
            "--detach-sign",
            str(file),
        )
        return signature

    def write_key(self, file: Path) -> Path:
        file.write_text(self.run("--armor", "--export", self.fingerprint))
        return file


@contextmanager
def signer(name: str, expires: str = "never") -> Iterator[Signer]:
    """A key that was made in 2021. The agent that gpg starts is ended with it."""
    if shutil.which("gpg") is None or shutil.which("gpgconf") is None:
        pytest.skip("no gpg here")
    home = Path(tempfile.mkdtemp(prefix="gpg-", dir="/tmp"))  # an agent's socket has a path of 107 bytes at most
    try:
        made = Signer(home, "")
        made.run("--quick-gen-key", f"{name} <{name}@example.test>", "ed25519", "cert", expires)
        listed = made.run("--with-colons", "--list-keys")
        fingerprint = next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr:"))
        made.run("--quick-add-key", fingerprint, "ed25519", "sign", expires)
        yield Signer(home, fingerprint)
    finally:
        subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], capture_output=True, check=False)
        shutil.rmtree(home, ignore_errors=True)
