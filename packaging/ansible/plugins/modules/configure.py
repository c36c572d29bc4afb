#!/usr/bin/python
"""The right settings for Go IDEs."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configure
short_description: Give Go IDEs the right settings
description:
  - Calls C(idecare configure) for GoLand, IntelliJ IDEA, VS Code and its forks. A file is written only where a value
    differs; comments, order and every other value stay, and C(idecare undo) on the target takes it back.
  - JVM options are tried with the runtime of the IDE before they are written.
  - A value that the user changed after idecare wrote it is left alone, and the task fails. See O(force).
author: The idecare authors (!UNKNOWN)
extends_documentation_fragment: idecare.idecare.idecare
options:
  ide:
    description: Only these IDEs; without it, all that are found. It is an error when none of those named is there.
    type: list
    elements: str
    choices:
      - goland
      - idea
      - vscode
      - insiders
      - code-oss
      - vscodium
      - vscodium-insiders
      - cursor
      - windsurf
      - code-server
  profile:
    description:
      - A profile of C(idecare profile list), or the path of a profile file on the target.
      - Without it, V(balanced), or none where O(set), O(unset) or O(jvm) is given.
    type: str
  set:
    description: Settings of VS Code and keys of idea.properties, with their values.
    type: dict
  unset:
    description: Settings, keys and JVM options to remove.
    type: list
    elements: str
  jvm:
    description: JVM options of JetBrains IDEs, such as V(-Xmx4g).
    type: list
    elements: str
  version_dir:
    description: Only this install, or the version with this data folder, such as V(GoLand2026.1).
    type: str
  all_versions:
    description: Every installed version instead of the one in use or the newest.
    type: bool
    default: false
  scope:
    description: Which file of VS Code is written; without it, the one that fits each value.
    type: str
    choices: [user, profile, machine, devcontainer, workspace, code-workspace]
  code_workspace:
    description: A VS Code workspace file to write to or to regard.
    type: path
  keep_from_sync:
    description: Keep paths of this machine out of VS Code's Settings Sync.
    type: bool
    default: true
  tasks:
    description: Add idecare's tasks to C(.vscode/tasks.json) of the folder O(chdir).
    type: bool
    default: false
  force_key:
    description: Write keys and options that idecare does not know.
    type: bool
    default: false
  force:
    description: Overwrite values that the user changed after idecare wrote them.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: The profile balanced for every IDE of the user
  idecare.idecare.configure:

- name: More memory for GoLand
  idecare.idecare.configure:
    ide: [goland]
    jvm: [-Xmx4g]

- name: The same formatter in VS Code and Cursor
  idecare.idecare.configure:
    ide: [vscode, cursor]
    set:
      gopls/formatting.gofumpt: true
"""

RETURN = r"""
changes:
  description: One for each file, and one without O(ignore:path) for each IDE without any, as docs/json.md describes.
  returned: always
  type: list
  elements: dict
  sample:
    - ide: goland
      name: GoLand2026.1
      path: /home/ada/.config/JetBrains/GoLand2026.1/goland64.vmoptions
      state: written
      keys: [{key: -Xmx, before: null, after: -Xmx4g, reason: asked for, source: --jvm}]
id:
  description: What C(idecare undo) on the target takes to take it back; none where nothing was changed.
  returned: always
  type: str
  sample: 20261122-120000
error:
  description: Why nothing could be done.
  returned: when idecare ended with an error
  type: dict
  sample: {code: not-installed, message: "not found: goland", hint: "`idecare locate installs` shows all"}
exit:
  description: The exit code of idecare.
  returned: when idecare ran
  type: int
  sample: 0
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.idecare.idecare.plugins.module_utils.cli import COMMON, run, words_of

JETBRAINS = ["goland", "idea"]
VSCODE = ["vscode", "insiders", "code-oss", "vscodium", "vscodium-insiders", "cursor", "windsurf", "code-server"]
SCOPES = ["user", "profile", "machine", "devcontainer", "workspace", "code-workspace"]
OPTIONS = {
    "ide": {"type": "list", "elements": "str", "choices": JETBRAINS + VSCODE},
    "profile": {"type": "str"},
    "set": {"type": "dict"},
    "unset": {"type": "list", "elements": "str"},
    "jvm": {"type": "list", "elements": "str"},
    "version_dir": {"type": "str"},
    "all_versions": {"type": "bool", "default": False},
    "scope": {"type": "str", "choices": SCOPES},
    "code_workspace": {"type": "path"},
    "keep_from_sync": {"type": "bool", "default": True},
    "tasks": {"type": "bool", "default": False},
    "force_key": {"type": "bool", "default": False},
    "force": {"type": "bool", "default": False},
}


def main():
    module = AnsibleModule(argument_spec={**COMMON, **OPTIONS}, supports_check_mode=True)
    options = {name: module.params[name] for name in OPTIONS}
    options["no_keep_from_sync"] = not options.pop("keep_from_sync")
    run(module, "configure", words_of(options))


if __name__ == "__main__":
    main()
