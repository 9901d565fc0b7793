"""A client with a secret: the hash is made of the user name in the same request."""

import amplify_auth as auth
from tests.support.makers import NewSession
from tests.support.scripted_cognito import ScriptedCognito, asks, says, signs_in
from tests.support.story import CLIENT, PASSWORD, SECRET, secret_hash


def test_every_request_of_a_client_with_a_secret_has_its_proof(
    new_session: NewSession, scripted: ScriptedCognito
) -> None:
    """The hash is over the name in the same request: what was typed, then Cognito's own name."""
    session = new_session(user_pool_client_id=CLIENT, client_secret=SECRET)
    scripted.on("SignUp", says(UserConfirmed=True, UserSub="1"))
    scripted.on("InitiateAuth", asks("SMS_MFA", USERNAME="cognitos-own-name"))
    scripted.on("RespondToAuthChallenge", signs_in("cognitos-own-name")).on("RevokeToken", says())
    auth.sign_up("alice@example.com", PASSWORD, session=session)
    auth.sign_in("alice@example.com", PASSWORD, session=session)
    auth.confirm_sign_in("123456", session=session)
    auth.sign_out(session=session)
    sent = [request.body for request in scripted.requests]
    assert sent[0]["SecretHash"] == secret_hash("alice@example.com")
    assert sent[1]["AuthParameters"]["SECRET_HASH"] == secret_hash("alice@example.com")
    assert sent[2]["ChallengeResponses"]["SECRET_HASH"] == secret_hash("cognitos-own-name")
    assert sent[3]["ClientSecret"] == SECRET
