"""The h1 sum of a module's zip, tree and go.mod; also the program which a helper process runs.

h1 is Hash1 of golang.org/x/mod/sumdb/dirhash. This file stands alone, without idecare, so that a helper is at work
after a few milliseconds; values are plain tuples because they cross a pipe, paths are bytes because names may be odd.
"""

from __future__ import annotations

import marshal
import os
import zlib
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from stat import S_ISDIR, S_ISREG

Kind = str  # zip, tree or file
# What, where, the real ``path@version`` before each name (of a file: the name in its sum), the fingerprint under which
# the answer is remembered ("" when it is not).
Task = tuple[Kind, bytes, bytes, str]
# State (ok, absent, broken, unreadable, remembered), h1, what is wrong, second h1, names of litter, fingerprint.
# The second h1 is of the go.mod in a zip, or of a tree without its litter.
Answer = tuple[str, str, "Problem", str, list[bytes], str]
# A text and its values: whoever shows it looks it up in the user's language first, which a helper does not know.
Problem = tuple[str, dict[str, str]]
# Of a file in a zip: name as stored, where its header is, compressed and full size, method and CRC.
ZipEntry = tuple[bytes, int, int, int, int, int]
Digests = list[tuple[bytes, str]]  # name as in the sum, SHA-256 in hex

LITTER = b".DS_Store"
READ_BYTES = 1 << 20
ZIP_LIMIT_BYTES = 500 << 20  # golang.org/x/mod/zip: MaxZipFile, of the zip and of all that it holds
HEADER_BYTES, END_BYTES = 46, 22  # of a zip's directory: a file's entry without its texts, and the record behind all
SETTLED_NS = 2 * 10**9  # a file that changed less than this ago may change again without its stamps doing so
LENGTH_BYTES = 4
OPEN_FILE = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
TOOLCHAIN = b"golang.org/toolchain@"
NO_PROBLEM: Problem = ("", {})


class BrokenError(Exception):
    """It can be read, but is not what it should be. ``text`` is a literal, for the catalogue."""

    def __init__(self, text: str, **values: str) -> None:
        super().__init__(text.format(**values) if values else text)
        self.problem: Problem = (text, values)


def answer(task: Task, now_ns: int) -> Answer:
    """Do one task. No error leaves: it is the answer."""
    kind, path, prefix, known = task
    try:
        if kind == "tree":
            return _tree(path, prefix, known, now_ns)
        status = os.stat(path)
        mark = f"{status.st_dev}.{status.st_ino}.{status.st_size}.{status.st_mtime_ns}.{status.st_ctime_ns}"
        if known and mark == known:
            return "remembered", "", NO_PROBLEM, "", [], known
        mark = mark if _is_settled(status, now_ns) else ""
        if not S_ISREG(status.st_mode):
            raise BrokenError("is not a file")
        if kind == "zip":
            digests = zip_digests(path, prefix)
            return "ok", h1(digests), NO_PROBLEM, _sum_of_go_mod(digests, prefix), [], mark
        return "ok", h1([(prefix, _file_digest(path, status.st_size))]), NO_PROBLEM, "", [], mark
    except (FileNotFoundError, NotADirectoryError):
        return "absent", "", NO_PROBLEM, "", [], ""
    except BrokenError as error:
        return "broken", "", error.problem, "", [], ""
    except OSError as error:
        place = os.fsdecode(error.filename) if error.filename else os.fsdecode(path)
        return "unreadable", "", (f"{(error.strerror or str(error)).lower()}: {place}", {}), "", [], ""


def h1(digests: Digests) -> str:
    """Hash1: the sum over lines of digest and name, sorted by the names' bytes."""
    for name, _ in digests:
        if b"\n" in name:
            raise BrokenError("holds a file with a line end in its name, which go refuses")
    text = b"".join(b"%b  %b\n" % (digest.encode(), name) for name, digest in sorted(digests))
    return "h1:" + b64encode(sha256(text).digest()).decode()


def read(path: bytes) -> bytes:
    """The whole content."""
    try:
        with open(path, "rb", opener=_opener) as file:
            return file.read()
    except OSError as error:
        error.filename = path
        raise


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | OPEN_FILE)


def _file_digest(path: bytes, size: int) -> str:
    """In four system calls for a file of the expected size, and without holding the whole of a large one.

    Reading more than the size at once would cost more than all the rest: the buffer is cleared first.
    """
    descriptor = os.open(path, OPEN_FILE)
    try:
        content = os.read(descriptor, min(size, READ_BYTES) + 1)
        if len(content) <= min(size, READ_BYTES - 1):
            return sha256(content).hexdigest()
        whole = sha256(content)
        while content := os.read(descriptor, READ_BYTES):
            whole.update(content)
        return whole.hexdigest()
    except OSError as error:
        error.filename = path
        raise
    finally:
        os.close(descriptor)


def _is_settled(status: os.stat_result, now_ns: int) -> bool:
    return max(status.st_mtime_ns, status.st_ctime_ns) <= now_ns - SETTLED_NS


def _tree(path: bytes, prefix: bytes, known: str, now_ns: int) -> Answer:
    files, newest, mark = _listed(path)
    if known and mark == known:
        return "remembered", "", NO_PROBLEM, "", [], known
    mark = mark if newest <= now_ns - SETTLED_NS else ""
    digests = [(b"%b/%b" % (prefix, name), _file_digest(b"%b/%b" % (path, name), size)) for name, size in files]
    litter = [name for name, _ in files if name.rpartition(b"/")[2] == LITTER]
    clean = h1([pair for pair in digests if pair[0].rpartition(b"/")[2] != LITTER]) if litter else ""
    return "ok", h1(_as_downloaded(digests, prefix)), NO_PROBLEM, clean, litter, mark


def _listed(top: bytes) -> tuple[list[tuple[bytes, int]], int, str]:
    """Names and sizes of all files below a folder, the newest stamp of one, and a fingerprint of all stamps.

    Links are listed, never followed into: filepath.Walk, which go hashes with, does the same.
    """
    if not S_ISDIR(os.lstat(top).st_mode):
        raise BrokenError("is not a folder")
    files: list[tuple[bytes, int]] = []
    stamps: list[bytes] = []
    newest = 0
    waiting = [b""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(b"%b/%b" % (top, folder) if folder else top) as entries:
            for entry in entries:
                name = b"%b/%b" % (folder, entry.name) if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(name)
                    continue
                status = _status(entry)
                files.append((name, status.st_size))
                changed = max(status.st_mtime_ns, status.st_ctime_ns)
                newest = changed if changed > newest else newest
                stamps.append(
                    b"%b\0%d.%d.%d.%d.%d"
                    % (name, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
                )
    return files, newest, sha256(b"\0\0".join(sorted(stamps))).hexdigest()


def _status(entry: os.DirEntry[bytes]) -> os.stat_result:
    try:
        status = entry.stat()
    except FileNotFoundError as error:
        raise BrokenError("{file} leads nowhere", file=os.fsdecode(entry.name)) from error
    if not S_ISREG(status.st_mode):
        raise BrokenError("{file} is not a file", file=os.fsdecode(entry.name))
    return status


def _as_downloaded(digests: Digests, prefix: bytes) -> Digests:
    """A toolchain's ``_go.mod`` files are copied to ``go.mod`` after it was extracted (cmd/go
    internal/toolchain/select.go); the copies are not part of its sum."""
    if not prefix.startswith(TOOLCHAIN):
        return digests
    known = dict(digests)
    return [
        (name, digest)
        for name, digest in digests
        if not name.endswith(b"/go.mod") or known.get(name[:-6] + b"_go.mod") != digest
    ]


def zip_digests(path: bytes, prefix: bytes) -> Digests:
    """The digest of every file of a zip; BrokenError when it is no zip, or one that go would refuse."""
    return [(name, sha256(content).hexdigest()) for name, content in zip_files(path, prefix)]


def zip_files(path: bytes, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of every file of a module zip, one after the other."""
    if os.stat(path).st_size > ZIP_LIMIT_BYTES:
        raise BrokenError("is larger than the 500 MiB that go allows")
    data = read(path)
    entries, start, comment_bytes = zip_directory(path)
    _check_directory(data, start, len(entries), comment_bytes)
    _check_entries(entries, prefix)
    for name, *place in entries:
        yield name, _content(data, name, place)


def zip_directory(path: bytes) -> tuple[list[ZipEntry], int, int]:
    """What a zip's directory says of each file, where it begins, and the length of the zip's comment."""
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(os.fsdecode(path)) as archive:
            return [_entry(info) for info in archive.infolist()], archive.start_dir, len(archive.comment)
    except (BadZipFile, ValueError, RuntimeError, EOFError) as error:  # RuntimeError: a later version of the format
        raise BrokenError("is not a valid zip file ({reason})", reason=str(error)) from error


def _entry(info: object) -> ZipEntry:
    from zipfile import ZipInfo

    assert isinstance(info, ZipInfo)
    name = info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437")
    return name, info.header_offset, info.compress_size, info.file_size, info.compress_type, info.CRC


def _check_directory(data: bytes, start: int, count: int, comment_bytes: int) -> None:
    """Lengths and counts that zipfile passes over and go does not (src/archive/zip/reader.go of 1.27.3)."""
    at, end = start, len(data) - END_BYTES - comment_bytes
    for _ in range(count):
        if data[at : at + 4] != b"PK\1\2":
            raise BrokenError("is not a valid zip file (its directory is cut short)")
        at += HEADER_BYTES + sum(int.from_bytes(data[at + place : at + place + 2], "little") for place in (28, 30, 32))
    is_whole = data[at : at + 4] == b"PK\6\6" or at == end  # with more than 65,535 files another record comes first
    count_there, comment = (int.from_bytes(data[end + place : end + place + 2], "little") for place in (10, 20))
    if not is_whole or data[end : end + 4] != b"PK\5\6" or comment != comment_bytes:
        raise BrokenError("is not a valid zip file (its directory does not end where it should)")
    if count_there not in (count, 0xFFFF):
        raise BrokenError(
            "is not a valid zip file (it names {named} files and holds {count})",
            named=str(count_there),
            count=str(count),
        )


def _check_entries(entries: list[ZipEntry], prefix: bytes) -> None:
    """The rules of golang.org/x/mod/zip that keep an extraction inside its folder."""
    names = [entry[0] for entry in entries]
    if len(set(names)) < len(names):
        raise BrokenError("holds a name twice")
    if sum(entry[3] for entry in entries) > ZIP_LIMIT_BYTES:
        raise BrokenError("holds more than the 500 MiB that go allows")
    start = prefix + b"/"
    for name in names:
        parts = name.removeprefix(start).removesuffix(b"/").split(b"/")
        if not name.startswith(start) or not {b"", b".", b".."}.isdisjoint(parts) or b"\\" in name or b"\0" in name:
            raise BrokenError("holds a name that go refuses: {file}", file=os.fsdecode(name))


def _content(data: bytes, name: bytes, place: list[int]) -> bytes:
    offset, packed, size, method, crc = place
    start = offset + 30 + int.from_bytes(data[offset + 26 : offset + 28], "little")
    start += int.from_bytes(data[offset + 28 : offset + 30], "little")
    if data[offset : offset + 4] != b"PK\3\4" or start + packed > len(data):
        raise BrokenError("is not a valid zip file ({file} is not where it should be)", file=os.fsdecode(name))
    content = data[start : start + packed]
    if method == 8:
        try:
            unpacker = zlib.decompressobj(-15)
            content = unpacker.decompress(content, size + 1)
            if not unpacker.eof:
                raise BrokenError("is not a valid zip file ({file} does not end)", file=os.fsdecode(name))
        except zlib.error as error:
            raise BrokenError(
                "is not a valid zip file ({file}: {reason})", file=os.fsdecode(name), reason=str(error)
            ) from error
    elif method != 0:
        raise BrokenError("is packed by a method that go does not know ({method})", method=str(method))
    if len(content) != size or zlib.crc32(content) != crc:
        raise BrokenError("is not a valid zip file ({file}: wrong checksum)", file=os.fsdecode(name))
    return content


def _sum_of_go_mod(digests: Digests, prefix: bytes) -> str:
    """The sum of the module's go.mod; go writes one for a module without (modfetch.LegacyGoMod)."""
    name = prefix + b"/go.mod"
    digest = next((digest for found, digest in digests if found == name), None)
    return h1([(b"go.mod", digest or sha256(legacy_go_mod(prefix)).hexdigest())])


def legacy_go_mod(prefix: bytes) -> bytes:
    """What go writes as the .mod of a module that has no go.mod."""
    return b"module %b\n" % prefix.rpartition(b"@")[0]


def serve() -> None:
    """Answer tasks from stdin on stdout, each behind its length, until stdin ends."""
    from time import time_ns

    with open(0, "rb") as requests, open(1, "wb") as answers:
        while length := int.from_bytes(requests.read(LENGTH_BYTES), "big"):
            reply = marshal.dumps([answer(task, time_ns()) for task in marshal.loads(requests.read(length))])
            answers.write(len(reply).to_bytes(LENGTH_BYTES, "big") + reply)
            answers.flush()


if __name__ == "__main__":
    serve()
