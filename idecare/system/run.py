"""Running other programs: one short question without input, and helper processes that work for their parent."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import CompletedProcess, Popen
import contextlib
import marshal
import signal
import sys
from typing import BinaryIO, Generic, TypeVar

from idecare.core.frozen import frozen
from idecare.core.language import tr

ROOT = Path("/")
# CREATE_NO_WINDOW: a program of text opens none, and Wine starts no console for it, which would keep its pipes open.
NO_WINDOW = 0x08000000 if os.name == "nt" else 0


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
        process = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            creationflags=NO_WINDOW,
        )
        out, err = _texts(process, limit_seconds)
        return subprocess.CompletedProcess(command, process.returncode, out, err)
    except subprocess.TimeoutExpired as error:
        message = tr("{program} did not answer within {count} s", program=command[0], count=f"{limit_seconds:.0f}")
        raise TimeoutError(message) from error
    except ValueError as error:  # a NUL byte in an argument or a variable
        raise OSError(str(error)) from error


def _texts(process: Popen[str], limit_seconds: float) -> tuple[str, str]:
    """Not by subprocess.run, which on Windows waits without a limit for whoever else has the pipes by now."""
    try:
        return process.communicate(timeout=limit_seconds)
    except BaseException:
        process.kill()
        process.wait()
        if os.name != "nt":  # where a thread reads it until its other end is closed
            for pipe in (process.stdout, process.stderr):
                if pipe:
                    pipe.close()
        raise


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
