"""One supervised process, with real children."""

import signal
import sys
import time
from pathlib import Path

import pytest

from financebuy.cluster.accounts import current
from financebuy.cluster.errors import ServerFailedError
from financebuy.cluster.supervision.service import Service, ServiceSpec, pause_before_restart
from financebuy.cluster.supervision.stopping import stop_all

HANG_SECONDS = 30.0


def _service(tmp_path: Path, script: str) -> Service:
    spec = ServiceSpec(
        name="child",
        argv=[sys.executable, "-c", script],
        account=current(),
        cwd=tmp_path,
        log=tmp_path / "child.log",
        is_ready=lambda _pid: "ready" in (tmp_path / "child.log").read_text(),
    )
    return Service(spec)


def _tick_until(service: Service, state: str, now: float | None = None) -> None:
    deadline = time.monotonic() + HANG_SECONDS
    while service.state != state:
        assert time.monotonic() < deadline, service.record()
        service.tick(time.time() if now is None else now)
        time.sleep(0.01)


def test_pauses_double_up_to_half_a_minute() -> None:
    assert [pause_before_restart(n) for n in range(1, 9)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert pause_before_restart(2000) == 30


def test_a_child_that_dies_is_started_again_after_a_pause(tmp_path: Path) -> None:
    service = _service(tmp_path, "print('ready', flush=True); import time; time.sleep(60)")
    service.start()
    _tick_until(service, "ready")
    service.send(signal.SIGKILL)
    _tick_until(service, "waiting")
    record = service.record()
    assert (record.last_exit, record.restarts, record.process) == (-signal.SIGKILL, 0, None)
    service.tick(time.time())
    assert service.state == "waiting"
    service.tick(time.time() + 0.6)
    _tick_until(service, "ready")
    assert service.record().restarts == 1
    stop_all([service], grace=HANG_SECONDS)
    assert not service.is_alive()


def test_a_child_that_keeps_dying_waits_longer_each_time(tmp_path: Path) -> None:
    service = _service(tmp_path, "raise SystemExit(7)")
    service.start()
    _tick_until(service, "waiting")
    service.tick(time.time() + 0.6)
    _tick_until(service, "waiting")
    service.tick(time.time() + 0.6)
    assert service.state == "waiting"
    assert service.record().restarts == 1
    assert service.last_exit == 7


def test_a_child_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        " print('ready', flush=True); time.sleep(60)"
    )
    service = _service(tmp_path, stubborn)
    service.start()
    _tick_until(service, "ready")
    began = time.monotonic()
    stop_all([service], grace=0.3)
    assert not service.is_alive()
    assert 0.3 <= time.monotonic() - began < HANG_SECONDS
    service.mark_stopped()
    assert service.record().last_exit == -signal.SIGKILL


def test_a_program_that_is_not_there_says_so(tmp_path: Path) -> None:
    spec = ServiceSpec(
        "x", [tmp_path / "no"], current(), tmp_path, tmp_path / "x.log", lambda _pid: True
    )
    with pytest.raises(ServerFailedError, match="does not start"):
        Service(spec).start()


def test_children_get_a_clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "elsewhere.example")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    service = _service(tmp_path, "import os; print(sorted(os.environ), 'ready', flush=True)")
    service.start()
    _tick_until(service, "waiting")
    log = (tmp_path / "child.log").read_text()
    assert "PGHOST" not in log
    assert "PYTHONPATH" not in log
    assert "PATH" in log
