"""The whole life of an account: sign up, confirm, sign in, pass a second factor, sign out.

    python examples/quickstart.py              the user pool that is configured, or else the embedded one
    python examples/quickstart.py --embedded   a Cognito inside this process; nothing leaves it

A user pool is configured by AMPLIFY_AUTH_USER_POOL_ID and AMPLIFY_AUTH_USER_POOL_CLIENT_ID, or by an
amplify_outputs.json in this folder. Then you are asked for the codes that Cognito sends to you.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from getpass import getpass
from pathlib import Path
from typing import assert_never

import amplify_auth as auth

Answer = Callable[[auth.SignInStep | auth.ConfirmSignUp, str], str]
"""Gives the answer to a step. Its second argument says in words what the step asks for."""


def main() -> None:
    """Run on the user pool that is configured, else on the embedded one."""
    configured = Path("amplify_outputs.json").is_file() or "AMPLIFY_AUTH_USER_POOL_ID" in os.environ
    if configured and "--embedded" not in sys.argv[1:]:
        run_on_your_pool()
    else:
        run_embedded()


def run_on_your_pool() -> None:
    """Ask at the terminal, and let Amazon Cognito answer."""
    session = auth.configure()
    print(f"Your user pool {session.config.user_pool_id}")
    username = input("User name or e-mail address to sign up with: ").strip()
    email = username if "@" in username else input("E-mail address: ").strip()
    password = getpass("Password: ")

    def answer(step: auth.SignInStep | auth.ConfirmSignUp, question: str) -> str:
        ask = getpass if "assword" in question else input
        return ask(f"   {question}: ").strip()

    try:
        walk_through(username, email, password, answer)
    except auth.AuthError as error:
        raise SystemExit(f"{error.name}: {error}") from None


def run_embedded() -> None:
    """Let a Cognito inside this process answer, and read its codes from its outbox."""
    from amplify_auth.testing import mock_cognito

    with mock_cognito() as cognito:
        pool = cognito.create_pool(mfa="ON", mfa_methods=("SOFTWARE_TOKEN_MFA",))
        auth.configure(pool.config)
        print(f"Embedded user pool {pool.id}")

        def answer(step: auth.SignInStep | auth.ConfirmSignUp, question: str) -> str:
            by_app = isinstance(step, auth.ContinueSignInWithTotpSetup | auth.ConfirmSignInWithTotpCode)
            found = pool.totp("alice") if by_app else pool.code("alice")
            print(f"   {question}: {found}")
            return found

        walk_through("alice", "alice@example.com", "Corr3ct-horse", answer)
        print(f"Cognito was asked for: {', '.join(cognito.calls.operations)}")


def walk_through(username: str, email: str, password: str, answer: Answer) -> None:
    """Do what an account is for, and say so."""
    print(f"Sign up {username}")
    try:
        signed_up = auth.sign_up(username, password, user_attributes={"email": email})
        if isinstance(signed_up.next_step, auth.ConfirmSignUp):
            auth.confirm_sign_up(username, answer(signed_up.next_step, "Code from the e-mail"))
            print("   confirmed")
    except auth.errors.UsernameExistsException:
        print("   has an account already")

    print("Sign in with a wrong password")
    try:
        auth.sign_in(username, f"{password}?")
    except auth.errors.NotAuthorizedException as error:
        print(f"   refused: {error.message}")

    for attempt in ("Sign in over SRP: the password stays here", "Sign in again"):
        print(attempt)
        take_every_step(auth.sign_in(username, password), username, answer)
        session = auth.get_session()
        assert session.tokens is not None
        print(f"   signed in as {session.username}, user id {session.user_id}")
        print(f"   the access token lives until {session.tokens.expires_at:%H:%M:%S} UTC")
        print("Sign out")
        print(f"   tokens revoked: {auth.sign_out().is_complete}")


def take_every_step(out: auth.SignInOutput, username: str, answer: Answer) -> None:
    """Answer each step until the user is signed in. A wrong code can be corrected, and a used code replaced."""
    while not out.is_signed_in:
        step = out.next_step
        print(f"   next step: {step.sign_in_step}")
        if isinstance(step, auth.ConfirmSignUp | auth.ResetPassword):
            raise SystemExit(f"   {step.error}")
        try:
            out = auth.confirm_sign_in(answer(step, question_of(step)))
        except (auth.errors.CodeMismatchException, auth.errors.EnableSoftwareTokenMFAException) as error:
            print(f"   {error.message}")
        except auth.errors.ExpiredCodeException as error:
            print(f"   {error.message} An authenticator app shows its next code within 30 seconds.")


def question_of(step: auth.SignInStep) -> str:
    """What to ask the user. Type checkers prove that no step is forgotten."""
    match step:
        case auth.ConfirmSignInWithSmsCode(code_delivery_details=sent):
            return f"Code from the text message to {sent.destination}"
        case auth.ConfirmSignInWithEmailCode(code_delivery_details=sent):
            return f"Code from the e-mail to {sent.destination}"
        case auth.ConfirmSignInWithTotpCode():
            return "Code from your authenticator app"
        case auth.ContinueSignInWithTotpSetup(totp_setup_details=details):
            print(f"   add this to your authenticator app: {details.get_setup_uri('amplify_auth')}")
            return "Code that the app shows"
        case auth.ContinueSignInWithMfaSelection(allowed_mfa_types=choices):
            return f"Second factor, one of {', '.join(choices)}"
        case auth.ContinueSignInWithMfaSetupSelection(allowed_mfa_types=choices):
            return f"Second factor to set up, one of {', '.join(choices)}"
        case auth.ContinueSignInWithFirstFactorSelection(available_challenges=choices):
            return f"Way to sign in, one of {', '.join(choices)}"
        case auth.ContinueSignInWithEmailSetup():
            return "E-mail address for codes"
        case auth.ConfirmSignInWithNewPasswordRequired():
            return "New password"
        case auth.ConfirmSignInWithPassword():
            return "Password"
        case auth.ConfirmSignInWithCustomChallenge(additional_info=info):
            return f"Answer to {dict(info)}"
        case auth.ConfirmSignUp() | auth.ResetPassword() | auth.Done():
            return ""
        case _:
            assert_never(step)


if __name__ == "__main__":
    main()
