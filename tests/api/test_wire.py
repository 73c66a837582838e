"""Answers as they go over the wire: head and body in one piece, each behind the last."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.support.api import Api

CONSTANT = ("cache-control", "x-content-type-options", "content-security-policy", "x-request-id")


@contextmanager
def connected(api: Api) -> Iterator[http.client.HTTPConnection]:
    place = httpx.URL(api.url)
    connection = http.client.HTTPConnection(place.host, place.port, timeout=60)
    try:
        yield connection
    finally:
        connection.close()


def test_one_after_the_other_on_one_connection(api: Api) -> None:
    with connected(api) as connection:
        for method, path, status in (
            ("GET", "/healthz", 200),
            ("HEAD", "/healthz", 405),  # a length, and nothing that long
            ("GET", "/v2/account", 401),
            ("HEAD", "/nowhere", 404),
            ("GET", "/healthz", 200),
        ):
            connection.request(method, path)
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == status
            assert all(answer.headers.get_all(name) for name in CONSTANT)
            length = int(answer.headers["content-length"])
            assert (length > 0, len(body)) == (True, 0 if method == "HEAD" else length)


def test_the_last_one_is_whole(api: Api) -> None:
    for method, status in (("GET", 401), ("HEAD", 405)):
        with connected(api) as connection:
            connection.request(method, "/v2/account", headers={"Connection": "close"})
            answer = connection.getresponse()
            body = answer.read()
            length = 0 if method == "HEAD" else int(answer.headers["content-length"])
            assert (answer.status, len(body)) == (status, length)
            assert answer.headers["connection"] == "close"


def test_an_answer_is_one_piece(api: Api) -> None:
    """Two writes would be two calls of the kernel, and two packets."""
    place = httpx.URL(api.url)
    with socket.create_connection((place.host, place.port)) as line:
        line.settimeout(60)
        for _ in range(5):
            line.sendall(b"GET /v2/account HTTP/1.1\r\nhost: a\r\n\r\n")
            first = line.recv(65_536)
            head, _, body = first.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            assert len(body) == length
