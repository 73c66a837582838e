"""Key-encryption keys in a file: a line an epoch, `tree number hex`.

A line that is hex alone is the personal key of epoch 1: so the file begins.
"""

from collections.abc import Callable
from secrets import token_bytes

from financebuy.crypto.epochs import KEY_BYTES, PERSONAL, TREES, Epoch, KeyUnavailableError

PROVIDER = "file"
Keys = dict[tuple[str, int], bytes]


def parse(text: str) -> Keys:
    """Read a key file.

    Raises:
        KeyUnavailableError: a line is not what it should be; the line's text is not repeated.
    """
    found: Keys = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        tree, epoch, key = [PERSONAL, "1", *words] if len(words) == 1 else [*words, "", ""][:3]
        if tree not in TREES or not epoch.isdecimal() or not _is_key(key):
            raise KeyUnavailableError(f"line {number} of the key file is not `tree number key`")
        found[tree, int(epoch)] = bytes.fromhex(key)
    return found


def text_of(keys: Keys) -> str:
    """Write a key file."""
    lines = [f"{tree} {epoch} {key.hex()}" for (tree, epoch), key in sorted(keys.items())]
    return "\n".join(["# Key-encryption keys: tree, epoch, key. See `financebuy keys`.", *lines])


def personal(text: str) -> dict[int, bytes]:
    """Read the keys of the personal tree, by epoch."""
    return {epoch: key for (tree, epoch), key in parse(text).items() if tree == PERSONAL}


class FileKeys:
    """Keeps keys in a text that `read` returns and `write` replaces in one step."""

    def __init__(self, read: Callable[[], str], write: Callable[[str], None]) -> None:
        self._read = read
        self._write = write

    def make(self, tree: str, number: int) -> Epoch:
        """Add a key to the file; one that an interrupted attempt left there is taken."""
        keys = parse(self._read())
        if (tree, number) not in keys:
            keys[tree, number] = token_bytes(KEY_BYTES)
            self._write(text_of(keys))
        return Epoch(tree, number, PROVIDER, "active")

    def fetch(self, epoch: Epoch) -> bytes:
        """Return a key of the file."""
        try:
            return parse(self._read())[epoch.tree, epoch.epoch]
        except KeyError:
            raise KeyUnavailableError(
                f"the key file has no {epoch.tree} key of epoch {epoch.epoch}: copy it from where"
                " it was made"
            ) from None

    def destroy(self, epoch: Epoch) -> None:
        """Take a key out of the file."""
        keys = parse(self._read())
        if keys.pop((epoch.tree, epoch.epoch), None) is not None:
            self._write(text_of(keys))


def _is_key(text: str) -> bool:
    try:
        return len(bytes.fromhex(text)) == KEY_BYTES
    except ValueError:
        return False
