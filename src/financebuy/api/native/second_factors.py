"""`/fb/v1/me`: one's own one-time codes, recovery codes and passkeys."""

import binascii
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from financebuy.api.auth import Oneself, Reader, The
from financebuy.api.bodies import Route
from financebuy.api.native.door import Code, QuestionView, Token
from financebuy.api.times import Instant
from financebuy.errors import InvalidValueError
from financebuy.services import passkeys, second_factors

router = APIRouter(prefix="/fb/v1/me", tags=["native: signing in"], route_class=Route)

Label = Annotated[str, Field(min_length=1, max_length=64, examples=["my phone"])]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TotpView(BaseModel):
    """A secret for an authenticator app, shown once; `uri` is the same for a QR code."""

    secret: str
    uri: str


class CodeIn(_Body):
    """A code of the new secret."""

    code: Code


class RecoveryCodes(BaseModel):
    """Codes that each work once instead of the phone; shown once."""

    recovery_codes: list[str]


class PasskeyNameIn(_Body):
    """What the new passkey is called."""

    name: Label


class NewPasskeyIn(_Body):
    """The ticket of the question, what the browser answered, and a name."""

    ticket: Token
    credential: dict[str, Any]
    name: Label


class PasskeyView(BaseModel):
    """A passkey."""

    credential_id: str
    name: str
    created_at: Instant
    last_used_at: Instant | None


@router.post("/totp", response_model=TotpView)
async def begin_totp(platform: The, caller: Oneself) -> Any:
    """Begin to set up one-time codes; they count once a code has confirmed them."""
    made = await second_factors.begin_totp(platform, caller, str(caller.user_id))
    return TotpView(secret=made.secret, uri=made.uri)


@router.post("/totp/confirm", response_model=RecoveryCodes)
async def confirm_totp(body: CodeIn, platform: The, caller: Oneself) -> Any:
    """Confirm one-time codes by the first of them; answers with recovery codes."""
    codes = await second_factors.confirm_totp(platform, caller, body.code)
    return RecoveryCodes(recovery_codes=codes)


@router.delete("/totp", status_code=204)
async def remove_totp(platform: The, caller: Oneself) -> None:
    """Take one-time codes away."""
    await second_factors.remove_totp(platform, caller)


@router.post("/recovery-codes", response_model=RecoveryCodes)
async def new_recovery_codes(platform: The, caller: Oneself) -> Any:
    """Replace the recovery codes."""
    codes = await second_factors.new_recovery_codes(platform, caller)
    return RecoveryCodes(recovery_codes=codes)


@router.get("/passkeys", response_model=list[PasskeyView])
async def list_passkeys(platform: The, caller: Reader) -> Any:
    """List one's passkeys."""
    return [
        PasskeyView(
            credential_id=bytes_to_base64url(each.credential_id),
            name=each.name,
            created_at=each.created_at,
            last_used_at=each.last_used_at,
        )
        for each in await passkeys.passkeys(platform, caller)
    ]


@router.post("/passkeys/options", response_model=QuestionView)
async def passkey_options(body: PasskeyNameIn, platform: The, caller: Oneself) -> Any:
    """Ask the browser for a new passkey."""
    question = await passkeys.begin_registration(platform, caller, body.name)
    return QuestionView(ticket=question.ticket, options=question.options)


@router.post("/passkeys", status_code=204)
async def add_passkey(body: NewPasskeyIn, platform: The, caller: Oneself) -> None:
    """Keep the passkey that the browser has made."""
    await passkeys.register(platform, caller, body.ticket, body.credential, body.name)


@router.delete("/passkeys/{credential_id}", status_code=204)
async def remove_passkey(credential_id: str, platform: The, caller: Oneself) -> None:
    """Take a passkey away."""
    try:
        plain = base64url_to_bytes(credential_id)
    except (binascii.Error, ValueError):
        raise InvalidValueError(field="credential_id") from None
    await passkeys.remove(platform, caller, plain)
