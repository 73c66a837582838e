"""Keeps so many commands in flight: each client sends its next when the last is answered."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from financebuy.bench.samples import Begin, Sample


async def drive(
    command: Callable[[int], Awaitable[None]], in_flight: int, seconds: float, begin: Begin
) -> Sample:
    """Await `command(turn)` over and over by so many clients at once; turns count from 0."""
    latencies: list[float] = []
    begin()
    began = time.perf_counter()
    until = began + seconds

    async def client(number: int) -> None:
        turn = number
        while (started := time.perf_counter()) < until:
            await command(turn)
            latencies.append((time.perf_counter() - started) * 1_000)
            turn += in_flight

    await asyncio.gather(*(client(number) for number in range(in_flight)))
    return Sample(len(latencies) / (time.perf_counter() - began), latencies)


async def drive_threads(
    command: Callable[[int], None], in_flight: int, seconds: float, begin: Begin
) -> Sample:
    """The same for a command that blocks, each client a thread."""

    def client(number: int, until: float) -> list[float]:
        latencies, turn = [], number
        while (started := time.perf_counter()) < until:
            command(turn)
            latencies.append((time.perf_counter() - started) * 1_000)
            turn += in_flight
        return latencies

    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(in_flight, "client") as threads:
        begin()
        began = time.perf_counter()
        found = await asyncio.gather(
            *(
                loop.run_in_executor(threads, client, number, began + seconds)
                for number in range(in_flight)
            )
        )
        took = time.perf_counter() - began
    latencies = [each for one in found for each in one]
    return Sample(len(latencies) / took, latencies)
