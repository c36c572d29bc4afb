"""What a shell makes of a command that idecare printed: run in an empty folder, with programs that only note words."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

# Names that files, modules, versions and values of settings can have.
HOSTILE_NAMES = (
    "$(touch${IFS}PWNED)",
    "`touch PWNED`",
    '"; touch PWNED; "',
    "'; touch PWNED; '",
    "'\"$(touch PWNED)\"'",
    "x;touch PWNED",
    "x|touch PWNED",
    "x&touch PWNED&",
    "x>PWNED",
    "x\ntouch PWNED\n",
    "\\\ntouch PWNED",
    "#\rtouch PWNED",
    "my app",
    " lead",
    "trail ",
    "-rf",
    "--",
    "~",
    "~root",
    "*",
    "{a,b}",
    "#x",
    "=ls",
    "!!",
    "a\\",
    "\\",
    "%s%n",
    "\n",
    "\n\n",
    "a\tb",
    "\u00e9\U0001f600",
    "a\u00a0b",
    "\udcff\udcfe",
    "\x1b[31mred\x07",
    "\x9b31m",
    "a\u202eb",
    "\u2028",
    "[red]x[/red]",
    "",
)
PROGRAMS = ("go", "idecare", "rm", "sudo", "chmod", "chown", "touch", "curl", "goenv", "mise", "asdf", "gvm")
STUB = """#!/bin/sh
printf '%s\\0' "${0##*/}" "$@" END >> "$NOTES"
"""
# `env`, and what starts with a variable before it, notes the variable.
ENV = """#!/bin/sh
printf '%s\\0' env "GOFLAGS=$GOFLAGS" "$@" END >> "$NOTES"
"""


OTHERS = {"env": ENV, "id": "#!/bin/sh\necho id\n"}


def run_copied(command: str, folder: Path, shell: str = "sh", **variables: str) -> list[list[str]]:
    """The words of each program that ran; an AssertionError when anything else was done."""
    programs, empty, notes = folder / "programs", folder / "empty", folder / "notes"
    programs.mkdir(exist_ok=True)
    empty.mkdir(exist_ok=True)
    notes.write_bytes(b"")
    for name in (*PROGRAMS, *OTHERS):
        stub = programs / name
        stub.write_text(OTHERS.get(name, STUB))
        stub.chmod(0o755)
    environment = {"PATH": str(programs), "NOTES": str(notes), "HOME": str(folder), "LC_ALL": "C.UTF-8", **variables}
    found = next(path for path in (f"/bin/{shell}", f"/usr/bin/{shell}") if os.path.exists(path))
    words = [found, "-c", command]
    done = subprocess.run(list(map(os.fsencode, words)), cwd=empty, env=environment, capture_output=True, check=False)
    assert not done.stderr, f"{command!r}: {done.stderr!r}"
    assert os.listdir(empty) == [], f"{command!r} did something else"
    text = os.fsdecode(notes.read_bytes())
    return [part.split("\0") for part in text.removesuffix("\0END\0").split("\0END\0")] if text else []
