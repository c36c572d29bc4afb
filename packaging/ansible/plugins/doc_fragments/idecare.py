"""What the documentation of every module says of idecare itself."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  executable:
    description:
      - The program C(idecare) on the target.
      - Without it, the one in E(PATH), else C(~/.local/bin/idecare), where pipx and uv put it, else
        C(python -m idecare) with the Python that runs the module.
    type: path
  chdir:
    description:
      - The folder to work in, such as that of a Go module. Without it, the one in which the connection begins.
    type: path
attributes:
  check_mode:
    description: Can run in check mode and say whether it would change anything, without changing it.
    support: full
  diff_mode:
    description: Says what is changed, or would be in check mode.
    support: full
  platform:
    description: Where it runs.
    support: full
    platforms: posix
requirements:
  - idecare of the version of this collection on the target, with Python 3.11 or later
notes:
  - It works for the user who runs the module, with that user's home folder. For another user, set C(become_user).
  - Programs such as C(go) are looked for in the E(PATH) of the connection, which is often shorter than that of a login.
    Set C(environment) on the task where this matters.
"""
