"""``idecare doctor --download``: what can be proven of a Go or GoLand archive without a network."""

from __future__ import annotations

import os
from pathlib import Path

from idecare.cli.common import Session
from idecare.cli.render.download import download_json, download_text, exit_code, statements
from idecare.core.errors import IdecareError, UsageError
from idecare.core.humanize import path_text
from idecare.doctor.downloads.archive import inspect_download, published_sums
from idecare.doctor.downloads.signature import check_signature


def check_download(session: Session, file: str, sha256: str | None, key: str | None) -> int:
    """Compare with the published SHA-256 and check the signature beside it. 0 proven, 4 wrong, 1 nothing to compare."""
    host = session.host
    path = Path(os.path.abspath(host.cwd / file))
    if not path.is_file():
        raise UsageError("no-file", f"there is no file {path_text(path, host.home)}", "name the downloaded archive")
    try:
        download = inspect_download(path)
    except OSError as error:
        raise IdecareError("unreadable", f"cannot read {path_text(path, host.home)}: {error.strerror}") from error
    sums = published_sums(path, sha256, host.cwd)
    if sha256 is not None and not sums:
        raise UsageError("no-sum", "there is no SHA-256 for this file in what --sha256 gives", "64 hex digits")
    key_file = _key(session, key)
    is_signed = download.product == "go" or path.with_name(f"{path.name}.asc").is_file()
    signature = check_signature(host, path, key_file) if is_signed else None
    told = statements(download, sums, signature, host)
    return session.finish(download_json(download, told), download_text(download, told, host.home), exit_code(told))


def _key(session: Session, key: str | None) -> Path | None:
    if key is None:
        return None
    path = session.host.cwd / key
    if not path.is_file():
        raise UsageError(
            "no-key",
            f"there is no key file {path_text(path, session.host.home)}",
            "curl -O https://dl.google.com/linux/linux_signing_key.pub",
        )
    return path
