"""Requests over kept connections, each with the next one as soon as the last is answered.

A client of its own, and a lean one: the load shares the machine with the server that it measures.
"""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from typing import cast

from financebuy.bench.samples import Begin, Sample
from financebuy.bench.warming import Turn

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_CONNECT_AT_ONCE = 50


class WrongAnswerError(Exception):
    """An answer that is no success: a bench of failures would be fast."""


class Caller(asyncio.Protocol):
    """One connection: a request, its answer, how long it took."""

    def __init__(self, request: Callable[[], bytes]) -> None:
        self.latencies: list[float] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request = request
        self._buffer = b""
        self._sent = 0.0
        self._clock: Turn | None = None
        self._counts = self._warm = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        # uvloop's are no subclass of asyncio's, and speak alike.
        self._transport = cast("asyncio.Transport", transport)

    def begin(self, clock: Turn) -> None:
        """Send requests until the turn is over."""
        self._clock = clock
        self._send()

    def data_received(self, data: bytes) -> None:
        """Send the next request when the answer is whole."""
        self._buffer += data
        length = whole(self._buffer)
        if length is None:
            return
        if not self._buffer.startswith(b"HTTP/1.1 200"):
            self._end(WrongAnswerError(self._buffer[:500].decode(errors="replace")))
            return
        self._buffer = self._buffer[length:]
        self._answered()

    def connection_lost(self, exc: Exception | None) -> None:
        """Only an error while an answer is due."""
        self._end(exc or WrongAnswerError("the connection was closed"))
        if not self._closed.done():
            self._closed.set_result(None)

    async def close(self) -> None:
        """Hang up; what went wrong before is nobody's any more."""
        self.done.cancel()
        if self._transport is not None:
            self._transport.close()
            await self._closed

    def _answered(self) -> None:
        assert self._clock is not None  # noqa: S101 (who has asked has begun)
        now = time.perf_counter()
        if self._counts:
            self.latencies.append((now - self._sent) * 1_000)
        elif not self._warm:
            self._warm = True
            self._clock.warm()
        if now < self._clock.until:
            self._send()
        else:
            self._end(None)

    def _send(self) -> None:
        assert self._transport is not None  # noqa: S101 (it is connected)
        assert self._clock is not None  # noqa: S101 (it has begun)
        self._counts = self._clock.counts
        self._sent = time.perf_counter()
        self._transport.write(self._request())

    def _end(self, error: Exception | None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


def whole(buffer: bytes) -> int | None:
    """How long the first answer in `buffer` is; None while it is not all there."""
    head = buffer.find(b"\r\n\r\n")
    if head < 0:
        return None
    found = _LENGTH.search(buffer, 0, head + 2)
    length = head + 4 + (int(found[1]) if found else 0)
    return length if len(buffer) >= length else None


def request(
    method: str, path: str, headers: Sequence[tuple[str, str]] = (), body: bytes = b""
) -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", f"content-length: {len(body)}"]
    if body:
        lines.append("content-type: application/json")
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def drive_http(
    port: int, make: Callable[[int], bytes], connections: int, seconds: float, begin: Begin
) -> Sample:
    """Send `make(turn)` over so many connections; turns count from 0.

    Raises `WrongAnswerError` at the first answer but 200.
    """
    loop = asyncio.get_running_loop()
    turns = iter(range(2**62))
    callers: list[Caller] = []
    try:
        for at in range(0, connections, _CONNECT_AT_ONCE):
            some = range(at, min(at + _CONNECT_AT_ONCE, connections))
            pairs = await asyncio.gather(
                *(
                    loop.create_connection(
                        lambda: Caller(lambda: make(next(turns))), "127.0.0.1", port
                    )
                    for _ in some
                )
            )
            callers += [caller for _, caller in pairs]
        clock = Turn(connections, seconds, begin)
        for caller in callers:
            caller.begin(clock)
        await asyncio.gather(*(caller.done for caller in callers))
        took = time.perf_counter() - clock.began
    finally:
        await asyncio.gather(*(caller.close() for caller in callers))
    latencies = [each for caller in callers for each in caller.latencies]
    return Sample(len(latencies) / took, latencies)
