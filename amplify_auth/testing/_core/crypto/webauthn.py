"""The relying party's half of WebAuthn, by the ``fido2`` library: options out, credentials in.

Pure: the caller keeps the challenge between the two halves of a ceremony, and a refusal names its reason, so
that the caller can say it in Cognito's words. Nothing here knows a pool, a session or an authenticator.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, Literal, cast

import attrs
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

#: ES256 and RS256, the two that Cognito offers (AWS CLI example of start-web-authn-registration).
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
    """A credential that does not prove what it should. ``reason`` says which check it failed."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"The passkey was refused: {reason}.")
        self.reason: Reason = reason


@attrs.frozen(kw_only=True)
class RelyingParty:
    """Who asks for a passkey."""

    id: str
    user_verification: UserVerification = "preferred"


@attrs.frozen(kw_only=True)
class Passkey:
    """A registered credential. It holds a public key only, so nothing in it is secret."""

    credential_id: str
    public_key: bytes = attrs.field(repr=False)
    user_handle: str
    relying_party_id: str
    friendly_name: str
    attachment: str | None
    transports: tuple[str, ...]
    created_at: datetime


def new_challenge() -> bytes:
    """32 random bytes, which an authenticator is to sign."""
    return secrets.token_bytes(32)


def creation_options(
    rp: RelyingParty, challenge: bytes, *, user_handle: str, username: str, existing: Iterable[Passkey]
) -> dict[str, Any]:
    """``PublicKeyCredentialCreationOptionsJSON``, with the fields and values that Cognito sends.

    Args:
        rp: The relying party.
        challenge: What to sign, from ``new_challenge``.
        user_handle: The opaque text that the authenticator keeps with the key: the user's ``sub``.
        username: What the authenticator shows to its owner.
        existing: Credentials that must not be made twice on one authenticator.
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


def request_options(rp: RelyingParty, challenge: bytes, passkeys: Iterable[Passkey]) -> dict[str, Any]:
    """``PublicKeyCredentialRequestOptionsJSON``: what ``CREDENTIAL_REQUEST_OPTIONS`` holds as JSON text."""
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
        PasskeyRefused: it is not an answer to ``challenge`` for this relying party.
    """
    with _reading():
        fields = cast(Mapping[str, Any], credential)
        response = RegistrationResponse.from_dict(fields).response
        data = response.attestation_object.auth_data
        _check_client_data(rp, challenge, response.client_data, CollectedClientData.TYPE.CREATE)
        _check_authenticator_data(rp, data)
        attested = cast(AttestedCredentialData, data.credential_data)
        if cast(Mapping[int, Any], attested.public_key)[3] not in ALGORITHMS:
            raise PasskeyRefused("algorithm")
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
    """Which of ``passkeys`` signed ``challenge`` in ``credential`` (an ``AuthenticationResponseJSON``).

    Raises:
        PasskeyRefused: none did.
    """
    with _reading():
        fields = cast(Mapping[str, Any], credential)
        parsed = AuthenticationResponse.from_dict(fields)
        _check_client_data(rp, challenge, parsed.response.client_data, CollectedClientData.TYPE.GET)
        _check_authenticator_data(rp, parsed.response.authenticator_data)
        passkey = {known.credential_id: known for known in passkeys}.get(websafe_encode(parsed.raw_id))
        # A user handle that is sent must be the key's owner (WebAuthn section 7.2, step 6).
        if passkey is None or parsed.response.user_handle not in (None, passkey.user_handle.encode()):
            raise PasskeyRefused("unknown-credential")
        stored = [AttestedCredentialData(passkey.public_key)]
        _complete(lambda: _server(rp).authenticate_complete(_state(rp, challenge), stored, fields))
    return passkey


@contextmanager
def _reading() -> Generator[None]:
    """Whatever the library makes of what cannot be read (it raises many things), it is refused."""
    try:
        yield
    except PasskeyRefused:
        raise
    except Exception:
        raise PasskeyRefused("malformed") from None


def _server(rp: RelyingParty) -> Any:  # fido2's methods are typed in part only
    return Fido2Server(PublicKeyCredentialRpEntity(id=rp.id, name=rp.id))


def _state(rp: RelyingParty, challenge: bytes) -> dict[str, Any]:
    return {
        "challenge": websafe_encode(challenge),
        "user_verification": UserVerificationRequirement(rp.user_verification),
    }


def _complete(ceremony: Callable[[], object]) -> None:
    # The library's other checks were made above, where they can be told apart; what is left is the signature.
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


def _descriptor(passkey: Passkey) -> dict[str, Any]:
    transports = {"transports": list(passkey.transports)} if passkey.transports else {}
    return {"type": "public-key", "id": passkey.credential_id, **transports}


def _transports(fields: Mapping[str, Any]) -> tuple[str, ...]:
    listed: object = fields["response"].get("transports")
    if not isinstance(listed, list):
        return ()
    return tuple(name for name in cast(Iterable[Any], listed) if isinstance(name, str))
