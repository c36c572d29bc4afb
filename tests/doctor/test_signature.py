"""Signatures by keys made here, checked by the real gpg."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from idecare.core.host import Host
from idecare.doctor.downloads.signature import KEY_NAME, check_signature
from tests.conftest import make_host
from tests.support.signing import Signer, signer

FIVE_YEARS_AGO = ("--faked-system-time", "20210101T000000!")


@pytest.fixture(scope="module")
def google() -> Iterator[Signer]:
    with signer("publisher") as made:
        yield made


@pytest.fixture(scope="module")
def stranger() -> Iterator[Signer]:
    with signer("stranger") as made:
        yield made


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "go1.27.3.linux-amd64.tar.gz"
    path.write_bytes(b"\x1f\x8b" + bytes(5000))
    return path


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return make_host(environment={"PATH": os.environ["PATH"]}, home=tmp_path / "home")


def test_a_signature_by_a_subkey_of_the_pinned_key_is_good(host: Host, archive: Path, google: Signer) -> None:
    google.sign(archive)
    key = google.write_key(archive.with_name(KEY_NAME))
    found = check_signature(host, archive, fingerprint=google.fingerprint)
    assert (found.state, found.signer, found.key_file) == ("good", google.fingerprint, key)


def test_a_key_can_be_named(host: Host, archive: Path, google: Signer, tmp_path: Path) -> None:
    google.sign(archive)
    key = google.write_key(tmp_path / "some.key")
    assert check_signature(host, archive, key, google.fingerprint).state == "good"


def test_one_changed_byte_makes_it_bad(host: Host, archive: Path, google: Signer) -> None:
    google.sign(archive)
    google.write_key(archive.with_name(KEY_NAME))
    archive.write_bytes(archive.read_bytes()[:-1] + b"x")
    assert check_signature(host, archive, fingerprint=google.fingerprint).state == "bad"


def test_a_good_signature_by_somebody_else_is_not_good(
    host: Host, archive: Path, google: Signer, stranger: Signer
) -> None:
    """Both keys in the file: that the signer's key is there proves nothing."""
    stranger.sign(archive)
    both = archive.with_name(KEY_NAME)
    both.write_text(google.write_key(both).read_text() + stranger.write_key(both).read_text())
    found = check_signature(host, archive, fingerprint=google.fingerprint)
    assert (found.state, found.signer) == ("other signer", stranger.fingerprint)


def test_without_the_key_the_signer_stays_unproven(host: Host, archive: Path, google: Signer, stranger: Signer) -> None:
    google.sign(archive)
    stranger.write_key(archive.with_name(KEY_NAME))
    found = check_signature(host, archive, fingerprint=google.fingerprint)
    assert found.state == "no key"
    assert found.signer


def test_an_expired_subkey_is_told_from_a_bad_signature(host: Host, archive: Path) -> None:
    with signer("old", *FIVE_YEARS_AGO, expires="1y") as old:
        old.sign(archive, *FIVE_YEARS_AGO)
        key = old.write_key(archive.with_name(KEY_NAME))
        assert check_signature(host, archive, key, old.fingerprint).state == "expired"


@pytest.mark.parametrize(
    ("content", "state"),
    [
        pytest.param(None, "no signature", id="absent"),
        pytest.param(b"<!DOCTYPE html><title>404", "unclear", id="a web page"),
        pytest.param(b"", "unclear", id="empty"),
    ],
)
def test_what_is_no_signature_proves_nothing(host: Host, archive: Path, content: bytes | None, state: str) -> None:
    if content is not None:
        archive.with_name(f"{archive.name}.asc").write_bytes(content)
    assert check_signature(host, archive).state == state


def test_without_gpg_nothing_is_checked(archive: Path, google: Signer, tmp_path: Path) -> None:
    google.sign(archive)
    host = make_host(environment={"PATH": str(tmp_path)})
    assert check_signature(host, archive).state == "no gpg"


def test_nothing_is_written_for_the_user(host: Host, archive: Path, google: Signer, tmp_path: Path) -> None:
    google.sign(archive)
    google.write_key(archive.with_name(KEY_NAME))
    before = sorted(path.name for path in tmp_path.iterdir())
    check_signature(host, archive, fingerprint=google.fingerprint)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert not (tmp_path / "home").exists()
