"""Calling idecare on the target, and what its JSON and exit code mean to Ansible."""

from __future__ import annotations

import json
import os
import sys
from importlib.util import find_spec

COMMON = {"executable": {"type": "path"}, "chdir": {"type": "path"}}
SCHEMA = 1
FINDINGS, BUSY = 4, 5  # exit codes; 1 is a failure
NOT_FOUND = "idecare was not found on this machine: install it, or name it with the option 'executable'"
TOO_OLD = "this idecare does not say whether it changes anything: install the version of this collection"


def words_of(options):
    """Options of the command line, of the same names: a flag, a value, one for each of a list or for each KEY=VALUE."""
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is True:
            yield flag
        elif isinstance(value, dict):
            for key, one in value.items():
                yield f"{flag}={key}={json.dumps(one)}"
        elif isinstance(value, list):
            for one in value:
                yield f"{flag}={one}"
        elif value not in (None, False):
            yield f"{flag}={value}"


def run(module, verb, words, may_change=True):
    """Run a verb and end the module with what it answers."""
    how_far = [("-n" if module.check_mode else "-y")] if may_change else []
    command = [*_program(module), verb, "--json", *how_far, *words]
    code, out, err = module.run_command(command, cwd=module.params["chdir"])
    values = _answer(module, command, code, out, err)
    error = values.get("error")
    result = {name: value for name, value in values.items() if name not in ("schema", "command", "error")}
    result.setdefault("changed", False)
    diff = _diff(result)
    if module._diff and diff:
        result["diff"] = diff
    if error:
        module.fail_json(msg=_sentence(error["message"], error["hint"]), error=error, **result)
    if may_change and "changed" not in values:
        module.fail_json(msg=TOO_OLD, **result)
    reasons = _reasons(result)
    if code not in (0, FINDINGS, BUSY):
        module.fail_json(msg="\n".join(reasons) or err.strip(), **result)
    for reason in reasons:
        module.warn(reason)
    if code == BUSY:
        result.update(skipped=True, msg="\n".join(reasons))
    module.exit_json(**result)


def _program(module):
    named = module.params["executable"] or "idecare"
    found = module.get_bin_path(named) or module.get_bin_path(named, opt_dirs=[os.path.expanduser("~/.local/bin")])
    if found:
        return [found]
    if module.params["executable"] is None and find_spec("idecare"):
        return [sys.executable, "-m", "idecare"]
    return module.fail_json(msg=NOT_FOUND)


def _answer(module, command, code, out, err):
    try:
        values = json.loads(out)
        if values["schema"] == SCHEMA:
            return values
    except (ValueError, KeyError, TypeError):
        pass
    return module.fail_json(msg="this is no answer of idecare", cmd=command, rc=code, stdout=out, stderr=err)


def _diff(result):
    """The diffs of files, which the result itself does not repeat, then a line for each cache and module."""
    diffs = [change.pop("diff", None) for change in result.get("changes", [])]
    lines = [
        f"{_name(each)}: {each['state']} {each.get('root', '')}".rstrip()
        for each in result.get("targets", []) + result.get("modules", [])
        if each["state"] not in ("skipped", "absent")
    ]
    return [{"prepared": text + "\n"} for text in [*diffs, "\n".join(lines)] if text]


def _reasons(result):
    """Why something was not done, and what to do about it."""
    items = [each for name in ("targets", "changes", "modules") for each in result.get(name, [])]
    reasons = [
        _sentence(f"{_name(each)}: {each['reason']}{_users(each)}", each["next_step"])
        for each in items
        if each["reason"] and each["state"] != "absent"
    ]
    left = ", ".join(result.get("not_taken", []))
    return [*reasons, *([f"still there after the fix: {left}"] if left else [])]


def _name(item):
    """Of a cache, a module or an IDE."""
    return item.get("target") or item.get("module") or item["name"]


def _users(item):
    found = ", ".join(f"{user['name']} (pid {user['pid']})" for user in item.get("busy", []))
    return f": {found}" if found else ""


def _sentence(message, next_step):
    return f"{message}; {next_step}" if next_step else message
