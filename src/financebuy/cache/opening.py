"""Opening a client of Valkey, whose password may be replaced while it is used."""

from collections.abc import Callable
from urllib.parse import urlsplit

from valkey.asyncio import Valkey
from valkey.asyncio.retry import Retry
from valkey.backoff import NoBackoff
from valkey.credentials import CredentialProvider
from valkey.exceptions import ConnectionError as LostError

Url = str | Callable[[], str]
"""Where Valkey is, with user and password; asked anew at each connection where they may change."""


class _Credentials(CredentialProvider):
    def __init__(self, url: Callable[[], str]) -> None:
        self._url = url

    def get_credentials(self) -> tuple[str, str]:
        parts = urlsplit(self._url())
        return parts.username or "", parts.password or ""


def open_client(url: Url, timeout_seconds: float) -> Valkey:
    """Return a client, which connects when it is first used.

    A connection that was cut, as by a server that was restarted, is made anew once.
    """
    ask = url if callable(url) else lambda: url
    parts = urlsplit(ask())
    login = f"{parts.username}:{parts.password}@"
    client: Valkey = Valkey.from_url(
        ask().replace(login, "", 1),
        credential_provider=_Credentials(ask) if parts.username else None,
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
        retry=Retry(NoBackoff(), 1),
        retry_on_error=[LostError],
    )
    return client
