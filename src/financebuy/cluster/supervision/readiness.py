"""Telling that a program of the platform is ready."""

import http.client
import ssl
from collections.abc import Callable

import psutil
import psycopg

from financebuy.cluster.endpoints import MONITOR, Endpoints
from financebuy.cluster.state import ApiRecord
from financebuy.sql import load

_TIMEOUT_SECONDS = 2.0


def listens(pid: int, port: int) -> bool:
    """Whether this very process listens on a port: another platform may answer there."""
    try:
        connections = psutil.Process(pid).net_connections("tcp")
    except psutil.Error:
        return False
    listening = (each for each in connections if each.status == psutil.CONN_LISTEN)
    return any(each.laddr.port == port for each in listening)


def answers(api: ApiRecord, path: str = "/readyz") -> bool:
    """Whether an HTTP GET of the API is answered with 200."""
    connection = _connection(api)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _connection(api: ApiRecord) -> http.client.HTTPConnection:
    host = api.reachable_host
    if not api.tls:
        return http.client.HTTPConnection(host, api.port, timeout=_TIMEOUT_SECONDS)
    # It is our own process, which `listens` has found there; nothing is told to it.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, api.port, timeout=_TIMEOUT_SECONDS, context=context)


def beats(process: str, endpoints: Endpoints) -> Callable[[int], bool]:
    """A check that the process of a given pid wrote a heartbeat in the last seconds."""

    def check(pid: int) -> bool:
        try:
            with psycopg.connect(endpoints.database_url(MONITOR), connect_timeout=2) as connection:
                row = connection.execute(load("cluster").heartbeat, [process, pid]).fetchone()
        except psycopg.Error:
            return False
        return row is not None

    return check
