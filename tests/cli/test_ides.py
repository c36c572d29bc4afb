"""From words to IDEs: names and their relatives, versions in use, the newest, the one that is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idecare.cli import ides
from idecare.cli.ides import choose, ide_words
from idecare.core.errors import UsageError
from idecare.core.host import Host
from idecare.jetbrains.installs import installs
from tests.conftest import make_host
from tests.support.goland import add_install


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    """Three versions of GoLand, an IntelliJ IDEA, and settings of two of VS Code's family, none of this machine."""
    monkeypatch.setattr(
        ides, "installs", lambda host: [found for found in installs(host) if found.path.is_relative_to(tmp_path)]
    )
    add_install(tmp_path / "GoLand-a", "2025.3")
    add_install(tmp_path / "GoLand-b", "2026.1")
    add_install(tmp_path / "GoLand-old", "2024.1")
    add_install(tmp_path / "idea-IU", "2026.1")
    info = tmp_path / "idea-IU" / "product-info.json"
    values = {**json.loads(info.read_text()), "productCode": "IU", "dataDirectoryName": "IntelliJIdea2026.1"}
    info.write_text(json.dumps(values))
    for name in ("Code", "Cursor"):
        (tmp_path / ".config" / name / "User" / "globalStorage").mkdir(parents=True)
    return make_host("linux", home=tmp_path)


def selectors(host: Host, *words: str, version: str | None = None, all_versions: bool = False) -> list[str | None]:
    return sorted(str(found.selector) for found in choose(host, ide_words(words), version, all_versions).installs)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["GoLand"], ("goland",), id="case"),
        pytest.param(["code", "codium"], ("vscode", "vscodium"), id="commands"),
        pytest.param(["vscode", "code"], ("vscode",), id="once"),
    ],
)
def test_words_name_ides(words: list[str], expected: tuple[str, ...]) -> None:
    assert ide_words(words) == expected


def test_an_unknown_word_gets_a_near_one() -> None:
    with pytest.raises(UsageError, match="Did you mean 'goland'"):
        ide_words(["golang"])


def test_all_that_is_found_with_the_newest_version_of_each(host: Host) -> None:
    chosen = choose(host, ())
    assert sorted(str(found.selector) for found in chosen.installs) == ["GoLand2026.1", "IntelliJIdea2026.1"]
    assert sorted(data.product.product for data in chosen.instances) == ["cursor", "vscode"]
    assert sorted(str(found.selector) for found in chosen.skipped) == ["GoLand2024.1", "GoLand2025.3"]


def test_only_what_is_named(host: Host) -> None:
    chosen = choose(host, ide_words(["cursor"]))
    assert (chosen.installs, [data.product.product for data in chosen.instances]) == ((), ["cursor"])
    assert choose(host, ide_words(["goland"])).instances == ()


def test_every_version_or_the_one_named(host: Host) -> None:
    assert selectors(host, "goland", all_versions=True) == ["GoLand2024.1", "GoLand2025.3", "GoLand2026.1"]
    assert selectors(host, version="GoLand2025.3") == ["GoLand2025.3"]
    assert selectors(host, version="GoLand-old") == ["GoLand2024.1"]
    with pytest.raises(UsageError, match="no IDE is installed at"):
        choose(host, (), "GoLand2020.1")


def test_the_version_that_runs_comes_before_the_newest(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idecare.system.ide_owner.ide_owner", lambda ide, found: ide if "2025.3" in ide.name else None)
    assert selectors(host, "goland") == ["GoLand2025.3"]


def test_a_fork_that_no_table_has_is_named_by_its_folder(host: Host, tmp_path: Path) -> None:
    (tmp_path / ".config" / "Kiro" / "User" / "globalStorage").mkdir(parents=True)
    (tmp_path / ".config" / "Kiro" / "User" / "settings.json").write_text("{}")
    (found,) = choose(host, ide_words(["Kiro"], host)).instances
    assert found.path == tmp_path / ".config" / "Kiro"
    with pytest.raises(UsageError, match="there is no IDE 'kir'"):
        ide_words(["kir"], host)
