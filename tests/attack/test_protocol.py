"""Requests that no honest client sends: too large, too slow, or two in the clothes of one."""

import json
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from financebuy.api import protocol
from financebuy.api.bodies import MOST_BYTES
from tests.attack.honest import Owner
from tests.support.api import Api

HOST = "Host: localhost\r\n"
SMUGGLED = "GET /v2/positions HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: smuggled-{n}\r\n\r\n"


def talk(api: Api, request: bytes, seconds: float = 3.0) -> bytes:
    """Send bytes as they are and return all that comes back until nothing has for a while."""
    url = urlsplit(api.url)
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=seconds) as line:
        with suppress(ConnectionError):
            line.sendall(request)
        told = b""
        with suppress(TimeoutError, ConnectionError):
            while chunk := line.recv(65536):
                told += chunk
        return told


def statuses(told: bytes) -> list[int]:
    return [int(part[:3]) for part in told.split(b"HTTP/1.1 ")[1:]]


def served(api: Api) -> list[str]:
    """The request ids that the server has worked on."""
    lines = [json.loads(line) for line in api.log.read_text().splitlines() if line.startswith("{")]
    return [line["request_id"] for line in lines if line.get("message") == "request"]


# ------------------------------------------------------------------ smuggling

# Each is one request to whoever reads it in one way, and two to whoever reads it in another.
AMBIGUOUS = {
    "both lengths": "Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{tail}",
    "both lengths, the other way": "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n"
    "0\r\n\r\n{tail}",
    "two lengths": "Content-Length: 0\r\nContent-Length: {length}\r\n\r\n{tail}",
    "a list of lengths": "Content-Length: 0, {length}\r\n\r\n{tail}",
    "a length with a sign": "Content-Length: +0\r\n\r\n{tail}",
    "a length in hex": "Content-Length: 0x0\r\n\r\n{tail}",
    "a length that is none": "Content-Length: zero\r\n\r\n{tail}",
    "a negative length": "Content-Length: -1\r\n\r\n{tail}",
    "a length after a space": "Content-Length : 0\r\n\r\n{tail}",
    "an obscured encoding": "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{tail}",
    "a doubled encoding": "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"
    "0\r\n\r\n{tail}",
    "an encoding after a tab": "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n{tail}",
    "a folded header": "X-A: b\r\n Content-Length: 0\r\n\r\n{tail}",
    "a chunk size that is none": "Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n{tail}",
    "a chunk size that overflows": "Transfer-Encoding: chunked\r\n\r\n"
    "fffffffffffffffff\r\n\r\n{tail}",
    "a header without a colon": "Nothing\r\n\r\n{tail}",
    "a zero in a header": "X-A: b\0c\r\n\r\n{tail}",
    "a bare return": "X-A: b\rX-B: c\r\n\r\n{tail}",
}  # fmt: skip


def test_nothing_is_smuggled_past_whoever_stands_in_front(
    api: Api, tell: Callable[[str], None]
) -> None:
    """An ambiguous request gets one refusal, and the connection ends: what follows is not read."""
    for n, (name, rest) in enumerate(AMBIGUOUS.items()):
        tail = SMUGGLED.format(n=n)
        request = f"POST /v2/orders HTTP/1.1\r\n{HOST}{rest}"
        told = talk(api, request.format(length=len(tail), tail=tail).encode())
        assert len(statuses(told)) <= 1, (name, told)
        assert f"smuggled-{n}" not in told.decode(errors="replace"), name
    seen = served(api)
    assert [each for each in seen if each.startswith("smuggled-")] == []
    tell(f"{len(AMBIGUOUS)} ambiguous requests, none served as two")


def test_honest_requests_one_after_the_other_are_two(api: Api) -> None:
    """The control: the tail of the tests above is a request that is served where it is one."""
    first = f"GET /healthz HTTP/1.1\r\n{HOST}\r\n"
    told = talk(api, (first + SMUGGLED.format(n="control")).encode())
    assert statuses(told) == [200, 401]
    assert "smuggled-control" in served(api)


@pytest.mark.parametrize(
    "line",
    [
        "GET /healthz", "GET /healthz HTTP/9.9", "GET /healthz HTTP/0.9", "\0 / HTTP/1.1",
        "GET /healthz HTTP/1.1 x", "G\x7fT / HTTP/1.1", "PRI * HTTP/2.0",
    ],
)  # fmt: skip
def test_what_is_no_http_is_refused(api: Api, line: str) -> None:
    told = talk(api, f"{line}\r\n{HOST}\r\n".encode())
    assert not [status for status in statuses(told) if status < 400]


# ------------------------------------------------------------------ headers


def test_no_header_of_the_answer_is_the_callers(api: Api) -> None:
    """What comes back of a request, its id, is plain or is not taken."""
    for sent in (
        "a b",
        "a\x01b",
        "x" * 129,
        "é",
        "<script>",
        "a;b",
        "a,b",
        "%0d%0aX-Injected: yes",
    ):
        request = (
            f"GET /healthz HTTP/1.1\r\n{HOST}X-Request-ID: {sent}\r\nConnection: close\r\n\r\n"
        )
        told = talk(api, request.encode("latin-1", errors="replace"))
        assert statuses(told) in ([200], [400])
        assert sent.encode("latin-1", errors="replace") not in told
        assert b"X-Injected" not in told


# ------------------------------------------------------------------ oversize


@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_a_body_without_end_is_cut_off(api: Api, attacker: Owner, framing: str) -> None:
    keys = "".join(f"{name}: {value}\r\n" for name, value in attacker.key.headers.items())
    head = f"POST /v2/orders HTTP/1.1\r\n{HOST}{keys}Content-Type: application/json\r\n"
    large = b"1" * (MOST_BYTES + 1)
    if framing == "length":
        request = f"{head}Content-Length: {len(large)}\r\n\r\n".encode() + large
    else:
        chunk = f"{len(large):x}\r\n".encode() + large + b"\r\n0\r\n\r\n"
        request = f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunk
    assert statuses(talk(api, request)) == [413]


@pytest.mark.parametrize(
    "head",
    [
        "GET /" + "a" * 200_000 + " HTTP/1.1\r\n" + HOST,
        "GET /healthz HTTP/1.1\r\n" + HOST + "X-A: " + "a" * 200_000 + "\r\n",
        "GET /healthz HTTP/1.1\r\n" + HOST + "X-A: b\r\n" * 30_000,
    ],
    ids=["path", "header", "headers"],
)
def test_a_head_without_end_is_cut_off(api: Api, head: str) -> None:
    told = talk(api, f"{head}\r\n".encode())
    assert not [status for status in statuses(told) if status < 400]
    assert api.call("GET", "/healthz").status_code == 200


@pytest.mark.parametrize(
    "body",
    ["[" * 30_000 + "]" * 30_000, '{"a":' * 10_000 + "1" + "}" * 10_000, "9" * 60_000],
    ids=["arrays", "objects", "digits"],
)
def test_a_body_made_to_cost_costs_little(api: Api, attacker: Owner, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    began = time.monotonic()
    answer = api.call("POST", "/v2/orders", attacker.key, content=body, headers=headers)
    assert 400 <= answer.status_code < 500
    assert time.monotonic() - began < 10


# ------------------------------------------------------------------ slowness


def trickle(api: Api, stop: float, request: bytes) -> tuple[float, bytes]:
    """Send a request byte by byte until cut off; how long that took, and what was said."""
    url = urlsplit(api.url)
    began = time.monotonic()
    with socket.create_connection((url.hostname or "", url.port or 0)) as line:
        line.settimeout(1.0)
        for at in range(len(request)):
            try:
                line.sendall(request[at : at + 1])
                told = line.recv(4096)
            except TimeoutError:
                if time.monotonic() - began > stop:
                    return time.monotonic() - began, b"still open"
                continue
            except ConnectionError:
                return time.monotonic() - began, b""
            return time.monotonic() - began, told
    raise AssertionError("the request was sent whole")


def test_slow_requests_are_cut_off_and_hold_nobody_up(
    api: Api, attacker: Owner, tell: Callable[[str], None]
) -> None:
    """A hundred connections that never finish: half in the head, half in the body."""
    keys = "".join(f"{name}: {value}\r\n" for name, value in attacker.key.headers.items())
    head = f"POST /v2/orders HTTP/1.1\r\n{HOST}{keys}".encode()
    in_body = head + b"Content-Type: application/json\r\nContent-Length: 9000\r\n\r\n"
    url = urlsplit(api.url)
    lines = []
    for n in range(100):
        line = socket.create_connection((url.hostname or "", url.port or 0))
        line.sendall(in_body if n % 2 else head)
        lines.append(line)
    # Meanwhile others are served.
    answers = [api.call("GET", "/v2/account", attacker.key).status_code for _ in range(20)]
    assert answers == [200] * 20
    with ThreadPoolExecutor(2) as pool:
        slow = list(
            pool.map(
                lambda request: trickle(api, 6 * protocol.MOST_SECONDS, request),
                [head + b"X-A: " + b"a" * 5000, in_body + b"1" * 5000],
            )
        )
    for seconds, told in slow:
        # Told so; or, where a byte was on its way at that moment, cut off before it could be read.
        assert told == b"" or told.startswith(b"HTTP/1.1 408"), told
        assert seconds < 6 * protocol.MOST_SECONDS
    refused = 0
    for line in lines:
        line.settimeout(6 * protocol.MOST_SECONDS)
        refused += line.recv(4096).startswith(b"HTTP/1.1 408")
        line.close()
    # These sent nothing more that an answer could have been lost by.
    assert refused == len(lines)
    longest = max(seconds for seconds, _ in slow)
    tell(f"102 slow connections, cut off after {longest:.0f} s at most, 20 others served meanwhile")
