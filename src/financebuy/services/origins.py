"""Where a request came from, as it stands beside its effects: the network address is encrypted.

It is encrypted under the data key of who asked, so that it goes when they are erased. Whoever has
no data key, as the platform itself, leaves no address.
"""

import base64
import binascii
import logging
from uuid import UUID

from financebuy.crypto.vault import DecryptionError, Wrapped
from financebuy.errors import FinanceBuyError, InvalidValueError
from financebuy.services.caller import Caller
from financebuy.services.personal_data import sealed_data
from financebuy.services.platform import Platform
from financebuy.services.vault_keys import data_key, unwrap

COLUMN = "origin.address"
_HTTP = "http"
log = logging.getLogger(__name__)


async def origin(platform: Platform, caller: Caller, address: str | None) -> str:
    """Return how and where from `caller` asks: `http`, and the encrypted address."""
    if address is None:
        return _HTTP
    try:
        held = await data_key(platform, caller, caller.user_id)
    except FinanceBuyError as error:
        # The request is not the address: it goes on where a key cannot be had.
        log.debug("no address is kept: %s", error.slug)
        return _HTTP
    sealed = held.seal(COLUMN, caller.user_id, address.encode())
    return f"{_HTTP} {base64.b64encode(sealed).decode()}"


async def address(platform: Platform, caller: Caller, user_id: UUID, text: str) -> str:
    """Decrypt the address in an origin of a user's; needs `broker`, recorded in the audit log.

    Raises:
        InvalidValueError: there is no address in it, or it is another user's.
        UserNotFoundError: there is no such user, or their data was erased.
    """
    kind, _, token = text.partition(" ")
    row = await sealed_data(platform, caller, user_id)
    held = await unwrap(platform, user_id, Wrapped(row.wrapped_key, row.key_epoch, row.generation))
    try:
        if kind != _HTTP:
            raise ValueError
        return held.open(COLUMN, user_id, base64.b64decode(token, validate=True)).decode()
    except (DecryptionError, ValueError, binascii.Error):
        raise InvalidValueError("origin: holds no address of this user's", field="origin") from None
