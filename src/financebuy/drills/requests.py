"""How a command goes over HTTP, and what of its answer must never change."""

import http.client
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import msgspec

from financebuy.drills.journal import Command, Kind

# Longer than this a real client would not wait: it repeats the command, with its key, while the
# first attempt may still be under way.
TIMEOUT_SECONDS = 5.0

# What of an answer is fixed for ever: the status of an order moves on, its terms do not.
_FIXED = frozenset(
    {
        "id", "account_id", "client_order_id", "symbol", "side", "type", "time_in_force", "qty",
        "notional", "limit_price", "created_at", "amount", "direction",
    }
)  # fmt: skip
_FIXED_OF_A_REFUSAL = frozenset({"code", "type", "field"})


class NoAnswerError(Exception):
    """Nothing came back that settles what became of the command."""


class Answer(msgspec.Struct, frozen=True):
    """What the API said; `body` is empty for an answer without one."""

    status: int
    replayed: bool
    body: dict[str, Any]

    @property
    def is_final(self) -> bool:
        """Whether it settles the matter: accepted, or refused for a reason that will not change."""
        transient = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS}
        return self.status < HTTPStatus.INTERNAL_SERVER_ERROR and self.status not in transient

    @property
    def fixed(self) -> dict[str, str]:
        """The part that every repeat must answer alike."""
        accepted = self.status < HTTPStatus.MULTIPLE_CHOICES
        names = _FIXED if accepted else _FIXED_OF_A_REFUSAL
        return {
            name: str(value)
            for name, value in self.body.items()
            if name in names and value is not None
        }


class Client:
    """One customer's connection to the API, opened again after each failure."""

    def __init__(self, url: str, key_id: str, secret: str) -> None:
        """Speak to the API at `url` with this API key."""
        place = urlsplit(url)
        self._connection = http.client.HTTPConnection(
            place.hostname or "127.0.0.1", place.port, timeout=TIMEOUT_SECONDS
        )
        self._headers = {
            "APCA-API-KEY-ID": key_id,
            "APCA-API-SECRET-KEY": secret,
            "Content-Type": "application/json",
        }

    def submit(self, command: Command) -> Answer:
        """Send a command once. Raises `NoAnswerError`."""
        method, path = route(command)
        return self.request(method, path, command.body or None, {"Idempotency-Key": command.key})

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send any request. Raises `NoAnswerError`."""
        content = None if body is None else msgspec.json.encode(body)
        try:
            self._connection.request(method, path, content, {**self._headers, **(headers or {})})
            response = self._connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise NoAnswerError(f"{type(error).__name__}: {error}") from error
        return Answer(response.status, _says_replayed(response), _object(text))

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def route(command: Command) -> tuple[str, str]:
    """Method and path of a command."""
    match command.kind:
        case Kind.ORDER:
            return "POST", "/v2/orders"
        case Kind.CANCEL:
            return "DELETE", f"/v2/orders/{command.order_id}"
        case Kind.DEPOSIT | Kind.WITHDRAWAL:
            return "POST", f"/v1/accounts/{command.account_id}/transfers"


def _says_replayed(response: http.client.HTTPResponse) -> bool:
    return response.getheader("Idempotent-Replayed") == "true"


def _object(text: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text) if text else {}
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {"items": found}
