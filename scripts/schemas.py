"""Writes docs/schema/: one JSON Schema for each command's --json output. ``python -m scripts.schemas``.

Tests check what is there against this module, and real outputs against the schemas.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Schema = dict[str, Any]
FOLDER = Path(__file__).parent.parent / "docs" / "schema"
DRAFT = "https://json-schema.org/draft/2020-12/schema"

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
ANY: Schema = {"type": ["string", "integer"]}
FLAG: Schema = {"type": "boolean"}
TIME: Schema = {"type": "string", "format": "date-time"}


def one_of(words: str) -> Schema:
    return {"enum": words.split()}


def maybe(schema: Schema) -> Schema:
    """The value, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def many(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def thing(*optional: str, **fields: Schema) -> Schema:
    """An object with these fields and no others; all but the ``optional`` ones are there."""
    required = [name for name in fields if name not in optional]
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


ERROR = thing(code=TEXT, message=TEXT, hint=TEXT)
TEXTS, MAYBE_TEXT, MAYBE_COUNT, MAYBE_TIME = many(TEXT), maybe(TEXT), maybe(COUNT), maybe(TIME)

TARGET = thing(
    target=TEXT,
    root=TEXT,
    source=TEXT,
    state=one_of("held purged trimmed scheduled skipped absent restored"),
    code=MAYBE_TEXT,
    reason=MAYBE_TEXT,
    next_step=MAYBE_TEXT,
    entries=MAYBE_COUNT,
    bytes=MAYBE_COUNT,
    held_until=MAYBE_TIME,
    spared=TEXTS,
    cost=MAYBE_TEXT,
    need=maybe(thing(modules=COUNT, bytes=COUNT, go_mods=COUNT, others=COUNT)),
    notes=TEXTS,
    busy=many(thing(pid=COUNT, name=TEXT, since=MAYBE_TIME)),
)
UNREADABLE = {"unreadable": many(thing(path=TEXT, reason=TEXT))}
CLEAN = {
    "dry_run": FLAG,
    "changed": FLAG,
    "id": MAYBE_TEXT,
    "targets": many(TARGET),
    "freed_bytes": COUNT,
    "ran": thing(command=TEXTS, exit={"type": "integer"}, reused_modules={"type": "integer"}),
    "undone": FLAG,
}
PLANNED_UNDO = {"target": TEXT, "root": TEXT, "path": MAYBE_TEXT, "state": TEXT}
UNDONE = {"restored": COUNT, "kept": COUNT, "reason": MAYBE_TEXT, "details": TEXTS, "next_step": MAYBE_TEXT}
UNDO = {"changed": FLAG, "id": MAYBE_TEXT, "changes": many(thing(*UNDONE, **PLANNED_UNDO, **UNDONE))}
EDIT_VALUE = {"key": TEXT, "before": MAYBE_TEXT, "after": MAYBE_TEXT}
STATE = one_of(
    "started held superseded purging purged restored written reverting nothing failed trimmed expired scheduled"
)
RECORD = thing(
    target=TEXT,
    root=TEXT,
    path=MAYBE_TEXT,
    keys=many(thing(**EDIT_VALUE)),
    state=STATE,
    held_until=MAYBE_TIME,
    entries=MAYBE_COUNT,
    bytes=MAYBE_COUNT,
    reason=MAYBE_TEXT,
    put_back=TEXTS,
    set_apart=TEXTS,
)
HISTORY = {
    "changes": many(thing(id=TEXT, started=TIME, command=TEXTS, cwd=TEXT, freed_bytes=COUNT, targets=many(RECORD)))
}
PURGED = thing(
    target=TEXT,
    root=TEXT,
    state=TEXT,
    entries=MAYBE_COUNT,
    bytes=MAYBE_COUNT,
    reason=MAYBE_TEXT,
    put_back=TEXTS,
    set_apart=TEXTS,
)
PURGE = {"changed": FLAG, "freed_bytes": COUNT, "changes": many(PURGED)}
PRUNE = {
    "dry_run": FLAG,
    "changed": FLAG,
    "id": MAYBE_TEXT,
    "targets": many(TARGET),
    "freed_bytes": COUNT,
    "projects": many(thing(root=TEXT, reasons=TEXTS, modules=COUNT, problem=MAYBE_TEXT)),
    "tools": many(thing(path=TEXT, modules=TEXTS)),
    "modules": many(thing(module=TEXT, version=TEXT, bytes=COUNT, last_used=TIME)),
    "kept": thing(needed=COUNT, recent=COUNT),
    "gone": TEXTS,
    "closed": TEXTS,
}
MODULE = thing(
    module=TEXT,
    state=one_of("planned repaired skipped"),
    damages=many(thing(part=TEXT, reason=TEXT)),
    sums=thing("go_sum", "zip", "tree", "ziphash", go_sum=TEXTS, zip=TEXTS, tree=TEXTS, ziphash=TEXTS),
    set_aside=TEXTS,
    download=TEXTS,
    code=MAYBE_TEXT,
    reason=MAYBE_TEXT,
    next_step=MAYBE_TEXT,
    notes=TEXTS,
    held_until=MAYBE_TIME,
)
REPAIR = {
    "dry_run": FLAG,
    "changed": FLAG,
    "id": MAYBE_TEXT,
    "root": TEXT,
    "verified": COUNT,
    "index_entries": COUNT,
    "modules": many(MODULE),
}
USAGE = {
    "caches": many(
        thing(
            target=MAYBE_TEXT,
            tool=TEXT,
            name=TEXT,
            path=TEXT,
            source=TEXT,
            entries=COUNT,
            logical_bytes=COUNT,
            allocated_bytes=COUNT,
            held_bytes=COUNT,
            limit_bytes=maybe(COUNT),
            trend=many(thing(time=TIME, allocated_bytes=COUNT)),
            last_used=MAYBE_TIME,
            unreadable=TEXTS,
        )
    ),
    "total_allocated_bytes": COUNT,
    "total_held_bytes": COUNT,
    "held_limit_bytes": maybe(COUNT),
}
INSTALL = thing(
    tool=TEXT,
    product=TEXT,
    path=TEXT,
    source=TEXT,
    binary=MAYBE_TEXT,
    version=MAYBE_TEXT,
    architectures=TEXTS,
    go_version=MAYBE_TEXT,
    build=MAYBE_TEXT,
    selector=MAYBE_TEXT,
    managed=FLAG,
)
RUNTIME = thing(
    home=TEXT,
    source=TEXT,
    version=MAYBE_TEXT,
    vendor=MAYBE_TEXT,
    vendor_version=MAYBE_TEXT,
    architecture=MAYBE_TEXT,
)
CACHE = thing(
    tool=TEXT,
    name=TEXT,
    path=TEXT,
    source=TEXT,
    target=MAYBE_TEXT,
    ide=MAYBE_TEXT,
    exists=FLAG,
    effective=FLAG,
    problem=MAYBE_TEXT,
)
CONFIG_FILE = thing(tool=TEXT, name=TEXT, path=TEXT, source=TEXT, exists=FLAG)
LOCATE = {
    "installs": many(INSTALL),
    "runtimes": many(RUNTIME),
    "caches": many(CACHE),
    "configs": many(CONFIG_FILE),
}
OPTION = thing(option=TEXT, source=TEXT, line=MAYBE_COUNT)
JVM = thing(
    state=one_of("accepted warnings refused not-runnable not-launched"),
    runtime=MAYBE_TEXT,
    via=MAYBE_TEXT,
    remembered=FLAG,
    text=MAYBE_TEXT,
    options=many(OPTION),
    warnings=TEXTS,
    ignored=many(OPTION),
    not_tried=many(OPTION),
)
CHANGE = thing(
    ide=TEXT,
    name=TEXT,
    path=MAYBE_TEXT,
    real_path=MAYBE_TEXT,
    why_this_file=MAYBE_TEXT,
    state=one_of("pending written refused failed unchanged skipped"),
    diff=MAYBE_TEXT,
    keys=many(thing(**EDIT_VALUE, reason=TEXT, source=TEXT)),
    conflicts=many(thing(key=TEXT, found=MAYBE_TEXT, wrote=MAYBE_TEXT, now=MAYBE_TEXT)),
    code=MAYBE_TEXT,
    reason=MAYBE_TEXT,
    next_step=MAYBE_TEXT,
    notes=TEXTS,
    jvm=maybe(JVM),
)
CONFIGURE = {"dry_run": FLAG, "changed": FLAG, "id": MAYBE_TEXT, "changes": many(CHANGE)}
SERVICE = {**CONFIGURE, "running": FLAG, "pid": MAYBE_COUNT}
PROFILE_VALUE = thing(
    "here",
    key=TEXT,
    value=TEXT,
    kind=one_of("jvm property setting"),
    reason=TEXT,
    when=MAYBE_TEXT,
    evidence=MAYBE_TEXT,
    since=MAYBE_TEXT,
    here=many(thing(name=TEXT, before=MAYBE_TEXT, after=MAYBE_TEXT)),
)
PROFILES = {
    "profiles": many(thing(name=TEXT, description=TEXT, source=TEXT, path=MAYBE_TEXT, values=many(PROFILE_VALUE)))
}
FACTS = {
    "path": TEXT,
    "vendor": MAYBE_TEXT,
    "vendor_version": MAYBE_TEXT,
    "version": MAYBE_TEXT,
    "major": MAYBE_COUNT,
    "architectures": TEXTS,
    "jcef": maybe(FLAG),
}
FINDING_OF_RUNTIME = thing(
    severity=one_of("error warning note"),
    code=TEXT,
    message=TEXT,
    next_step=MAYBE_TEXT,
    options=many(OPTION),
)
JBR_LIST = {"runtimes": many(thing(**FACTS, source=TEXT, used_by=TEXTS))}
JBR_CHECK = {
    "runtimes": many(
        thing(
            **{**FACTS, "path": MAYBE_TEXT},
            ide=MAYBE_TEXT,
            name=MAYBE_TEXT,
            via=MAYBE_TEXT,
            state=one_of("right usable wrong"),
            passed=many(thing(via=TEXT, path=MAYBE_TEXT, reason=TEXT)),
            findings=many(FINDING_OF_RUNTIME),
            jvm=maybe(JVM),
        )
    )
}
REMEDY = {
    "type": "object",
    "properties": {
        "kind": one_of("edit clean repair run"),
        "file": TEXT,
        "ide": TEXT,
        "keys": many(many(MAYBE_TEXT)),
        "target": TEXT,
        "entries": TEXTS,
        "modules": maybe(TEXTS),
        "command": TEXT,
    },
    "required": ["kind"],
}
FINDING = thing(
    id=TEXT,
    severity=one_of("error warning info"),
    summary=TEXT,
    evidence=TEXTS,
    why=TEXT,
    fix=TEXT,
    remedies=many(REMEDY),
)
CHECK = thing(
    "state",
    "milliseconds",
    "meaning",
    "fix",
    id=TEXT,
    state=one_of("passed found crashed late"),
    milliseconds=COUNT,
    meaning=TEXT,
    fix=TEXT,
)
EXPLAIN = {
    "explanations": many(
        thing(
            id=TEXT,
            meaning=TEXT,
            why=TEXT,
            fix=TEXT,
            evidence=TEXTS,
            settled=FLAG,
            places=many(thing(line=COUNT, text=TEXT)),
            count=COUNT,
        )
    ),
    "findings": many(FINDING),
    "lines": COUNT,
    "suspicious": maybe(thing(line=COUNT, text=TEXT)),
    "related": TEXTS,
}
VERIFY = {
    "path": TEXT,
    "bytes": COUNT,
    "digest": TEXT,
    "product": MAYBE_TEXT,
    "proofs": many(
        thing(
            subject=one_of("archive checksum signature machine"),
            state=one_of("proven wrong open"),
            message=TEXT,
            next_step=MAYBE_TEXT,
        )
    ),
}
DOCTOR = {
    "findings": many(FINDING),
    "checks": many(CHECK),
    "report": TEXT,
    **CONFIGURE,
    "targets": many(TARGET),
    "modules": many(MODULE),
    "commands": TEXTS,
    "notes": TEXTS,
    "not_taken": TEXTS,
    **EXPLAIN,
    **VERIFY,
}
CONFLICT = thing(
    code=TEXT,
    grade=one_of("info warning error"),
    root=TEXT,
    message=TEXT,
    parties=TEXTS,
    setting=MAYBE_TEXT,
    fix=MAYBE_TEXT,
)
GO_SIDE = thing(
    path=MAYBE_TEXT,
    go_version=MAYBE_TEXT,
    gopls=MAYBE_TEXT,
    gopls_version=MAYBE_TEXT,
    settings=maybe(many(thing(name=TEXT, value=TEXT, source=TEXT))),
)
PRESENCE = thing(
    ide=TEXT,
    name=TEXT,
    version=MAYBE_TEXT,
    pid=MAYBE_COUNT,
    pids=many(COUNT),
    since=MAYBE_TIME,
    folders=TEXTS,
    lingering=FLAG,
    evidence=many(thing(kind=TEXT, strength=one_of("certain likely hint"), detail=TEXT, since=MAYBE_TIME)),
    go=GO_SIDE,
)
WORKSPACE = thing(
    root=TEXT,
    module=MAYBE_TEXT,
    members=TEXTS,
    ides=many(PRESENCE),
    shared=many(thing(name=TEXT, path=MAYBE_TEXT)),
    half_extracted=TEXTS,
    terminal=maybe(GO_SIDE),
)
LOCK = thing(
    pid=COUNT,
    name=TEXT,
    state=one_of("holds waits"),
    path=TEXT,
    since=MAYBE_TIME,
    holders=many(COUNT),
)
LOCK_USE = thing(
    path=TEXT,
    waits=COUNT,
    total_seconds=NUMBER,
    longest_seconds=NUMBER,
    waiters=many(ANY),
    holders=many(ANY),
)
STATUS = {
    "taken": TIME,
    "workspaces": many(WORKSPACE),
    "conflicts": many(CONFLICT),
    "locks": maybe(many(LOCK)),
    "lock_uses": maybe(many(LOCK_USE)),
    "stale_locks": many(thing(ide=TEXT, name=TEXT, path=TEXT, pid=MAYBE_COUNT, since=MAYBE_TIME)),
    "remotes": many(thing(ide=TEXT, name=TEXT, authority=TEXT, folder=TEXT)),
    "queued": TEXTS,
    "held": many(thing(target=TEXT, root=TEXT, held_until=MAYBE_TIME)),
    "compiled_twice": maybe(thing(measured=TIME, summaries=TEXTS)),
    "daemon": thing(state=one_of("running absent useless"), pid=MAYBE_COUNT, message=MAYBE_TEXT),
}
OVERVIEW = {
    **STATUS,
    "measured": MAYBE_TIME,
    "caches": many(thing(name=TEXT, allocated_bytes=COUNT)),
    "last_change": MAYBE_TEXT,
}
NOTICE = thing(
    id=TEXT,
    kind=one_of("opened worse resolved"),
    grade=one_of("info warning error"),
    root=TEXT,
    at=TIME,
    conflicts=many(CONFLICT),
)
DAEMON_STATUS = {
    "manager": MAYBE_TEXT,
    "file": MAYBE_TEXT,
    "registered": FLAG,
    "current": maybe(FLAG),
    "loaded": maybe(FLAG),
    "running": FLAG,
    "healthy": FLAG,
    "pid": MAYBE_COUNT,
    "since": MAYBE_TIME,
    "version": MAYBE_TEXT,
    "last_error": MAYBE_TEXT,
    "log": TEXT,
    "cpu_seconds": maybe(NUMBER),
    "cpu_percent": maybe(NUMBER),
    "memory_bytes": MAYBE_COUNT,
    "wakeups_per_minute": maybe(NUMBER),
    "threads": MAYBE_COUNT,
}
RUNNING = {"running": FLAG, "pid": MAYBE_COUNT}
SETTINGS = {
    "hold": TEXT,
    "targets": TEXTS,
    "never_touch": TEXTS,
    "projects": TEXTS,
    "gocache_max": MAYBE_TEXT,
    "modcache_max": MAYBE_TEXT,
    "held_max": MAYBE_TEXT,
    "notify": FLAG,
    "quiet_hours": MAYBE_TEXT,
    "notices_per_hour": COUNT,
    "on_conflict": TEXTS,
    "language": TEXT,
    "watch_starts": FLAG,
}
CONFIG = {"settings": thing(*SETTINGS, **SETTINGS)}

# command -> its own fields and, of these, the ones that are not always there
COMMANDS: dict[str, tuple[dict[str, Schema], tuple[str, ...]]] = {
    "": (OVERVIEW, ()),
    "clean": (CLEAN | UNREADABLE, ("ran", "undone", "unreadable")),
    "undo": (UNDO | UNREADABLE, ("unreadable",)),
    "history": (HISTORY | UNREADABLE, ("unreadable",)),
    "prune": (PRUNE | UNREADABLE, ("unreadable",)),
    "purge": (PURGE | UNREADABLE, ("unreadable",)),
    "repair": (REPAIR | UNREADABLE, ("unreadable",)),
    "usage": (USAGE, ()),
    "locate": (LOCATE, tuple(LOCATE)),
    "doctor": (DOCTOR | UNREADABLE, (*DOCTOR, "unreadable")),
    "explain": (EXPLAIN, ()),
    "verify": (VERIFY, ()),
    "configure": (CONFIGURE | UNREADABLE, ("unreadable",)),
    "profile list": (PROFILES, ()),
    "profile show": (PROFILES, ()),
    "jbr list": (JBR_LIST, ()),
    "jbr check": (JBR_CHECK, ()),
    "jbr use": (CONFIGURE | UNREADABLE, ("unreadable",)),
    "jbr reset": (CONFIGURE | UNREADABLE, ("unreadable",)),
    "status": (STATUS, ()),
    "watch": ({"notice": NOTICE}, ()),
    "daemon install": (SERVICE | UNREADABLE, (*RUNNING, "unreadable")),
    "daemon uninstall": (SERVICE | UNREADABLE, (*RUNNING, "unreadable")),
    "daemon start": (RUNNING, ()),
    "daemon stop": (RUNNING, ()),
    "daemon restart": (RUNNING, ()),
    "daemon status": (DAEMON_STATUS, ()),
    "daemon logs": ({"path": TEXT, "lines": TEXTS}, ()),
    "daemon snooze": ({"snoozes": many(thing(root=MAYBE_TEXT, until=MAYBE_TIME))}, ()),
    "config get": (CONFIG, ()),
    "config set": (CONFIG, ()),
    "config unset": (CONFIG, ()),
    "config path": ({"path": TEXT}, ()),
    "pick": ({}, ()),
    "completion": ({"script": TEXT}, ()),
    "help": ({"help": TEXT}, ()),
}


def schema_of(command: str) -> Schema:
    """The schema of one command's object: its own fields, or an error; never a field that is not named."""
    fields, optional = COMMANDS[command]
    exit_code = {"type": "integer"} if "ran" in fields else one_of_numbers()  # that of the user's command
    head = {"schema": {"const": 1}, "command": {"const": command}, "exit": exit_code}
    own = [name for name in fields if name not in optional]
    return {
        "$schema": DRAFT,
        "title": f"idecare {command} --json".replace("  ", " "),
        "type": "object",
        "properties": {**head, **fields, "error": ERROR},
        "required": list(head),
        "anyOf": [{"required": own}, {"required": ["error"]}],
        "additionalProperties": False,
    }


def one_of_numbers() -> Schema:
    return {"enum": [0, 1, 2, 3, 4, 5, 130]}


def files() -> dict[Path, str]:
    """Every file with its text; the first screen's is idecare.json."""
    return {
        FOLDER / f"{command.replace(' ', '-') or 'idecare'}.json": json.dumps(schema_of(command), indent=1) + "\n"
        for command in COMMANDS
    }


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in files().items():
        path.write_text(text)
