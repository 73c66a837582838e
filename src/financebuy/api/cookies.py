"""The session's cookie: out of reach of scripts, other hosts and plain HTTP."""

from starlette.requests import Request
from starlette.responses import Response

NAME = "__Host-session"
"""The prefix makes a browser refuse it unless it is Secure, of this very host, and of path /."""
_LONGEST = 128


def session_token(request: Request) -> str | None:
    """Return the token of a request's session, None when it has none."""
    token = request.cookies.get(NAME)
    return token if token and len(token) <= _LONGEST and token.isascii() else None


def give(response: Response, token: str) -> None:
    """Hand a session to the browser, until it is closed."""
    response.set_cookie(NAME, token, path="/", secure=True, httponly=True, samesite="strict")


def take_back(response: Response) -> None:
    """Make the browser forget its session."""
    response.delete_cookie(NAME, path="/", secure=True, httponly=True, samesite="strict")
