"""What servers that are not Cognito's own answer differently, each reduced to one scripted answer.

The answers were seen from, or are allowed to, emulators and proxies. How each challenge works is tested elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

import amplify_auth as auth
from amplify_auth import Session, errors
from faults.scripted_cognito import ScriptedCognito, asks, refuses

NewSession = Callable[..., Session]


def test_a_factor_that_nobody_knows_ends_with_the_session_that_it_was_chosen_in(
    cognito: ScriptedCognito, new_session: NewSession
) -> None:
    """No list of factors came with the passkey's question, so that only Cognito can refuse the choice."""
    session = new_session(auth_flow_type="USER_AUTH")
    cognito.on("InitiateAuth", asks("WEB_AUTHN", CREDENTIAL_REQUEST_OPTIONS='{"challenge": "AAAA"}'))
    with pytest.raises(errors.PasskeyError):
        auth.sign_in("alice", preferred_challenge="WEB_AUTHN", session=session)
    cognito.on("RespondToAuthChallenge", refuses("NotAuthorizedException", "Invalid session for the user."))
    with pytest.raises(errors.PendingSignInExpired):
        auth.confirm_sign_in("PALM_READER", session=session)
    assert session.pending_sign_in is None
    assert cognito.operations == ["InitiateAuth", "RespondToAuthChallenge"]
