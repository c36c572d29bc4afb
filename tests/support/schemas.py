"""Real outputs against the JSON Schemas of docs/schema."""

from __future__ import annotations

from functools import cache
from typing import Any

from scripts.schemas import COMMANDS, schema_of


@cache
def _validator(command: str) -> Any:
    """``None`` where jsonschema is not installed."""
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        return None
    return Draft202012Validator(schema_of(command))


def faults(values: dict[str, Any]) -> list[str]:
    """What an object has that its schema does not allow; also of a command that does not exist, which has an error."""
    if values["command"] not in COMMANDS:
        return [] if "error" in values else [f"there is no schema of {values['command']}"]
    validator = _validator(values["command"])
    found = [] if validator is None else list(validator.iter_errors(values))
    causes = [cause for error in found for cause in (error.context or [error])]
    return [f"{cause.json_path}: {cause.message}" for cause in causes]
