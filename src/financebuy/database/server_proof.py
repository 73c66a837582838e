"""How a server on another machine proves who it is before it gets a password."""

from collections.abc import Mapping


def server_proof(given: Mapping[str, object]) -> dict[str, str]:
    """What to add to libpq's parameters `given`: nothing for this machine, or where one chose.

    libpq's own default would talk to anybody, encrypted or not. Without a file of its own, a
    server's certificate is checked by whom the system trusts.
    """
    hosts = str(given.get("host") or given.get("hostaddr") or "").split(",")
    if given.get("sslmode") or all(_is_here(host) for host in hosts):
        return {}
    return {"sslmode": "verify-full", "sslrootcert": str(given.get("sslrootcert") or "system")}


def _is_here(host: str) -> bool:
    return host in ("", "localhost", "127.0.0.1", "::1") or host.startswith(("/", "@"))
