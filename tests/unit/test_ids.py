"""Ids that sort by time."""

import time

from financebuy.domain.ids import new_id


def test_an_id_is_of_version_7_and_of_now() -> None:
    found = new_id()
    assert (found.version, found.variant) == (7, "specified in RFC 4122")
    assert abs((found.int >> 80) / 1000 - time.time()) < 60


def test_later_ids_sort_later() -> None:
    first = new_id()
    time.sleep(0.002)
    assert first < new_id()
