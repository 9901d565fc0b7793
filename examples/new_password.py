"""An account that an administrator made: its owner replaces the first password, and gives what is missing."""

from __future__ import annotations

import amplify_auth as auth
from amplify_auth.testing import mock_cognito


def main() -> None:
    """Sign in with the first password, and leave it behind."""
    with mock_cognito() as cognito:
        pool = cognito.create_pool(required_attributes=("given_name",))
        pool.create_user("alice", "F1rst-password", status="FORCE_CHANGE_PASSWORD")
        auth.configure(pool.config)

        out = auth.sign_in("alice", "F1rst-password")
        assert isinstance(out.next_step, auth.ConfirmSignInWithNewPasswordRequired)
        print(f"a new password is wanted, and: {', '.join(out.next_step.missing_attributes)}")
        try:
            auth.confirm_sign_in("short", user_attributes={"given_name": "Alice"})
        except auth.errors.InvalidPasswordException as error:
            print(f"refused: {error.message}")
        out = auth.confirm_sign_in("Corr3ct-horse", user_attributes={"given_name": "Alice"})
        print(f"alice is signed in: {out.is_signed_in}")
        auth.sign_out()

        print(f"and with her own password: {auth.sign_in('alice', 'Corr3ct-horse').is_signed_in}")


if __name__ == "__main__":
    main()
