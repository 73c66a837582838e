"""`/openapi.json`: what FastAPI knows of the routes, and what only we know."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from financebuy import __version__
from financebuy.api import cookies
from financebuy.api.bodies import needs_of
from financebuy.api.problems import MEDIA_TYPE, Problem

_DESCRIPTION = """\
Money and quantities are decimal strings, exact. Errors are RFC 9457 problems with `code` and
`message`. `/v2` and `/v1` have Alpaca's shapes; `/fb/v1` is FinanceBuy's own.
"""
_SCHEMES = {
    "key_id": {"type": "apiKey", "in": "header", "name": "APCA-API-KEY-ID"},
    "secret": {"type": "apiKey", "in": "header", "name": "APCA-API-SECRET-KEY"},
    "basic": {"type": "http", "scheme": "basic", "description": "Key id and secret."},
    "bearer": {"type": "http", "scheme": "bearer", "description": "KEYID:SECRET"},
    "session": {"type": "apiKey", "in": "cookie", "name": cookies.NAME},
}
_SECURITY: list[dict[str, list[str]]] = [
    {"key_id": [], "secret": []},
    {"basic": []},
    {"bearer": []},
    {"session": []},
]
_SESSION_ONLY: list[dict[str, list[str]]] = [{"session": []}]
_PROBLEM = {
    "description": "A problem.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def install(app: FastAPI) -> None:
    """Serve the complete document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title="FinanceBuy", version=__version__, description=_DESCRIPTION, routes=app.routes
    )
    components = document.setdefault("components", {})
    components["securitySchemes"] = _SCHEMES
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema()
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for route in app.routes:
        if isinstance(route, APIRoute):
            for method in route.methods or ():
                _complete(document["paths"][route.path_format][method.lower()], route)
    return document


def _complete(operation: dict[str, Any], route: APIRoute) -> None:
    operation["responses"].pop("422", None)
    operation["responses"]["default"] = _PROBLEM
    scopes = required_scopes(route)
    if scopes is not None:
        operation["security"] = _SESSION_ONLY if "self" in scopes else _SECURITY
        operation["x-scopes"] = list(scopes)


def required_scopes(route: APIRoute) -> tuple[str, ...] | None:
    """Return the scopes of which a route needs one; None where everybody may call."""
    needs = needs_of(route)
    return None if needs is None else needs.scopes
