"""The few verbs that change the disk. Nothing else in idecare does."""

from idecare.system.filesystem.own_files import (
    append_log,
    exclusive,
    hint_for,
    link_files,
    make_folder,
    remove_file,
    remove_links,
    remove_unused_links,
    rename_file,
    write_atomic,
)

__all__ = [
    "append_log",
    "exclusive",
    "hint_for",
    "link_files",
    "make_folder",
    "remove_file",
    "remove_links",
    "remove_unused_links",
    "rename_file",
    "write_atomic",
]
