"""Where a request comes from, and whether a browser was made to send it by another site."""

from urllib.parse import urlsplit

from starlette.requests import Request

from financebuy.errors import CrossSiteError
from financebuy.services.door import Visit

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})


def visit(request: Request) -> Visit:
    """Return where a request comes from. Behind trusted proxies it is what they say."""
    host = request.client.host if request.client else None
    return Visit(host, "http", request.state.request_id)


def refuse_cross_site(request: Request) -> None:
    """Refuse what another site's page made a browser send.

    Every browser says in `Sec-Fetch-Site` whose page it was, older ones in `Origin`. What says
    neither is no browser, and carries only what its user gave it.

    Raises:
        CrossSiteError: it was not ours.
    """
    if request.method in _SAFE:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in _OURS:
            raise CrossSiteError
        return
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise CrossSiteError
