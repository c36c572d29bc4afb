"""``idecare config``: read and change idecare's own settings."""

from __future__ import annotations

import stat
from pathlib import Path

import click

from idecare.cli.common import Session, verb
from idecare.cli.render.tables import table
from idecare.core.commands import command_text
from idecare.core.errors import IdecareError, UsageError, nearest
from idecare.core.host import settings_path
from idecare.core.language import tr
from idecare.core.reading import read_file
from idecare.core.settings import KEYS, edit_settings, read_settings
from idecare.system.filesystem import exclusive, write_atomic


@click.group()
def config() -> None:
    """Read and change idecare's own settings.

    \b
    hold          how long a clean can be undone before it is deleted, such as 10m
    targets       what `clean` takes without a target
    never_touch   absolute paths that no verb may change
    projects      absolute paths of folders with Go projects, for `prune`, besides those that it finds
    gocache_max   the size that the build cache is kept below, such as 20GB
    modcache_max  the size that the module cache is kept below, by what no project needs
    held_max      the size that all that is held for an undo is kept below
    language      the language of all texts: en, zh_CN, or auto for that of the terminal

    \b
    and of the watcher:
    notify            whether conflicts are shown on the desktop: true or false
    quiet_hours       when no notice is shown, such as 22:00-07:00
    notices_per_hour  how many notices are shown in an hour at most
    on_conflict       a program and its arguments, run when a conflict begins or ends

    \b
    and of `configure`:
    watch_starts  whether an edit is taken back when the IDE crashes at its next start: true or false
    """


@config.command()
@click.argument("key", required=False)
@verb
def get(session: Session, key: str | None) -> int:
    """Print one setting, or all of them."""
    values = read_settings(session.host.own.config).as_json()
    if key is None:
        rows = ((name, command_text(*_text(value).split("\n"))) for name, value in values.items())
        return session.finish({"settings": values}, table(rows, indent=""))
    if key not in values:
        raise UsageError(
            "settings",
            tr("there is no setting '{key}'.{nearest}", key=key, nearest=nearest(key, KEYS)),
            tr("settings: {names}", names=", ".join(KEYS)),
        )
    return session.finish({"settings": {key: values[key]}}, _text(values[key]))


@config.command(name="set", context_settings={"ignore_unknown_options": True})  # on_conflict's arguments have dashes
@click.argument("key")
@click.argument("values", nargs=-1, required=True)
@verb
def set_(session: Session, key: str, values: tuple[str, ...]) -> int:
    """Set KEY to VALUES; comments in the file stay. What `config get KEY` prints is taken too; "" is nothing."""
    return _edit(session, key, values)


@config.command()
@click.argument("key")
@verb
def unset(session: Session, key: str) -> int:
    """Remove KEY, so that the default holds."""
    return _edit(session, key, None)


@config.command()
@verb
def path(session: Session) -> int:
    """Print where the settings file is."""
    file = settings_path(session.host.own.config)
    return session.finish({"path": str(file)}, str(file))


def _edit(session: Session, key: str, values: tuple[str, ...] | None) -> int:
    file = settings_path(session.host.own.config).resolve()  # a link stays a link
    with exclusive(session.host.own.state / "lock"):
        before = _read(file)
        after = edit_settings(before, key, values, file)
        if after != before:
            try:
                write_atomic(file, after.encode(), mode=_mode(file), durable=True)
            except OSError as error:
                raise IdecareError(
                    "settings",
                    tr("cannot write {file}: {reason}", file=file, reason=error.strerror),
                    tr("check its permissions"),
                ) from error
    settings = read_settings(session.host.own.config).as_json()
    return session.finish({"settings": {key: settings[key]}}, "")


def _read(file: Path) -> str:
    """The file's text with its own line ends."""
    try:
        return read_file(file).decode("utf-8") if file.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise IdecareError(
            "settings", tr("cannot read {file}: {reason}", file=file, reason=error), tr("fix it or remove it")
        ) from error


def _mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode) if file.exists() else 0o644


def _text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    return "\n".join(str(item) for item in value) if isinstance(value, list) else str(value)
