"""The challenges that need no person: each is answered at once with a proof. `PROOFS` is the table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

from .. import _clock
from .._cognito import Reply, says_session_is_closed, wrong
from .._srp import SrpClient
from ..errors import AuthError, DeviceMetadataNotFoundException, NotAuthorizedException, PasskeyError
from .exchange import Exchange

#: A browser's ``DOMException.name`` (W3C WebAuthn Level 3, section 5.1.4.1) -> the name of our error, as amplify-js.
_CEREMONY_ERRORS: Final[Mapping[str, str]] = {
    "NotAllowedError": "PasskeyAuthenticationCanceled",
    "AbortError": "PasskeyOperationAborted",
    "SecurityError": "RelyingPartyMismatch",
    "NotSupportedError": "PasskeyNotSupported",
}


def _password(exchange: Exchange, reply: Reply) -> Reply:
    """SRP's proof of the user's password (RFC 5054); the registered device's key goes along."""
    password, user = exchange.request.password, reply.required("USER_ID_FOR_SRP", "EmptyUserIdForSRPException")
    if password is None and exchange.before is not None:
        raise wrong(
            "Cognito asks for PASSWORD_VERIFIER, but the password is not known here: it is never exported.",
            name="SignInException",
        )
    if exchange.srp is None or password is None:
        raise wrong("Cognito asks for PASSWORD_VERIFIER, but this flow began without SRP_A.", name="SignInException")
    srp, exchange.srp = exchange.srp, None
    proof = _proof(srp, reply, exchange.config.pool_name, user, password)
    return exchange.respond(reply, proof, with_device=True)


def _proof(srp: SrpClient, reply: Reply, realm: str, user: str, password: str) -> Mapping[str, str]:
    for parameter in ("SRP_B", "SALT", "SECRET_BLOCK"):
        reply.required(parameter)
    return srp.prove(realm, user, password, reply.parameters, _clock.now())


def _device_key(exchange: Exchange, reply: Reply) -> Reply:
    """The first half of the device's SRP: its public value."""
    device = exchange.device
    if device is None:
        raise DeviceMetadataNotFoundException(
            "Either deviceKey, deviceGroupKey or secretPassword were not found during the sign-in process."
        )
    exchange.device_srp = SrpClient()
    return exchange.respond(reply, {"SRP_A": exchange.device_srp.srp_a}, with_device=True)


def _device_password(exchange: Exchange, reply: Reply) -> Reply:
    """The second half: the proof of the password that the device was registered with."""
    device = exchange.device
    if device is None or exchange.device_srp is None:
        raise wrong("Cognito asks for DEVICE_PASSWORD_VERIFIER without DEVICE_SRP_AUTH.", name="SignInException")
    proof = _proof(exchange.device_srp, reply, device.group_key, device.key, device.password)
    try:
        return exchange.respond(reply, proof, with_device=True)
    except NotAuthorizedException as error:
        refusal = error
    raise refusal if says_session_is_closed(refusal) else exchange.device_lost(device.key, refusal)


def _passkey(exchange: Exchange, reply: Reply) -> Reply:
    """A WebAuthn assertion by the session's ``passkey``; without one, another first factor can be chosen."""
    try:
        options = json.loads(reply.required("CREDENTIAL_REQUEST_OPTIONS", "InvalidPasskeyAuthenticationOptions"))
    except (ValueError, RecursionError):
        options = None
    if not isinstance(options, dict) or not isinstance(options.get("challenge"), str):
        raise wrong("CREDENTIAL_REQUEST_OPTIONS are not WebAuthn options.", name="InvalidPasskeyAuthenticationOptions")
    exchange.wait(reply)
    heard = exchange.respond(reply, {"CREDENTIAL": _assertion(exchange, options)}, with_metadata=False)
    exchange.state.suspend(None, exchange.generation)  # accepted, so that its session is spent
    return heard


def _assertion(exchange: Exchange, options: dict[str, object]) -> str:
    passkey = exchange.config.passkey
    if passkey is None:
        raise PasskeyError(
            "Passkeys are not supported without an authenticator.",
            name="PasskeyNotSupported",
            recovery_suggestion="Give Session a passkey object, or answer with another first factor.",
        )
    try:
        credential = passkey.get(options)
    except AuthError:
        raise
    except Exception as error:
        failure = PasskeyError(
            f"The authenticator gave no credential ({type(error).__name__}).",
            name=_CEREMONY_ERRORS.get(str(getattr(error, "name", "")), "PasskeyRetrievalFailed"),
            recovery_suggestion="Answer with WEB_AUTHN to try again, or with another first factor.",
        )
        failure.__cause__ = error
    else:
        text = _encoded(credential)
        if text is not None:
            return text
        failure = PasskeyError(
            "The authenticator's answer is not a credential.",
            name="PasskeyRetrievalFailed",
            recovery_suggestion="Let passkey.get() return AuthenticationResponseJSON, its bytes in Base64url.",
        )
    raise failure


def _encoded(credential: object) -> str | None:
    """``credential`` as it is sent; None where it cannot be one."""
    if not isinstance(credential, dict) or not isinstance(credential.get("id"), str) or not credential["id"]:
        return None
    try:
        return json.dumps(credential, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        return None


#: ChallengeName -> how it is proved.
PROOFS: Final[Mapping[str, Callable[[Exchange, Reply], Reply]]] = {
    "PASSWORD_VERIFIER": _password,
    "DEVICE_SRP_AUTH": _device_key,
    "DEVICE_PASSWORD_VERIFIER": _device_password,
    "WEB_AUTHN": _passkey,
}
