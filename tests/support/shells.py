"""Real interactive shells on a pseudo-terminal: what a person types, with its tabs, and what was run then."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import idecare

PROMPT = "READY>"
# It completes as idecare does, and prints its arguments instead of doing anything.
PROGRAM = f"""#!/bin/sh
if [ -n "$_IDECARE_COMPLETE" ] || [ "$1" = completion ]; then exec '{sys.executable}' -m idecare "$@"; fi
printf 'RAN:'; printf '<%s>' "$@"; echo
"""
BASH = f"PS1='{PROMPT}'\nbind 'set enable-bracketed-paste off'\n"
ZSH = f"PS1='{PROMPT}'\nunsetopt zle_bracketed_paste prompt_sp\n"
FISH = f"function fish_prompt; echo -n '{PROMPT}'; end\nset -g fish_greeting\n"
COMPINIT = "autoload -Uz compinit; compinit -u\n"
LOAD_ZSH = 'eval "$(idecare completion zsh)"\n'
# program, its startup file, and what is in it
STARTS = {
    "bash": ("bash", ".bashrc", BASH + 'eval "$(idecare completion bash)"\n'),
    "zsh before compinit": ("zsh", ".zshrc", ZSH + LOAD_ZSH + COMPINIT),
    "zsh after compinit": ("zsh", ".zshrc", ZSH + COMPINIT + LOAD_ZSH),
    "zsh without compinit": ("zsh", ".zshrc", ZSH + LOAD_ZSH),
    "fish": ("fish", ".config/fish/config.fish", FISH + "idecare completion fish | source\n"),
}
COMPLETING_SECONDS = 1.0  # a shell says nothing when it has completed; a slower one has the whole line typed ahead


class Shell:
    """One interactive shell in a home of its own."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.seen = ""

    def run(self, line: str) -> list[str]:
        """The arguments that idecare got when this was typed, completed at each tab, and entered."""
        self.seen = ""
        for part in re.split(r"(\t)", line):
            os.write(self.descriptor, part.encode())
            self._read(COMPLETING_SECONDS if part == "\t" else 0.1)
        os.write(self.descriptor, b"\r")
        return re.findall("<(.*?)>", self.wait_for(r"RAN:(<[^\r\n]*>)")[1])

    def wait_for(self, pattern: str, seconds: float = 60) -> re.Match[str]:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := re.search(pattern, self._read(0.1)):
                return found
        raise AssertionError(f"{pattern} did not come: {self.seen!r}")

    def _read(self, seconds: float) -> str:
        """What has come, and comes within so many seconds."""
        until = time.monotonic() + seconds
        while select.select([self.descriptor], [], [], max(0.0, until - time.monotonic()))[0]:
            try:
                self.seen += os.read(self.descriptor, 65536).decode(errors="replace")
            except OSError:  # the shell is gone
                break
        return self.seen


@contextmanager
def shell(home: Path, start: str) -> Iterator[Shell]:
    """A shell that has loaded the completions in the way that ``start`` of ``STARTS`` says."""
    program, startup, text = STARTS[start]
    made = home / "bin" / "idecare"
    for path, content in ((made, PROGRAM), (home / startup, text)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    made.chmod(0o755)
    environment = {
        "HOME": str(home),
        "PATH": f"{made.parent}:/usr/bin:/bin",
        "TERM": "xterm",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(Path(idecare.__file__).parents[1]),
    }
    pid, descriptor = pty.fork()
    if pid == 0:
        os.chdir(home)
        os.execvpe(program, [program, "-i"], environment)
    try:
        found = Shell(descriptor)
        found.wait_for(PROMPT)
        yield found
    finally:
        os.kill(pid, signal.SIGKILL)
        os.close(descriptor)
        os.waitpid(pid, 0)
