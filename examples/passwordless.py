"""Without a password: sign up, be signed in by the same code, and come back with a code by e-mail."""

from __future__ import annotations

import amplify_auth as auth
from amplify_auth.testing import mock_cognito

ALICE = "alice@example.com"


def main() -> None:
    """Sign up and in by e-mail codes alone."""
    with mock_cognito() as cognito:
        pool = cognito.create_pool(username_attributes=("email",), first_factors=("PASSWORD", "EMAIL_OTP"))
        auth.configure(pool.config, auth_flow_type="USER_AUTH")

        auth.sign_up(ALICE, user_attributes={"email": ALICE}, auto_sign_in=True)
        confirmed = auth.confirm_sign_up(ALICE, pool.code(ALICE))
        assert isinstance(confirmed.next_step, auth.CompleteAutoSignIn)
        out = auth.auto_sign_in()
        print(f"signed up and in with one code: {out.is_signed_in}")
        auth.sign_out()

        out = auth.sign_in(ALICE)
        if isinstance(out.next_step, auth.ContinueSignInWithFirstFactorSelection):
            print(f"ways to sign in: {', '.join(out.next_step.available_challenges)}")
            out = auth.confirm_sign_in("EMAIL_OTP")
        out = auth.confirm_sign_in(pool.code(ALICE, "EMAIL_OTP"))
        print(f"signed in by the code that was asked for: {out.is_signed_in}")
        auth.sign_out()

        out = auth.sign_in(ALICE, preferred_challenge="EMAIL_OTP")
        assert isinstance(out.next_step, auth.ConfirmSignInWithEmailCode)
        print(f"a preferred way is taken at once; a code went to {out.next_step.code_delivery_details.destination}")
        out = auth.confirm_sign_in(pool.code(ALICE, "EMAIL_OTP"))
        print(f"signed in by the preferred way: {out.is_signed_in}")


if __name__ == "__main__":
    main()
