from __future__ import annotations

from pathlib import Path

import pytest

from idecare.golang.dockerfiles import parse_stages
from tests.doctor.checks.snapshots import findings, make_snapshot, reported

PLAIN = "FROM golang:1.27 AS build\nRUN go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n"
RIGHT = """FROM --platform=$BUILDPLATFORM golang:1.27 AS build
ARG TARGETOS TARGETARCH
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -o /app .
FROM scratch
COPY --from=build /app /app
"""


def write(home: Path, text: str, name: str = "Dockerfile", **others: str) -> Path:
    (home / "go.mod").write_text("module example.test/m\n")
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    for other, content in others.items():
        (home / other).write_text(content)
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(PLAIN, [], id="for this machine only"),
        pytest.param(RIGHT, [], id="on the builder's platform"),
        pytest.param(PLAIN.replace("RUN", "ARG TARGETARCH\nRUN"), [("", "info")], id="meant for several platforms"),
        pytest.param(
            PLAIN.replace("golang", "--platform=linux/arm64 golang"), [("", "warning")], id="fixed to another"
        ),
        pytest.param(
            PLAIN.replace("golang", "--platform=linux/aarch64 golang"), [("", "warning")], id="its other name"
        ),
        pytest.param(PLAIN.replace("golang", "--platform=linux/amd64 golang"), [], id="fixed to this machine"),
        pytest.param(PLAIN.replace("golang", "--platform=linux/x86_64 golang"), [], id="this machine's other name"),
        pytest.param(PLAIN.replace("golang", "--platform=linux/riscv64 golang"), [], id="a processor not known here"),
        pytest.param("FROM alpine\nARG TARGETARCH\nRUN echo go\n", [], id="no Go in it"),
        pytest.param(
            "FROM --platform=$BUILDPLATFORM golang AS base\nFROM base AS build\nARG TARGETARCH\nRUN go build .\n",
            [],
            id="the platform of the stage it is built from",
        ),
        pytest.param("FROM golang\nARG TARGETPLATFORM\nRUN xx-go build .\n", [], id="a wrapper takes care"),
    ],
)
def test_a_compiler_under_emulation(tmp_path: Path, text: str, said: list[object]) -> None:
    write(tmp_path, text)
    assert reported("cgo/dockerfile-emulated", make_snapshot(tmp_path)) == said


def test_platforms_may_be_asked_for_elsewhere(tmp_path: Path) -> None:
    path = write(
        tmp_path, PLAIN, **{"docker-bake.hcl": 'target "x" {\n  platforms = ["linux/amd64", "linux/arm64"]\n}\n'}
    )
    (found,) = findings("cgo/dockerfile-emulated", make_snapshot(tmp_path))
    assert found.evidence == (
        f"{path}:1: FROM golang:1.27 with no --platform",
        f"{path}:2: RUN … go build -o /app .",
        f"{tmp_path}/docker-bake.hcl:2 asks for linux/arm64",
    )
    assert found.severity == "warning"


def test_this_machines_own_platform_needs_no_emulation(tmp_path: Path) -> None:
    write(tmp_path, PLAIN, **{"compose.yaml": "services:\n  x:\n    platform: linux/amd64 # linux/arm64\n"})
    assert reported("cgo/dockerfile-emulated", make_snapshot(tmp_path, machine="arm64")) == [("", "warning")]
    write(tmp_path, PLAIN, **{"compose.yaml": "services:\n  x:\n    # linux/arm64\n    platform: linux/amd64\n"})
    assert reported("cgo/dockerfile-emulated", make_snapshot(tmp_path)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(RIGHT, [], id="declared and used"),
        pytest.param(RIGHT.replace("ARG TARGETOS TARGETARCH\n", ""), [("undeclared", "warning")], id="not declared"),
        pytest.param(
            RIGHT.replace("ARG TARGETOS TARGETARCH\n", "")
            .replace("$TARGETOS", "${TARGETOS:-linux}")
            .replace("$TARGETARCH", "${TARGETARCH:-amd64}"),
            [],
            id="not declared, with a default",
        ),
        pytest.param(
            RIGHT.replace("ARG TARGETOS TARGETARCH\n", "").replace("$TARGETARCH", "${TARGETARCH}"),
            [("undeclared", "warning")],
            id="not declared, in braces",
        ),
        pytest.param(
            RIGHT.replace("ARG TARGETOS TARGETARCH\n", "ARG TARGETOS\n").replace("$TARGETARCH", "${TARGETARCH%v8}"),
            [("undeclared", "warning")],
            id="not declared, shortened",
        ),
        pytest.param(
            "ARG TARGETOS\nARG TARGETARCH\n" + RIGHT.replace("ARG TARGETOS TARGETARCH\n", ""),
            [("undeclared", "warning")],
            id="declared before FROM, where it does not count",
        ),
        pytest.param(
            RIGHT.replace("GOOS=$TARGETOS GOARCH=$TARGETARCH ", ""), [("unset", "warning")], id="declared, not used"
        ),
        pytest.param(
            RIGHT.replace("RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH ", "ENV GOARCH=$TARGETARCH\nRUN "),
            [],
            id="used in ENV",
        ),
        pytest.param(
            "FROM --platform=$BUILDPLATFORM golang AS lint\nRUN go vet ./... && go test ./...\nFROM scratch\n",
            [],
            id="nothing of it is taken over",
        ),
        pytest.param(
            "FROM --platform=$BUILDPLATFORM golang AS base\nARG TARGETARCH\nFROM base AS b\n"
            "RUN GOARCH=${TARGETARCH} \\\n  # why\n  go build .\nFROM scratch\nCOPY --from=b /x /x\n",
            [],
            id="declared in the stage it is built from",
        ),
    ],
)
def test_a_program_for_the_wrong_processor(tmp_path: Path, text: str, said: list[object]) -> None:
    write(tmp_path, text)
    assert reported("cgo/dockerfile-target", make_snapshot(tmp_path)) == said


def test_dockerfiles_below_the_module_and_of_other_names_count(tmp_path: Path) -> None:
    for name in (
        "build/docker/api.Dockerfile",
        "Containerfile",
        "Dockerfile.dev",
        "vendor/Dockerfile",
        "a/b/c/Dockerfile",
    ):
        write(tmp_path, PLAIN, name)
    found = [str(file.path.relative_to(tmp_path)) for file in make_snapshot(tmp_path).dockerfiles]
    assert found == ["Containerfile", "Dockerfile.dev", "build/docker/api.Dockerfile"]


def test_outside_a_module_no_dockerfile_is_read(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(PLAIN)
    assert make_snapshot(tmp_path).dockerfiles == ()


def test_stages_are_read_with_continued_lines_comments_and_here_documents() -> None:
    head = "# syntax=x\nARG V=1\nfrom --platform='linux/amd64' golang as B\n"
    (stage,) = parse_stages(f"{head}RUN <<EOF\ngo build .\nEOF\nRUN a \\\n# c\n  b\n")
    assert (stage.line, stage.image, stage.name, stage.platform) == (3, "golang", "b", "linux/amd64")
    assert [(run.line, run.text.split()) for run in stage.instructions] == [
        (4, ["<<EOF", "go", "build", "."]),
        (7, ["a", "b"]),
    ]


@pytest.mark.parametrize("text", ["", "#\n", "FROM", "FROM \n", "\\\n", "RUN <<X\n", "\0\nFROM a\nRUN"])
def test_unusual_texts_do_no_harm(text: str) -> None:
    parse_stages(text)
