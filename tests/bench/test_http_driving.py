"""The load generator for HTTP, against a server that answers as the test says."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest

from financebuy.bench.http_driving import WrongAnswerError, drive_http, request, whole
from financebuy.bench.samples import Sample

PAUSE = 0.002
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def test_an_answer_is_whole_with_its_body() -> None:
    assert whole(OK) == len(OK)
    assert whole(OK + b"HTTP/1.1") == len(OK)
    assert all(whole(OK[:n]) is None for n in range(len(OK)))


def test_an_answer_without_a_body() -> None:
    head = b"HTTP/1.1 204 No Content\r\nx: y\r\n\r\n"
    assert whole(head) == len(head)


def test_a_request_as_it_goes_over_the_wire() -> None:
    text = request("POST", "/v2/orders", [("key", "k")], b'{"a":1}').decode()
    head, _, body = text.partition("\r\n\r\n")
    assert head.split("\r\n") == [
        "POST /v2/orders HTTP/1.1", "host: 127.0.0.1", "content-length: 7",
        "content-type: application/json", "key: k",
    ]  # fmt: skip
    assert body == '{"a":1}'


async def driven(
    answer: Callable[[int], list[bytes]], connections: int, seen: list[bytes]
) -> Sample:
    """Drive a server for a moment; it answers the n-th request by these pieces, none: hangs up."""

    served: list[asyncio.Task[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        served.append(task)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                seen.append(await reader.readuntil(b"\r\n\r\n"))
                pieces = answer(len(seen))
                if not pieces:
                    break
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(PAUSE)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        try:
            return await drive_http(
                port, lambda turn: request("GET", f"/{turn}"), connections, 0.1, lambda: None
            )
        finally:
            await asyncio.gather(*served)


def test_each_answer_in_pieces_is_counted_once() -> None:
    seen: list[bytes] = []
    sample = asyncio.run(driven(lambda _: [OK[:20], OK[20:40], OK[40:]], 5, seen))
    assert len(seen) - 10 <= sample.count <= len(seen) - 5, "each connection's first is not counted"
    assert sample.count > 5
    assert min(sample.latencies) > 1_000 * PAUSE, "the last piece comes two pauses after the first"
    turns = sorted(int(each.split()[1].removeprefix(b"/")) for each in seen)
    assert turns == list(range(len(seen)))


def test_a_refusal_is_no_figure() -> None:
    refused = b"HTTP/1.1 422 Unprocessable\r\ncontent-length: 0\r\n\r\n"
    with pytest.raises(WrongAnswerError, match="422"):
        asyncio.run(driven(lambda n: [refused if n > 3 else OK], 2, []))


def test_a_server_that_hangs_up_is_no_figure() -> None:
    with pytest.raises(WrongAnswerError, match="closed"):
        asyncio.run(driven(lambda n: [] if n > 3 else [OK], 2, []))
