from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem

from idecare.changes.plan import WriteFile
from idecare.configure.configured import Configured
from idecare.configure.machine import Machine
from idecare.configure.plan import parse_overrides, plan_configure
from idecare.configure.profile import GIB, Heap, JvmOption, Kept, Profile, PropertyValue, Range, When
from idecare.configure.profile_file import find_profile
from idecare.core.errors import UsageError
from idecare.core.host import Host
from idecare.core.locations import Install
from idecare.golang.delve import Fault, Verdict
from idecare.jetbrains.config_files import JetbrainsTarget, inspect_jetbrains
from idecare.jetbrains.launcher.options import EffectiveOptions
from tests.conftest import make_host
from tests.support.launcher import build, descriptor
from tests.support.programs import elf

MACHINE = Machine("linux", "amd64", 16 * GIB)
ZGC = "-XX:+UseZGC"
DIST = "-Xms128m\n-Xmx2048m\n-XX:ReservedCodeCacheSize=512m\n-ea\n"
NAME = "goland64.vmoptions"
AMD64, ARM64 = 62, 183


class Computer:
    """A GoLand on a real Linux file system; ``jbr`` is the major of its own runtime."""

    def __init__(self, base: Path, jbr: int = 21, user: str | bytes | None = None, dist: str = DIST) -> None:
        self.base, self.home, self.install = base, base / "home", base / "GoLand"
        self.config = self.home / ".config" / "JetBrains" / "GoLand2026.1"
        self.environment: dict[str, str] = {}
        for folder in (self.config, self.install / "bin", self.install / "jbr" / "bin"):
            folder.mkdir(parents=True)
        (self.install / "product-info.json").write_text(descriptor("linux"))
        (self.install / "bin" / NAME).write_text(dist)
        java = self.install / "jbr" / "bin" / "java"
        java.touch(mode=0o755)
        (self.install / "jbr" / "release").write_text(f'JAVA_VERSION="{jbr}.0.3"\nOS_ARCH="x86_64"\n')
        if user is not None:
            (self.config / NAME).write_bytes(user if isinstance(user, bytes) else user.encode())

    @property
    def host(self) -> Host:
        return make_host(environment=self.environment, home=self.home)

    @property
    def target(self) -> JetbrainsTarget:
        launcher = self.install / "bin" / "goland"
        install = Install("jetbrains", "goland", self.install, "/opt", binary=launcher, selector="GoLand2026.1")
        return inspect_jetbrains(self.host, install)

    def plan(
        self,
        profile: str | Profile | None = None,
        *jvm: str,
        sets: tuple[str, ...] = (),
        unsets: tuple[str, ...] = (),
    ) -> Configured:
        found = find_profile(profile, self.host) if isinstance(profile, str) else profile
        (configured,) = plan_configure([self.target], found, parse_overrides(sets, jvm, unsets), MACHINE)
        return configured

    def write(self, configured: Configured) -> None:
        for edit in configured.edits:
            edit.real_path.write_bytes(edit.after)


def text(configured: Configured) -> str:
    (edit,) = configured.edits
    return edit.after.decode()


def refusal(configured: Configured) -> str:
    assert configured.skip is not None
    assert (configured.skip.kind, configured.edits) == ("refused", ())
    return f"{configured.skip.code}: {configured.skip.reason}"


@pytest.mark.parametrize(
    ("jbr", "user", "expected"),
    [
        pytest.param(17, "-XX:+UseG1GC\n", "-XX:+UseZGC\n", id="17: nothing with it"),
        pytest.param(21, "-XX:+UseG1GC\n", "-XX:+UseZGC\n-XX:+ZGenerational\n", id="21: generational"),
        pytest.param(25, "-XX:+UseZGC\n-XX:+ZGenerational\n", "-XX:+UseZGC\n", id="25: the old mode's flag goes"),
        pytest.param(
            21,
            "# mine\n-XX:+UseG1GC\n-ea\n-XX:+UseParallelGC",
            "# mine\n-ea\n-XX:+UseZGC\n-XX:+ZGenerational",
            id="of two collectors one stays",
        ),
        pytest.param(21, "-ea\r\n", "-ea\r\n-XX:+UseZGC\r\n-XX:+ZGenerational\r\n", id="line ends stay"),
    ],
)
def test_zgc_is_set_as_the_runtime_needs_it(tmp_path: Path, jbr: int, user: str, expected: str) -> None:
    assert text(Computer(tmp_path, jbr, user).plan(None, "-XX:+UseZGC")) == expected


@pytest.mark.parametrize("jbr", [17, 21, 25])
@pytest.mark.parametrize("name", ["balanced", "zgc", "low-memory", "large-module", "arm64"])
def test_planning_on_the_result_gives_nothing_to_do(tmp_path: Path, name: str, jbr: int) -> None:
    computer = Computer(tmp_path, jbr, "# mine\n-Xmx1g\n-XX:+UseParallelGC\n")
    computer.write(computer.plan(name))
    again = computer.plan(name)
    assert again.edits == ()
    assert again.skip is not None
    assert (again.skip.kind, again.skip.code, again.skip.reason) == ("absent", "same", "nothing to do")


def test_what_the_install_says_already_is_not_repeated(tmp_path: Path) -> None:
    assert Computer(tmp_path).plan(None, "-XX:ReservedCodeCacheSize=512m", "-Xmx2g").edits == ()


def test_a_new_file_is_made_where_the_launcher_looks(tmp_path: Path) -> None:
    computer = Computer(tmp_path)
    (edit,) = computer.plan(None, "-Xmx3g").edits
    assert (edit.path, edit.before, edit.after) == (computer.config / NAME, None, b"-Xmx3g\n")
    assert edit.why_this_file == "there is none yet; this is the last place that the launcher searches"


def test_a_change_says_what_it_was_why_and_who_asked(tmp_path: Path) -> None:
    profile = Profile("p", "d", "team.toml", jvm=(JvmOption("-Xss4m", "deep recursion"),))
    (edit,) = Computer(tmp_path, user="-Xss2m\n").plan(profile, "-ea", "-Xmx3g").edits
    seen = [(change.key, change.before, change.after, change.reason, change.source) for change in edit.changes]
    assert seen == [
        ("-Xss", "-Xss2m", "-Xss4m", "deep recursion", "team.toml"),
        ("-Xmx", None, "-Xmx3g", "asked for", "--jvm"),
    ]


def test_the_command_line_beats_the_profile(tmp_path: Path) -> None:
    profile = Profile("p", "d", "p", jvm=(JvmOption("-Xmx4g", "w"), JvmOption("-XX:+UseZGC", "w")))
    assert text(Computer(tmp_path).plan(profile, "-Xmx5g", "-XX:+UseG1GC")) == "-Xmx5g\n-XX:+UseG1GC\n"


def test_values_whose_condition_does_not_hold_are_left_out(tmp_path: Path) -> None:
    profile = Profile(
        "p",
        "d",
        "p",
        jvm=(
            JvmOption("-Xmx3g", "w", when=When(jbr=Range(25, None))),
            JvmOption("-Xss2m", "w", when=When(os=("linux",))),
        ),
    )
    assert text(Computer(tmp_path, jbr=21).plan(profile)) == "-Xss2m\n"


@pytest.mark.parametrize(
    ("option", "kept", "user", "is_kept"),
    [
        pytest.param(Heap(0.1, 2 * GIB, 2 * GIB), "larger", "-Xmx6g\n", True, id="a larger heap"),
        pytest.param(Heap(0.1, 2 * GIB, 2 * GIB), "larger", "-Xmx1g\n", False, id="a smaller heap grows"),
        pytest.param(Heap(0.1, 2 * GIB, 2 * GIB), "smaller", "-Xmx1g\n", True, id="a smaller heap"),
        pytest.param(Heap(0.1, 2 * GIB, 2 * GIB), "smaller", "-Xmx6g\n", False, id="a larger heap is made smaller"),
        pytest.param(Heap(0.1, 2 * GIB, 2 * GIB), None, "-Xmx6g\n", False, id="any heap is replaced"),
        pytest.param("-XX:SoftRefLRUPolicyMSPerMB=10", "smaller", "-XX:SoftRefLRUPolicyMSPerMB=0\n", True, id="none"),
        pytest.param("-XX:SoftRefLRUPolicyMSPerMB=10", "smaller", "", False, id="nothing there"),
        pytest.param("-XX:ReservedCodeCacheSize=1g", None, "-XX:ReservedCodeCacheSize=1G\n", True, id="same, 1G"),
        pytest.param("-XX:ReservedCodeCacheSize=1g", None, "-XX:ReservedCodeCacheSize=1024m\n", True, id="same, 1024m"),
        pytest.param("-Dname=1g", None, "-Dname=1024m\n", False, id="a property is a text"),
    ],
)
def test_which_sizes_of_the_user_stay(
    tmp_path: Path, option: str | Heap, kept: Kept | None, user: str, is_kept: bool
) -> None:
    profile = Profile("p", "d", "p", jvm=(JvmOption(option, "w", kept=kept),))
    assert bool(Computer(tmp_path, user=user).plan(profile).edits) is not is_kept


def test_an_option_is_taken_out(tmp_path: Path) -> None:
    profile = Profile("p", "d", "p", jvm=(JvmOption("-Xss", "w", unset=True),))
    configured = Computer(tmp_path, user="-Xss2m\n-ea\n-Xss4m\n").plan(profile)
    assert text(configured) == "-ea\n"
    assert [change.after for change in configured.edits[0].changes] == [None]


@pytest.mark.parametrize(
    ("user", "jvm", "reason"),
    [
        pytest.param(b"-Xmx2g\n-D\0\n", "-Xmx3g", "line 2 holds a NUL character, so the launcher ignores", id="NUL"),
        pytest.param(b"-ea\n-D\xff\n", "-Xmx3g", "line 2 is not UTF-8, so the launcher does not start", id="not UTF-8"),
        pytest.param(b"-ea\n", "-Xms4g", "larger heap than -Xmx2048m allows", id="-Xms over the install's -Xmx"),
        pytest.param(b"-XX:+UseG1GC\n-XX:+UseZGC\n", "-Xmx3g", "more than one collector", id="two collectors"),
        pytest.param(b"", "-Dname=\xe9", "is not plain ASCII", id="not ASCII"),
    ],
)
def test_what_would_not_start_is_refused(tmp_path: Path, user: bytes, jvm: str, reason: str) -> None:
    computer = Computer(tmp_path, user=user)
    assert reason in refusal(computer.plan(None, jvm))


def test_a_refusal_names_file_and_line(tmp_path: Path) -> None:
    computer = Computer(tmp_path, user="# mine\n-XX:+UseG1GC\n-XX:+UseZGC\n")
    assert f"{computer.config / NAME}:2" in refusal(computer.plan(None, "-Xmx3g"))


@pytest.mark.parametrize(
    ("major", "profile", "jvm", "before", "after"),
    [
        pytest.param(21, None, ("-Xmx3g",), "-Xms4g\n", "-Xms3g\n-Xmx3g\n", id="an initial heap above the limit"),
        pytest.param(21, None, ("-Xmx3g",), "-Xms1g\n", "-Xms1g\n-Xmx3g\n", id="one below it stays"),
        pytest.param(21, None, ("-Xmx3g", "-Xms2g"), "-Xms4g\n", "-Xms2g\n-Xmx3g\n", id="both named"),
        pytest.param(17, None, (ZGC,), "-XX:LargePageSizeInBytes=4m\n", f"{ZGC}\n", id="pages that ZGC refuses"),
        pytest.param(
            17, None, (ZGC,), "-XX:LargePageSizeInBytes=2m\n", f"-XX:LargePageSizeInBytes=2m\n{ZGC}\n", id="its own"
        ),
    ],
)
def test_partners_go_together(
    tmp_path: Path, major: int, profile: str | None, jvm: tuple[str, ...], before: str, after: str
) -> None:
    assert text(Computer(tmp_path, major, before).plan(profile, *jvm)) == after


@pytest.mark.parametrize("name", ["balanced", "large-module", "zgc"])
def test_what_the_user_raised_is_not_lowered(tmp_path: Path, name: str) -> None:
    computer = Computer(tmp_path, user="-Xmx14g\n-XX:ReservedCodeCacheSize=1500m\n")
    changes = [change.key for edit in computer.plan(name).edits for change in edit.changes]
    assert not {"-Xmx", "-XX:ReservedCodeCacheSize"} & set(changes)


def test_the_profile_that_saves_memory_does_not_raise_what_the_user_lowered(tmp_path: Path) -> None:
    lowered = "-Xmx600m\n-XX:ReservedCodeCacheSize=128m\n-XX:SoftRefLRUPolicyMSPerMB=0\n"
    computer = Computer(tmp_path, user=lowered)
    assert [change.key for edit in computer.plan("low-memory").edits for change in edit.changes] == []


def test_the_profile_that_saves_memory_lowers_with_the_reason(tmp_path: Path) -> None:
    (edit,) = Computer(tmp_path, user="-Xmx14g\n-XX:ReservedCodeCacheSize=1500m\n").plan("low-memory").edits
    lowered = {change.key: change for change in edit.changes}
    assert lowered["-XX:ReservedCodeCacheSize"].after == "-XX:ReservedCodeCacheSize=240m"
    assert "less compiled code" in lowered["-XX:ReservedCodeCacheSize"].reason


def test_collectors_that_this_java_no_longer_has_are_no_choice(tmp_path: Path) -> None:
    """Under -XX:+IgnoreUnrecognizedVMOptions, which the launcher sets, the JVM starts without either."""
    computer = Computer(tmp_path, jbr=21, user="-Xmx3g\n-XX:+UseConcMarkSweepGC\n-XX:+UseParNewGC\n")
    planned = computer.plan(None, "-Xmx4g")
    assert text(planned).startswith("-Xmx4g\n")
    assert [note for note in planned.notes if "ignores it" in note] != []


def test_a_collector_of_a_variable_cannot_be_replaced(tmp_path: Path) -> None:
    computer = Computer(tmp_path)
    computer.environment = {"IJ_JAVA_OPTIONS": "-XX:+UseG1GC"}
    assert "more than one collector" in refusal(computer.plan(None, "-XX:+UseZGC"))


def test_what_a_variable_says_afterwards_is_told(tmp_path: Path) -> None:
    computer = Computer(tmp_path)
    computer.environment = {"IJ_JAVA_OPTIONS": "-Xmx5g"}
    assert "-Xmx3g has no effect: IJ_JAVA_OPTIONS has -Xmx5g after it" in computer.plan(None, "-Xmx3g").notes


def test_a_runtime_of_another_architecture_is_refused(tmp_path: Path) -> None:
    computer = Computer(tmp_path)
    (computer.install / "bin" / "goland").write_bytes(elf(AMD64))
    library = computer.install / "jbr" / "lib" / "server" / "libjvm.so"
    library.parent.mkdir(parents=True)
    library.write_bytes(elf(ARM64))
    assert "built for arm64 and GoLand2026.1 for amd64: it does not start" in refusal(computer.plan("balanced"))


def test_zgc_needs_a_runtime_to_be_known(tmp_path: Path) -> None:
    computer = Computer(tmp_path)
    (computer.install / "jbr" / "bin" / "java").unlink()
    assert refusal(computer.plan("zgc")).startswith("no-runtime: ")


def test_a_java_without_zgc_is_refused(tmp_path: Path) -> None:
    assert "Java 11 has no ZGC" in refusal(Computer(tmp_path, jbr=11).plan("zgc"))


def test_an_install_that_cannot_start_is_refused(tmp_path: Path) -> None:
    computer = Computer(tmp_path)
    (computer.install / "product-info.json").write_text("{}")
    assert refusal(computer.plan("balanced")).startswith("no-start: ")


def test_a_link_into_a_place_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    target = Computer(tmp_path).target
    assert target.options_file is not None
    locked = replace(
        target, options_file=replace(target.options_file, problem="it is a link to /nix/x, which may not be written")
    )
    (configured,) = plan_configure([locked], None, parse_overrides((), ("-Xmx3g",)), MACHINE)
    assert "/nix/x" in refusal(configured)


def test_the_file_that_a_variable_names_wins_and_says_so(tmp_path: Path) -> None:
    computer = Computer(tmp_path, user="-Xmx1g\n")
    (tmp_path / "own.vmoptions").write_text("-Xmx2g\n")
    computer.environment = {"GOLAND_VM_OPTIONS": str(tmp_path / "own.vmoptions")}
    (edit,) = computer.plan(None, "-Xmx3g").edits
    assert (edit.path, edit.after) == (tmp_path / "own.vmoptions", b"-Xmx3g\n")
    assert edit.why_this_file.startswith("GOLAND_VM_OPTIONS names it")
    assert edit.why_this_file.endswith(f"never read: {computer.config / NAME}")


def test_the_file_beside_the_install_wins_over_the_config_folder(tmp_path: Path) -> None:
    computer = Computer(tmp_path, user="-Xmx1g\n")
    (tmp_path / "GoLand.vmoptions").write_text("-Xmx2g\n")
    (edit,) = computer.plan(None, "-Xmx3g").edits
    assert edit.path == tmp_path / "GoLand.vmoptions"
    assert "next to the install" in edit.why_this_file


def test_a_file_of_another_systems_name_is_named_as_never_read(tmp_path: Path) -> None:
    computer = Computer(tmp_path)
    (computer.config / "goland.vmoptions").write_text("-Xmx8g\n")
    configured = computer.plan(None, "-Xmx3g")
    assert configured.edits[0].path.name == NAME
    assert any("goland.vmoptions is never read here" in note for note in configured.notes)


def test_a_link_is_followed_to_the_file_that_is_replaced(tmp_path: Path) -> None:
    computer = Computer(tmp_path)
    (tmp_path / "dotfiles").write_text("-Xmx2g\n")
    (computer.config / NAME).symlink_to(tmp_path / "dotfiles")
    (edit,) = computer.plan(None, "-Xmx3g").edits
    assert (edit.path, edit.real_path) == (computer.config / NAME, tmp_path / "dotfiles")


def test_a_running_ide_takes_it_at_its_next_start(tmp_path: Path) -> None:
    target = replace(Computer(tmp_path).target, is_running=True)
    (configured,) = plan_configure([target], None, parse_overrides((), ("-Xmx3g",)), MACHINE)
    assert "GoLand2026.1 is running: this takes effect at its next start" in configured.notes
    assert configured.edits


def test_the_list_after_the_edit_is_the_launchers_own(tmp_path: Path) -> None:
    """What is judged before is what the launcher makes of the file once it is written."""
    from idecare.configure.vmoptions import options_after

    computer = Computer(tmp_path, user="-XX:+UseParallelGC\n-Xss2m\n", dist=f"{DIST}-XX:+UseG1GC\n")
    computer.environment = {"IJ_JAVA_OPTIONS": "-Dx=1"}
    launch = computer.target.launch
    after = "-Xmx3g\n-XX:MaxRAMPercentage=50\n"
    predicted = options_after(options(computer), str(computer.config / NAME), after)
    (computer.config / NAME).write_text(after)
    assert launch
    assert predicted == options(computer).options


def options(computer: Computer) -> EffectiveOptions:
    launch = computer.target.launch
    found = getattr(launch, "options", None)
    assert isinstance(found, EffectiveOptions)
    return found


def properties_edit(configured: Configured) -> WriteFile:
    return next(edit for edit in configured.edits if edit.path.name == "idea.properties")


def test_an_option_is_unset_and_what_the_install_has_is_said_to_stay(tmp_path: Path) -> None:
    computer = Computer(tmp_path, user="# mine\n-Xmx3g\n-Dmine=1\n-XX:+UseG1GC\n")
    configured = computer.plan(None, unsets=("-Xmx", "-Dmine", "-XX:SoftRefLRUPolicyMSPerMB"))
    (edit,) = configured.edits
    assert edit.after == b"# mine\n-XX:+UseG1GC\n"
    assert [(change.key, change.before, change.after, change.source) for change in edit.changes] == [
        ("-Xmx", "-Xmx3g", None, "--unset"),
        ("-Dmine", "-Dmine=1", None, "--unset"),
    ]
    assert [note for note in configured.notes if note.startswith("-Xmx2048m stays in force: ")]


def test_a_property_is_unset(tmp_path: Path) -> None:
    computer = Computer(tmp_path)
    (computer.config / "idea.properties").write_text("# mine\ndlv.path=/old\n")
    assert properties_edit(computer.plan(None, unsets=("dlv.path",))).after == b"# mine\n"
    assert computer.plan(None, unsets=("idea.log.path",)).edits == ()


@pytest.mark.parametrize(
    ("word", "text"), [("9000", "9000"), ('"9000"', "9000"), ("true", "true"), ("a b", "a b"), ('"a', '"a')]
)
def test_a_property_is_given_as_json_or_as_text(tmp_path: Path, word: str, text: str) -> None:
    configured = Computer(tmp_path).plan(None, sets=(f"idea.max.intellisense.filesize={word}",))
    assert properties_edit(configured).after == f"idea.max.intellisense.filesize={text}\n".encode()


def test_a_property_that_a_vm_option_beats_is_said_to_have_no_effect(tmp_path: Path) -> None:
    computer = Computer(tmp_path, user="-Didea.max.intellisense.filesize=1\n")
    (note,) = computer.plan(None, sets=("idea.max.intellisense.filesize=5000",)).notes
    assert note.startswith("idea.max.intellisense.filesize has no effect: ")
    assert f"{computer.config / NAME}:1" in note


def test_the_property_file_that_a_vm_option_names_is_the_first(tmp_path: Path) -> None:
    file = tmp_path / "own.properties"
    file.write_text("idea.log.path=/a\n")
    computer = Computer(tmp_path, user=f"-Didea.properties.file={file}\n")
    assert properties_edit_path(computer.plan(None, sets=("idea.log.path=/b",))) == file


def properties_edit_path(configured: Configured) -> Path:
    (edit,) = configured.edits
    return edit.path


def test_dlv_path_is_written_when_asked(tmp_path: Path) -> None:
    computer = Computer(tmp_path)
    (computer.config / "idea.properties").write_text("# mine\nidea.log.path=/logs\n")
    edit = properties_edit(computer.plan(None, sets=("dlv.path=/opt/dlv",)))
    assert edit.after == b"# mine\nidea.log.path=/logs\ndlv.path=/opt/dlv\n"
    assert edit.changes[0].source == "--set"


def test_a_dlv_that_would_not_debug_here_is_refused_unless_forced(tmp_path: Path) -> None:
    wrong = Verdict(
        Path("/old/dlv"), "--set", (Fault("architecture", "/old/dlv is built for arm64"),), fix="go install"
    )
    machine = replace(MACHINE, verdicts={wrong.path: wrong})
    target = Computer(tmp_path).target
    asked, forced = (parse_overrides(("dlv.path=/old/dlv",), force=force) for force in (False, True))
    assert asked.delves == (Path("/old/dlv"),)
    assert refusal(plan_configure([target], None, asked, machine)[0]).startswith("wrong-delve: /old/dlv is built for")
    assert plan_configure([target], None, forced, machine)[0].edits


def test_the_properties_file_that_has_the_key_first_is_edited(tmp_path: Path) -> None:
    computer = Computer(tmp_path)
    (computer.config / "idea.properties").write_text("a=1\n")
    (computer.home / "idea.properties").write_text("dlv.path=/old\n")
    edit = properties_edit(computer.plan(None, sets=("dlv.path=/new",)))
    assert (edit.path, edit.after) == (computer.home / "idea.properties", b"dlv.path=/new\n")
    assert "the first that has dlv.path decides" in edit.why_this_file


def test_a_property_is_taken_out(tmp_path: Path) -> None:
    computer = Computer(tmp_path)
    (computer.config / "idea.properties").write_text("dlv.path=/old\na=1\n")
    profile = Profile("p", "d", "p", properties=(PropertyValue("dlv.path", None, "w"),))
    assert properties_edit(computer.plan(profile)).after == b"a=1\n"


def test_a_properties_file_that_the_ide_skips_is_refused(tmp_path: Path) -> None:
    computer = Computer(tmp_path)
    (computer.config / "idea.properties").write_bytes(b"a=1\nb=\xff\n")
    assert "line 2 is not UTF-8" in refusal(computer.plan(None, sets=("dlv.path=/x",)))


@pytest.mark.parametrize(
    ("sets", "jvm", "message"),
    [
        pytest.param(("go.useLanguagServer=true",), (), "Did you mean 'go.useLanguageServer'?", id="setting"),
        pytest.param(("idea.config.pth=/x",), (), "Did you mean 'idea.config.path'?", id="property"),
        pytest.param(("go.delvePath=/x",), (), "Use go.alternateTools/dlv.", id="misnomer"),
        pytest.param(("go.gopath",), (), "--set takes KEY=VALUE", id="no value"),
        pytest.param((), ("-XX:+UseZgc",), "Did you mean 'UseZGC'?", id="flag"),
        pytest.param((), ("Xmx4g",), "the JVM that an IDE loads does not read it", id="no option"),
    ],
)
def test_an_unknown_key_is_a_usage_error_unless_forced(
    sets: tuple[str, ...], jvm: tuple[str, ...], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        parse_overrides(sets, jvm)
    assert message in str(caught.value)
    if "KEY=VALUE" not in message:
        assert parse_overrides(sets, jvm, force=True).force


def test_on_a_mac_the_launchers_own_file_name_counts(fs: FakeFilesystem) -> None:
    host = build(fs, {"os": "macos", "runtimes": ["/Applications/GoLand.app/Contents/jbr"]})
    fs.create_file("/Applications/GoLand.app/Contents/jbr/Contents/Home/release", contents='JAVA_VERSION="25.0.1"\n')
    config = Path("/Users/u/Library/Application Support/JetBrains/GoLand2026.1")
    fs.create_file(config / "goland64.vmoptions", contents="-Xmx9g\n")
    fs.create_file(config / "goland.vmoptions", contents="-Xmx3g\n")
    target = inspect_jetbrains(host, Install("jetbrains", "goland", Path("/Applications/GoLand.app"), "/Applications"))
    (configured,) = plan_configure([target], None, parse_overrides((), ("-XX:+UseZGC",)), MACHINE)
    assert configured.edits[0].path == config / "goland.vmoptions"
    assert text(configured) == "-Xmx3g\n-XX:+UseZGC\n"
    assert any("goland64.vmoptions is never read here" in note for note in configured.notes)
