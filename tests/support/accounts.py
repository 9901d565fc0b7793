"""Users whose account is used: pools of the kinds that matter, and what a scripted service says to a signed-in user."""

from typing import Any

import amplify_auth as auth
from amplify_auth.testing import MockCognito, MockPool
from tests.support.scripted_cognito import Answer, Request, ScriptedCognito, jwt, refuses, says, tokens
from tests.support.users import PASSWORD

#: What kind of pool and client -> its settings, and the name that the user signs in with.
KINDS: dict[str, tuple[dict[str, Any], str]] = {
    "public": ({}, "alice"),
    "confidential": ({"client_secret": True}, "alice"),
    "by address": ({"client_secret": True, "username_attributes": ["email"]}, "alice@example.com"),
    "rotating": ({"refresh_token_rotation": True}, "alice"),
}
EXPIRED = refuses("NotAuthorizedException", "Access Token has expired")
REVOKED = refuses("NotAuthorizedException", "Access Token has been revoked")
#: An answer to ``GetUser``.
ALICE = says(Username="alice", UserAttributes=[{"Name": "sub", "Value": "sub-1"}])


def pool_with_user(cognito: MockCognito, kind: str, **settings: Any) -> tuple[MockPool, str]:
    """A new pool with one user, and the name that the user signs in with."""
    usual, name = KINDS[kind]
    chosen: dict[str, Any] = {"auto_verify": ["email"], **usual, **settings}
    pool = cognito.create_pool(**chosen)
    pool.create_user(name, PASSWORD, attributes={"email": "alice@example.com", "phone_number": "+15555550100"})
    return pool, name


def signed_in_to(pool: MockPool, name: str, **options: Any) -> auth.Session:
    """A session in which this user is signed in."""
    settings: dict[str, Any] = {**pool.config, "auth_flow_type": "USER_PASSWORD_AUTH", **options}
    session = auth.Session(**settings)
    assert auth.sign_in(name, PASSWORD, session=session).is_signed_in
    return session


def renewed(number: int = 2, username: str = "alice", **result: Any) -> Answer:
    """An answer to a refresh. Tokens of another number have another text."""
    result = {"AccessToken": jwt(username=username, jti=str(number)), **result}
    return says(AuthenticationResult=tokens(username, **result))


def token_of(request: dict[str, Any]) -> str:
    """The access token of a request."""
    return str(request["AccessToken"])


def sign_in_to(scripted: ScriptedCognito, session: auth.Session, **result: Any) -> None:
    """Sign alice in to a session of the scripted service, and forget that request."""
    members = tokens("alice", **result)
    scripted.on("InitiateAuth", says(AuthenticationResult={k: v for k, v in members.items() if v is not None}))
    assert auth.sign_in("alice", PASSWORD, session=session).is_signed_in
    scripted.requests.clear()


def refused_while(what: Any, refusal: Answer = REVOKED) -> Any:
    """A script: while the request is on its way, ``what()`` happens. Then it is refused."""

    def answer(request: Request) -> Answer:
        what()
        return refusal

    return answer
