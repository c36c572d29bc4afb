from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from idecare.doctor.downloads.archive import inspect_download, published_sums

CONTENT = b"\x1f\x8bcontent"
SUM = hashlib.sha256(CONTENT).hexdigest()
OTHER = "0" * 64
GO = "go1.27.3.darwin-arm64.tar.gz"


def write(folder: Path, name: str, content: bytes = CONTENT) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param(GO, ("go", "darwin", "arm64"), id="Go's archive"),
        pytest.param("go1.27rc1.windows-amd64.msi", ("go", "windows", "amd64"), id="Go's installer"),
        pytest.param("go1.27.3.src.tar.gz", ("go", None, None), id="Go's source"),
        pytest.param("goland-2026.2.1-aarch64.dmg", ("jetbrains", None, None), id="GoLand for a Mac"),
        pytest.param("goland-2026.2.tar.gz", ("jetbrains", None, None), id="GoLand for Linux"),
        pytest.param("gopher.zip", (None, None, None), id="something else"),
    ],
)
def test_the_name_tells_what_it_is(tmp_path: Path, name: str, told: tuple[str | None, ...]) -> None:
    found = inspect_download(write(tmp_path, name))
    assert (found.product, found.system, found.machine) == told
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
def test_what_cannot_be_the_archive_is_told_without_any_sum(
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
