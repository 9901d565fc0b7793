"""Second factors: choose one, mistype its code, ask for a new code, set an authenticator app up."""

from __future__ import annotations

import amplify_auth as auth
from amplify_auth.testing import MockPool, mock_cognito

PASSWORD = "Corr3ct-horse"


def main() -> None:
    """Show two users: one who has two factors, and one who has none yet."""
    with mock_cognito() as cognito:
        pool = cognito.create_pool(mfa="ON", mfa_methods=("SMS_MFA", "SOFTWARE_TOKEN_MFA"))
        pool.create_user("alice", PASSWORD, mfa=("SMS_MFA", "SOFTWARE_TOKEN_MFA"))
        choose_a_factor(pool)

        pool = cognito.create_pool(mfa="ON", mfa_methods=("SOFTWARE_TOKEN_MFA",))
        pool.create_user("bob", PASSWORD)
        set_an_app_up(pool)


def choose_a_factor(pool: MockPool) -> None:
    """Alice has a telephone and an authenticator app, and prefers neither: Cognito lets her choose."""
    session = auth.Session(**pool.config)
    out = auth.sign_in("alice", PASSWORD, session=session)
    assert isinstance(out.next_step, auth.ContinueSignInWithMfaSelection)
    print(f"alice may choose: {', '.join(out.next_step.allowed_mfa_types)}")

    out = auth.confirm_sign_in("SMS", session=session)
    assert isinstance(out.next_step, auth.ConfirmSignInWithSmsCode)
    print(f"a code went to {out.next_step.code_delivery_details.destination}")
    try:
        auth.confirm_sign_in("000000", session=session)
    except auth.errors.CodeMismatchException as error:
        print(f"refused: {error.message} The same question can be answered again.")

    # "I got no message": Cognito can only start over, and asks for the choice again.
    out = auth.resend_sign_in_code(session=session)
    assert isinstance(out.next_step, auth.ContinueSignInWithMfaSelection)
    auth.confirm_sign_in("SMS", session=session)
    out = auth.confirm_sign_in(pool.code("alice", "SMS_MFA"), session=session)
    print(f"alice is signed in: {out.is_signed_in}")


def set_an_app_up(pool: MockPool) -> None:
    """Bob has no second factor, and his pool demands one: he sets it up while he signs in."""
    session = auth.Session(**pool.config)
    out = auth.sign_in("bob", PASSWORD, session=session)
    assert isinstance(out.next_step, auth.ContinueSignInWithTotpSetup)
    print(f"bob scans {out.next_step.totp_setup_details.get_setup_uri('My App')[:32]}...")
    out = auth.confirm_sign_in(pool.totp("bob"), friendly_device_name="Bob's phone", session=session)
    print(f"bob is signed in: {out.is_signed_in}")


if __name__ == "__main__":
    main()
