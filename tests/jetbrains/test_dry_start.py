"""A start is tried as it will be after the edits, on Linux and on a made-up macOS; nothing of the user's is written."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem, OSType

from idecare.changes.apply import Order, apply
from idecare.changes.journal import Journal
from idecare.changes.plan import Done, plan_files
from idecare.changes.undo import undo_entry
from idecare.configure.machine import Machine
from idecare.configure.plan import parse_overrides, plan_configure
from idecare.configure.profile_file import find_profile
from idecare.core.errors import UsageError
from idecare.core.host import Host
from idecare.core.locations import Runtime
from idecare.jetbrains.config_files import inspect_jetbrains
from idecare.jetbrains.installs import installs
from idecare.jetbrains.jvm import Accepted, AcceptedWithWarnings, NotRunnable, Refused, Verdict
from idecare.jetbrains.jvm.dry_start import JvmMemory, launch_after, prove
from idecare.jetbrains.launcher import Launch
from idecare.jetbrains.launcher.files import Option
from idecare.jetbrains.launcher.options import EffectiveOptions
from idecare.jetbrains.runtime_choice import bundle_of, find_runtime, names_of, plan_reset, plan_use
from tests.conftest import make_host
from tests.support.launcher import DIST_TEXT, INSTALLS, USERS, descriptor

BUNDLE = INSTALLS["macos"]
CONFIG = f"{USERS['macos']}/Library/Application Support/JetBrains/GoLand2026.1"
ZGC = find_profile("zgc", make_host("linux"))  # read before the file system is a fake one
ORDER = Order(("idecare", "configure"), Path("/"), datetime(2026, 11, 22, 12, tzinfo=UTC))


@pytest.fixture
def mac(fs: FakeFilesystem, monkeypatch: pytest.MonkeyPatch) -> Host:
    """A Mac with a GoLand and its runtime, of which every option list is accepted."""
    fs.os = OSType.MACOS
    fs.create_dir(USERS["macos"])
    info = {**json.loads(descriptor("macos")), "name": "GoLand", "version": "2026.1"}
    fs.create_file(f"{BUNDLE}/Contents/Resources/product-info.json", contents=json.dumps(info))
    fs.create_file(f"{BUNDLE}/Contents/bin/goland.vmoptions", contents=DIST_TEXT)
    home = f"{BUNDLE}/Contents/jbr/Contents/Home"
    fs.create_file(f"{home}/bin/java", st_mode=0o100755)
    release = 'IMPLEMENTOR="JetBrains s.r.o."\nJAVA_VERSION="21.0.8"\nOS_ARCH="aarch64"\n'
    fs.create_file(f"{home}/release", contents=release)
    monkeypatch.setattr("idecare.jetbrains.jvm.start.dry_run", accept)
    return make_host("macos", home=USERS["macos"])


def accept(host: Host, home: Path, options: tuple[Option, ...]) -> Verdict:
    return Accepted()


def test_on_a_mac_the_file_that_the_launcher_reads_is_written_and_taken_back(mac: Host) -> None:
    (install,) = installs(mac)
    machine = Machine("macos", "arm64", 32 << 30)
    targets = [inspect_jetbrains(mac, install)]
    (planned,) = plan_configure(targets, ZGC, parse_overrides(), machine)
    (edit,) = planned.edits
    assert str(edit.path) == f"{CONFIG}/goland.vmoptions"
    proof = prove(mac, install.path, {edit.path: edit.after})
    assert isinstance(proof.verdict, Accepted)
    assert "-XX:+UseZGC" in [option.text for option in proof.options]

    journal = Journal(mac.own.state)
    entry, (outcome,) = apply(plan_files(planned.edits), journal, ORDER)
    assert isinstance(outcome, Done)
    assert entry is not None
    assert "-XX:+ZGenerational" in edit.path.read_text()
    (again,) = plan_configure([inspect_jetbrains(mac, install)], ZGC, parse_overrides(), machine)
    assert again.edits == ()
    assert prove(mac, install.path, {}).remembered

    (undone,) = undo_entry(journal, entry.id, frozenset(), lambda record: ())
    assert (undone.state, edit.path.exists()) == ("restored", False)


def test_the_start_as_it_will_be_names_the_real_file(mac: Host) -> None:
    file = Path(f"{CONFIG}/goland.vmoptions")
    launch = launch_after(mac, Path(BUNDLE), {file: b"-Dmine=1\n"})
    assert isinstance(launch, Launch)
    assert isinstance(launch.options, EffectiveOptions)
    assert Option("-Dmine=1", str(file), 1) in launch.options.options
    assert f"-Djb.vmOptionsFile={file}" in launch.options.texts
    assert not file.exists()
    assert not list(mac.own.cache.glob("proof-*"))


def test_a_runtime_is_tried_before_it_is_written(mac: Host, fs: FakeFilesystem) -> None:
    fs.create_file("/Library/Java/other.jdk/Contents/Home/bin/java", st_mode=0o100755)
    (install,) = installs(mac)
    edit = plan_use(mac, install, Path("/Library/Java/other.jdk"))
    assert edit is not None
    assert (str(edit.path), edit.after) == (f"{CONFIG}/goland.jdk", b"/Library/Java/other.jdk\n")
    runtime = prove(mac, install.path, {edit.path: edit.after}).runtime
    assert runtime is not None
    assert (str(runtime.named), runtime.via) == ("/Library/Java/other.jdk", "goland.jdk")
    assert not edit.path.exists()


def test_a_reset_is_tried_with_the_bundled_runtime(mac: Host, fs: FakeFilesystem) -> None:
    (install,) = installs(mac)
    assert plan_reset(mac, install) is None
    fs.create_file(f"{CONFIG}/goland.jdk", contents="/dev/null/gone\n")
    edit = plan_reset(mac, install)
    assert edit is not None
    runtime = prove(mac, install.path, {edit.path: edit.after}).runtime
    assert runtime is not None
    assert (str(runtime.named), runtime.via) == (f"{BUNDLE}/Contents/jbr", "jbr")


def test_on_a_mac_the_bundle_is_named(mac: Host) -> None:
    assert bundle_of(mac, Path("/L/jbr/Contents/Home")) == Path("/L/jbr")
    assert bundle_of(make_host("linux"), Path("/L/jbr")) == Path("/L/jbr")
    runtime = Runtime(Path("/L/jbr-21/Contents/Home"), "", "21.0.8", "JetBrains", "JBR-21.0.8-jcef")
    assert names_of(mac, runtime) == ("jbr-21", "JBR-21.0.8-jcef", "21.0.8", "21")
    assert find_runtime(mac, "jbr-21", [runtime]) == Path("/L/jbr-21")


def test_a_folder_that_is_not_there_is_no_runtime(mac: Host) -> None:
    with pytest.raises(UsageError, match="there is no folder /nowhere/jbr"):
        find_runtime(mac, "/nowhere/jbr", [])


HOST = make_host("linux")
OPTIONS = (Option("-ea", "/dist", 1), Option("-XX:+Odd", "/user", 1), Option("-Xmx1g", "/user", 2))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "jbr"
    (folder / "lib" / "server").mkdir(parents=True)
    (folder / "release").write_text("release")
    (folder / "lib" / "server" / "libjvm.so").write_text("library")
    return folder


@pytest.fixture
def memory(tmp_path: Path) -> JvmMemory:
    return JvmMemory(tmp_path / "cache", Path("/opt/goland"))


def remember(memory: JvmMemory, home: Path, verdict: Verdict) -> None:
    record = memory.record(HOST, home, OPTIONS, verdict)
    assert record is not None
    memory.folder.mkdir(exist_ok=True)
    memory.file(home).write_bytes(record)


@pytest.mark.parametrize(
    "verdict",
    [
        pytest.param(Accepted(), id="accepted"),
        pytest.param(Accepted(ignored=OPTIONS[1:2], left_out=OPTIONS[:1]), id="with ignored ones"),
        pytest.param(AcceptedWithWarnings(("OpenJDK warning",), ignored=OPTIONS[1:2]), id="with warnings"),
    ],
)
def test_an_acceptance_comes_back_as_it_was(memory: JvmMemory, home: Path, verdict: Verdict) -> None:
    remember(memory, home, verdict)
    assert memory.recall(HOST, home, OPTIONS) == verdict


@pytest.mark.parametrize("verdict", [Refused("no", ()), NotRunnable("hangs", "no answer")])
def test_a_refusal_is_not_remembered(memory: JvmMemory, home: Path, verdict: Verdict) -> None:
    assert memory.record(HOST, home, OPTIONS, verdict) is None


def test_other_options_or_another_order_are_another_question(memory: JvmMemory, home: Path) -> None:
    remember(memory, home, Accepted())
    assert memory.recall(HOST, home, OPTIONS[:2]) is None
    assert memory.recall(HOST, home, OPTIONS[::-1]) is None


@pytest.mark.parametrize("file", ["release", "lib/server/libjvm.so"])
def test_a_runtime_that_was_updated_is_another(memory: JvmMemory, home: Path, file: str) -> None:
    remember(memory, home, Accepted())
    os.utime(home / file, ns=(1, 1))
    assert memory.recall(HOST, home, OPTIONS) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"key": []}', b"\xff"])
def test_a_broken_file_is_no_memory(memory: JvmMemory, home: Path, content: bytes) -> None:
    remember(memory, home, Accepted())
    memory.file(home).write_bytes(content)
    assert memory.recall(HOST, home, OPTIONS) is None
