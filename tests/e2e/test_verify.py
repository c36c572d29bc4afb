"""`idecare verify` as a program: what it says is proven, wrong or open, and its exit code."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.signing import Signer, signer

pytestmark = pytest.mark.e2e

GO = "go1.27.3.linux-s390x.tar.gz"
CONTENT = b"\x1f\x8b" + bytes(3000)
PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def stranger() -> Iterator[Signer]:
    with signer("stranger") as made:
        yield made


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / GO
    path.write_bytes(CONTENT)
    return path


def run(archive: Path, *words: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "idecare", "verify", archive.name, *words, "--json"]
    environment = {"HOME": str(archive.parent / "home"), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, cwd=archive.parent, env=environment, capture_output=True, text=True, check=False)
    values: dict[str, Any] = json.loads(done.stdout)
    assert values["exit"] == done.returncode
    return values


def reported(values: dict[str, Any]) -> dict[str, str]:
    return {proof["subject"]: proof["state"] for proof in values["proofs"]}


def test_a_published_sum_proves_that_it_is_whole_and_no_more(archive: Path) -> None:
    archive.with_name(f"{GO}.sha256").write_text(hashlib.sha256(CONTENT).hexdigest())
    values = run(archive)
    assert (values["exit"], reported(values)) == (0, {"checksum": "proven", "signature": "open", "machine": "open"})
    (text,) = [proof["message"] for proof in values["proofs"] if proof["subject"] == "checksum"]
    assert "does not show who made it" in text


def test_a_byte_more_is_wrong(archive: Path) -> None:
    archive.with_name(f"{GO}.sha256").write_text(hashlib.sha256(CONTENT).hexdigest())
    archive.write_bytes(CONTENT + b"\0")
    values = run(archive)
    assert (values["exit"], reported(values)["checksum"]) == (4, "wrong")


def test_without_anything_to_compare_nothing_is_proven(archive: Path) -> None:
    values = run(archive)
    assert (values["exit"], set(reported(values).values())) == (1, {"open"})
    steps = [proof["next_step"] for proof in values["proofs"]]
    assert f"curl -LO https://dl.google.com/go/{GO}.sha256" in steps
    assert f"curl -LO https://go.dev/dl/{GO}.asc" in steps


def test_a_signature_by_another_key_than_googles_is_wrong(archive: Path, stranger: Signer) -> None:
    stranger.sign(archive)
    key = stranger.write_key(archive.with_name("key.pub"))
    values = run(archive, "--key", str(key), "--sha256", hashlib.sha256(CONTENT).hexdigest())
    assert (values["exit"], reported(values)["signature"], reported(values)["checksum"]) == (4, "wrong", "proven")
    (text,) = [proof["message"] for proof in values["proofs"] if proof["subject"] == "signature"]
    assert stranger.fingerprint in text


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(["--sha256", "1234"], "no-sum", id="no sum"),
        pytest.param(["--key", "nowhere"], "no-key", id="no key file"),
    ],
)
def test_options_that_name_nothing_are_refused(archive: Path, words: list[str], code: str) -> None:
    values = run(archive, *words)
    assert (values["exit"], values["error"]["code"]) == (2, code)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    values = run(tmp_path / "nowhere.tar.gz")
    assert (values["exit"], values["error"]["code"]) == (2, "no-file")


def test_the_alias_of_doctor_says_the_same(archive: Path) -> None:
    command = [sys.executable, "-m", "idecare", "doctor", "--download", archive.name, "--json"]
    environment = {"HOME": str(archive.parent / "home"), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, cwd=archive.parent, env=environment, capture_output=True, text=True, check=False)
    assert {**json.loads(done.stdout), "command": "verify"} == run(archive)
