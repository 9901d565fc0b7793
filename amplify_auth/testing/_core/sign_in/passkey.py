"""The challenge ``WEB_AUTHN``: a passkey as the first factor. Never here: the cryptography, or registration."""

import json
from collections.abc import Mapping
from typing import Any, Final

from amplify_auth.testing._core.accounts.mfa_settings import METHODS
from amplify_auth.testing._core.crypto import webauthn
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import not_authorized
from amplify_auth.testing._core.sign_in.progress import Progress, ask, parameter, progress_of, user_of
from amplify_auth.testing._core.state.store import Session, UserState

_BOTH: Final = "MULTI_FACTOR_WITH_USER_VERIFICATION"


def relying_party(call: Call) -> webauthn.RelyingParty:
    """Who asks for passkeys: ``WebAuthnConfiguration``, else the pool's domain, else this machine."""
    configured = call.state.web_authn
    domain = call.pool.domain
    host = f"{domain.domain}.auth.{call.pool.region}.amazoncognito.com" if domain is not None else "localhost"
    return webauthn.RelyingParty(
        id=str(configured.get("RelyingPartyId") or host),
        user_verification="required" if _wants_verification(configured) else "preferred",
    )


def _wants_verification(configured: Mapping[str, Any]) -> bool:
    return configured.get("UserVerification") == "required" or configured.get("FactorConfiguration") == _BOTH


def is_both_factors(call: Call, state: UserState) -> bool:
    """Whether the user's passkeys, with user verification, are the second factor as well."""
    mine = any(method.name == "WEB_AUTHN" and method.is_enabled(None, state) for method in METHODS)
    return mine and call.state.web_authn.get("FactorConfiguration") == _BOTH


def ask_passkey(call: Call, progress: Progress, **choice: Any) -> dict[str, Any]:
    """Ask for an assertion by one of the user's passkeys.

    ``choice`` is what SELECT_CHALLENGE keeps: amplify-js answers that one, with this session, where the authenticator
    gave nothing. Whether Cognito takes it is unverified.
    """
    _, state = user_of(call, progress)
    challenge = webauthn.new_challenge()
    options = webauthn.request_options(relying_party(call), challenge, state.passkeys)
    parameters = {"CREDENTIAL_REQUEST_OPTIONS": json.dumps(options)}
    return ask(call, progress, "WEB_AUTHN", parameters, passkey_challenge=challenge, **choice)


def answer(call: Call, session: Session, responses: Mapping[str, Any]) -> Progress:
    """Check the assertion. The words of the refusal are unverified."""
    progress = progress_of(session)
    _, state = user_of(call, progress)
    try:
        credential = json.loads(parameter(responses, "CREDENTIAL"))
        webauthn.verify_assertion(relying_party(call), session.data["passkey_challenge"], state.passkeys, credential)
    except (webauthn.PasskeyRefused, ValueError):
        raise not_authorized() from None
    return progress.with_(factor="WEB_AUTHN")
