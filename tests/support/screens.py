"""A real pseudo-terminal with what a person sees on it: pexpect starts the program, pyte draws what it writes."""

from __future__ import annotations

import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pexpect
import pyte

PATIENCE_SECONDS, SETTLED_READS = 60.0, 4
COLOURS = {"green": 32}
LEAVES_SCREEN = b"\x1b[?1049l"  # pyte knows no second screen: what is on it stays


class Terminal:
    """A program on a terminal of its own, with its screen as lines of text and all that it wrote."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], cwd: Path, columns: int = 80, lines: int = 24
    ) -> None:
        self.process = pexpect.spawn(
            command[0], list(command[1:]), env=dict(env), cwd=str(cwd), dimensions=(lines, columns), timeout=None
        )
        self.modes_before = self.modes()
        self.written = b""
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def current(self) -> str:
        """The line that is chosen."""
        return next((line for line in self.lines if line.startswith(">")), "")

    @property
    def drawn(self) -> str:
        """The screen as text with codes for its styles."""
        return "\n".join(_drawn(self._screen.buffer[line], self._screen.columns) for line in range(len(self.lines)))

    def modes(self) -> list[object]:
        return termios.tcgetattr(self.process.child_fd)

    def press(self, keys: str) -> None:
        self.process.send(keys)

    def resize(self, columns: int, lines: int) -> None:
        self._screen.resize(lines, columns)
        self._screen.reset()
        self.process.setwinsize(lines, columns)

    def shows(self, *wanted: str, without: tuple[str, ...] = ()) -> None:
        """Wait until all of that is on the screen, and nothing of what it shall be ``without``."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not all(part in self.text for part in wanted) or any(part in self.text for part in without):
            assert self._read(), f"it ended without {wanted}:\n{self.text}"
            assert time.monotonic() < deadline, f"{wanted} did not come:\n{self.text}"

    def settle(self) -> None:
        """Wait until nothing more is written."""
        seen = -1
        while seen < len(self.written):
            seen = len(self.written)
            for _ in range(SETTLED_READS):
                self._read()

    def end(self) -> int:
        """Wait for the end of the program; its exit code."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._read():
            assert time.monotonic() < deadline, f"it does not end:\n{self.text}"
        self.process.wait()
        return int(self.process.exitstatus if self.process.exitstatus is not None else -self.process.signalstatus)

    def _read(self) -> bool:
        try:
            data = self.process.read_nonblocking(65536, 0.05)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.written += data
        self._stream.feed(data)
        return True


def _drawn(line: Mapping[int, pyte.screens.Char], columns: int) -> str:
    return (
        "".join(f"\x1b[0{_codes(line[column])}m{line[column].data}" for column in range(columns)).rstrip() + "\x1b[0m"
    )


def _codes(sign: pyte.screens.Char) -> str:
    colour = f";{COLOURS[sign.fg]}" if sign.fg in COLOURS else ""
    return f"{';1' * sign.bold}{';7' * sign.reverse}{colour}"
