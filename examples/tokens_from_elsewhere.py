"""Tokens and a device that another program got: a job goes on with them, without a password."""

from __future__ import annotations

import amplify_auth as auth
from amplify_auth import Device, Session
from amplify_auth.testing import MockPool, mock_cognito


def main() -> None:
    """A phone app signs alice in. A job adopts first its tokens, then its refresh token alone, then its device."""
    with mock_cognito() as cognito:
        pool = cognito.create_pool(mfa="OPTIONAL", device_tracking="ALWAYS", refresh_token_rotation=True)
        pool.create_user("alice", "Corr3ct-horse", mfa=("SMS_MFA",))
        stored, device = phone_app(pool)

        job = Session(**pool.config)
        user = auth.adopt_tokens(
            access_token=stored["accessToken"],
            id_token=stored["idToken"],
            refresh_token=stored["refreshToken"],
            session=job,
        )
        print(f"{user.username} arrived: {user.sign_in_details.auth_flow_type}")
        assert job.tokens is not None
        print(f"the access token is good for {job.tokens.expires_in / 60:.0f} minutes")

        # A refresh token alone is used at once. This client rotates refresh tokens, so keep the new one.
        next_job = Session(**pool.config)
        auth.adopt_tokens(refresh_token=job.tokens.refresh_token, device_key=device.key, session=next_job)
        assert next_job.tokens is not None
        print(f"a new refresh token to keep: {next_job.tokens.refresh_token != job.tokens.refresh_token}")

        try:
            auth.adopt_tokens(access_token=stored["idToken"], session=Session(**pool.config))
        except auth.errors.TokenVerificationError as error:
            print(f"refused: {error}")

        server = Session(**pool.config)
        auth.adopt_device(
            "alice",
            device_key=device.key,
            device_group_key=device.group_key,
            device_password=device.password,
            session=server,
        )
        output = auth.sign_in("alice", "Corr3ct-horse", session=server)
        print(f"signed in without a code: {output.is_signed_in}")


def phone_app(pool: MockPool) -> tuple[dict[str, str | None], Device]:
    """What the other program keeps after a sign-in with a second factor."""
    app = Session(**pool.config)
    auth.sign_in("alice", "Corr3ct-horse", session=app)
    auth.confirm_sign_in(pool.code("alice"), session=app)
    tokens, (device,) = app.tokens, app.devices
    assert tokens is not None
    names = {"accessToken": "access_token", "idToken": "id_token", "refreshToken": "refresh_token"}
    return {name: getattr(tokens, field) for name, field in names.items()}, device


if __name__ == "__main__":
    main()
