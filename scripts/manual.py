"""Writes the man pages (man/) and the pages of the verbs (docs/commands/) from the commands themselves.

``python -m scripts.manual`` writes them; a test compares what is there with what would be written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import click

from idecare import __version__
from idecare.cli import GROUPS, VERBS
from idecare.cli.group import group
from idecare.cli.render.help import EXAMPLES, first_sentence

PROJECT = Path(__file__).parent.parent
EXIT_CODES = (
    ("0", "fine"),
    ("1", "something could not be done, or a question was answered with no"),
    ("2", "usage; or there is no terminal to ask and --yes was not given"),
    ("3", "a bug in idecare; the path of the log is shown"),
    ("4", "findings, or changes pending under --check"),
    ("5", "all that was asked for was skipped because it is in use"),
    ("130", "interrupted"),
)
SUMMARY = "care for the caches and the configuration of Go IDEs"


@dataclass(frozen=True)
class Code:
    """Lines that stay as they are."""

    text: str


@dataclass(frozen=True)
class Terms:
    """Words with what they mean."""

    rows: tuple[tuple[str, str], ...]


Block = str | Code | Terms
Section = tuple[int, str, tuple[Block, ...]]  # level, title, what is in it


def main() -> None:
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def files() -> dict[Path, str]:
    """Every file with its text."""
    made = {PROJECT / "man" / "idecare.1": roff("idecare", SUMMARY, tuple(_program()))}
    for verb, text in VERBS.items():
        summary, sections = text.removesuffix("."), tuple(_verb(verb))
        made[PROJECT / "man" / f"idecare-{verb}.1"] = roff(f"idecare-{verb}", summary, sections)
        made[PROJECT / "docs" / "commands" / f"{verb}.md"] = markdown(f"idecare {verb}", text, sections)
    made[PROJECT / "docs" / "commands" / "index.md"] = _index()
    return made


def _index() -> str:
    lines = [
        "# Commands",
        "",
        "Written by `python -m scripts.manual`. Every command takes `--json`, `-q`, `-v` and `--plain`.",
    ]
    for title, verbs in GROUPS.items():
        lines += ["", f"## {title}", "", *_md_table((f"[`{verb}`]({verb}.md)", text) for verb, text in verbs.items())]
    return "\n".join((*lines, "", "## Exit codes", "", *_md_table(EXIT_CODES), ""))


def _program() -> Iterator[Section]:
    root = _root()
    yield 1, "Synopsis", (Code(_usage(root)),)
    yield 1, "Description", tuple(_text(group))
    yield 1, "Options", (_options(root),)
    for title, verbs in GROUPS.items():
        yield 1, title, (Terms(tuple((f"idecare {verb}", text) for verb, text in verbs.items())),)
    yield 1, "Exit status", (Terms(EXIT_CODES),)
    yield 1, "See also", (", ".join(f"idecare-{verb}(1)" for verb in VERBS),)


def _verb(verb: str) -> Iterator[Section]:
    root = _root()
    command = group.get_command(root, verb)
    assert command is not None
    ctx = click.Context(command, info_name=verb, parent=root)
    yield 1, "Synopsis", (Code(_usage(ctx)),)
    yield 1, "Description", tuple(_text(command))
    if isinstance(command, click.Group):
        yield 1, "Commands", (Terms(tuple((name, first_sentence(below)) for name, below in command.commands.items())),)
        for name, below in command.commands.items():
            inner = click.Context(below, info_name=name, parent=ctx)
            yield (
                2,
                f"{verb} {name}",
                (Code(_usage(inner)), *_text(below), _options(inner), *_examples(f"{verb} {name}")),
            )
    else:
        yield 1, "Options", (_options(ctx),)
    yield 1, "Examples", tuple(_examples(verb))
    yield 1, "Exit status", (Terms(EXIT_CODES),)


def _root() -> click.Context:
    return click.Context(group, info_name="idecare", help_option_names=["-h", "--help"])


def _usage(ctx: click.Context) -> str:
    return " ".join((ctx.command_path, *ctx.command.collect_usage_pieces(ctx)))


def _text(command: click.Command) -> Iterator[Block]:
    """The paragraphs of its help; click's ``\\b`` marks lines that stay as they are.

    Python before 3.13 leaves all of them indented.
    """
    for paragraph in (command.help or "").split("\n\n"):
        lines = paragraph.rstrip().lstrip("\n").split("\n")
        if lines[0].strip() == "\b":
            yield Code(dedent("\n".join(line.rstrip() for line in lines[1:])))
        else:
            yield " ".join(line.strip() for line in lines)


def _options(ctx: click.Context) -> Terms:
    options = (found for found in ctx.command.get_params(ctx) if isinstance(found, click.Option))
    records = (option.get_help_record(ctx) for option in options)
    return Terms(tuple(record for record in records if record))


def _examples(path: str) -> Iterator[Block]:
    yield Code("\n".join(f"# {text}\n{command}" for command, text in EXAMPLES[path]))


def roff(name: str, summary: str, sections: tuple[Section, ...]) -> str:
    """A man page in the man macros of groff and mandoc."""
    head = f'.TH {name.upper()} 1 "" "idecare {__version__}" "idecare manual"'
    lines = [head, ".SH NAME", _roff(f"{name} - {summary}")]
    for level, title, blocks in sections:
        lines.append(f".SH {title.upper()}" if level == 1 else f".SS {title}")
        for block in blocks:
            lines += _roff_block(block)
    return "\n".join((*lines, ""))


def _roff_block(block: Block) -> Iterator[str]:
    match block:
        case Code(text):
            yield from (".PP", ".nf", *(_roff(line) for line in text.split("\n")), ".fi")
        case Terms(rows):
            for term, text in rows:
                yield from (".TP", f".B {_roff(term)}", _roff(text))
        case str():
            yield from (".PP", _roff(block))


def _roff(text: str) -> str:
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "")
    return f"\\&{text}" if text.startswith((".", "'")) else text


def markdown(title: str, summary: str, sections: tuple[Section, ...]) -> str:
    """A page of the docs."""
    lines = [f"# {title}", "", summary]
    for level, name, blocks in sections:
        lines += ["", f"{'#' * (level + 1)} {name}"]
        for block in blocks:
            lines += ["", *_md_block(block)]
    return "\n".join((*lines, ""))


def _md_block(block: Block) -> Iterator[str]:
    match block:
        case Code(text):
            yield from (f"```{'sh' if text.startswith('#') else 'text'}", text, "```")
        case Terms(rows):
            yield from _md_table((f"`{term}`", text) for term, text in rows)
        case str():
            yield block


def _md_table(rows: Iterator[tuple[str, str]] | tuple[tuple[str, str], ...]) -> Iterator[str]:
    yield from ("| | |", "| --- | --- |")
    yield from (f"| {term.replace('|', chr(92) + '|')} | {text.replace('|', chr(92) + '|')} |" for term, text in rows)


if __name__ == "__main__":
    main()
