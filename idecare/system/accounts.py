"""Users of the machine: who this is, and what they are called."""

from __future__ import annotations

import os
import sys


def user_number() -> int:
    """The effective user id. Windows has none: there a number made of the account's name, which is the same each time,
    though not proof against a collision."""
    if sys.platform == "win32":
        from zlib import crc32

        return crc32(os.getlogin().lower().encode("utf-8", "surrogatepass"))
    return os.geteuid()


def user_name(number: int) -> str:
    """The name of a user, or the number where nobody has it."""
    if sys.platform == "win32":
        return str(number)
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
