"""The relying party's side of WebAuthn, with the ``fido2`` library: it makes options and verifies credentials.

The caller keeps the challenge between the two steps of a ceremony. A refusal has a reason, so that the caller can
word it as Cognito does.

Never here: a pool, a session or an authenticator.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, Final, Literal, cast

import attrs
from cryptography.exceptions import InvalidSignature
from fido2.rpid import verify_rp_id
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
    RegistrationResponse,
    UserVerificationRequirement,
)

#: ES256 and RS256, as Cognito offers them (AWS CLI example of start-web-authn-registration).
ALGORITHMS: Final = (-7, -257)
_TIMEOUT_MS: Final = 60_000  # the same example

Reason = Literal[
    "malformed",
    "ceremony",
    "challenge",
    "origin",
    "relying-party",
    "algorithm",
    "user-verification",
    "unknown-credential",
    "signature",
]
UserVerification = Literal["preferred", "required"]


class PasskeyRefused(Exception):
    """A credential failed a check. ``reason`` names the check."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"The passkey was refused: {reason}.")
        self.reason: Reason = reason


@attrs.frozen(kw_only=True)
class RelyingParty:
    """The service that asks for a passkey."""

    id: str
    user_verification: UserVerification = "preferred"


@attrs.frozen(kw_only=True)
class Passkey:
    """A registered credential. It has only a public key, so nothing in it is secret."""

    credential_id: str
    public_key: bytes = attrs.field(repr=False)
    user_handle: str
    relying_party_id: str
    friendly_name: str
    attachment: str | None
    transports: tuple[str, ...]
    created_at: datetime


def new_challenge() -> bytes:
    """32 random bytes for an authenticator to sign."""
    return secrets.token_bytes(32)


def creation_options(
    rp: RelyingParty, challenge: bytes, *, user_handle: str, username: str, existing: Iterable[Passkey]
) -> dict[str, object]:
    """``PublicKeyCredentialCreationOptionsJSON``, with the fields and values that Cognito sends.

    Args:
        rp: The relying party.
        challenge: The bytes to sign, from ``new_challenge``.
        user_handle: The text that the authenticator keeps with the key: the user's ``sub``.
        username: The name that the authenticator shows to its owner.
        existing: The passkeys of the user; an authenticator that has one of them refuses.
    """
    return {
        "rp": {"id": rp.id, "name": rp.id},
        "user": {"id": websafe_encode(user_handle.encode()), "name": username, "displayName": username},
        "challenge": websafe_encode(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithm} for algorithm in ALGORITHMS],
        "timeout": _TIMEOUT_MS,
        "excludeCredentials": [_descriptor(passkey) for passkey in existing],
        "authenticatorSelection": {
            "requireResidentKey": True,
            "residentKey": "required",
            "userVerification": rp.user_verification,
        },
    }


def request_options(rp: RelyingParty, challenge: bytes, passkeys: Iterable[Passkey]) -> dict[str, object]:
    """``PublicKeyCredentialRequestOptionsJSON``, the content of ``CREDENTIAL_REQUEST_OPTIONS``."""
    return {
        "challenge": websafe_encode(challenge),
        "rpId": rp.id,
        "timeout": _TIMEOUT_MS,
        "allowCredentials": [_descriptor(passkey) for passkey in passkeys],
        "userVerification": rp.user_verification,
    }


def verify_registration(
    rp: RelyingParty,
    challenge: bytes,
    credential: object,
    *,
    friendly_name: str,
    user_handle: str,
    at: datetime,
) -> Passkey:
    """The passkey that ``credential`` (a ``RegistrationResponseJSON``) creates.

    Raises:
        PasskeyRefused: It is not an answer to ``challenge`` for this relying party.
    """
    with _reading():
        fields = cast(Mapping[str, object], credential)
        response = RegistrationResponse.from_dict(fields).response
        data = response.attestation_object.auth_data
        _check_client_data(rp, challenge, response.client_data, CollectedClientData.TYPE.CREATE)
        _check_authenticator_data(rp, data)
        attested = cast(AttestedCredentialData, data.credential_data)
        if cast(Mapping[int, object], attested.public_key)[3] not in ALGORITHMS:
            raise PasskeyRefused("algorithm")
        _check_public_key(attested)
        _complete(lambda: _server(rp).register_complete(_state(rp, challenge), fields))
    attachment = fields.get("authenticatorAttachment")
    return Passkey(
        credential_id=websafe_encode(attested.credential_id),
        public_key=bytes(attested),
        user_handle=user_handle,
        relying_party_id=rp.id,
        friendly_name=friendly_name,
        attachment=attachment if isinstance(attachment, str) else None,
        transports=_transports(fields),
        created_at=at,
    )


def verify_assertion(rp: RelyingParty, challenge: bytes, passkeys: Iterable[Passkey], credential: object) -> Passkey:
    """The passkey that signed ``challenge`` in ``credential`` (an ``AuthenticationResponseJSON``).

    Raises:
        PasskeyRefused: None of ``passkeys`` signed it.
    """
    with _reading():
        fields = cast(Mapping[str, object], credential)
        parsed = AuthenticationResponse.from_dict(fields)
        _check_client_data(rp, challenge, parsed.response.client_data, CollectedClientData.TYPE.GET)
        _check_authenticator_data(rp, parsed.response.authenticator_data)
        passkey = {known.credential_id: known for known in passkeys}.get(websafe_encode(parsed.raw_id))
        # If a user handle is sent, it must be that of the key's owner (WebAuthn section 7.2, step 6).
        if passkey is None or parsed.response.user_handle not in (None, passkey.user_handle.encode()):
            raise PasskeyRefused("unknown-credential")
        stored = [AttestedCredentialData(passkey.public_key)]
        _complete(lambda: _server(rp).authenticate_complete(_state(rp, challenge), stored, fields))
    return passkey


@contextmanager
def _reading() -> Generator[None]:
    """Refuse a credential that the library cannot read. The library raises many kinds of exceptions."""
    try:
        yield
    except PasskeyRefused:
        raise
    except Exception:
        raise PasskeyRefused("malformed") from None


def _server(rp: RelyingParty) -> Any:  # fido2 has incomplete types for the methods
    return Fido2Server(PublicKeyCredentialRpEntity(id=rp.id, name=rp.id))


def _state(rp: RelyingParty, challenge: bytes) -> dict[str, object]:
    return {
        "challenge": websafe_encode(challenge),
        "user_verification": UserVerificationRequirement(rp.user_verification),
    }


def _complete(ceremony: Callable[[], object]) -> None:
    # The checks above cover all that the library checks except the signature, so this is the signature's failure.
    try:
        ceremony()
    except ValueError:
        raise PasskeyRefused("signature") from None


def _check_client_data(rp: RelyingParty, challenge: bytes, client: CollectedClientData, ceremony: str) -> None:
    if client.type != ceremony:
        raise PasskeyRefused("ceremony")
    if not hmac.compare_digest(client.challenge, challenge):
        raise PasskeyRefused("challenge")
    if not verify_rp_id(rp.id, client.origin):
        raise PasskeyRefused("origin")


def _check_authenticator_data(rp: RelyingParty, data: AuthenticatorData) -> None:
    if not hmac.compare_digest(data.rp_id_hash, hashlib.sha256(rp.id.encode()).digest()):
        raise PasskeyRefused("relying-party")
    if not data.is_user_present() or (rp.user_verification == "required" and not data.is_user_verified()):
        raise PasskeyRefused("user-verification")


def _check_public_key(attested: AttestedCredentialData) -> None:
    """Raise ValueError if the key can verify no signature: a point that is not on the curve, for example.

    An attestation of the format ``none`` has no signature that would show it. The service's answer is unverified.
    """
    with suppress(InvalidSignature):
        attested.public_key.verify(b"", b"")


def _descriptor(passkey: Passkey) -> dict[str, object]:
    transports = {"transports": list(passkey.transports)} if passkey.transports else {}
    return {"type": "public-key", "id": passkey.credential_id, **transports}


def _transports(fields: Mapping[str, object]) -> tuple[str, ...]:
    listed = cast(Mapping[str, object], fields["response"]).get("transports")
    if not isinstance(listed, list):
        return ()
    return tuple(name for name in cast(Iterable[object], listed) if isinstance(name, str))
