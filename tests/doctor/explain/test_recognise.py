from __future__ import annotations

import io
import os

import pytest

from idecare.doctor.explain import KNOWN_ERRORS, Recognised, Recognition, recognise
from idecare.doctor.explain.answer import related_groups
from idecare.doctor.explain.recognise import CHUNK_BYTES, pieces
from tests.doctor.explain.samples import ENTRY, MOD, SAMPLES


def seen(data: bytes | str) -> Recognition:
    return recognise(io.BytesIO(data.encode() if isinstance(data, str) else data), KNOWN_ERRORS)


def only(data: bytes | str) -> Recognised:
    (one,) = seen(data).recognised
    return one


def ids(data: bytes | str) -> list[str]:
    return [one.known.id for one in seen(data).recognised]


GONE = "mod/github.com/!burnt!sushi/toml@v1.4.0/internal/tz.go"
CHANGED = SAMPLES["go-mod-changed"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(
            SAMPLES["checksum-mismatch"],
            {"module": "example.com/aa", "version": "v1.0.0", "go_mod": "/go.mod", "wanted": "h1:bbb="},
            id="sums are on the lines below",
        ),
        pytest.param(SAMPLES["exec-format-error"], {"program": "/tmp/x y/__debug_bin"}, id="a path with a blank"),
        pytest.param(
            SAMPLES["module-modified"],
            {"module": "example.com/aa", "version": "v1.0.0", "dir": f"{MOD}/example.com/aa@v1.0.0"},
            id="module, version and folder",
        ),
        pytest.param(SAMPLES["delve-too-old"], {"go": "1.27.3", "most": "1.20"}, id="two versions"),
        pytest.param(
            f"open ../../{GONE}: no such file or directory",
            {"path": f"../../{GONE}", "module": "github.com/!burnt!sushi/toml", "version": "v1.4.0"},
            id="a module's file below a relative path",
        ),
        pytest.param(SAMPLES["zgenerational"], {"option": "ZGenerational"}, id="an option"),
        pytest.param(SAMPLES["build-cache-emptied"], {"file": ENTRY}, id="a cache entry"),
        pytest.param(SAMPLES["go-too-old"], {"language": "1.99.1", "go": "1.27.3"}, id="wanted and running Go"),
        pytest.param(SAMPLES["missing-header"], {"header": "ffi.h"}, id="a header"),
        pytest.param(SAMPLES["permission-denied"], {"path": f"{MOD}/example.com/aa@v1.0.0/aa.go"}, id="a path"),
    ],
)
def test_words_of_the_text_are_found(text: str, words: dict[str, str]) -> None:
    found = only(text).places[0].words
    assert {name: found.get(name) for name in words} == words


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("can not run under Rosetta…", "rosetta", id="cut off when pasted"),
        pytest.param("checksum mismatch … SECURITY ERROR", "checksum-mismatch", id="cut out in the middle"),
        pytest.param("could not import bytes … -d: no such file or directory", "build-cache-emptied", id="cut path"),
        pytest.param(
            "package foo/bar is not in GOROOT (/usr/lib/go/src/foo/bar)", "package-not-in-std", id="old wording"
        ),
        pytest.param(
            "bash: /opt/x: cannot execute binary file: Exec format error", "exec-format-error", id="bash's words"
        ),
        pytest.param(
            "main.c:1:10: schwerwiegender Fehler: ffi.h: Datei oder Verzeichnis nicht gefunden",
            "missing-header",
            id="gcc in German",
        ),
        pytest.param(
            "x.go:3:10: erreur fatale : ffi.h : Aucun fichier ou dossier de ce type",
            "missing-header",
            id="gcc in French",
        ),
        pytest.param("./x.c:1:10: fatal error: 'openssl/ssl.h' file not found", "missing-header", id="clang's words"),
        pytest.param(
            f"rm: cannot remove '{MOD}/example.com/aa@v1.0.0/aa.go': Permission denied", "permission-denied", id="rm"
        ),
        pytest.param(
            f"rm: das Entfernen von '{MOD}/a@v1/x' ist nicht möglich: Keine Berechtigung",
            "permission-denied",
            id="rm in German",
        ),
        pytest.param(f"open {ENTRY[:-1]}a: no such file or directory", "build-cache-emptied", id="an action entry"),
        pytest.param("go: download go1.99.1: toolchain not available", "toolchain-not-available", id="no toolchain"),
    ],
)
def test_other_wordings_are_recognised(text: str, name: str) -> None:
    assert ids(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("\n\n\n", id="empty lines"),
        pytest.param("ssh: Permission denied (publickey).", id="permission of something else"),
        pytest.param("open /etc/shadow: permission denied", id="a path outside go's caches"),
        pytest.param("open main.go: no such file or directory", id="a missing file"),
        pytest.param("a.go:3:2: undefined: foo.h", id="a field named h"),
        pytest.param('main.go:7:5: "os" imported and not used', id="an ordinary compile error"),
        pytest.param("--- FAIL: TestZip (0.00s)", id="a failed test"),
        pytest.param("mkdir /x: File exists", id="File exists elsewhere"),
    ],
)
def test_other_texts_are_not(text: str) -> None:
    assert ids(text) == []


def test_the_cause_comes_before_what_follows_from_it() -> None:
    text = "\n".join(
        (SAMPLES["go-mod-changed"], SAMPLES["package-not-in-std"], SAMPLES["rosetta"], SAMPLES["checksum-mismatch"])
    )
    assert ids(text) == ["checksum-mismatch", "rosetta", "package-not-in-std", "go-mod-changed"]


def test_what_only_says_that_it_failed_gives_way_to_what_says_why() -> None:
    failed = "Error: Could not create the Java Virtual Machine."
    assert ids(failed) == ["jvm-not-created"]
    assert ids(f"{SAMPLES['unknown-vm-option']}\n{failed}") == ["unknown-vm-option"]


def test_two_as_bad_come_in_the_order_of_the_text() -> None:
    both = [SAMPLES["delve-too-old"], SAMPLES["two-collectors"]]
    assert ids("\n".join(both)) == ["delve-too-old", "two-collectors"]
    assert ids("\n".join(both[::-1])) == ["two-collectors", "delve-too-old"]


def test_a_line_counts_once_and_different_ones_are_shown_with_their_numbers() -> None:
    line = "x v1.0.{}: dir has been modified (/m/x)"
    text = "fine\n" + "\n".join(line.format(number // 8) for number in range(40))
    one = only(text)
    assert (one.count, [place.line for place in one.places]) == (40, [2, 10, 18])


def test_counting_ends_at_a_hundred() -> None:
    assert only(f"{CHANGED}\n" * 5000).count == 100


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(f"one\r\n{CHANGED}\r\n".encode(), id="CRLF"),
        pytest.param(
            b"one\n\x1b[1m\x1b[31mgo: updating\x1b[0m go.mod: existing contents \x1b[4mhave\x1b[m changed since"
            b" last read",
            id="colours",
        ),
        pytest.param(b"one\n\x1b]8;;file:///x\x07" + CHANGED.encode(), id="a terminal's link"),
        pytest.param(f"one\n{CHANGED}\n".encode("utf-16"), id="UTF-16 of PowerShell"),
        pytest.param(b"\xff\xfe\x00\xc3\x28\n" + CHANGED.encode() + b"\xe2\x28\xa1", id="not UTF-8"),
        pytest.param(f"progress 1\rprogress 2\n{CHANGED}".encode().replace(b"progress 1\r", b""), id="no line end"),
    ],
)
def test_unusual_bytes_do_not_hide_a_text(data: bytes) -> None:
    one = only(data)
    assert (one.known.id, one.places[0].line, one.places[0].quote[:15]) == ("go-mod-changed", 2, "go: updating go")


def test_binary_garbage_is_read_to_its_end() -> None:
    assert ids(os.urandom(3 * CHUNK_BYTES)) == []


@pytest.mark.parametrize("before", range(CHUNK_BYTES - 400, CHUNK_BYTES + 40, 53))
def test_a_text_across_the_border_of_two_chunks_is_found_once(before: int) -> None:
    text = SAMPLES["checksum-mismatch"]
    filler = (
        ("x" * 63 + "\n") * (before // 64) + "y" * (before % 64 - 1) + "\n"
        if before % 64
        else ("x" * 63 + "\n") * (before // 64)
    )
    one = only(filler + text + filler)
    assert one.places[0].words["wanted"] == "h1:bbb="
    assert one.places[0].line == filler.count("\n") + 1


def test_a_text_far_inside_a_line_without_end_is_found() -> None:
    one = only("x" * (3 * CHUNK_BYTES) + CHANGED + "x" * CHUNK_BYTES)
    assert (one.known.id, one.places[0].line, one.count) == ("go-mod-changed", 1, 1)
    assert len(one.places[0].quote) <= 300


def test_pieces_are_bounded_whatever_the_text() -> None:
    longest = max(len(piece.data) for piece in pieces(io.BytesIO(b"x" * (8 * CHUNK_BYTES))))
    assert longest < 2 * CHUNK_BYTES


def test_lines_are_counted_over_all_pieces() -> None:
    assert seen(b"line\n" * 700_001).lines == 700_001
    assert seen("one line").lines == 1


def test_the_first_line_that_looks_like_an_error_is_reported_of_an_unknown_text() -> None:
    place = seen("all fine\nlinker: FATAL: no luck\nerror: second\n").suspicious
    assert place is not None
    assert (place.line, place.quote) == (2, "linker: FATAL: no luck")


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        pytest.param("dlv: cannot set breakpoint", ("delve",), id="debugger"),
        pytest.param("ld: undefined reference to `foo'", ("cgo",), id="linker"),
        pytest.param("#  Internal Error in the JVM", ("goland",), id="JVM"),
        pytest.param("what is this", (), id="nothing"),
    ],
)
def test_an_unknown_text_points_to_checks(text: str, groups: tuple[str, ...]) -> None:
    assert related_groups(text) == groups
