"""How soon what was revoked works no more, in two processes at once."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import msgspec

from financebuy.cluster import ports
from financebuy.cluster.accounts import current
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.state import ApiRecord, PlatformState
from tests.support.api import Api

BAR = 1.0
"""Seconds after its end in which a key or session may still get through."""
_HANG = 10 * BAR


@contextmanager
def second_process(api: Api, tmp_path: Path) -> Iterator[str]:
    """Another API on the same database and secrets; its URL."""
    data = tmp_path / "second"
    shutil.copytree(api.log.parent, data)
    port = ports.any_free()
    state_file = DataDirectory(data).state_file
    state = PlatformState.read(state_file)
    assert state is not None
    msgspec.structs.replace(state, api=ApiRecord("127.0.0.1", port)).write(state_file, current())
    with (data / "second.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "financebuy.api", "--data", str(data)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + 60
            while True:
                with suppress(httpx.TransportError):
                    if httpx.get(f"{url}/readyz").status_code == 200:
                        break
                assert time.monotonic() < deadline, (data / "second.log").read_text()
                time.sleep(0.1)
            yield url
        finally:
            process.kill()
            process.wait()


def last_let_in(urls: Sequence[str], headers: dict[str, str], end: Callable[[], object]) -> float:
    """End something that every process has just let in; the seconds until the last that got in.

    They are counted from when the end was committed to when that request was sent, so that it
    does not matter how slow the machine is. 0.0 says that nothing got in any more.
    """
    with httpx.Client(timeout=30) as http:

        def codes() -> list[tuple[float, int]]:
            return [
                (time.monotonic(), http.get(f"{url}/fb/v1/me", headers=headers).status_code)
                for url in urls
            ]

        assert [code for _, code in codes()] == [200] * len(urls)
        end()
        ended = time.monotonic()
        latest = 0.0
        while True:
            seen = codes()
            assert {code for _, code in seen} <= {200, 401}, seen
            let_in = [sent - ended for sent, code in seen if code == 200]
            if not let_in:
                break
            latest = max(latest, *let_in)
            assert latest < _HANG
        # Once it is over, it stays so.
        assert [code for _, code in codes()] == [401] * len(urls)
    return latest
