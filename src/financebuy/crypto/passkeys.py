"""Passkeys (WebAuthn level 2, by py_webauthn): what a browser is asked, and whether it answered."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)


@dataclass(frozen=True, slots=True)
class Site:
    """Whose passkeys: `host` as the browser's address bar shows it, `origin` with its scheme."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What is kept of a passkey."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def registration(
    site: Site, user_id: UUID, name: str, challenge: bytes, known: Collection[bytes]
) -> dict[str, Any]:
    """Return the options of `navigator.credentials.create`; a device in `known` is not asked."""
    options = generate_registration_options(
        rp_id=site.host,
        rp_name="FinanceBuy",
        user_id=user_id.bytes,
        user_name=name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return _json(options_to_json(options))


def registered(site: Site, challenge: bytes, answer: Mapping[str, Any]) -> NewPasskey | None:
    """Return the passkey that a browser made, or None when its answer is not good."""
    try:
        made = verify_registration_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError):
        return None
    return NewPasskey(made.credential_id, made.credential_public_key, made.sign_count)


def authentication(site: Site, challenge: bytes, known: Collection[bytes]) -> dict[str, Any]:
    """Return the options of `navigator.credentials.get`; without `known` the device chooses."""
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known] or None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _json(options_to_json(options))


def credential_id(answer: Mapping[str, Any]) -> bytes | None:
    """Return which passkey a browser's answer is of."""
    try:
        return base64url_to_bytes(str(answer["rawId"]))
    except (KeyError, ValueError):
        return None


def authenticated(
    site: Site, challenge: bytes, answer: Mapping[str, Any], public_key: bytes, sign_count: int
) -> int | None:
    """Return the passkey's new counter, or None when the answer is not good."""
    try:
        done = verify_authentication_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError):
        return None
    return done.new_sign_count


def _json(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found
