"""The challenge ``WEB_AUTHN``: a passkey as the first factor.

Never here: cryptography, or the registration of a passkey.
"""

import json
from typing import Final

import attrs

from ..crypto import webauthn
from ..request import Call, Members, Response, not_authorized, text
from ..state import Progress, Session, UserState
from .progress import ask, data_of, parameter, progress_of, user_of

_BOTH: Final = "MULTI_FACTOR_WITH_USER_VERIFICATION"


def relying_party(call: Call) -> webauthn.RelyingParty:
    """The relying party: that of ``WebAuthnConfiguration``, or the domain of the pool, or ``localhost``."""
    configured = call.state.web_authn
    domain = call.pool.domain
    host = f"{domain.domain}.auth.{call.pool.region}.amazoncognito.com" if domain is not None else "localhost"
    return webauthn.RelyingParty(
        id=text(configured, "RelyingPartyId") or host,
        user_verification="required" if _needs_verification(configured) else "preferred",
    )


def _needs_verification(configured: Members) -> bool:
    return configured.get("UserVerification") == "required" or configured.get("FactorConfiguration") == _BOTH


def is_both_factors(call: Call, state: UserState) -> bool:
    """True if the user's passkeys, with user verification, are also the second factor."""
    return state.web_authn_mfa_enabled and call.state.web_authn.get("FactorConfiguration") == _BOTH


def ask_passkey(call: Call, progress: Progress) -> Response:
    """Ask for an assertion by one of the user's passkeys."""
    _, state = user_of(call, progress)
    challenge = webauthn.new_challenge()
    options = webauthn.request_options(relying_party(call), challenge, state.passkeys)
    return ask(call, progress, "WEB_AUTHN", {"CREDENTIAL_REQUEST_OPTIONS": json.dumps(options)}, data=challenge)


def answer(call: Call, session: Session, responses: Members) -> Progress:
    """Check the assertion. The words of the refusal are unverified."""
    progress, challenge = progress_of(session), data_of(session, bytes)
    _, state = user_of(call, progress)
    try:
        credential = json.loads(parameter(responses, "CREDENTIAL"))
        webauthn.verify_assertion(relying_party(call), challenge, state.passkeys, credential)
    except (webauthn.PasskeyRefused, ValueError):
        raise not_authorized() from None
    return attrs.evolve(progress, factor="WEB_AUTHN")
