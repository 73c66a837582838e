"""Signed notes and checkpoints (C2SP signed-note and tlog-checkpoint), with Ed25519.

A note is a text, an empty line, and a line for each signature: `— name base64(key id ‖ signature)`.
A checkpoint is a note whose text is an origin, a tree's size and its root hash, a line each. Keys
are written as Go's `note` package does: `name+id+base64(0x01 ‖ public key)`.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from financebuy.errors import FinanceBuyError

_ED25519 = b"\x01"
_ID_BYTES = 4
_SIGNATURE_BYTES = 64
_NAME = re.compile(r"[^\s+]{1,200}")


class NoteError(FinanceBuyError):
    """A note or a key is malformed, or its signature does not match."""

    exit_code = 2
    slug, text = "note", "the note's signature does not match"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key and its name: whose signatures count."""

    name: str
    public_key: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key as `str` writes it.

        Raises:
            NoteError: it is none.
        """
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        found = cls(name, key[1:])
        if not _NAME.fullmatch(name) or key[:1] != _ED25519 or len(key) != 33:
            raise NoteError("a key is written as name+id+base64")
        if found.key_id.hex() != key_id:
            raise NoteError("the key's id does not belong to it")
        return found

    @property
    def key_id(self) -> bytes:
        """Four bytes that name the key in a signature."""
        named = self.name.encode() + b"\n" + _ED25519 + self.public_key
        return hashlib.sha256(named).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        """The key, to be handed out."""
        encoded = base64.b64encode(_ED25519 + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    def open(self, note: str) -> str:
        """Return the text of a note that this key has signed.

        Raises:
            NoteError: it has not.
        """
        text, found, lines = note.rpartition("\n\n")
        if not found or not note.endswith("\n"):
            raise NoteError("this is not a signed note")
        text += "\n"
        if not any(self._signed(text, line) for line in lines.splitlines()):
            raise NoteError(f"no signature of {self.name}+{self.key_id.hex()} on this note matches")
        return text

    def _signed(self, text: str, line: str) -> bool:
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        try:
            signed = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            return False
        if (dash, name, signed[:_ID_BYTES]) != ("—", self.name, self.key_id):
            return False
        try:
            key = Ed25519PublicKey.from_public_bytes(self.public_key)
            key.verify(signed[_ID_BYTES:], text.encode())
        except InvalidSignature:
            return False
        return True


def is_signature(line: str) -> bool:
    """Say whether a line has the form of a signature, whole."""
    dash, _, rest = line.partition(" ")
    try:
        signed = base64.b64decode(rest.partition(" ")[2], validate=True)
    except binascii.Error:
        return False
    return dash == "—" and len(signed) == _ID_BYTES + _SIGNATURE_BYTES


@dataclass(frozen=True, slots=True, repr=False)
class NoteSigner:
    """A private key (32 bytes) and its name."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(self.name, key.public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, text: str) -> str:
        """Return `text` (it ends with a newline) as a signed note."""
        if not text.endswith("\n"):
            raise NoteError("a note's text ends with a newline")
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        encoded = base64.b64encode(self.verifier.key_id + signature).decode()
        return f"{text}\n— {self.name} {encoded}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's head: which log, how many leaves, and the root above them."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a checkpoint.

        Raises:
            NoteError: it is none.
        """
        lines = text.split("\n")
        if len(lines) < 4 or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
            raise NoteError("this is not a checkpoint")
        try:
            found = base64.b64decode(lines[2], validate=True)
        except binascii.Error:
            raise NoteError("this is not a checkpoint") from None
        return cls(lines[0], int(lines[1]), found)

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"
