#!/usr/bin/python
"""Why Go misbehaves on a machine."""

from __future__ import annotations

DOCUMENTATION = r"""
module: doctor
short_description: Say why Go misbehaves, and change what a fix is known for
description:
  - Calls C(idecare doctor), which changes nothing, or with O(fix) C(idecare doctor --fix).
  - Findings do not fail the task; what could not be fixed does. Use C(failed_when) with RV(exit) or RV(findings).
author: The idecare authors (!UNKNOWN)
extends_documentation_fragment: idecare.idecare.idecare
options:
  checks:
    description: Ids of C(idecare doctor --list), or groups such as V(go) and V(vscode). Without it, all.
    type: list
    elements: str
  fix:
    description: Change what a fix is known for. C(idecare undo) on the target takes it back.
    type: bool
    default: false
  deep:
    description: Also what takes minutes, which is to hash the whole module cache.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Why Go misbehaves
  idecare.idecare.doctor:
  register: doctor
  failed_when: doctor.exit == 4

- name: Deprecated and misspelt settings of VS Code
  idecare.idecare.doctor:
    checks: [vscode]
    fix: true
"""

RETURN = r"""
findings:
  description: Worst first, as docs/json.md describes; with O(fix), what is left.
  returned: always
  type: list
  elements: dict
  sample: [{id: vscode/delve-path, severity: warning, summary: "go.delvePath is not a setting", fix: remove it}]
changes:
  description: With O(fix), the files that it changes, as of M(idecare.idecare.configure).
  returned: with O(fix)
  type: list
  elements: dict
targets:
  description: With O(fix), the caches that it cleans, as of M(idecare.idecare.clean).
  returned: with O(fix)
  type: list
  elements: dict
modules:
  description: With O(fix), the modules that it repairs.
  returned: with O(fix)
  type: list
  elements: dict
commands:
  description: What only the user can run.
  returned: with O(fix)
  type: list
  elements: str
  sample: [brew install delve]
error:
  description: Why nothing could be done.
  returned: when idecare ended with an error
  type: dict
  sample: {code: unknown-check, message: there is no check 'gp', hint: idecare doctor --list}
exit:
  description: The exit code of idecare; 4 while there are findings of a warning or worse.
  returned: when idecare ran
  type: int
  sample: 4
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.idecare.idecare.plugins.module_utils.cli import COMMON, run, words_of

OPTIONS = {"fix": {"type": "bool", "default": False}, "deep": {"type": "bool", "default": False}}


def main():
    checks = {"checks": {"type": "list", "elements": "str"}}
    module = AnsibleModule(argument_spec={**COMMON, **OPTIONS, **checks}, supports_check_mode=True)
    options = {name: module.params[name] for name in OPTIONS}
    run(module, "doctor", [*words_of(options), *(module.params["checks"] or [])], may_change=options["fix"])


if __name__ == "__main__":
    main()
