"""The launcher, simulated: every vector, the frame around the options, and the reasons given to the user."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem

from idecare.core import language
from idecare.jetbrains.config_files import why_options_file
from idecare.jetbrains.launcher import Launch, simulate
from idecare.jetbrains.launcher.files import file_to_edit, stray_files
from idecare.jetbrains.launcher.home import (
    Descriptor,
    Generation,
    LaunchFailure,
    home_of_install,
    likely_generation,
    read_descriptor,
)
from idecare.jetbrains.launcher.options import EffectiveOptions, split_words
from idecare.jetbrains.launcher.runtime import ChosenRuntime, NoRuntime
from tests.conftest import make_host
from tests.support.launcher import INSTALLS, Case, build, cases

CONFIG = "/home/u/.config/JetBrains/GoLand2026.1"
USER_FILE = f"{CONFIG}/goland64.vmoptions"
DIST_FILE = "/opt/GoLand-2026.1/bin/goland64.vmoptions"
INFO_FILE = "/opt/GoLand-2026.1/product-info.json"
VM_OPTIONS_FILE, CORRUPTED = "-Djb.vmOptionsFile=", "-Djb.vmOptionsFile.corrupted=true"
PROPERTIES_FILE = "-Didea.properties.file="


def launch(fs: FakeFilesystem, case: Case) -> Launch:
    host = build(fs, case)
    found = simulate(host, Path(INSTALLS[case["os"]]), case.get("gen", "G4"), case.get("args", ()))
    assert isinstance(found, Launch)
    return found


def linux(fs: FakeFilesystem, generation: Generation = "G4", **case: object) -> Launch:
    return launch(fs, {"os": "linux", "gen": generation, "runtimes": ["/opt/GoLand-2026.1/jbr"], **case})


def options_of(launched: Launch) -> EffectiveOptions:
    assert isinstance(launched.options, EffectiveOptions)
    return launched.options


def value_of(texts: tuple[str, ...], prefix: str) -> str | None:
    return next((text.removeprefix(prefix) for text in texts if text.startswith(prefix)), None)


@pytest.mark.parametrize("case", cases("options"))
def test_the_options_are_those_of_the_launcher(fs: FakeFilesystem, case: Case) -> None:
    options, expected = launch(fs, case).options, case["expect"]
    if "error" in expected:
        assert isinstance(options, LaunchFailure)
        assert expected.get("message", "") in options.message
        return
    assert isinstance(options, EffectiveOptions)
    texts = options.texts
    end = next(number for number, text in enumerate(texts) if text.startswith(VM_OPTIONS_FILE))
    assert texts[1].startswith("-XX:HeapDumpPath=")
    assert list(texts[2:end]) == expected["core"]
    assert value_of(texts, VM_OPTIONS_FILE) == expected["vmOptionsFile"]
    assert (CORRUPTED in texts) is expected.get("corrupted", False)
    assert value_of(texts, PROPERTIES_FILE) == expected.get("propertiesFile")


@pytest.mark.parametrize("case", cases("runtime"))
def test_the_runtime_is_that_of_the_launcher(fs: FakeFilesystem, case: Case) -> None:
    runtime, expected = launch(fs, case).runtime, case["expect"]
    if "error" in expected:
        assert isinstance(runtime, NoRuntime)
        assert expected.get("message", "") in runtime.message
        return
    assert isinstance(runtime, ChosenRuntime)
    assert (str(runtime.home), runtime.via) == (expected["runtime"], expected["via"])


@pytest.mark.parametrize("case", cases("descriptor"))
def test_the_descriptor_is_read_as_by_the_launcher(fs: FakeFilesystem, case: Case) -> None:
    host, expected = build(fs, case), case["expect"]
    home = home_of_install(host, Path(INSTALLS[case["os"]]))
    found = read_descriptor(host, home, case.get("gen", "G4"), case["args"])
    if "error" in expected:
        assert isinstance(found, LaunchFailure)
        assert expected.get("message", "") in found.message
        return
    assert isinstance(found, Descriptor)
    assert {
        "vmOptionsFilePath": found.vm_options_path,
        "bootClassPathJarNames": list(found.jars),
        "additionalJvmArguments": list(found.jvm_arguments),
        "mainClass": found.main_class,
        "envVarBaseName": found.variable,
        "dataDirectoryName": found.selector,
        "configDir": str(found.config),
    } == expected


def test_the_frame_around_the_options(fs: FakeFilesystem) -> None:
    assert options_of(linux(fs, args=["serve", "me"])).texts == (
        "-XX:ErrorFile=/home/u/java_error_in_goland_%p.log",
        "-XX:HeapDumpPath=/home/u/java_error_in_goland.hprof",
        "-Xms128m",
        "-Xmx2048m",
        "-XX:+UseG1GC",
        "-ea",
        "-Djb.vmOptionsFile=/opt/GoLand-2026.1/bin/goland64.vmoptions",
        "-Didea.vendor.name=JetBrains",
        "-Didea.paths.selector=GoLand2026.1",
        "-Dide.native.launcher=true",
        "-Djava.class.path=/opt/GoLand-2026.1/lib/app.jar:/opt/GoLand-2026.1/lib/idea_rt.jar",
        "-Dsun.java.command=com.intellij.idea.Main serve me",
    )


def test_the_frame_on_windows_has_its_separators(fs: FakeFilesystem) -> None:
    texts = options_of(launch(fs, {"os": "windows"})).texts
    assert texts[0] == "-XX:ErrorFile=C:\\Users\\u\\java_error_in_goland_%p.log"
    assert texts[-2] == "-Djava.class.path=C:\\GoLand\\lib\\app.jar;C:\\GoLand\\lib\\idea_rt.jar"


def test_every_option_knows_its_file_and_line(fs: FakeFilesystem) -> None:
    options = options_of(linux(fs, env={"IJ_JAVA_OPTIONS": "-Da=1"}, files={USER_FILE: "# mine\n\n-Xmx4g\n"})).options
    assert [option.place for option in options] == [
        *["launcher"] * 2,
        *(f"{DIST_FILE}:{line}" for line in (1, 2, 3, 4)),
        f"{USER_FILE}:3",
        "IJ_JAVA_OPTIONS",
        "launcher",
        *[INFO_FILE] * 2,
        *["launcher"] * 3,
    ]


def test_what_the_merge_dropped_is_told_with_the_cause(fs: FakeFilesystem) -> None:
    (dropped,) = options_of(linux(fs, files={USER_FILE: "-Xmx4g\n-XX:+UseZGC\n"})).dropped
    assert (dropped.option.text, dropped.option.place) == ("-XX:+UseG1GC", f"{DIST_FILE}:3")
    assert (dropped.because.text, dropped.because.place) == ("-XX:+UseZGC", f"{USER_FILE}:2")


def test_the_file_that_wins_is_named_and_those_it_hides(fs: FakeFilesystem) -> None:
    files = {"/e": "", "/opt/GoLand-2026.1.vmoptions": "", USER_FILE: ""}
    env = {"GOLAND_VM_OPTIONS": "/e"}
    launched = linux(fs, env=env, files=files)
    options = options_of(launched)
    assert options.user_file == file_to_edit(make_host(environment=env), launched.descriptor) == Path("/e")
    assert [(probe.place, str(probe.path), probe.reason) for probe in options.probes] == [
        ("GOLAND_VM_OPTIONS", "/e", None),
        ("next to the install", "/opt/GoLand-2026.1.vmoptions", "never read: /e comes first"),
        ("config folder", USER_FILE, "never read: /e comes first"),
    ]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param(None, "not set", id="unset"),
        pytest.param(" ", "empty", id="blank"),
        pytest.param("/nope", "there is no such file", id="missing"),
        pytest.param("/home/u", "a folder, not a file", id="a folder"),
        pytest.param("~/x", "there is no such file", id="the tilde is not expanded"),
    ],
)
def test_a_place_without_a_file_says_why(fs: FakeFilesystem, value: str | None, reason: str) -> None:
    env = {} if value is None else {"GOLAND_VM_OPTIONS": value}
    launched = linux(fs, env=env, files={"/home/u/x": ""})
    options = options_of(launched)
    assert (options.probes[0].reason, options.user_file) == (reason, None)
    assert file_to_edit(make_host(environment=env), launched.descriptor) == Path(USER_FILE)


def test_a_relative_variable_starts_at_the_working_folder(fs: FakeFilesystem) -> None:
    options = options_of(linux(fs, env={"GOLAND_VM_OPTIONS": "e"}, files={"/home/u/e": "-Da=1\n"}))
    assert options.user_file == Path("/home/u/e")
    assert value_of(options.texts, VM_OPTIONS_FILE) == "e"


def test_a_wrong_name_in_the_config_folder_is_found(fs: FakeFilesystem) -> None:
    launched = linux(fs, files={f"{CONFIG}/goland.vmoptions": "", USER_FILE: "", f"{CONFIG}/idea.properties": ""})
    assert stray_files(launched.descriptor) == (Path(f"{CONFIG}/goland.vmoptions"),)


@pytest.mark.parametrize("generation", ["G2", "G3", "G4"])
def test_a_nul_in_the_user_file_hides_the_whole_file(fs: FakeFilesystem, generation: Generation) -> None:
    options = options_of(linux(fs, generation, files={USER_FILE: "-Xmx4g\n-Da=\0\n"}))
    assert "-Xmx4g" not in options.texts
    assert CORRUPTED in options.texts
    assert (str(options.damage), options.user_file) == ("line 2 holds a NUL character", Path(USER_FILE))


@pytest.mark.parametrize("generation", ["G2", "G3", "G4"])
def test_a_user_file_that_is_not_utf8_stops_the_launcher(fs: FakeFilesystem, generation: Generation) -> None:
    options = linux(fs, generation, files={USER_FILE: {"hex": "2d4461 0a ff 0a".replace(" ", "")}}).options
    assert isinstance(options, LaunchFailure)
    assert options.place == f"{USER_FILE}:2"


def test_a_properties_file_is_handed_on(fs: FakeFilesystem) -> None:
    texts = options_of(linux(fs, env={"GOLAND_PROPERTIES": " /p "}, files={"/p": ""})).texts
    assert value_of(texts, PROPERTIES_FILE) == "/p"


@pytest.mark.parametrize(
    ("case", "reasons"),
    [
        pytest.param({}, ["GOLAND_JDK: not set", f"goland.jdk: there is no {CONFIG}/goland.jdk"], id="nothing set"),
        pytest.param(
            {"env": {"GOLAND_JDK": " "}, "files": {f"{CONFIG}/goland.jdk": "\n/r\n"}},
            ["GOLAND_JDK: empty", f"goland.jdk: the first line of {CONFIG}/goland.jdk is empty"],
            id="both empty",
        ),
        pytest.param(
            {"env": {"GOLAND_JDK": "/nope"}, "files": {f"{CONFIG}/goland.jdk": {"hex": "ff0a"}}},
            ["GOLAND_JDK: there is no such folder", f"goland.jdk: the first line of {CONFIG}/goland.jdk is not UTF-8"],
            id="missing, and not UTF-8",
        ),
        pytest.param(
            {
                "env": {"GOLAND_JDK": "/f"},
                "files": {f"{CONFIG}/goland.jdk": "/r", "/r/bin/java": {"text": "", "mode": "644"}, "/f": ""},
            },
            ["GOLAND_JDK: not a folder", "goland.jdk: /r/bin/java is not an executable file"],
            id="a file, and not executable",
        ),
        pytest.param(
            {"env": {"GOLAND_JDK": "/e"}, "files": {"/e": {"dir": True}, f"{CONFIG}/goland.jdk": {"dir": True}}},
            ["GOLAND_JDK: there is no /e/bin/java", f"goland.jdk: {CONFIG}/goland.jdk cannot be read: it is a folder"],
            id="an empty folder, and a folder for a file",
        ),
    ],
)
def test_each_earlier_runtime_has_a_reason(fs: FakeFilesystem, case: Case, reasons: list[str]) -> None:
    runtime = linux(fs, **case).runtime
    assert isinstance(runtime, ChosenRuntime)
    assert runtime.via == "jbr"
    assert [f"{passed.via}: {passed.reason}" for passed in runtime.passed] == reasons


def test_contents_home_on_macos_is_named_as_the_mistake(fs: FakeFilesystem) -> None:
    runtimes = ["/Applications/GoLand.app/Contents/jbr", "/r"]
    runtime = launch(fs, {"os": "macos", "env": {"GOLAND_JDK": "/r/Contents/Home"}, "runtimes": runtimes}).runtime
    assert isinstance(runtime, ChosenRuntime)
    assert "two folders up" in runtime.passed[0].reason


def test_without_a_runtime_all_five_places_say_why(fs: FakeFilesystem) -> None:
    runtime = linux(fs, runtimes=[]).runtime
    assert isinstance(runtime, NoRuntime)
    assert [passed.via for passed in runtime.passed] == ["GOLAND_JDK", "goland.jdk", "jbr", "JDK_HOME", "JAVA_HOME"]


@pytest.mark.parametrize(
    ("build_number", "generation"),
    [("GO-241.14494.240", "G2"), ("243.1", "G3"), ("253.9", "G3"), ("261.22158.291", "G4"), (None, "G4"), ("?", "G4")],
)
def test_the_generation_goes_by_the_branch(build_number: str | None, generation: Generation) -> None:
    assert likely_generation(build_number) == generation


def test_a_descriptor_cannot_lead_out_of_the_users_folders(fs: FakeFilesystem) -> None:
    host = build(fs, {"os": "linux"})
    info = Path(INFO_FILE)
    info.write_text(info.read_text().replace('"GoLand2026.1"', '"../../x"'))
    assert isinstance(simulate(host, Path("/opt/GoLand-2026.1")), LaunchFailure)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param(" -Da=1\t-Db=2\n", ["-Da=1", "-Db=2"], id="blanks"),
        pytest.param("'-Dmore=what ever'", ["-Dmore=what ever"], id="single quotes"),
        pytest.param("-Da='x y'z", ["-Da=x yz"], id="quotes inside a word"),
        pytest.param("''", [""], id="an empty word"),
        pytest.param(r'"a\$b\"c\\d\e"', ['a$b"c\\d\\e'], id="escapes in double quotes"),
        pytest.param('"a\\\nb" c\\\nd \\\n e', ["ab", "cd", "e"], id="line continuations"),
        pytest.param(r"a\ b \#c", ["a b", "#c"], id="escapes outside quotes"),
        pytest.param("a\\", ["a\\"], id="a backslash at the end"),
        pytest.param("a # b\nc d#e", ["a", "c", "d#e"], id="comments begin at a word's start"),
        pytest.param("a\rb", ["a\rb"], id="a carriage return is no blank"),
        pytest.param("'a", None, id="an open single quote"),
        pytest.param('a "b', None, id="an open double quote"),
        pytest.param('"\\', None, id="a backslash in an open quote"),
    ],
)
def test_words_are_split_as_by_a_shell(text: str, words: list[str] | None) -> None:
    assert split_words(text) == words


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("}]}", "", "Malformed product descriptor (Expecting", id="truncated"),
        pytest.param('"mainClass"', '"mainClass": "b.C", "mainClass"', "duplicate field `mainClass`", id="twice"),
        pytest.param("GO", "GO", "", id="as it is"),
        pytest.param('["app.jar", "idea_rt.jar"]', '"app.jar"', "`bootClassPathJarNames` is no list", id="a list"),
        pytest.param('"GoLand2026.1",', "7,", "`dataDirectoryName` is no text", id="a text"),
    ],
)
def test_the_launcher_gives_up_on_a_descriptor_that_it_cannot_read(
    fs: FakeFilesystem, old: str, new: str, said: str
) -> None:
    host = build(fs, {"os": "linux"})
    info = Path(INFO_FILE)
    assert old in info.read_text()
    info.write_text(info.read_text().replace(old, new))
    found = read_descriptor(host, home_of_install(host, Path("/opt/GoLand-2026.1")))
    assert isinstance(found, LaunchFailure) is bool(said)
    assert not said or said in found.message  # type: ignore[union-attr]


def test_an_install_reached_by_a_link_is_the_links_target(fs: FakeFilesystem) -> None:
    """The file next to the install is the one next to the real folder."""
    host = build(fs, {"os": "linux"})
    fs.create_file("/opt/GoLand-2026.1.vmoptions", contents="-Xmx5g\n")
    fs.create_file("/home/u/goland.vmoptions", contents="-Xmx1g\n")
    fs.create_symlink("/home/u/goland", "/opt/GoLand-2026.1")
    launched = simulate(host, Path("/home/u/goland"))
    assert isinstance(launched, Launch)
    assert options_of(launched).user_file == Path("/opt/GoLand-2026.1.vmoptions")


@pytest.mark.parametrize(
    ("value", "reason"),
    [("/e/", "ends with a slash, which no file does"), ("/e\udcff", "not UTF-8"), ("/e", None)],
)
def test_what_a_variable_names_is_taken_to_the_letter(fs: FakeFilesystem, value: str, reason: str | None) -> None:
    probes = options_of(linux(fs, env={"GOLAND_VM_OPTIONS": value}, files={"/e": "-Xmx5g\n"})).probes
    assert probes[0].reason == reason


def test_a_variable_that_is_not_utf8_names_no_runtime(fs: FakeFilesystem) -> None:
    runtime = linux(fs, env={"GOLAND_JDK": "/r\udcff"}, runtimes=["/opt/GoLand-2026.1/jbr"]).runtime
    assert isinstance(runtime, ChosenRuntime)
    assert (runtime.passed[0].reason, runtime.via) == ("not UTF-8", "jbr")


def test_the_jvms_own_variables_come_first_and_last(fs: FakeFilesystem) -> None:
    env = {"JAVA_TOOL_OPTIONS": "-Xmx1g '-Da=b c'", "_JAVA_OPTIONS": "-Xmx9g", "JDK_JAVA_OPTIONS": "-Xmx7g"}
    options = options_of(linux(fs, env=env)).options
    assert [(one.text, one.place) for one in options[:2]] == [
        ("-Xmx1g", "JAVA_TOOL_OPTIONS"),
        ("-Da=b c", "JAVA_TOOL_OPTIONS"),
    ]
    assert (options[-1].text, options[-1].place) == ("-Xmx9g", "_JAVA_OPTIONS")
    assert "-Xmx7g" not in [one.text for one in options]


def test_a_quote_that_is_not_closed_ends_the_start(fs: FakeFilesystem) -> None:
    failure = linux(fs, env={"_JAVA_OPTIONS": "-Da='b"}).options
    assert isinstance(failure, LaunchFailure)
    assert (failure.place, failure.hint) == ("_JAVA_OPTIONS", "Correct or unset _JAVA_OPTIONS in your shell.")


def test_what_is_hidden_and_what_could_not_be_read_is_known_in_every_language(
    fs: FakeFilesystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "look_up", lambda text: f"<{text}>")
    files = {"/e": "-Xmx5g\n", USER_FILE: "-Xmx1g\n", f"{CONFIG}/goland.jdk": {"hex": "ff0a"}}
    found = linux(fs, env={"GOLAND_VM_OPTIONS": "/e", "GOLAND_JDK": "/gone"}, files=files)
    probes = options_of(found).probes
    assert [(probe.place, probe.is_hidden) for probe in probes] == [
        ("GOLAND_VM_OPTIONS", False),
        ("next to the install", False),
        ("config folder", True),
    ]
    assert why_options_file(probes).endswith(f"never read: {USER_FILE}>")
    passed = found.runtime.passed
    assert [(one.via, one.is_unread) for one in passed[:2]] == [("GOLAND_JDK", False), ("goland.jdk", True)]
