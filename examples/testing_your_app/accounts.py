"""A small application that has its users' accounts in Cognito; ``test_accounts.py`` tests it without AWS.

Nothing here knows that it is tested: it is configured from outside, and talks to Cognito as it always does.
"""

from collections.abc import Callable

import amplify_auth as auth


class Refused(Exception):
    """The user cannot come in; the message is for the user."""


def register(username: str, password: str, email: str, ask_code: Callable[[str], str]) -> None:
    """Make an account, confirmed with the code that Cognito sends."""
    try:
        out = auth.sign_up(username, password, user_attributes={"email": email})
        if isinstance(out.next_step, auth.ConfirmSignUp):
            auth.confirm_sign_up(username, ask_code("Your code from the e-mail: "))
    except (auth.errors.InvalidPasswordException, auth.errors.CodeMismatchException) as error:
        raise Refused(error.message) from error


def log_in(username: str, password: str, ask_code: Callable[[str], str]) -> str:
    """Sign in, with the second factor if the user has one; the name to greet the user by."""
    try:
        out = auth.sign_in(username, password)
        while not out.is_signed_in:
            out = auth.confirm_sign_in(ask_code(question(out.next_step)))
    except auth.errors.IncorrectUsernameOrPassword as error:
        raise Refused("Wrong name or password.") from error
    except auth.errors.TooManyPasswordAttempts as error:
        raise Refused("Too many wrong passwords. Please wait a quarter of an hour.") from error
    except auth.AuthError as error:
        if error.is_retryable or isinstance(error, auth.AuthNetworkError):
            raise Refused("We cannot reach our accounts just now. Please try again in a minute.") from error
        raise
    return name_of_user()


def name_of_user() -> str:
    """What the signed-in user is called."""
    tokens = auth.fetch_auth_session().tokens
    assert tokens is not None
    claims = tokens.id_token_claims
    return str(claims.get("name", claims["cognito:username"]))


def question(step: auth.SignInStep) -> str:
    """What to ask the user for a step of signing in."""
    match step:
        case auth.ConfirmSignInWithSmsCode(code_delivery_details=sent):
            return f"The code we sent to {sent.destination}: "
        case auth.ConfirmSignInWithTotpCode():
            return "The code of your authenticator app: "
        case _:
            raise Refused("Please sign in on our web site once.")


def authorization_header() -> str:
    """For requests to our own API; renewed when it is due."""
    tokens = auth.fetch_auth_session().tokens
    assert tokens is not None
    return f"Bearer {tokens.access_token}"
