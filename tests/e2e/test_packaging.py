"""What a user installs: wheel, sdist, single file, Debian package and Homebrew formula, built and used.

``python -m pytest -m release`` runs these; they take minutes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from idecare import __version__
from tests.support.processes import wait_for

PROJECT = Path(__file__).parents[2]
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
pytestmark = [
    pytest.mark.release,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the packages are built by scripts for Linux"),
]
# A Debian package is installed on an overlay of this machine, which ends with the mount namespace.
ON_AN_OVERLAY = """
set -e
base=$1 package=$2
mount -t tmpfs tmpfs "$base"
mkdir "$base/upper" "$base/work" "$base/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" "$base/root"
mount -t proc proc "$base/root/proc"
mount --bind /dev "$base/root/dev"
mkdir -p "$base/root/root/new"
cp "$package" "$base/root/idecare.deb"
inside() { chroot "$base/root" env -i HOME=/root/new PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
inside dpkg -i /idecare.deb >/dev/null
inside idecare --version
inside idecare clean -n testcache >/dev/null
inside man -w idecare-clean
inside sh -c 'ls /usr/lib/idecare/idecare/__pycache__ | wc -l'
inside bash -c '. /usr/share/bash-completion/completions/idecare' || echo "no completion"
inside dpkg -r idecare >/dev/null
inside sh -c 'ls -d /usr/lib/idecare /usr/bin/idecare 2>/dev/null' || echo gone
"""


def run(*command: object, **environment: str) -> str:
    done = subprocess.run(
        list(map(str, command)),
        env={**os.environ, **environment},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dist")


@pytest.fixture(scope="module")
def tools(folder: Path) -> Path:
    """The programs of a virtual environment with what checks a release."""
    run(sys.executable, "-m", "venv", folder / "tools")
    run(folder / "tools/bin/pip", "install", "-q", "build", "twine")
    return folder / "tools" / "bin"


@pytest.fixture(scope="module")
def archives(folder: Path, tools: Path) -> list[Path]:
    run(tools / "python", "-m", "build", "--outdir", folder / "release", PROJECT)
    return sorted((folder / "release").iterdir())


@pytest.fixture(scope="module")
def single_file(folder: Path) -> Path:
    run(PROJECT / "packaging/single_file", folder / "idecare.pyz", PYTHON=sys.executable)
    return folder / "idecare.pyz"


def test_wheel_and_sdist_are_what_an_index_takes(archives: list[Path], tools: Path) -> None:
    assert [path.name for path in archives] == [
        f"idecare-{__version__}-py3-none-any.whl",
        f"idecare-{__version__}.tar.gz",
    ]
    assert run(tools / "twine", "check", "--strict", *archives).count("PASSED") == 2


@pytest.mark.parametrize("which", [0, 1], ids=["wheel", "sdist"])
def test_an_archive_installs_into_a_fresh_environment(archives: list[Path], tmp_path: Path, which: int) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "new")
    run(tmp_path / "new/bin/pip", "install", "-q", archives[which])
    for command in ([tmp_path / "new/bin/idecare"], [tmp_path / "new/bin/python", "-m", "idecare"]):
        assert run(*command, "--version") == f"idecare {__version__}\n"
    assert "balanced" in run(tmp_path / "new/bin/idecare", "profile", "list")
    assert (tmp_path / "new/share/man/man1/idecare-clean.1").exists()


@pytest.mark.parametrize("python", VERSIONS)
def test_the_single_file_cleans_undoes_and_purges_by_itself(single_file: Path, tmp_path: Path, python: str) -> None:
    program = sys.executable if python == "{}.{}".format(*sys.version_info) else shutil.which(f"python{python}")
    if program is None or subprocess.run([program, "-c", "import zlib"], check=False, capture_output=True).returncode:
        pytest.skip(f"there is no Python {python} here")
    cache = tmp_path / "cache"
    (cache / "00").mkdir(parents=True)
    (cache / "README").write_text("This directory holds cached build artifacts from the Go build system.\n")
    (cache / "trim.txt").write_text("1790000000")
    output = cache / "00" / f"00{'a' * 62}-d"
    output.write_bytes(b"output")
    surroundings = {"HOME": str(tmp_path), "GOCACHE": str(cache), "SHIV_ROOT": str(single_file.parent / "shiv")}
    assert run(program, single_file, "--version") == f"idecare {__version__}\n"
    run(program, single_file, "clean", "-y", "gocache", **surroundings)
    assert not output.exists()
    run(program, single_file, "undo", "-y", **surroundings)
    assert output.read_bytes() == b"output"
    run(program, single_file, "clean", "-y", "gocache", "--hold", "1s", **surroundings)
    assert wait_for(lambda: not any(cache.glob(".idecare-held/*")), timeout=60), "nothing was purged in the background"


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="there is no dpkg-deb here")
def test_the_debian_package_passes_lintian_and_comes_and_goes(folder: Path, tmp_path: Path) -> None:
    package = Path(run(PROJECT / "packaging/deb", folder).strip())
    if shutil.which("lintian"):
        assert run("lintian", "--fail-on", "error", package) == ""
    if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], check=False).returncode:
        pytest.skip("only root with mount namespaces can install it on an overlay")
    shown, manual, compiled, gone = run(
        "unshare", "-m", "bash", "-c", ON_AN_OVERLAY, "x", tmp_path, package
    ).splitlines()
    assert (shown, gone) == (f"idecare {__version__}", "gone")
    assert manual == "/usr/share/man/man1/idecare-clean.1.gz"
    assert int(compiled) > 1


def test_the_homebrew_formula_names_each_package_by_its_sum(folder: Path) -> None:
    formula = Path(run(sys.executable, PROJECT / "packaging/homebrew.py", folder).strip().splitlines()[-1])
    if shutil.which("ruby"):
        assert run("ruby", "-c", formula) == "Syntax OK\n"
    text = formula.read_text()
    urls, sums = (
        re.findall(r'^ +url "(https://\S+)"$', text, re.M),
        re.findall(r'^ +sha256 "([0-9a-f]{64})"$', text, re.M),
    )
    assert len(urls) == len(sums) == text.count("  resource ") + 1
    assert {"click", "psutil", "rich", "tomlkit", "watchdog", "javaproperties"} <= set(
        re.findall(r'resource "(\S+)"', text)
    )
