"""The challenge ``WEB_AUTHN``: a passkey as the first factor. Never here: the cryptography, or registration."""

import json
from collections.abc import Mapping
from typing import Any

from amplify_auth.testing._core import _passkeys
from amplify_auth.testing._core._call import Call
from amplify_auth.testing._core._errors import not_authorized
from amplify_auth.testing._core._flow import Progress, ask, parameter, progress_of, user_of
from amplify_auth.testing._core._store import Session


def relying_party(call: Call) -> _passkeys.RelyingParty:
    """Who asks for passkeys: ``WebAuthnConfiguration``, else the pool's domain, else this machine."""
    configured = call.state.web_authn
    domain = call.pool.domain
    host = f"{domain.domain}.auth.{call.pool.region}.amazoncognito.com" if domain is not None else "localhost"
    return _passkeys.RelyingParty(
        id=str(configured.get("RelyingPartyId") or host),
        user_verification="required" if configured.get("UserVerification") == "required" else "preferred",
    )


def ask_passkey(call: Call, progress: Progress) -> dict[str, Any]:
    """Ask for an assertion by one of the user's passkeys."""
    _, state = user_of(call, progress)
    challenge = _passkeys.new_challenge()
    options = _passkeys.request_options(relying_party(call), challenge, state.passkeys)
    parameters = {"CREDENTIAL_REQUEST_OPTIONS": json.dumps(options)}
    return ask(call, progress, "WEB_AUTHN", parameters, passkey_challenge=challenge)


def answer(call: Call, session: Session, responses: Mapping[str, Any]) -> Progress:
    """Check the assertion. The words of the refusal are unverified."""
    progress = progress_of(session)
    _, state = user_of(call, progress)
    try:
        credential = json.loads(parameter(responses, "CREDENTIAL"))
        _passkeys.verify_assertion(relying_party(call), session.data["passkey_challenge"], state.passkeys, credential)
    except (_passkeys.PasskeyRefused, ValueError):
        raise not_authorized() from None
    return progress.with_(factor="WEB_AUTHN")
