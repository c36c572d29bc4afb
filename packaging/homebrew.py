"""Writes a Homebrew formula for the sdist of this checkout: python packaging/homebrew.py [FOLDER]

Each package that idecare needs is a resource: its source archive on PyPI, with the SHA-256 of the index.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

PROJECT = Path(__file__).resolve().parent.parent
SIMPLE = "application/vnd.pypi.simple.v1+json"  # PEP 691
SOURCE = "https://files.pythonhosted.org/packages/source/{letter}/{name}/{file}"
FORMULA = """\
class Idecare < Formula
  include Language::Python::Virtualenv

  desc "Care for the caches and the configuration of Go IDEs"
  homepage "https://pypi.org/project/idecare/"
  url "{url}"
  sha256 "{sha256}"
  license "MIT"

  depends_on "python@3.13"

{resources}

  def install
    virtualenv_install_with_resources
    generate_completions_from_executable(bin/"idecare", "completion")
  end

  test do
    assert_match version.to_s, shell_output("#{{bin}}/idecare --version")
    (testpath/"cache/README").write "This directory holds cached build artifacts from the Go build system.\\n"
    ENV["GOCACHE"] = testpath/"cache"
    assert_match "gocache", shell_output("#{{bin}}/idecare clean -n gocache")
  end
end
"""
RESOURCE = """\
  resource "{name}" do
    url "{url}"
    sha256 "{sha256}"
  end"""


def main() -> None:
    folder = Path(sys.argv[1]) if sys.argv[1:] else PROJECT / "dist"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        pip = new_pip(Path(work))
        run(*pip, "install", "--quiet", "build")
        run(pip[0], "-m", "build", "--sdist", "--outdir", str(folder), str(PROJECT))
        needed = requirements(pip)
        index = run(*pip, "config", "get", "global.index-url", check=False).strip() or "https://pypi.org/simple"
    sdist = max(folder.glob("idecare-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    resources = "\n\n".join(RESOURCE.format(name=name, **source(index, name, version)) for name, version in needed)
    sha256 = hashlib.sha256(sdist.read_bytes()).hexdigest()
    formula = FORMULA.format(url=source_url("idecare", sdist.name), sha256=sha256, resources=resources)
    (folder / "idecare.rb").write_text(formula)
    print(folder / "idecare.rb")


def new_pip(work: Path) -> tuple[str, ...]:
    run(sys.executable, "-m", "venv", str(work / "venv"))
    return (str(work / "venv/bin/python"), "-m", "pip")


def run(*command: str, check: bool = True) -> str:
    return subprocess.run(command, check=check, text=True, stdout=subprocess.PIPE).stdout


def requirements(pip: tuple[str, ...]) -> list[tuple[str, str]]:
    """Name and version of all that an install of this checkout brings, in order."""
    report = run(*pip, "install", "--quiet", "--dry-run", "--ignore-installed", "--report", "-", str(PROJECT))
    found = [(item["metadata"]["name"], item["metadata"]["version"]) for item in json.loads(report)["install"]]
    return sorted((name.lower(), version) for name, version in found if name != "idecare")


def source(index: str, name: str, version: str) -> dict[str, str]:
    """Where the source archive of a release is, and its SHA-256."""
    request = urllib.request.Request(urljoin(f"{index.rstrip('/')}/", f"{name}/"), headers={"Accept": SIMPLE})
    with urllib.request.urlopen(request) as answer:
        files = json.load(answer)["files"]
    file = next(file for file in files if file["filename"].lower().replace("-", "_") == archive(name, version))
    return {"url": source_url(name, file["filename"]), "sha256": file["hashes"]["sha256"]}


def archive(name: str, version: str) -> str:
    return f"{name}_{version}.tar.gz".replace("-", "_")


def source_url(name: str, file: str) -> str:
    return SOURCE.format(letter=name[0], name=name, file=file)


if __name__ == "__main__":
    main()
