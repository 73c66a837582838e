"""The order of the turns: in each round everybody once, each round shuffled anew."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def shuffled_rounds(entrants: Sequence[T], rounds: int, seed: int) -> list[list[T]]:
    """So many rounds of all entrants; the same seed gives the same order.

    What happens on the machine, and how far the database has grown, meets all of them alike.
    """
    draw = random.Random(seed)  # noqa: S311 (an order, not a secret)
    return [draw.sample(entrants, len(entrants)) for _ in range(rounds)]
