"""A passkey in a sign-in: Cognito's options are read, and the credential becomes text. Nothing is sent here."""

from __future__ import annotations

import json
from typing import Any

from .._cognito import Reply, protocol_error
from .._values import Passkey
from .._webauthn import ASSERTION, options_for, perform, require_authenticator


def read_options(reply: Reply) -> dict[str, Any]:
    """The options of the ceremony. Raises `AuthProtocolError` if they are not WebAuthn options."""
    error = ASSERTION.invalid_options
    try:
        given: object = json.loads(reply.required("CREDENTIAL_REQUEST_OPTIONS", error))
    except (ValueError, RecursionError):
        given = None
    options = options_for(ASSERTION, given)
    if options is None:
        raise protocol_error("CREDENTIAL_REQUEST_OPTIONS are not WebAuthn options.", name=error)
    return options


def assertion(passkey: Passkey | None, options: dict[str, Any]) -> str:
    """The credential that ``passkey`` gives for ``options``, as it is sent.

    Raises:
        PasskeyError: There is no authenticator, or it gave no credential.
    """
    require_authenticator(passkey, "Give Session a passkey object, or answer with another first factor.")
    return json.dumps(perform(ASSERTION, passkey, options), separators=(",", ":"))
