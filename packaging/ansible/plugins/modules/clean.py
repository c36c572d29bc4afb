#!/usr/bin/python
"""Caches of Go and of its IDEs."""

from __future__ import annotations

DOCUMENTATION = r"""
module: clean
short_description: Clear Go and IDE caches without breaking a running build
description:
  - Calls C(idecare clean). What goes is set aside in constant time and deleted later; until then C(idecare undo) on the
    target brings it back.
  - What a build, a language server or an IDE is using stays, with a warning that names it. Where that is all that was
    asked for, the task is skipped. See O(wait) and O(when_idle).
  - A build cache that was filled again since is cleaned again; what is empty is V(ok).
author: The idecare authors (!UNKNOWN)
extends_documentation_fragment: idecare.idecare.idecare
options:
  targets:
    description:
      - What to clean. Without it, the setting C(targets) of the user, else gocache, modcache, gopls and goland.
      - V(testcache) expires test results, which counts as a change each time.
    type: list
    elements: str
    choices: [gocache, testcache, fuzzcache, modcache, gopls, goimports, goland, vscode]
  older_than:
    description: Take only build cache entries last used longer ago, such as V(7d).
    type: str
  max_size:
    description: Take the least recently used build cache entries until this is left, such as V(20GiB).
    type: str
  toolchains:
    description: Take downloaded Go toolchains too.
    type: bool
    default: false
  now:
    description: Delete at once. It cannot be undone.
    type: bool
    default: false
  hold:
    description: How long it can be undone before it is deleted, such as V(12h).
    type: str
  wait:
    description: Wait up to that long for what is in use, such as V(5m).
    type: str
  when_idle:
    description: Queue what is in use; the daemon of idecare cleans it once it is idle.
    type: bool
    default: false
  sizes:
    description: Measure what goes. Without it, a clean takes constant time. Check mode always measures.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: What was not used for a week
  idecare.idecare.clean:
    targets: [gocache]
    older_than: 7d

- name: Everything stale, once nobody is working
  idecare.idecare.clean:
    when_idle: true
"""

RETURN = r"""
targets:
  description: One for each cache, as docs/json.md describes.
  returned: always
  type: list
  elements: dict
  sample: [{target: gocache, root: /home/ada/.cache/go-build, state: held, held_until: "2026-11-22T12:10:00+00:00"}]
freed_bytes:
  description: What was freed; not 0 only with O(now).
  returned: always
  type: int
  sample: 0
id:
  description: What C(idecare undo) on the target takes to take it back; none where nothing was changed.
  returned: always
  type: str
  sample: 20261122-120000
error:
  description: Why nothing could be done.
  returned: when idecare ended with an error
  type: dict
  sample: {code: journal, message: "nothing was changed: the journal cannot be written", hint: free some space}
exit:
  description: The exit code of idecare; 5 when all that was asked for is in use.
  returned: when idecare ran
  type: int
  sample: 0
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.idecare.idecare.plugins.module_utils.cli import COMMON, run, words_of

TARGETS = ["gocache", "testcache", "fuzzcache", "modcache", "gopls", "goimports", "goland", "vscode"]
OPTIONS = {
    "older_than": {"type": "str"},
    "max_size": {"type": "str"},
    "toolchains": {"type": "bool", "default": False},
    "now": {"type": "bool", "default": False},
    "hold": {"type": "str"},
    "wait": {"type": "str"},
    "when_idle": {"type": "bool", "default": False},
    "sizes": {"type": "bool", "default": False},
}


def main():
    targets = {"targets": {"type": "list", "elements": "str", "choices": TARGETS}}
    module = AnsibleModule(argument_spec={**COMMON, **OPTIONS, **targets}, supports_check_mode=True)
    options = {name: module.params[name] for name in OPTIONS}
    run(module, "clean", [*words_of(options), *(module.params["targets"] or [])])


if __name__ == "__main__":
    main()
