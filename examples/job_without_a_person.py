"""A job that runs for months without a person: it signs in by itself, with a password and a TOTP secret.

It never calls ``sign_in`` in its work. ``reauthenticate`` is called when a user is needed: at the first call, and when
the refresh token has expired after a month.
"""

from __future__ import annotations

import base64
import hmac
import logging
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import amplify_auth as auth
from amplify_auth.testing import MockCognito, MockPool, mock_cognito

NAME, PASSWORD = "nightly-job", "Corr3ct-horse"  # in your job: from a secret store, at each call


def totp(secret: str, seconds: float) -> str:
    """The code that an authenticator app shows at this time (RFC 6238). ``pyotp.TOTP(secret).now()`` gives it too."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(seconds // 30)), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack_from('>I', digest, start)[0] & 0x7FFFFFFF) % 1_000_000:06}"


def main() -> None:
    """Work for a quarter of a year, until the user is disabled."""
    logging.basicConfig(stream=sys.stdout, format="  log: %(message)s")
    with machine_user() as (cognito, pool, secret):

        def sign_in(session: auth.Session) -> None:
            print("  signing in")
            out = auth.sign_in(NAME, PASSWORD, session=session)
            if isinstance(out.next_step, auth.ConfirmSignInWithTotpCode):
                now = cognito.clock.now.timestamp()  # in your job: time.time()
                auth.confirm_sign_in(totp(secret, now), session=session)

        auth.configure(pool.config, reauthenticate=sign_in)
        for day in range(0, 91, 15):
            print(f"day {day}: {auth.get_current_user().username} works")
            cognito.clock.advance(15 * 24 * 3600)

        pool.expire_refresh_tokens()
        cognito.fail_next("InitiateAuth", code="NotAuthorizedException", message="User is disabled.")
        for _ in range(2):  # the second one is not sent: it would only lock the account
            try:
                auth.get_current_user()
            except auth.errors.NotAuthorizedException as error:
                print(f"refused: {error}")

        auth.sign_out()  # from here on it does not sign in by itself


@contextmanager
def machine_user() -> Iterator[tuple[MockCognito, MockPool, str]]:
    """A pool that demands a second factor, and its user. The secret was kept when the authenticator was set up."""
    with mock_cognito() as cognito:
        pool = cognito.create_pool(mfa="ON", mfa_methods=("SOFTWARE_TOKEN_MFA",))
        pool.create_user(NAME, PASSWORD)
        out = auth.sign_in(NAME, PASSWORD, session=(session := auth.Session(**pool.config)))
        assert isinstance(out.next_step, auth.ContinueSignInWithTotpSetup)
        secret = out.next_step.totp_setup_details.shared_secret
        auth.confirm_sign_in(pool.totp(NAME), session=session)
        cognito.clock.advance(30)  # a code works once
        yield cognito, pool, secret


if __name__ == "__main__":
    main()
