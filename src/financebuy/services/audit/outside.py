"""Where heads are kept outside of the database: a directory, or a bucket (see `s3`).

Only these catch an insider who has the signing key: whoever rewrites the database and signs anew
cannot make the head that is kept elsewhere fit.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

from financebuy.crypto.notes import Checkpoint, NoteError, is_signature
from financebuy.services.audit.errors import OutsideError

_TAIL_BYTES = 8_192
"""Enough for the last head of a file, which is some 250 bytes."""


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head, as it was copied, and when it was signed."""

    seal_seq: int
    note: str
    sealed_at: datetime | None = None


class Store(Protocol):
    """A place outside. Nothing that was put there is ever changed."""

    @property
    def name(self) -> str:
        """What the database calls it."""

    def epochs(self) -> dict[int, str]:
        """Return the signed record of each epoch that is there."""

    def put_epoch(self, epoch: int, record: str) -> None:
        """Keep the record of an epoch that is opened."""

    def newest(self, epoch: int) -> Head | None:
        """Return the head of the largest size."""

    def heads(self, epoch: int) -> Iterator[Head]:
        """Return every head, smallest first."""

    def put_heads(self, epoch: int, heads: Sequence[Head]) -> None:
        """Keep heads, smallest first."""

    def erased(self) -> set[UUID]:
        """Return whose erasure is kept."""

    def erasure(self, user_id: UUID) -> str:
        """Return the signed note of an erasure that is kept."""

    def put_erasure(self, user_id: UUID, note: str) -> None:
        """Keep that a user was erased; the first note about them stays."""


def size_of(note: str) -> int:
    """The size that a head's text claims.

    Raises:
        NoteError: it is no head.
    """
    return Checkpoint.parse(note).size


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory: `epoch-N.record`, and in `epoch-N/` a file of heads a day, appended to.

    In `erasures/` there is a note a person.
    """

    path: Path

    @property
    def name(self) -> str:
        """See `Store`."""
        return f"file:{self.path}"

    def epochs(self) -> dict[int, str]:
        """See `Store`."""
        try:
            found = [each for each in _list(self.path) if each.suffix == ".record"]
            return {int(each.stem.partition("-")[2]): each.read_text() for each in found}
        except OSError as error:
            raise self._failed(error) from None

    def put_epoch(self, epoch: int, record: str) -> None:
        """See `Store`. A record that is there already stays."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            descriptor = os.open(self.path / f"epoch-{epoch}.record", flags, 0o640)
            _write(descriptor, record)
        except FileExistsError:
            raise OutsideError(f"{self.name} has a record of epoch {epoch} already") from None
        except OSError as error:
            raise self._failed(error) from None

    def newest(self, epoch: int) -> Head | None:
        """See `Store`."""
        for file in reversed(self._files(epoch)):
            for start in (-_TAIL_BYTES, None):
                heads = list(self._read(file, start))
                if heads:
                    return heads[-1]
        return None

    def heads(self, epoch: int) -> Iterator[Head]:
        """See `Store`."""
        for file in self._files(epoch):
            yield from self._read(file)

    def put_heads(self, epoch: int, heads: Sequence[Head]) -> None:
        """See `Store`. On disk before it returns."""
        by_day: dict[str, list[str]] = {}
        for head in heads:
            day = f"{head.sealed_at:%Y-%m-%d}" if head.sealed_at else "undated"
            by_day.setdefault(day, []).append(head.note)
        try:
            folder = self.path / f"epoch-{epoch}"
            folder.mkdir(parents=True, exist_ok=True)
            for day, notes in by_day.items():
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
                descriptor = os.open(folder / f"{day}.heads", flags, 0o640)
                # An empty line before each, whatever a crash has torn before it.
                _write(descriptor, "".join(f"\n\n{note}" for note in notes))
        except OSError as error:
            raise self._failed(error) from None

    def erased(self) -> set[UUID]:
        """See `Store`."""
        try:
            found = _list(self.path / "erasures")
        except OSError as error:
            raise self._failed(error) from None
        return {UUID(each.stem) for each in found if each.suffix == ".note"}

    def erasure(self, user_id: UUID) -> str:
        """See `Store`."""
        try:
            return (self.path / "erasures" / f"{user_id}.note").read_text()
        except OSError as error:
            raise self._failed(error) from None

    def put_erasure(self, user_id: UUID, note: str) -> None:
        """See `Store`. On disk before it returns, and there as a whole or not at all."""
        folder = self.path / "erasures"
        torn = folder / f"{user_id}.{uuid4().hex}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _write(os.open(torn, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), note)
            if (folder / f"{user_id}.note").exists():
                torn.unlink()
            else:
                torn.rename(folder / f"{user_id}.note")
        except OSError as error:
            raise self._failed(error) from None

    def _files(self, epoch: int) -> list[Path]:
        try:
            return [each for each in _list(self.path / f"epoch-{epoch}") if each.suffix == ".heads"]
        except OSError as error:
            raise self._failed(error) from None

    def _read(self, file: Path, start: int | None = None) -> Iterator[Head]:
        try:
            with file.open("rb") as opened:
                if start is not None and file.stat().st_size > -start:
                    opened.seek(start, os.SEEK_END)
                blocks = opened.read().decode(errors="replace").split("\n\n")
        except OSError as error:
            raise self._failed(error) from None
        for text, signature in pairwise(blocks):
            line = signature.partition("\n")[0]
            if is_signature(line):
                note = f"{text.lstrip()}\n\n{line}\n"
                try:
                    yield Head(size_of(note), note)
                except NoteError:
                    continue

    def _failed(self, error: OSError) -> OutsideError:
        return OutsideError(f"{self.path}: {error.strerror}")


def _list(path: Path) -> list[Path]:
    try:
        return sorted(path.iterdir())
    except FileNotFoundError:
        return []


def _write(descriptor: int, text: str) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
