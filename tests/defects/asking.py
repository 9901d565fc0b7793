"""How the tests here get a question asked."""

from typing import Any

from faults.scripted_cognito import ScriptedCognito, refuses
from flows.story import PASSWORD

import amplify_auth as auth

NEXT = "the-session-of-the-next-question"
CLOSED = refuses("NotAuthorizedException", "Invalid session for the user, session is expired.")


def ask(session: auth.Session, cognito: ScriptedCognito, *questions: Any) -> auth.SignInStep:
    """Sign in until the first of ``questions`` is asked; the others are what the answers lead to."""
    cognito.on("InitiateAuth", questions[0]).on("RespondToAuthChallenge", *questions[1:])
    return auth.sign_in("alice", PASSWORD, session=session).next_step
