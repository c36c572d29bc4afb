"""``idecare verify``: what can be proven of a Go or GoLand archive without a network."""

from __future__ import annotations

import os
from pathlib import Path

import click

from idecare.cli.common import Session, verb
from idecare.cli.render.verify import download_json, download_text, exit_code, statements
from idecare.core.errors import IdecareError, UsageError
from idecare.core.humanize import path_text
from idecare.core.language import tr
from idecare.doctor.downloads import check_signature, inspect_download, published_sums


@click.command()
@click.argument("archive")
@click.option("--sha256", metavar="SUM|FILE", help=tr("The published sum; else ARCHIVE.sha256."))
@click.option("--key", metavar="FILE", help=tr("The public key; else linux_signing_key.pub."))
@verb
def verify(session: Session, archive: str, sha256: str | None, key: str | None) -> int:
    """Say what can be proven of a downloaded Go or GoLand archive: its sum, its signature, its architecture. Offline.

    Exits 0 when something is proven, 1 when there is nothing to compare with, 4 when something is wrong.
    """
    return verify_archive(session, archive, sha256, key)


def verify_archive(session: Session, file: str, sha256: str | None, key: str | None) -> int:
    """Compare with the published SHA-256 and check the signature next to it."""
    host = session.host
    path = Path(os.path.abspath(host.cwd / file))
    if not path.is_file():
        raise UsageError(
            "no-file", tr("there is no file {path}", path=path_text(path, host.home)), tr("name the downloaded archive")
        )
    try:
        download = inspect_download(path)
    except OSError as error:
        raise IdecareError(
            "unreadable", tr("cannot read {path}: {reason}", path=path_text(path, host.home), reason=error.strerror)
        ) from error
    sums = published_sums(path, sha256, host.cwd)
    if sha256 is not None and not sums:
        raise UsageError("no-sum", tr("there is no SHA-256 for this file in what --sha256 gives"), tr("64 hex digits"))
    key_file = _key(session, key)
    is_signed = download.product == "go" or path.with_name(f"{path.name}.asc").is_file()
    signature = check_signature(host, path, key_file) if is_signed else None
    found = statements(download, sums, signature, host)
    return session.finish(download_json(download, found), download_text(download, found, host.home), exit_code(found))


def _key(session: Session, key: str | None) -> Path | None:
    if key is None:
        return None
    path = session.host.cwd / key
    if not path.is_file():
        raise UsageError(
            "no-key",
            tr("there is no key file {path}", path=path_text(path, session.host.home)),
            "curl -O https://dl.google.com/linux/linux_signing_key.pub",
        )
    return path
