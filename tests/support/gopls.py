"""Real releases of gopls, and a client that starts one with settings and collects what it says."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# One old, one in between, one current. The last needs Go 1.27, which go fetches by itself; the first does not compile
# with Go 1.25 or later.
RELEASES = ("v0.16.2", "v0.21.1", "v0.24.0")
TOOLCHAINS = {"v0.16.2": "go1.23.12"}
# A folder to keep them in from one session to the next; read before the tests' own environment hides it.
KEPT_FOLDER = os.environ.get("IDECARE_TEST_GOPLS")
ENVIRONMENT = dict(os.environ)
INSTALL_SECONDS = 900
PATIENCE_SECONDS = 90.0


def install(release: str, session_folder: Path) -> Path | str:
    """The executable, built from the module proxy once in a session; or why there is none."""
    folder = Path(KEPT_FOLDER or session_folder / "gopls-releases")
    program = folder / "bin" / release / "gopls"
    if program.exists():
        return program
    own = {"GOPATH": f"{folder}/gopath", "GOCACHE": f"{folder}/cache", "GOBIN": str(program.parent)}
    environment = {**ENVIRONMENT, **own, "GOFLAGS": "-modcacherw", "GOTOOLCHAIN": TOOLCHAINS.get(release, "auto")}
    command = ["go", "install", f"golang.org/x/tools/gopls@{release}"]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"go cannot install gopls {release}: {error}"
    return program if done.returncode == 0 else f"go cannot install gopls {release}: {done.stderr.strip()[-300:]}"


@dataclass
class Client:
    """The messages of one gopls so far."""

    process: subprocess.Popen[bytes]
    settings: Mapping[str, Any]
    messages: list[dict[str, Any]] = field(default_factory=list)

    def send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            size = int(header.partition(b":")[2]) if header.lower().startswith(b"content-length") else 0
            while stream.readline().strip():
                pass
            message = json.loads(stream.read(size))
            self.messages.append(message)
            if "id" in message and "method" in message:
                is_asked = message["method"] == "workspace/configuration"
                self.send(id=message["id"], result=[self.settings] if is_asked else None)

    def shown(self) -> list[str]:
        """What it showed to the user."""
        return [one["params"]["message"] for one in self.messages if one.get("method") == "window/showMessage"]

    def diagnosed(self) -> set[str]:
        """The names of the files with diagnostics."""
        return {uri.rpartition("/")[2] for uri in self.diagnosed_files()}

    def diagnosed_files(self) -> set[str]:
        messages = tuple(self.messages)
        found = (one["params"] for one in messages if one.get("method") == "textDocument/publishDiagnostics")
        return {params["uri"] for params in found if params["diagnostics"]}

    def wait(self, condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
        end = time.monotonic() + seconds
        while not condition() and time.monotonic() < end and self.process.poll() is None:
            time.sleep(0.05)
        return condition()


@contextmanager
def started(
    program: Path, settings: Mapping[str, Any], folder: Path, base: Path, more: Mapping[str, str] | None = None
) -> Iterator[Client]:
    """gopls with a module open, ``settings`` as VS Code hands them over; its folders are below ``base``."""
    own = {
        "HOME": f"{base}/home",
        "GOPATH": f"{base}/gopath",
        "GOCACHE": f"{base}/cache",
        "GOPLSCACHE": f"{base}/gopls",
    }
    environment = {
        **ENVIRONMENT,
        **own,
        "GOFLAGS": "-mod=mod",
        "GOTOOLCHAIN": "local",
        "GOPROXY": "off",
        **(more or {}),
    }
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [program], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment, cwd=folder
    )
    client = Client(process, settings)
    threading.Thread(target=client.read, daemon=True).start()
    try:
        capabilities = {"workspace": {"configuration": True}, "window": {"workDoneProgress": False}}
        client.send(
            id=1,
            method="initialize",
            params={
                "processId": os.getpid(),
                "rootUri": folder.as_uri(),
                "workspaceFolders": [{"uri": folder.as_uri(), "name": "m"}],
                "capabilities": capabilities,
                "initializationOptions": settings,
            },
        )
        assert client.wait(lambda: any(one.get("id") == 1 and "result" in one for one in client.messages))
        client.send(method="initialized", params={})
        yield client
    finally:
        process.kill()
        process.wait()
