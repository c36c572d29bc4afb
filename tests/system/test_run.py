"""One short run of another program: its answer, or an OSError that says why there is none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from idecare.system.run import ask

PYTHON = sys.executable


def test_an_answer_is_its_exit_code_and_its_text_in_that_folder_and_environment(tmp_path: Path) -> None:
    told = (
        "import os, sys; print(os.getcwd(), os.environ['WORD'], repr(sys.stdin.read())); print('no', file=sys.stderr)"
    )
    answer = ask([PYTHON, "-c", f"{told}; sys.exit(3)"], {"WORD": "go"}, 60, tmp_path)
    assert (answer.returncode, answer.stdout, answer.stderr) == (3, f"{tmp_path} go ''\n", "no\n")


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert ask([PYTHON, "-c", "import os; os.write(1, b'a\\xffz')"], {}, 60).stdout == "a\ufffdz"


@pytest.mark.parametrize(
    ("command", "text"),
    [
        pytest.param(["./not-there"], "No such file", id="not there"),
        pytest.param([PYTHON, "-c", "a\0z"], "null byte", id="a NUL byte"),
        pytest.param([PYTHON, "-c", "import time; time.sleep(600)"], "did not answer within 0 s", id="it hangs"),
    ],
)
def test_no_answer_is_an_oserror_that_says_why(command: list[str], text: str, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=text):
        ask(command, {}, 0.2, tmp_path)
