"""Keeps so many commands in flight: each client sends its next when the last is answered."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from financebuy.bench.samples import Begin, Sample
from financebuy.bench.warming import Turn


async def drive(
    command: Callable[[int], Awaitable[None]], in_flight: int, seconds: float, begin: Begin
) -> Sample:
    """Await `command(turn)` over and over by so many clients at once; turns count from 0."""
    latencies: list[float] = []
    clock = Turn(in_flight, seconds, begin)

    async def client(number: int) -> None:
        turn = number
        while (started := time.perf_counter()) < clock.until:
            counts = clock.counts
            await command(turn)
            if counts:
                latencies.append((time.perf_counter() - started) * 1_000)
            elif turn == number:
                clock.warm()
            turn += in_flight

    await asyncio.gather(*(client(number) for number in range(in_flight)))
    return Sample(len(latencies) / (time.perf_counter() - clock.began), latencies)


async def drive_threads(
    command: Callable[[int], None], in_flight: int, seconds: float, begin: Begin
) -> Sample:
    """The same for a command that blocks, each client a thread."""
    clock = Turn(in_flight, seconds, begin)

    def client(number: int) -> list[float]:
        latencies, turn = [], number
        while (started := time.perf_counter()) < clock.until:
            counts = clock.counts
            command(turn)
            if counts:
                latencies.append((time.perf_counter() - started) * 1_000)
            elif turn == number:
                clock.warm()
            turn += in_flight
        return latencies

    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(in_flight, "client") as threads:
        found = await asyncio.gather(
            *(loop.run_in_executor(threads, client, number) for number in range(in_flight))
        )
        took = time.perf_counter() - clock.began
    latencies = [each for one in found for each in one]
    return Sample(len(latencies) / took, latencies)
