"""People who were registered before data keys had generations."""

import hashlib
import hmac
import os
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from financebuy.bootstrap import Platform
from financebuy.crypto import key_file
from financebuy.services import identity
from financebuy.services.renewing import renew
from tests.privacy.conftest import STAFF, Place

ADDRESS = "Ada@Example.com"


def as_before(place: Place) -> UUID:
    """A user as revision 0002 wrote one, from what it did and not from today's code."""
    user_id, data_key = uuid4(), os.urandom(32)
    kek = key_file.parse(place.secrets.read("kek"))["personal", 1]
    index_key = bytes.fromhex(place.secrets.read("blind_index_key"))

    def encrypt(key: bytes, plain: bytes, name: str) -> bytes:
        nonce = os.urandom(12)
        bound = b"financebuy\0" + user_id.bytes + name.encode()
        return nonce + AESGCM(key).encrypt(nonce, plain, bound)

    index = hmac.new(index_key, b"email\0" + ADDRESS.casefold().encode(), hashlib.sha256).digest()
    place.world.admin.execute(
        "insert into users (user_id, email_index, email_ciphertext, first_name_ciphertext,"
        " created_at, updated_at) values (%s, %s, %s, %s, now(), now())",
        (
            user_id,
            index,
            encrypt(data_key, ADDRESS.encode(), "email"),
            encrypt(data_key, b"Ada", "first_name"),
        ),
    )
    place.world.admin.execute(
        "insert into personal_data_keys (user_id, key_epoch, wrapped_key, created_at, generation)"
        " values (%s, 1, %s, now(), 0)",
        (user_id, encrypt(kek, data_key, "key1")),
    )
    return user_id


def test_they_are_readable_and_found_once_they_are_renewed(place: Place) -> None:
    user_id = as_before(place)

    async def work(platform: Platform) -> None:
        before = await identity.personal_data(platform, STAFF, user_id)
        assert (before.email, before.first_name, before.phone) == (ADDRESS, "Ada", None)
        assert [await renew(platform), await renew(platform)] == [1, 0]
        assert await identity.personal_data(platform, STAFF, user_id) == before
        assert (await identity.find_user(platform, STAFF, "ada@example.COM")).user_id == user_id

    place.run(work)
    lines = place.world.rows(
        "select actor, action from audit_log where subject_id = %s and actor like 'job:%%'"
        " order by log_id",
        user_id,
    )
    assert [line["action"] for line in lines] == ["read"]
    assert place.world.value("select generation from personal_data_keys") == 1
