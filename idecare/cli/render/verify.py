"""What is proven of a download and what is not, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from idecare.core.commands import command_text
from idecare.core.errors import ExitCode
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.humanize import path_text, size_text, visible, with_short_home
from idecare.core.language import tr
from idecare.doctor.downloads import GOOGLE_KEY, KEY_NAME, Download, Published, Signature

State = Literal["proven", "wrong", "open"]
KEY_URL = f"https://dl.google.com/linux/{KEY_NAME}"
APPLE_SIGNER = "Developer ID Installer: Google LLC (EQHXZ8M8AV)"  # autopkg/timsutton-recipes#67
SYSTEMS = {"darwin": "macos"}


@frozen
class Statement:
    """One thing about a download. ``next_step`` is what would prove it, or what to do about it."""

    subject: Literal["archive", "checksum", "signature", "machine"]
    state: State
    text: str
    next_step: str = ""


def statements(
    download: Download, sums: Iterable[Published], signature: Signature | None, host: Host
) -> tuple[Statement, ...]:
    """Everything that can be said of it, the archive first."""
    return tuple(_statements(download, tuple(sums), signature, host))


def _statements(
    download: Download, sums: tuple[Published, ...], signature: Signature | None, host: Host
) -> Iterator[Statement]:
    if download.fault:
        yield Statement("archive", "wrong", f"{download.path.name}: {download.fault}", tr("download it again"))
    yield from _about_sums(download, sums)
    if signature:
        yield _about_signature(download, signature)
    yield from _about_machine(download, host)


def _about_sums(download: Download, sums: tuple[Published, ...]) -> Iterator[Statement]:
    if not sums:
        step = command_text("curl", "-LO", _sum_url(download)) if _sum_url(download) else tr("pass it: --sha256 SUM")
        yield Statement("checksum", "open", tr("there is no published SHA-256 to compare with"), step)
    for one in sums:
        if one.sha256 == download.sha256:
            text = tr("whole: its SHA-256 is the published one ({source})", source=tr(one.source))
            if one.source != "given":
                text += tr("; it does not show who made it, as the sum came along with it")
            yield Statement("checksum", "proven", text)
        else:
            text = tr("another SHA-256 was published ({source}): {sha256}", source=one.source, sha256=one.sha256)
            step = tr("remove it and download it again; if it stays so, do not install it")
            yield Statement("checksum", "wrong", text, step)


def _sum_url(download: Download) -> str:
    name = download.path.name
    return f"https://dl.google.com/go/{name}.sha256" if download.product == "go" else ""


def _about_signature(download: Download, signature: Signature) -> Statement:
    file, signer = signature.file.name, signature.signer
    key = tr("Google's key ({file})", file=KEY_NAME)
    fresh = tr("curl -O {url}, and again with --key {file}", url=KEY_URL, file=KEY_NAME)
    match signature.state:
        case "good":
            text = tr(
                "signed with Google's Linux package key {signer} ({file}): it is what Google published",
                signer=signer,
                file=file,
            )
            return Statement("signature", "proven", text)
        case "bad":
            text = tr("the signature {file} is not of this file: one of the two was changed or cut short", file=file)
            return Statement("signature", "wrong", text, tr("remove both and download them again; do not install it"))
        case "other signer":
            text = tr("{file} was made by another key than Google's: {signer}", file=file, signer=signer)
            return Statement(
                "signature",
                "wrong",
                text,
                tr("do not install it; Google's primary key is {key}", key=GOOGLE_KEY),
            )
        case "revoked":
            return Statement(
                "signature",
                "wrong",
                tr("{file} was made by a key that was revoked", file=file),
                tr("do not install it"),
            )
        case "expired":
            text = tr(
                "{file} is right, but in this copy of {key} the subkey that made it has expired", file=file, key=key
            )
            return Statement("signature", "open", text, fresh)
        case "no key":
            text = tr(
                "{file} was made by key {signer}, and {key} is not there to check it", file=file, signer=signer, key=key
            )
            return Statement("signature", "open", text, fresh)
        case "no gpg":
            return Statement(
                "signature",
                "open",
                tr("gpg is not installed, so {file} was not checked", file=file),
                tr("install gnupg"),
            )
        case "no signature":
            return _unsigned(download, file)
        case _:
            text = tr("gpg cannot make anything of {file}: {answer}", file=file, answer=_last_line(signature.text))
            return Statement("signature", "open", text, command_text("curl", "-LO", f"https://go.dev/dl/{file}"))


def _unsigned(download: Download, file: str) -> Statement:
    if download.path.suffix == ".pkg":
        check = command_text("pkgutil", "--check-signature", download.path.name)
        step = tr("on a Mac: {command} must say {signer}", command=check, signer=APPLE_SIGNER)
        return Statement("signature", "open", tr("who made it is not proven: packages carry Apple's signature"), step)
    text = tr("who made it is not proven: there is no {file} next to it (there is no .sig of Go)", file=file)
    return Statement("signature", "open", text, command_text("curl", "-LO", f"https://go.dev/dl/{file}"))


def _about_machine(download: Download, host: Host) -> Iterator[Statement]:
    if not download.system or not download.machine:
        return
    system = SYSTEMS.get(download.system, download.system)
    if system != host.platform.name or download.machine != host.machine:
        text = tr(
            "it is for {system} on {machine}; this machine is {own_system} on {own_machine}",
            system=download.system,
            machine=download.machine,
            own_system=host.platform.name,
            own_machine=host.machine,
        )
        yield Statement("machine", "open", text, tr("fine for another machine; here it is the wrong one"))


def _last_line(text: str) -> str:
    return visible(text.splitlines()[-1]) if text else tr("it said nothing")


def download_text(download: Download, statements: Iterable[Statement], home: Path | None) -> str:
    lines = [f"{path_text(download.path, home)}{tr(': ')}{size_text(download.size)}, SHA-256 {download.sha256}"]
    for one in statements:
        lines.append(f"    {MARKS[one.state]} {with_short_home(one.text, home)}")
        lines += [tr("        next: {step}", step=with_short_home(one.next_step, home))] if one.next_step else []
    return "\n".join(lines)


MARKS = {"proven": tr("proven:"), "wrong": tr("WRONG:"), "open": tr("not proven:")}


def download_json(download: Download, statements: Iterable[Statement]) -> dict[str, Any]:
    return {
        "path": str(download.path),
        "bytes": download.size,
        "digest": download.sha256,
        "product": download.product,
        "proofs": [
            {"subject": one.subject, "state": one.state, "message": one.text, "next_step": one.next_step or None}
            for one in statements
        ],
    }


def exit_code(statements: Iterable[Statement]) -> ExitCode:
    """4 when something is wrong, 1 when nothing could be proven."""
    states = {one.state for one in statements}
    if "wrong" in states:
        return ExitCode.FINDINGS
    return ExitCode.OK if "proven" in states else ExitCode.FAILED
