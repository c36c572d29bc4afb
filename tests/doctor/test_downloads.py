"""What a downloaded archive is, the sums published for it, and signatures made with real keys."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from idecare.core.host import Host
from idecare.doctor.downloads import KEY_NAME, check_signature, inspect_download, published_sums
from tests.conftest import make_host
from tests.support.signing import Signer, signer

CONTENT = b"\x1f\x8bcontent"
SUM = hashlib.sha256(CONTENT).hexdigest()
OTHER = "0" * 64
GO = "go1.27.3.darwin-arm64.tar.gz"


def write(folder: Path, name: str, content: bytes = CONTENT) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "reported"),
    [
        pytest.param(GO, ("go", "darwin", "arm64"), id="Go's archive"),
        pytest.param("go1.27rc1.windows-amd64.msi", ("go", "windows", "amd64"), id="Go's installer"),
        pytest.param("go1.27.3.src.tar.gz", ("go", None, None), id="Go's source"),
        pytest.param("goland-2026.2.1-aarch64.dmg", ("jetbrains", None, None), id="GoLand for a Mac"),
        pytest.param("goland-2026.2.tar.gz", ("jetbrains", None, None), id="GoLand for Linux"),
        pytest.param("gopher.zip", (None, None, None), id="something else"),
    ],
)
def test_the_name_shows_what_it_is(tmp_path: Path, name: str, reported: tuple[str | None, ...]) -> None:
    found = inspect_download(write(tmp_path, name))
    assert (found.product, found.system, found.machine) == reported
    assert (found.sha256, found.size) == (SUM, len(CONTENT))


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        pytest.param("a.tar.gz", CONTENT, None, id="gzip"),
        pytest.param("a.zip", b"PK\x03\x04", None, id="zip"),
        pytest.param("a.pkg", b"xar!....", None, id="package"),
        pytest.param("a.dmg", bytes(600) + b"koly" + bytes(508), None, id="disk image"),
        pytest.param("a.dmg", bytes(600), "does not end as a disk image", id="a cut disk image"),
        pytest.param("a.tar.gz", b"\n <!DOCTYPE HTML>", "a web page", id="a login page"),
        pytest.param("a.tar.gz", b"PK\x03\x04", "does not begin as a .gz file does", id="another kind"),
        pytest.param("a.tar.gz", b"", "empty", id="empty"),
        pytest.param("a.unknown", b"anything", None, id="a kind that is not known"),
    ],
)
def test_what_cannot_be_the_archive_is_reported_without_any_sum(
    tmp_path: Path, name: str, content: bytes, fault: str | None
) -> None:
    found = inspect_download(write(tmp_path, name, content)).fault
    assert found is None if fault is None else fault in (found or "")


@pytest.mark.parametrize(
    ("name", "text", "sums"),
    [
        pytest.param(f"{GO}.sha256", SUM, [SUM], id="bare, as Go publishes it"),
        pytest.param(f"{GO}.sha256", f"{SUM} *{GO}\n", [SUM], id="as JetBrains publishes it"),
        pytest.param(f"{GO}.sha256", f"{SUM.upper()} *other.tar.gz", [SUM], id="a single line of a renamed file"),
        pytest.param("SHA256SUMS", f"{OTHER}  a\n{SUM}  {GO}\n{OTHER}  b", [SUM], id="one of several lines"),
        pytest.param("SHA256SUMS", f"{OTHER}  a\n{OTHER}  b\n", [], id="several lines of others"),
        pytest.param(f"{GO}.sha256", "<html>404</html>", [], id="a web page"),
        pytest.param(f"{GO}.sha256", f"{SUM}00", [], id="too long"),
        pytest.param("unrelated.txt", SUM, [], id="another file"),
    ],
)
def test_sums_beside_it_are_found(tmp_path: Path, name: str, text: str, sums: list[str]) -> None:
    path = write(tmp_path, GO)
    (tmp_path / name).write_text(text)
    assert [one.sha256 for one in published_sums(path, None, tmp_path)] == sums


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(SUM, id="a sum"),
        pytest.param(f" {SUM.upper()} *{GO}", id="a line"),
        pytest.param("list.json", id="go.dev's list"),
        pytest.param("sums.txt", id="a file"),
    ],
)
def test_a_sum_can_be_given(tmp_path: Path, given: str) -> None:
    path = write(tmp_path, GO)
    (tmp_path / f"{GO}.sha256").write_text(OTHER)  # what is given comes first
    files = [{"filename": "other", "sha256": OTHER}, {"filename": GO, "sha256": SUM}]
    (tmp_path / "list.json").write_text(json.dumps([{"version": "go1.27.3", "files": files}]))
    (tmp_path / "sums.txt").write_text(f"{SUM} *{GO}")
    assert [one.sha256 for one in published_sums(path, given, tmp_path)] == [SUM]


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


def test_an_expired_subkey_is_distinguished_from_a_bad_signature(host: Host, archive: Path) -> None:
    with signer("old", expires="1y") as old:
        old.sign(archive)
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


def test_a_folder_of_path_that_cannot_be_looked_into_has_no_gpg(
    host: Host, archive: Path, google: Signer, tmp_path: Path
) -> None:
    google.sign(archive)
    key = google.write_key(tmp_path / "some.key")
    path = f"{tmp_path / ('x' * 300)}:{host.environment['PATH']}"
    found = check_signature(make_host(environment={"PATH": path}), archive, key, google.fingerprint)
    assert found.state == "good"
