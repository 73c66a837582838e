"""The reference page of the HTTP API, made from its routes."""

from collections.abc import Iterator

from fastapi.routing import APIRoute

from financebuy.api import bodies, briefly, problems, protocol
from financebuy.api.app import routes
from financebuy.api.openapi import required_scopes
from financebuy.api.paging import DEFAULT_LIMIT
from financebuy.errors import FinanceBuyError

HEAD = f"""\
# HTTP API

<!-- Made by `make reference`. -->

`GET /openapi.json` describes every body and parameter. [The guide](../guides/http.md) shows the API
in use.

| surface | for |
|---|---|
| `/v2` | trading, in Alpaca's shapes: its clients work, with `url_override` |
| `/v1` | accounts and transfers, in the shapes of Alpaca's broker API |
| `/fb/v1` | FinanceBuy's own: portfolio, ledger, prices, orders, users |

## Keys and scopes

An API key has an id and a secret. It is given in one of three ways, on any surface:
the headers `APCA-API-KEY-ID` and `APCA-API-SECRET-KEY`, HTTP Basic, or
`Authorization: Bearer KEYID:SECRET`. A revoked key ends within {briefly.SECONDS:g} s.

A key has scopes, and may be narrowed to one account. On `/v2` it stands for that account, or for
its user's only one; elsewhere `account_id` says which. What is somebody else's is not there: 404.

## Numbers, times, lists

- Money and quantities are strings in answers, never in exponent form. In requests a JSON number is
  read exactly too, but many clients send one through a double: a string is safer. NaN, Infinity,
  more than 30 digits on either side of the point, and more decimals than the asset has are refused.
- Times are RFC 3339 in UTC. `effective_at` is the market's time, which in a replay of history is
  not the wall's; the other times are the wall's.
- Lists of `/fb/v1` are `{{"items": […], "next_cursor": …}}` with `limit` (default {DEFAULT_LIMIT},
  at most 500) and `cursor`. The last page has no `next_cursor`.
- Unknown query parameters are ignored.
- Every answer has an `X-Request-ID`: the request's own, if it has a sane one. It stands in the log
  and beside every effect in the database.

## Idempotency

`Idempotency-Key` (at most 255 printable characters without spaces) makes a request safe to repeat.
It is required where `/fb/v1` moves money or orders, and optional elsewhere.

- A repeat with the same request gives the same answer, and `Idempotent-Replayed: true`.
- The same key with another request is refused: 422, `idempotency_conflict`.
- Keys belong to the caller and are kept for 30 days. A deposit is the bank's: its key is apart from
  those of commands, and kept for ever.
- `client_order_id` is unique on an account for ever: a second order is refused with 422, code
  40010001 and `existing_order_id`.
- The secret of an API key is told once: a repeat has `"secret": null`.

## Errors

An error is an `application/problem+json` document (RFC 9457) with `type`, `title`, `status`,
`detail`, `field`, `request_id`, and Alpaca's `code` and `message`. `type` is
`urn:financebuy:problem:` and the error's name. [Errors](errors.md) lists what a command can be
refused for; these come from HTTP itself:
"""

AFTER_ERRORS = """\
Three answers have the status 503, and differ in what they say of a command:

- **50310000**, with `Retry-After`: nothing was written. Repeat it.
- **50320000**, without: the outcome is unknown. Repeat it with the same key, or look it up.
- **50330000**: nobody can sign in at the moment, since sessions rest; API keys go on working.

429 and 504 are never answered: some clients repeat by themselves on these, orders too.

## Routes
"""


def http_api() -> str:
    """The page, as Markdown."""
    errors = [*_rows_of_errors()]
    kib = 1024
    limit = (
        f"A body is at most {bodies.MOST_BYTES // kib} KiB. Request line and headers together:"
        f" beyond {protocol.MOST_HEAD_BYTES // kib} KiB the connection is closed."
    )
    return "\n".join([HEAD, *errors, "", limit, "", AFTER_ERRORS.rstrip("\n"), *_routes(), ""])


def _rows_of_errors() -> Iterator[str]:
    yield "| error | HTTP | code | means |"
    yield "|---|---:|---:|---|"
    found = [
        each
        for each in vars(problems).values()
        if isinstance(each, type)
        and issubclass(each, FinanceBuyError)
        and each.__module__ == problems.__name__
    ]
    for error in sorted(found, key=lambda each: (each.status, each.slug)):
        yield f"| `{error.slug}` | {error.status} | {error.code} | {error.text} |"


def _routes() -> Iterator[str]:
    section = ""
    for route in sorted(_all(), key=lambda each: (_section(each), each.path_format)):
        if _section(route) != section:
            section = _section(route)
            yield from (
                "",
                f"### {section}",
                "",
                "| route | scope | what it does |",
                "|---|---|---|",
            )
        scopes = " or ".join(f"`{scope}`" for scope in required_scopes(route) or ()) or "none"
        methods = " ".join(sorted(route.methods or ()))
        yield f"| `{methods} {route.path_format}` | {scopes} | {_first_sentence(route)} |"


def _all() -> list[APIRoute]:
    return [route for route in routes().routes if isinstance(route, APIRoute)]


def _section(route: APIRoute) -> str:
    return str(route.tags[0]).capitalize()


def _first_sentence(route: APIRoute) -> str:
    return " ".join(route.description.split())
