"""The change engine: the only way in which idecare changes a file that is not its own.

A verb plans. A plan (``plan.py``) is a tuple of steps, each an action or the reason for none. An action is a frozen
value with the state that must still be true: the root's device and inode, the bytes that a file held, the stamps of a
module's parts. Two plans added are one plan, with one entry in the journal and one undo.

``apply`` carries a plan out, under idecare's lock, in this order:

1. The intent is written to the journal, durably: for each step a record of what will undo it. The bytes of files that
   will be edited are kept first. If that fails, nothing has changed.
2. Each step: who uses the cache is checked, then the action is done, then who uses the cache is checked again. Whatever
   goes wrong, what the step moved is put back, and the next step goes on.
3. What became of each step is written to the journal. If that fails, everything is put back: without a record nothing
   could be undone or purged.

An action moves by rename within one file system, or replaces a file by rename; no byte of the user's is copied or
deleted. So a crash leaves each thing in its old place or in its new one:

| state of a record | what is on the disk | what the next run does (``recover.py``) |
| --- | --- | --- |
| started | some of it may be moved or written | puts it back; of an edited file the bytes say whether it was made |
| held, written | the step is done | nothing; ``undo`` takes it back, a held one is purged after its time |
| reverting | an undo of an edit had begun | the bytes say whether it was made |
| purging | the hold folder is renamed, some of it is deleted | purges the rest; it cannot be undone any more |
| superseded | put back, but for what newer entries had replaced | nothing; the rest is purged after its time |
| purged, restored, nothing | nothing of it is held | nothing |
| failed | it could not be put back or deleted | ``undo`` and ``purge`` try again |

The hold folder itself says whose it is and until when (``hold_owner.py``), for journals that share a cache. Where a
file, a link or anything else is in its place, nothing is held, put back or purged there (``hold_folder.py``).

``undo`` needs the record, the hold folder inside the cache's own root (``.idecare-held/<id>/<target>``) and, for an
edited file, the bytes kept in the state folder. It puts back what is not there; what tools or the user made since
stays.

| action | undone by | module |
| --- | --- | --- |
| HoldEntries, TrimEntries | renaming them back | ``hold_entries.py`` |
| StampFile | writing back what it held, if nobody has written it since | ``stamp_file.py`` |
| WriteFile, RemoveFile | the kept bytes, if the file is as idecare left it | ``write_file.py`` |
| ReplaceParts | exchanging the parts again, under go's own lock | ``replace_parts.py`` |

Every call that changes the disk is in ``system/filesystem``, which a test enforces.
"""
