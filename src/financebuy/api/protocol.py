"""HTTP/1.1 with a limit on a request's head, which uvicorn's fast parser does not have."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 64 * 1024
"""The request line and all headers."""


class BoundedProtocol(HttpToolsProtocol):
    """Hangs up on a request whose head does not end."""

    _head: int | None = None  # bytes so far of a head that has not ended

    def on_message_begin(self) -> None:
        """Begin to count."""
        super().on_message_begin()
        self._head = 0

    def on_headers_complete(self) -> None:
        """Stop counting: bodies have a limit of their own."""
        super().on_headers_complete()
        self._head = None

    def data_received(self, data: bytes) -> None:
        """Read what came, and count it."""
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > MOST_HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("The request's head is too large.")
