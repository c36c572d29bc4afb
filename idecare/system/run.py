"""Running other programs: one short question without input, and helper processes that work for their parent."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import CompletedProcess
import contextlib
import marshal
import signal
import sys
from typing import BinaryIO, Generic, TypeVar

from idecare.core.frozen import frozen
from idecare.core.language import tr

ROOT = Path("/")


def ask(
    command: Sequence[str | os.PathLike[str]],
    environment: Mapping[str, str],
    limit_seconds: float,
    folder: Path = ROOT,
) -> CompletedProcess[str]:
    """Its exit code and what it printed, undecodable bytes replaced. OSError when it cannot be run; TimeoutError, which
    is one, when it takes longer."""
    import subprocess

    try:
        return subprocess.run(
            command,
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=limit_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        message = tr("{program} did not answer within {count} s", program=command[0], count=f"{limit_seconds:.0f}")
        raise TimeoutError(message) from error
    except ValueError as error:  # a NUL byte in an argument or a variable
        raise OSError(str(error)) from error


Job = TypeVar("Job")
Reply = TypeVar("Reply")

LENGTH_BYTES = 4  # before each message


@frozen
class Helper(Generic[Job, Reply]):
    """A running helper. It takes one list of tasks at a time, so neither side can wait for the other's pipe."""

    pid: int
    requests: BinaryIO
    answers: BinaryIO

    def ask(self, tasks: list[Job]) -> None:
        """Hand it tasks. That it has died shows when its answer is taken."""
        request = marshal.dumps(tasks)
        with contextlib.suppress(OSError):
            self.requests.write(len(request).to_bytes(LENGTH_BYTES, "big") + request)
            self.requests.flush()

    def answer(self) -> list[Reply]:
        """Wait for the replies to the tasks, in their order. EOFError when the helper has died."""
        length = int.from_bytes(self.answers.read(LENGTH_BYTES), "big")
        answer = self.answers.read(length)
        if not length or len(answer) < length:
            raise EOFError
        replies: list[Reply] = marshal.loads(answer)
        return replies

    def end(self) -> None:
        """Stop it, also in the middle of a task."""
        with contextlib.suppress(OSError):
            os.kill(self.pid, signal.SIGTERM)  # first: a thread may be waiting for its answer, and hold the pipe
        for pipe in (self.requests, self.answers):
            with contextlib.suppress(OSError):
                pipe.close()
        with contextlib.suppress(OSError):
            os.waitpid(self.pid, 0)


def start_helper(program: str) -> Helper[Job, Reply] | None:
    """Run one of idecare's stand-alone programs, without site packages, environment or a word on the terminal; ``None``
    if that fails."""
    if sys.platform == "win32" or not sys.executable:
        return None
    request_end, requests = os.pipe()
    answers, answer_end = os.pipe()
    try:
        pid = os.posix_spawn(
            sys.executable,
            [sys.executable, "-I", "-S", program],
            {},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, request_end, 0),
                (os.POSIX_SPAWN_DUP2, answer_end, 1),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            ],
        )
    except OSError:
        os.close(requests)
        os.close(answers)
        return None
    finally:
        os.close(request_end)
        os.close(answer_end)
    return Helper(pid, open(requests, "wb"), open(answers, "rb"))
