"""The WebAuthn ceremony of a sign-in: Cognito's options in, a credential out. Nothing is sent here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from .._arguments import is_mapping
from .._cognito import Reply, protocol_error
from .._public_call import uncounted
from .._values import Passkey
from ..errors import AuthError, PasskeyError

#: A browser's ``DOMException.name`` (W3C WebAuthn Level 3, section 5.1.4.1) -> the name of our error, as amplify-js.
_CEREMONY_ERRORS: Final[Mapping[str, str]] = {
    "NotAllowedError": "PasskeyAuthenticationCanceled",
    "AbortError": "PasskeyOperationAborted",
    "SecurityError": "RelyingPartyMismatch",
    "NotSupportedError": "PasskeyNotSupported",
}


def read_options(reply: Reply) -> dict[str, Any]:
    """The options of the ceremony. Raises `AuthProtocolError` if they are not WebAuthn options."""
    error = "InvalidPasskeyAuthenticationOptions"
    try:
        options: object = json.loads(reply.required("CREDENTIAL_REQUEST_OPTIONS", error))
    except (ValueError, RecursionError):
        options = None
    if not is_mapping(options) or not isinstance(options.get("challenge"), str):
        raise protocol_error("CREDENTIAL_REQUEST_OPTIONS are not WebAuthn options.", name=error)
    return dict(options)


def assertion(passkey: Passkey | None, options: dict[str, Any]) -> str:
    """The credential that ``passkey`` gives for ``options``, as it is sent.

    Raises:
        PasskeyError: There is no authenticator, or it gave no credential.
    """
    if passkey is None:
        raise PasskeyError(
            "Passkeys are not supported without an authenticator.",
            name="PasskeyNotSupported",
            recovery_suggestion="Give Session a passkey object, or answer with another first factor.",
        )
    try:
        with uncounted():  # a person takes that time
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
    """``credential`` as it is sent; None if it cannot be a credential."""
    if not is_mapping(credential) or not isinstance(credential, dict):  # json writes no other mapping
        return None
    if not isinstance(credential.get("id"), str) or not credential["id"]:
        return None
    try:
        return json.dumps(credential, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        return None
