"""Ids: time-ordered ones for rows, random ones for what is asked once."""

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """Make an id of RFC 9562, version 7: new rows land beside each other in an index."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


_RANDOM = 0xFFFFFFFFFFFF0FFF3FFFFFFFFFFFFFFF
_VERSION_4 = 0x00000000000040008000000000000000


def random_text() -> str:
    """Make the text of a random id of RFC 9562, version 4, without making the id."""
    value = int.from_bytes(os.urandom(16), "big") & _RANDOM | _VERSION_4
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
