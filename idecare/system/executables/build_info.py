"""Go build info: the block which the linker leaves in each program, and the module text in it.

Layout: src/debug/buildinfo/buildinfo.go and src/runtime/debug/mod.go of go1.27.3. Since Go 1.18 the block holds the
texts themselves, before that it held pointers to them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import field
from typing import Literal

from idecare.core.frozen import frozen

MAGIC = b"\xff Go buildinf:"
ALIGNMENT = 16
HEADER_BYTES = 32
POINTER_SIZE_AT, FLAGS_AT, POINTERS_AT = 14, 15, 16
BIG_ENDIAN, TEXTS_INSIDE = 1, 2
FRAME_BYTES = 16  # random bytes before and after the module text, by which a running program finds it
LARGEST_TEXT = 8_000_000

# Bytes of the file by address in memory; fewer than asked for where the file or the section ends.
ReadAddress = Callable[[int, int], bytes]


@frozen
class BuildInfo:
    """What ``go version -m`` prints. Programs built from a list of files have no module."""

    go_version: str
    path: str | None = None
    module: str | None = None
    module_version: str | None = None
    settings: dict[str, str] = field(default_factory=dict)
    dependencies: tuple[tuple[str, str], ...] = ()  # path and version of each other module in it


def find_block(data: bytes) -> int:
    """Where in data from an aligned address the block begins; -1 when it is not in there."""
    place = data.find(MAGIC)
    while place >= 0 and place % ALIGNMENT:
        place = data.find(MAGIC, place + 1)
    return place


def read_build_info(read: ReadAddress, address: int) -> BuildInfo | None:
    """Decode the block at ``address``; ``None`` when it is damaged."""
    header = read(address, HEADER_BYTES)
    if len(header) < HEADER_BYTES:
        return None
    texts = _texts_inside(read, address) if header[FLAGS_AT] & TEXTS_INSIDE else _texts_pointed_at(read, header)
    version, module_text = (text.decode("utf-8", "replace") for text in texts)
    return parse_module_text(version, module_text) if version else None


def _texts_inside(read: ReadAddress, address: int) -> tuple[bytes, bytes]:
    version, address = _varint_text(read, address + HEADER_BYTES)
    module_text, _ = _varint_text(read, address)
    return version, _unframed(module_text)


def _varint_text(read: ReadAddress, address: int) -> tuple[bytes, int]:
    """A text after its length, and the address behind it; an empty text where the length cannot be right."""
    length = shift = 0
    for byte in read(address, 10):
        address += 1
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    text = read(address, length) if length <= LARGEST_TEXT else b""
    return (text, address + length) if len(text) == length else (b"", address)


def _texts_pointed_at(read: ReadAddress, header: bytes) -> tuple[bytes, bytes]:
    size = header[POINTER_SIZE_AT]
    order: Literal["big", "little"] = "big" if header[FLAGS_AT] & BIG_ENDIAN else "little"
    if size not in (4, 8):
        return b"", b""

    def numbers(data: bytes) -> tuple[int, int]:
        return int.from_bytes(data[:size], order), int.from_bytes(data[size : 2 * size], order)

    def text(pointer: int) -> bytes:
        """A Go string: a pointer to the bytes, and their number."""
        start, length = numbers(read(pointer, 2 * size))
        return read(start, length) if length <= LARGEST_TEXT else b""

    version, module_text = numbers(header[POINTERS_AT:])
    return text(version), _unframed(text(module_text))


def _unframed(module_text: bytes) -> bytes:
    framed = len(module_text) > 2 * FRAME_BYTES and module_text[-FRAME_BYTES - 1 : -FRAME_BYTES] == b"\n"
    return module_text[FRAME_BYTES:-FRAME_BYTES] if framed else b""


def parse_module_text(go_version: str, text: str) -> BuildInfo:
    """Lines of a word and its values, separated by tabs; an unknown word is skipped."""
    path = module = module_version = None
    settings = {}
    dependencies = []
    for line in text.split("\n"):
        word, _, rest = line.partition("\t")
        if word == "path":
            path = rest
        elif word == "mod":
            module, module_version = (*rest.split("\t"), "")[:2]
        elif word in ("dep", "=>"):  # the latter replaces the line before it
            dependencies.append((*rest.split("\t"), "")[:2])
        elif word == "build":
            key, value = _setting(rest)
            settings[key] = value
    named = tuple((name, version) for name, version in dependencies)
    return BuildInfo(go_version, path or None, module or None, module_version or None, settings, named)


def _setting(text: str) -> tuple[str, str]:
    """``key=value``; each is quoted as in Go source where it holds blanks or quotes."""
    if not text.startswith('"'):
        key, _, value = text.partition("=")
        return key, _unquoted(value)
    try:
        key, end = json.JSONDecoder().raw_decode(text)
    except ValueError:
        return text, ""
    return key, _unquoted(text[end + 1 :])


def _unquoted(text: str) -> str:
    """JSON's quoting is Go's but for control characters; a text with those is left as it is."""
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text))
    except (ValueError, RecursionError):
        return text
