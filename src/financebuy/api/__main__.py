"""`python -m financebuy.api --data DIR`: serves the API of a platform until SIGTERM."""

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType

import uvicorn

from financebuy.api.app import create_app
from financebuy.api.protocol import BoundedProtocol
from financebuy.bootstrap import API_ROLES, open_platform
from financebuy.cluster.certificates import SERVER, SERVER_KEY
from financebuy.cluster.endpoints import Endpoints
from financebuy.errors import FinanceBuyError
from financebuy.program.log import write_json_lines
from financebuy.settings import Settings

# Requests under way are finished; whoever is not by then learns that the outcome is unknown.
_GRACE_SECONDS = 3


def main() -> int:
    """Serve; returns the exit code."""
    arguments = _arguments()
    try:
        settings = Settings.read(os.environ, arguments.data)
        endpoints = Endpoints.read(settings.data_dir)
    except FinanceBuyError as error:
        sys.stderr.write(f"{error.message}\n")
        return error.exit_code
    write_json_lines(settings.log_level)
    listen, tls = endpoints.state.api, endpoints.directory.tls
    certificate = (tls / SERVER, tls / SERVER_KEY) if listen.tls else (None, None)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(lambda: open_platform(settings, API_ROLES)),
            host=listen.host,
            port=listen.port,
            ssl_certfile=certificate[0],
            ssl_keyfile=certificate[1],
            loop="uvloop",
            http=BoundedProtocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            # Nobody is believed to be somebody else's proxy unless it was said.
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies or "",
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )
    signal.signal(signal.SIGHUP, lambda *_: _take_up(server.config, *certificate))
    # The server raises the signal once more when it has ended; that must not kill us then.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ended)
    server.run()
    return 0 if server.started else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m financebuy.api", description=__doc__)
    parser.add_argument("--data", type=Path, help="the platform's data directory")
    return parser.parse_args()


def _take_up(config: uvicorn.Config, certificate: Path | None, key: Path | None) -> None:
    """Show a certificate that was changed to whoever comes from now on."""
    if config.ssl is not None and certificate is not None:
        config.ssl.load_cert_chain(certificate, key)


def _ended(_number: int, _frame: FrameType | None) -> None:
    """The server has done what the signal asked for."""


if __name__ == "__main__":
    sys.exit(main())
