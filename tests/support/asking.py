"""How a test gets a question asked or a sign-up under way, and the answers of the service to a sign-up."""

from typing import Any

import amplify_auth as auth
from tests.support.scripted_cognito import ScriptedCognito, refuses, says
from tests.support.story import PASSWORD

NEXT = "the-session-of-the-next-question"
#: A sign-up that waits for its code, and its confirmation.
NEW = says(UserConfirmed=False, UserSub="1", Session="the-session-of-the-sign-up")
CONFIRMED = says(Session="the-session-of-the-code")
#: An automatic sign-in that sends the password.
BY_PASSWORD: dict[str, Any] = {"auth_flow_type": "USER_PASSWORD_AUTH"}
CLOSED = refuses("NotAuthorizedException", "Invalid session for the user, session is expired.")


def ask(session: auth.Session, scripted: ScriptedCognito, *questions: Any) -> auth.SignInStep:
    """Sign in until the first of ``questions`` is asked. The others come after the answers."""
    scripted.on("InitiateAuth", questions[0]).on("RespondToAuthChallenge", *questions[1:])
    return auth.sign_in("alice", PASSWORD, session=session).next_step
