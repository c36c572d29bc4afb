"""The few verbs that change the disk. Nothing else in idecare does."""

from idecare.system.filesystem.own_files import (
    append_log,
    exclusive,
    hint_for,
    make_folder,
    remove_file,
    rename_file,
    write_atomic,
)

__all__ = ["append_log", "exclusive", "hint_for", "make_folder", "remove_file", "rename_file", "write_atomic"]
