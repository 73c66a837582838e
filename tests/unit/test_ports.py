"""Ports: the usual one, the next free one, or a clear refusal."""

import socket
from collections.abc import Iterator

import pytest

from financebuy.cluster import ports
from financebuy.cluster.errors import PortTakenError
from financebuy.cluster.ports import PortClaims


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_the_next_free_port_is_found(taken: int) -> None:
    with PortClaims() as claims:
        assert taken < claims.choose(None, usual=taken) <= taken + 200


def test_a_free_usual_port_is_taken() -> None:
    free = ports.any_free()
    with PortClaims() as claims:
        assert claims.choose(None, usual=free) == free


def test_a_port_that_was_asked_for_must_be_free(taken: int) -> None:
    with PortClaims() as claims, pytest.raises(PortTakenError, match=str(taken)):
        claims.choose(taken, usual=1)


def test_a_port_is_kept_from_other_platforms_before_its_server_listens() -> None:
    free = ports.any_free()
    with PortClaims() as first, PortClaims() as second:
        assert first.choose(free, usual=1) == free
        assert second.choose(None, usual=free) > free
        with pytest.raises(PortTakenError):
            second.choose(free, usual=1)
    with PortClaims() as later:
        assert later.choose(free, usual=1) == free


def test_a_port_that_was_just_closed_is_free() -> None:
    with socket.socket() as listener:
        # As every server does; without it the port would be blocked for a minute.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            accepted, _ = listener.accept()
            accepted.close()
            client.recv(1)
    assert ports.is_free(port)
