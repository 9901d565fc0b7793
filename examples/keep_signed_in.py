"""A script that runs for days and is started again in between: one sign-in, kept in a private file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import amplify_auth as auth
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockPool, mock_cognito


def main() -> None:
    """Work for a week; then the refresh token ends, and with it the session."""
    with mock_cognito() as cognito, tempfile.TemporaryDirectory() as directory:
        pool = cognito.create_pool(refresh_token_rotation=True, refresh_token_validity=7 * 24 * 3600)
        pool.create_user("alice", "Corr3ct-horse")
        file = Path(directory) / "session.json"

        for day in range(8):
            try:
                print(f"day {day}: {work(pool, file)}")
            except auth.errors.SessionEnded as error:
                print(f"day {day}: {error}")
            cognito.clock.advance(24 * 3600)


def work(pool: MockPool, file: Path) -> str:
    """One start of the script: find the session again, or sign in."""
    session = auth.configure(pool.config, storage=FileStorage(file))
    session.add_listener(lambda event: print(f"  {event.name}"))
    if not session.is_signed_in:
        auth.sign_in("alice", "Corr3ct-horse")
    tokens = auth.fetch_auth_session().tokens
    assert tokens is not None
    return f"{auth.get_current_user().username} has a token until {tokens.expires_at:%H:%M}"


if __name__ == "__main__":
    main()
