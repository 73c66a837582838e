"""Signed notes: C2SP's own example, and everything that must not pass."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from financebuy.crypto.notes import Checkpoint, NoteError, NoteSigner, Verifier

SEED = bytes(range(32))
SIGNER = NoteSigner("financebuy-audit", SEED)
CHECKPOINT = Checkpoint("example.com/log", 27, hashlib.sha256(b"root").digest())

# The example of Go's golang.org/x/mod/sumdb/note: a note of the checksum database's test key.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngo"
    "tpRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_of_another_implementation() -> None:
    verifier = Verifier.parse(PETER)
    assert str(verifier) == PETER
    assert verifier.open(NOTE).startswith("If you think")


def test_a_checkpoint_is_signed_and_read_again() -> None:
    note = SIGNER.sign(CHECKPOINT.text)
    lines = note.split("\n")
    assert lines[:3] == ["example.com/log", "27", base64.b64encode(CHECKPOINT.root).decode()]
    assert (lines[3], lines[5]) == ("", "")
    assert lines[4].startswith("— financebuy-audit ")
    verifier = Verifier.parse(str(SIGNER.verifier))
    assert Checkpoint.parse(verifier.open(note)) == CHECKPOINT
    public = Ed25519PrivateKey.from_private_bytes(SEED).public_key()
    assert verifier.public_key == public.public_bytes_raw()


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("27", "28"),
        lambda note: note.replace("example.com", "example.org"),
        lambda note: note.rstrip("\n"),
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note.replace("— financebuy-audit", "— somebody-else"),
        lambda note: note.replace("— ", "- "),
        lambda note: note[:0],
        lambda note: NoteSigner("financebuy-audit", bytes(32)).sign(note.split("\n\n")[0] + "\n"),
    ],
)
def test_a_note_that_was_changed_does_not_open(change: object) -> None:
    note = SIGNER.sign(CHECKPOINT.text)
    assert callable(change)
    changed = change(note)
    assert changed != note
    with pytest.raises(NoteError):
        SIGNER.verifier.open(changed)


@pytest.mark.parametrize(
    "text", ["", "name", "a b+00000000+AA==", PETER.replace("c74f", "c75f"), PETER[:-4], "n+1+***"]
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(NoteError):
        Verifier.parse(text)


@pytest.mark.parametrize("text", ["", "a\n1\n", "a\n01\nAAAA\n", "a\n-1\nAAAA\n", "a\n1\n***\n"])
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.parse(text)


def test_a_signer_does_not_print_its_key() -> None:
    assert SEED.hex() not in repr(SIGNER)
