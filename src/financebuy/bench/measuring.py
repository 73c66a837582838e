"""Takes the turns, and reads what each cost the server."""

from collections.abc import Callable, Sequence

from financebuy.bench.entrants import Entrant, Place
from financebuy.bench.meters import Reading
from financebuy.bench.report import Line, Turn
from financebuy.bench.samples import Sample
from financebuy.bench.turns import shuffled_rounds


class NoCommandsError(Exception):
    """A contender did not get one command through in its turn: there is nothing to report."""


async def measure(
    entrants: Sequence[Entrant],
    read: Callable[[], Reading],
    tell: Callable[[str], None],
    *,
    rounds: int,
    seconds: float,
    seed: int,
) -> list[Line]:
    """Give everybody a turn in each round; returns a line a place, in the entrants' order.

    Raises `NoCommandsError` when a turn ends without one command.
    """
    turns: dict[Place, list[Turn]] = {each.place: [] for each in entrants}
    for number, order in enumerate(shuffled_rounds(entrants, rounds, seed)):
        tell(f"round {number + 1} of {rounds}: {len(order)} turns")
        for entrant in order:
            turns[entrant.place].append(await _take(entrant, read, seconds))
    return [Line.of(place, taken) for place, taken in turns.items() if taken]


async def _take(entrant: Entrant, read: Callable[[], Reading], seconds: float) -> Turn:
    begun: list[Reading] = []
    sample = await entrant.turn(seconds, lambda: begun.append(read()))
    before, *ended = begun
    return turn_of(entrant.place, sample, before, ended[0] if ended else read())


def turn_of(place: Place, sample: Sample, before: Reading, after: Reading) -> Turn:
    """What one turn came to, each command's share of what the server spent."""
    if sample.count == 0:
        raise NoCommandsError(f"{place.contender} did nothing in {place.scenario}")
    return Turn(
        per_second=sample.per_second,
        p50=sample.p50,
        p95=sample.p95,
        p99=sample.p99,
        cpu=(after.cpu_seconds - before.cpu_seconds) * 1e6 / sample.count,
        wal=(after.wal_bytes - before.wal_bytes) / sample.count,
        commands=sample.count,
    )
