"""Where requests came from: beside every effect, and readable to few."""

from uuid import uuid4

import pytest

from financebuy import errors
from financebuy.bootstrap import Platform
from financebuy.services import origins, personal_data
from tests.privacy.conftest import STAFF, Place, customer, person

ADDRESS = "203.0.113.77"


def test_an_address_is_its_users_own_and_goes_with_them(place: Place) -> None:
    async def work(platform: Platform) -> None:
        grace, ada = await person(platform), await person(platform)
        found = await origins.origin(platform, customer(grace), ADDRESS)
        assert found.startswith("http ")
        assert ADDRESS not in found
        assert await origins.address(platform, STAFF, grace, found) == ADDRESS
        for user_id, text in ((ada, found), (grace, "http"), (grace, "cli root"), (grace, "")):
            with pytest.raises(errors.InvalidValueError) as caught:
                await origins.address(platform, STAFF, user_id, text)
            assert caught.value.field == "origin"
        with pytest.raises(errors.NotPermittedError):
            await origins.address(platform, customer(grace), grace, found)
        await personal_data.shred(platform, STAFF, grace)
        with pytest.raises(errors.UserNotFoundError):
            await origins.address(platform, STAFF, grace, found)
        # A request goes on for whom there is no key; it leaves no address.
        for caller in (customer(grace), customer(uuid4()), STAFF):
            assert await origins.origin(platform, caller, ADDRESS) == "http"

    place.run(work)
    lines = place.world.value(
        "select count(*) from audit_log where table_name = 'users' and action = 'read'"
    )
    assert lines >= 2
