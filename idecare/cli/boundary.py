"""The error boundary: every way a command can end becomes an exit code and a message a developer can act on."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import click

from idecare.cli.output import nobody_reads, print_error, print_out
from idecare.core.errors import ExitCode, IdecareError
from idecare.core.language import tr


def guarded(group: click.Group, arguments: list[str], command: list[str]) -> int:
    """Run ``group``, with ``command`` as its context object.

    What it raises becomes an exit code, a line on stderr and, with --json, an object on stdout.
    """
    as_json = "--json" in arguments
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        result = group.main(arguments, prog_name="idecare", standalone_mode=False, obj=command)
        return int(result) if isinstance(result, int) else ExitCode.OK
    except SystemExit:  # click's own answer to a closed pipe, in the middle of a --help
        nobody_reads(sys.stdout)
        return ExitCode.OK
    except click.UsageError as error:
        hint = tr("see '{command} --help'", command=error.ctx.command_path) if error.ctx else ""
        return _fail(arguments, as_json, "usage", error.format_message(), hint, ExitCode.USAGE)
    except IdecareError as error:
        return _fail(arguments, as_json, error.code, str(error), error.hint, error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return _fail(arguments, as_json, "interrupted", tr("interrupted"), "", ExitCode.INTERRUPTED)
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        hint = tr("idecare history shows what was done before")
        return _fail(arguments, as_json, "system", f"{error.strerror or error}{place}", hint, ExitCode.FAILED)
    except Exception as error:
        return _fail(arguments, as_json, "bug", *_report_bug(error), ExitCode.BUG)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _fail(arguments: list[str], as_json: bool, code: str, message: str, hint: str, exit_code: ExitCode) -> int:
    if as_json:
        import json

        verb = next((word for word in arguments if not word.startswith("-")), "")
        failure = {"code": code, "message": message, "hint": hint}
        print_out(json.dumps({"schema": 1, "command": verb, "error": failure, "exit": int(exit_code)}))
    print_error(f"idecare: {message}")
    if hint:
        print_error(f"  {hint}")
    return exit_code


def _report_bug(error: Exception) -> tuple[str, str]:
    """Log the traceback and return the message and the hint which name the log."""
    import traceback

    from idecare import __version__
    from idecare.core.host import read_host
    from idecare.system.filesystem import append_log

    text = f"idecare {__version__}, arguments {sys.argv[1:]}\n{''.join(traceback.format_exception(error))}\n"
    message = tr("unexpected {kind}: {error}", kind=type(error).__name__, error=error)
    try:
        log = append_log(read_host().own.state / "errors.log", text)
    except OSError:
        print_error(text)
        return message, tr("this is a bug in idecare; please report the text above")
    return message, tr("this is a bug in idecare; please report it with {log}", log=log)
