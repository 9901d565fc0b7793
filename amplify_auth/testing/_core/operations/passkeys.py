"""StartWebAuthnRegistration, CompleteWebAuthnRegistration, ListWebAuthnCredentials, DeleteWebAuthnCredential.

Never here: cryptography, or a sign-in with a passkey.
"""

from typing import Final

from ..crypto import webauthn
from ..request import Call, CognitoError, Response, first_factors, not_found, session_lifetime
from ..sign_in import relying_party
from ..state import PasskeyRegistration
from ..tokens import verify_access
from .pages import page
from .registry import operation

_MOST: Final = 20  # the highest MaxResults by botocore's model

# The exceptions and their conditions are from botocore's model; all words are unverified.
_REFUSALS: Final[dict[webauthn.Reason, tuple[str, str]]] = {
    "malformed": ("InvalidParameterException", "The credential is malformed."),
    "ceremony": ("InvalidParameterException", "The credential is not a registration."),
    "signature": ("InvalidParameterException", "The credential could not be verified."),
    "unknown-credential": ("InvalidParameterException", "The credential is registered already."),
    "challenge": ("WebAuthnChallengeNotFoundException", "The challenge is unknown or has expired."),
    "origin": ("WebAuthnOriginNotAllowedException", "The origin is not allowed for the relying party."),
    "relying-party": ("WebAuthnRelyingPartyMismatchException", "The relying party is another one."),
    "algorithm": ("WebAuthnCredentialNotSupportedException", "The algorithm is not supported."),
    "user-verification": ("WebAuthnCredentialNotSupportedException", "The user was not verified."),
}


@operation("StartWebAuthnRegistration", required=("AccessToken",))
def start_web_authn_registration(call: Call) -> Response:
    """Give an authenticator the options to make a passkey for the user."""
    signed_in = verify_access(call)
    rp = _relying_party(call)
    challenge = webauthn.new_challenge()
    signed_in.state.passkey_registration = PasskeyRegistration(
        challenge=challenge,
        client_id=signed_in.client.id,
        expires_at=call.now + session_lifetime(signed_in.client),  # unverified: the time is not documented
    )
    options = webauthn.creation_options(
        rp,
        challenge,
        user_handle=signed_in.user.id,
        username=signed_in.user.username,
        existing=signed_in.state.passkeys,
    )
    return {"CredentialCreationOptions": options}


@operation("CompleteWebAuthnRegistration", required=("AccessToken", "Credential"))
def complete_web_authn_registration(call: Call) -> Response:
    """Verify the new passkey and keep its public key."""
    signed_in = verify_access(call)
    rp, state = _relying_party(call), signed_in.state
    started = state.passkey_registration
    if started is None or call.now >= started.expires_at:
        raise _refused("challenge")
    if started.client_id != signed_in.client.id:
        raise CognitoError("WebAuthnClientMismatchException", "The registration was begun by another client.")
    try:
        passkey = webauthn.verify_registration(
            rp,
            started.challenge,
            call.required("Credential"),
            friendly_name=f"Passkey {len(state.passkeys) + 1}",
            user_handle=signed_in.user.id,
            at=call.now,
        )
    except webauthn.PasskeyRefused as refusal:
        raise _refused(refusal.reason) from None
    _check_new(call, passkey)
    state.passkeys.append(passkey)
    state.passkey_registration = None
    return {}


@operation("ListWebAuthnCredentials", required=("AccessToken",), optional=("NextToken", "MaxResults"))
def list_web_authn_credentials(call: Call) -> Response:
    """The user's passkeys, oldest first."""
    passkeys = verify_access(call).state.passkeys
    limit, token = call.params.get("MaxResults"), call.params.get("NextToken")
    shown, following = page(passkeys, limit=limit, token=token, most=_MOST)
    listed: Response = {"Credentials": [_described(passkey) for passkey in shown]}
    return {**listed, "NextToken": following} if following else listed


@operation("DeleteWebAuthnCredential", required=("AccessToken", "CredentialId"))
def delete_web_authn_credential(call: Call) -> Response:
    """Delete one of the user's passkeys."""
    state, wanted = verify_access(call).state, call.required("CredentialId")
    kept = [passkey for passkey in state.passkeys if passkey.credential_id != wanted]
    if len(kept) == len(state.passkeys):
        raise not_found("Credential does not exist.")  # unverified words
    state.passkeys[:] = kept
    return {}


def _relying_party(call: Call) -> webauthn.RelyingParty:
    if "WEB_AUTHN" not in first_factors(call.pool):
        raise CognitoError("WebAuthnNotEnabledException", "Passkeys are not enabled for this user pool.")
    if call.strict and call.pool.domain is None and not call.state.web_authn.get("RelyingPartyId"):
        raise CognitoError(
            "WebAuthnConfigurationMissingException",
            "The user pool has neither a relying party id nor a domain.",
        )
    return relying_party(call)


def _check_new(call: Call, passkey: webauthn.Passkey) -> None:
    known = {key.credential_id for state in call.state.users.values() for key in state.passkeys}
    if passkey.credential_id in known:
        raise _refused("unknown-credential")


def _refused(reason: webauthn.Reason) -> CognitoError:
    return CognitoError(*_REFUSALS[reason])


def _described(passkey: webauthn.Passkey) -> Response:
    attachment = {"AuthenticatorAttachment": passkey.attachment} if passkey.attachment else {}
    return {
        "CredentialId": passkey.credential_id,
        "FriendlyCredentialName": passkey.friendly_name,
        "RelyingPartyId": passkey.relying_party_id,
        "AuthenticatorTransports": list(passkey.transports),
        "CreatedAt": passkey.created_at,
        **attachment,
    }
