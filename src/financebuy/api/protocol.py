"""HTTP/1.1 with limits that uvicorn's parser does not have: a head's size, a request's time.

And with answers whose constant headers are written in one piece, and which go out in one.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from financebuy.api.line import LINE, Line

MOST_HEAD_BYTES = 64 * 1024
"""The request line and all headers."""
MOST_SECONDS = 20.0
"""From a connection's first moment, or a further request's first byte, to the request's last."""

CONSTANT = "financebuy.constant"
"""An extension of the scope: an answer's start may have an entry of this name, a piece of a head.

The server looks through each name and value for what may not be in a header, each time; in these
nothing is a caller's.
"""

_VERSIONS = frozenset({"1.0", "1.1"})
_TOO_SLOW = (
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n"
    b"cache-control: no-store\r\n\r\n"
)


class _Head:
    """Where a cycle writes the head of an answer."""

    __slots__ = ("written",)

    def __init__(self) -> None:
        self.written = b""

    def write(self, data: bytes) -> None:
        self.written += data


class _Behind:
    """Where a cycle writes a body: behind a head that is not out yet, in the same write."""

    __slots__ = ("_head", "_transport")

    def __init__(self, head: bytes, transport: asyncio.Transport) -> None:
        self._head, self._transport = head, transport

    def write(self, data: bytes) -> None:
        head, self._head = self._head, b""
        self._transport.write(head + data)

    def close(self) -> None:
        self.end()
        self._transport.close()

    def end(self) -> None:
        """What has no body has a head."""
        if self._head:
            self.write(b"")


class _Cycle(RequestResponseCycle):
    """Puts the constant piece of a head before the empty line that ends it.

    Each write is a call of the kernel: where an answer's length is known its head waits for its
    body, which comes at once.
    """

    _head = b""

    async def send(self, message: Any) -> None:
        if self.disconnected:
            await super().send(message)
        elif CONSTANT in message:
            await self._send_head(message)
        elif self._head:
            await self._send_behind_head(message)
        else:
            await super().send(message)

    async def _send_head(self, message: Any) -> None:
        if self.flow.write_paused:
            await self.flow.drain()
        transport, head = self.transport, _Head()
        self.transport = head  # type: ignore[assignment]
        try:
            await super().send(message)
        finally:
            self.transport = transport
        if head.written:
            self._head = head.written[:-2] + message[CONSTANT] + b"\r\n"
            if self.chunked_encoding:
                transport.write(self._head)
                self._head = b""

    async def _send_behind_head(self, message: Any) -> None:
        transport, behind = self.transport, _Behind(self._head, self.transport)
        self._head = b""
        self.transport = behind  # type: ignore[assignment]
        try:
            await super().send(message)
        finally:
            behind.end()
            self.transport = transport


class BoundedProtocol(HttpToolsProtocol):
    """Hangs up on a request that does not end, in size or in time."""

    _head: int | None = None  # bytes so far of a head that has not ended
    _deadline: asyncio.TimerHandle | None = None
    _is_due = False  # a request has begun and not ended

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._line = Line()
        self._expect_end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more, and say so to those who work for it."""
        self._rest()
        super().connection_lost(exc)
        self._line.lose()

    def on_message_begin(self) -> None:
        """Begin to count."""
        super().on_message_begin()
        self.scope["extensions"] = {CONSTANT: {}, LINE: {LINE: self._line}}
        self._head = 0
        self._is_due = True
        self._rest()

    def on_headers_complete(self) -> None:
        """Stop counting: bodies have a limit of their own."""
        if self.parser.get_http_version() not in _VERSIONS:
            # A parser that is told so by an error answers it as a bad request.
            raise ValueError("an HTTP version that is not spoken here")
        super().on_headers_complete()
        # It has not begun yet. The server has no setting for which class it makes.
        self.cycle.__class__ = _Cycle
        self._head = None

    def on_message_complete(self) -> None:
        """Wait no more: the request is here."""
        self._is_due = False
        self._rest()
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Read what came, and count it."""
        super().data_received(data)
        # One that came whole needs no clock.
        if self._is_due and self._deadline is None:
            self._expect_end()
        if self._head is not None:
            self._head += len(data)
            if self._head > MOST_HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("The request's head is too large.")

    def _expect_end(self) -> None:
        self._rest()
        self._deadline = self.loop.call_later(MOST_SECONDS, self._hang_up)

    def _rest(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _hang_up(self) -> None:
        if self.transport.is_closing():
            return
        # An answer that has begun is cut off; otherwise the client is told why.
        if not self._is_answering():
            self.transport.write(_TOO_SLOW)
        self.transport.close()

    def _is_answering(self) -> bool:
        cycle = getattr(self, "cycle", None)  # None before the first request, whatever its type
        return bool(cycle and cycle.response_started and not cycle.response_complete)
