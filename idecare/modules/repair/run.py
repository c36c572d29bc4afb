"""One repair being carried out; the journal is written before and after each version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from idecare.changes.journal import HOLD_FOLDER, Entry, Journal, MendRecord, Record
from idecare.changes.recover import back_out
from idecare.changes.replace_parts import GO_LOCK_SECONDS, STAGED, discard_staged, swap
from idecare.core.errors import BusyError, IdecareError, RefusedError
from idecare.core.results import Skip
from idecare.modules.hashing import BrokenError
from idecare.modules.parts import stamps_of
from idecare.modules.repair.order import Mended, MendOrder, MendOutcome, NotMended, Place
from idecare.modules.repair.plan import Mend, Verdict
from idecare.modules.repair.staging import staged_parts
from idecare.system.filesystem.folders import opened
from idecare.system.filesystem.module_parts import go_lock, hold_from_closed, open_up
from idecare.system.filesystem.moving import hold_entries

ACTION_SUFFIX = "-a"  # an index is a build cache entry (cmd/go go1.27.3, src/cmd/go/internal/modindex/read.go)


class Run:
    """``at`` is the version at hand."""

    def __init__(self, verdicts: tuple[Verdict, ...], journal: Journal, order: MendOrder) -> None:
        self.verdicts, self.journal, self.order = verdicts, journal, order
        self.entry_id = journal.new_id(order.now)
        self.at, self.is_swapping = -1, False
        records = tuple(self._record(number, verdict.decision) for number, verdict in enumerate(verdicts))  # type: ignore[arg-type]
        started = order.now.isoformat()
        self.entry = Entry(self.entry_id, order.command, str(order.cwd), started, (*records, *self._index_record()))

    def _record(self, number: int, mend: Mend) -> Record:
        place = self.order.modcache
        hold = f"{HOLD_FOLDER}/{self.entry_id}/{place.target}.{number}"
        changes_tree = mend.module is not None and (mend.extract or mend.place in mend.hold)
        marker = mend.module.file("partial") if mend.module and changes_tree else None
        made = MendRecord(mend.name, mend.lock, mend.place, mend.hold, marker=marker)
        return replace(_record(place, hold), mend=made)

    def _index_record(self) -> Iterator[Record]:
        place = self.order.gocache
        if place and self.order.index:
            hold = f"{HOLD_FOLDER}/{self.entry_id}/{place.target}"
            yield replace(_record(place, hold), returns_in_use=True, uniform_suffix=ACTION_SUFFIX)

    def outcomes(self) -> Iterator[MendOutcome]:
        """Carry out, and say what became of each. An interruption leaves the rest as it was."""
        try:
            self._write(durable=True)
        except OSError as error:
            hint = "free some space (idecare purge deletes what is held), then run it again"
            message = f"nothing was changed: the journal cannot be written: {error.strerror}"
            raise IdecareError("journal", message, hint) from error
        try:
            for index, verdict in enumerate(self.verdicts):
                yield self._carried_out(index, verdict)
            self._drop_index()
        finally:
            self._close()

    def _carried_out(self, index: int, verdict: Verdict) -> MendOutcome:
        """Stage, prove, swap; whatever goes wrong, what was moved is put back."""
        assert isinstance(verdict.decision, Mend)
        self.at, self.is_swapping = index, False
        try:
            self._mend(index, verdict, verdict.decision)
        except BaseException as error:
            failure = self._backed_out(index, error)
            if not isinstance(error, IdecareError | OSError | BrokenError):
                raise
            return NotMended(verdict, failure)
        until = self.order.now + self.order.hold
        self._set(index, state="held", held_until=until.isoformat())
        return Mended(verdict, until)

    def _mend(self, index: int, verdict: Verdict, mend: Mend) -> None:
        record = self.entry.records[index]
        assert record.mend is not None
        with opened(self.order.modcache.root, self.order.modcache.identity) as root:
            for path in mend.open_up:
                open_up(root, path, deeply=path == mend.place or path.startswith(f"{mend.place}/"))
            made = staged_parts(root, self.order.modcache.root, record.hold + STAGED, mend, self.order.writable)
            if made:
                self._set(index, mend=replace(record.mend, made=made))
            if mend.lock in mend.hold:  # a folder stands in its place
                self.is_swapping = True
                hold_from_closed(root, record.hold, (mend.lock,))
            with go_lock(root, mend.lock, GO_LOCK_SECONDS):
                self._require_unchanged(verdict)
                latest = self.entry.records[index]
                assert latest.mend is not None
                self.is_swapping = True
                swap(root, latest, latest.mend)
        discard_staged(record)

    def _require_unchanged(self, verdict: Verdict) -> None:
        state = verdict.state
        if state and stamps_of(self.order.modcache.root, state.module) != state.stamps:
            raise RefusedError("changed", "it has been changed since it was verified", "run it again")

    def _backed_out(self, index: int, error: BaseException) -> Skip:
        """Why it was not mended. What cannot be put back stays held, and the journal says so."""
        reason = _reason(error)
        try:
            # Before the swap there is nothing to put back, and go's lock may be what could not be had.
            record = self.entry.records[index]
            back_out(record) if self.is_swapping else discard_staged(record)
        except (IdecareError, OSError) as problem:
            self._set(index, state="failed", reason=f"{reason}; it could not be put back: {problem}")
            return Skip(
                "refused", "failed", f"{reason}; it could not be put back: {problem}", f"idecare undo {self.entry_id}"
            )
        self._set(index, state="nothing", reason=reason)
        kind, code, hint = "refused", "failed", _next_step(error, self.order.modcache.root)
        if isinstance(error, IdecareError):
            kind, code = ("busy" if isinstance(error, BusyError) else "refused"), error.code
        return Skip("busy" if kind == "busy" else "refused", code, reason, hint)

    def _drop_index(self) -> None:
        """The entries are whole files that go writes anew, at any time."""
        place, last = self.order.gocache, len(self.entry.records) - 1
        if place is None or not self.order.index:
            return
        try:
            with opened(place.root, place.identity) as root:
                moved = hold_entries(root, self.entry.records[last].hold, self.order.index, keep_folders=False)
            until = (self.order.now + self.order.hold).isoformat()
            self._set(last, state="held" if moved else "nothing", held_until=until)
        except (IdecareError, OSError) as error:
            self._set(last, state="nothing", reason=str(error))

    def _set(self, index: int, **changes: object) -> None:
        self.entry = self.entry.with_record(index, **changes)
        self._write()

    def _write(self, durable: bool = False) -> None:
        self.journal.write(self.entry, durable)

    def _close(self) -> None:
        """After an interruption: what had not begun has not changed. The one at hand, if nothing is known of its end,
        stays as started: the next run puts it back."""
        for index, record in enumerate(self.entry.records):
            if record.state == "started" and index > self.at:
                self.entry = self.entry.with_record(index, state="nothing", reason="interrupted")
        self._write()


def _record(place: Place, hold: str) -> Record:
    return Record(place.target, str(place.root), place.identity.device, place.identity.inode, hold, "started")


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError):
        return f"{error.strerror}{f': {error.filename}' if error.filename else ''}"
    return str(error) or "interrupted"


def _next_step(error: BaseException, root: Path) -> str:
    if isinstance(error, PermissionError):
        return f'sudo chown -R "$(id -un)" {root}'
    if isinstance(error, IdecareError):
        return error.hint
    return "it is as it was before; mend that, then run it again"
