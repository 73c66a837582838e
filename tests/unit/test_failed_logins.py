"""PostgreSQL's log as it is: which lines tell of a failed sign-in, and where reading goes on."""

from pathlib import Path

import pytest

from financebuy.cluster.accounts import current
from financebuy.cluster.failed_logins import FailedLogin, LogReader, parse

WHEN = "2025-11-26 03:00:00.123 UTC [4711]"
WRONG = f"{WHEN} 28P01 app_user@financebuy 203.0.113.7 [unknown] FATAL:  password authentication\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (WRONG, FailedLogin("app_user", "203.0.113.7", "password")),
        (f"{WHEN} 28P01 app_user@financebuy [local] [unknown] FATAL:  x",
         FailedLogin("app_user", None, "password")),
        (f"{WHEN} 28000 postgres@financebuy ::1 psql FATAL:  no pg_hba.conf entry",
         FailedLogin("postgres", "::1", "access rule")),
        (f"{WHEN} 28P01 a b@c@d 203.0.113.7 x FATAL:  x",
         FailedLogin("a b@c", "203.0.113.7", "password")),
        (f"{WHEN} 28P01 @ 203.0.113.7  FATAL:  x",
         FailedLogin("(none)", "203.0.113.7", "password")),
        (f"{WHEN} 28P01 {'u' * 300}@d 203.0.113.7 x FATAL:  x",
         FailedLogin("u" * 128, "203.0.113.7", "password")),
        (f"{WHEN} 42501 app_user@closed 203.0.113.7 x FATAL:  permission denied for database",
         FailedLogin("app_user", "203.0.113.7", "right to connect")),
        (f"{WHEN} 3D000 app_user@nothing 203.0.113.7 x FATAL:  x",
         FailedLogin("app_user", "203.0.113.7", "database")),
        (f"{WHEN} 55000 app_user@template0 203.0.113.7 x FATAL:  x",
         FailedLogin("app_user", "203.0.113.7", "database")),
        (f"{WHEN} 08P01 [unknown]@[unknown] 203.0.113.7 [unknown] LOG:  could not accept SSL",
         FailedLogin("(none)", "203.0.113.7", "handshake")),
        (f"{WHEN} 08P01 [unknown]@[unknown] 203.0.113.7 x DETAIL:  Client certificate", None),
        (f"{WHEN} 08P01 app_user@financebuy 203.0.113.7 x LOG:  a wrong message", None),
        (f"{WHEN} 42501 app_user@financebuy 203.0.113.7 x ERROR:  permission denied", None),
        (f"{WHEN} 00000 app_user@financebuy 203.0.113.7 x LOG:  connection authorized", None),
        (f"{WHEN} 42601 app_user@financebuy 203.0.113.7 28P01 FATAL:  x", None),
        (f"{WHEN} 28P01 app_user@financebuy 203.0.113.7 x DETAIL:  Connection matched", None),
        ("2 2 2 [1] 28P01 db_admin@financebuy 203.0.113.7 x FATAL:  x", None),
        (f"{WHEN.replace('4711', 'x')} 28P01 a@b 203.0.113.7 x FATAL:  x", None),
        (f"{WHEN.replace('.123', '')} 28P01 a@b 203.0.113.7 x FATAL:  x", None),
        ("2 2 2 [1] 08P01 [unknown]@[unknown] 203.0.113.7 x LOG:  x", None),
        ("\t28P01 app_user@financebuy FATAL:  a line that goes on", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_line_of_the_log(line: str, expected: FailedLogin | None) -> None:
    assert parse(line) == expected


def test_reading_goes_on_where_it_stopped(tmp_path: Path) -> None:
    log, place = tmp_path / "postgres.log", tmp_path / "read"
    reader = LogReader(log, place, current())

    def read() -> int:
        failures, offset = reader.read()
        reader.done(offset)
        return len(failures)

    log.write_text(WRONG * 3)
    assert (read(), read()) == (3, 0)
    with log.open("a") as file:
        file.write(WRONG + WRONG[:-20])
    # A line that is not finished is read when it is.
    assert read() == 1
    with log.open("a") as file:
        file.write(WRONG[-20:])
    assert LogReader(log, place, current()).read()[0] == [parse(WRONG)]
    # Rotated: the log begins anew.
    log.write_text(WRONG)
    assert read() == 1


def line(time: str, user: str, zone: str = "UTC") -> str:
    return f"{time} {zone} [4711] 28P01 {user}@financebuy 203.0.113.7 psql FATAL:  refused\n"


T = "2025-11-26 03:00:00.123"
FORGED = f"{T} UTC [1] 28P01 db_admin"


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        # A name with a line break, with a false time and with a right one.
        (line(T, "x\n2 2 2 [1] 28P01 db_admin"), []),
        (line(T, f"x\n{FORGED}") + line(T, "b"), ["b"]),
        (line(T, f"x\n{FORGED}@d 1.1.1.1 a FATAL:  y"), []),
        (line(T, f"x@d 1.1.1.1 a LOG:  y\n{FORGED}@d 1.1.1.1 a FATAL:  y"), []),
        # Out of order by a little, by more than a minute, and no time at all.
        (line(T, "a") + line("2025-11-26 02:59:01.000", "b"), ["a", "b"]),
        (line(T, "a") + line("2025-11-26 02:59:00.000", "b") + line(T, "c"), ["a", "c"]),
        (line(T, "a") + line("2025-13-26 03:00:00.123", "b"), ["a"]),
        # From a time that has not come, whatever the zone.
        (line("2999-11-26 03:00:00.123", "a") + line(T, "b"), ["b"]),
        (line("2999-11-26 03:00:00.123", "a", "CET") + line(T, "b", "+03"), ["b"]),
        # A message of several lines, and the server's own lines.
        (line(T, "a") + "\tgoes on\n" + line(T, "b"), ["a", "b"]),
        (f"{T} UTC [1] 00000 LOG:  ready\n" + line(T, "a"), ["a"]),
        (f"{T} CET [1] 42601 u@d [local] psql FEHLER:  x\n" + line(T, "a", "CET"), ["a"]),
    ],
)
def test_what_a_name_holds_is_no_line_of_the_log(
    log: str, expected: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "postgres.log"
    file.write_text(log)
    reader = LogReader(file, tmp_path / "read", current())
    assert [each.login for each in reader.read()[0]] == expected


def test_a_line_that_broke_off_is_remembered(tmp_path: Path) -> None:
    file = tmp_path / "postgres.log"
    reader = LogReader(file, tmp_path / "read", current())
    forged = line(T, f"x\n\t\n{FORGED}")
    file.write_text(forged[:-20])
    failures, offset = reader.read()
    assert (failures, offset) == ([], 0)
    reader.done(offset)
    file.write_text(forged + line(T, "b"))
    assert [each.login for each in reader.read()[0]] == ["b"]
