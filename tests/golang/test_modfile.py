"""Words of go.mod and go.work, against what the go command itself reads."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from idecare.doctor.go_facts import requirements
from idecare.golang.modfile import directives
from idecare.golang.module import read_module_file
from tests.builders import write
from tests.support.go_programs import find_go


def uses(text: str) -> list[str]:
    return [words[1] for words in directives(text) if words[0] == "use"]


TEXTS = {
    "plain": ("use ./a\n", ["./a"]),
    "quoted with blanks": ('use "./my app"\nuse (\n\t"./b c" // here\n\t./d\n)\n', ["./my app", "./b c", "./d"]),
    "quotes and backslashes": ('use "./a\\"b\\\\c\\td"\n', ['./a"b\\c\td']),
    "codes": ('use "./\\x41\\102\\u00e9\\U0001F600"\n', ["./AB\u00e9\U0001f600"]),
    "bytes": ('use "./\\xc3\\xa9"\n', ["./\u00e9"]),
    "two slashes in quotes": ('use "./a//b"\nuse ./c//d\n', ["./a//b", "./c"]),
    "brackets in quotes": ('use "./a (b)"\n', ["./a (b)"]),
    "a line end of Windows": ('use "./a b"\r\nuse ./c\r\n', ["./a b", "./c"]),
    "shell in quotes": ('use "./$(touch PWNED)"\n', ["./$(touch PWNED)"]),
}


@pytest.mark.parametrize("name", TEXTS)
def test_folders_are_read_as_go_reads_them(name: str, tmp_path: Path) -> None:
    text, found = TEXTS[name]
    assert uses(text) == found
    go = find_go()
    if go is None:
        return
    write(tmp_path, "go.work", content="go 1.21\n" + text)
    words = [go, "work", "edit", "-json", "go.work"]
    said = json.loads(subprocess.run(words, capture_output=True, check=True, cwd=tmp_path).stdout)
    assert [use["DiskPath"] for use in said["Use"]] == found


def test_a_raw_string_has_no_escapes(tmp_path: Path) -> None:
    """go.dev/ref/mod allows it, go1.27.3 takes it for the module's path only."""
    assert uses("use `./a\\tb c`\n") == ["./a\\tb c"]
    file = read_module_file(write(tmp_path, "go.mod", content="module `example.com/a`\n") / "go.mod")
    assert file is not None
    assert file.module == "example.com/a"


def test_strings_of_a_go_mod_are_unquoted(tmp_path: Path) -> None:
    text = 'module "example.com/\\x61"\n\ngo "1.25"\n\nrequire (\n\t"a.org/b" "v1.0.0" // indirect\n)\n'
    text += "require c.org/d v2.0.0\n"
    file = read_module_file(write(tmp_path, "go.mod", content=text) / "go.mod")
    assert file is not None
    assert (file.module, file.go) == ("example.com/a", "1.25")
    assert requirements(text) == {"a.org/b": "v1.0.0", "c.org/d": "v2.0.0"}


@pytest.mark.parametrize(
    "text", ['use "a', 'use "\\', "use `a", "use (", ")", '"', 'use "\\x00"', 'use "\\ud800\\xff"']
)
def test_what_go_refuses_is_read_without_an_error(text: str, tmp_path: Path) -> None:
    file = read_module_file(write(tmp_path, "go.work", content=text + "\n") / "go.work")
    assert file is not None
    assert all("\0" not in str(folder) for folder in file.use)
