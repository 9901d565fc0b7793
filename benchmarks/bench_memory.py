"""Memory of 10,000 signed-in sessions in one process, without the text of their tokens; and their boto3 clients."""

import gc
import json
import sys
import tracemalloc

from report import PASSWORD, limit, server

import amplify_auth as auth
from amplify_auth._cognito import client as _boto

SESSIONS = 10_000
REAL = 200


def token_text(session: auth.Session) -> int:
    tokens = session.tokens
    assert tokens is not None
    return sum(sys.getsizeof(token) for token in (tokens.access_token, tokens.id_token, tokens.refresh_token))


def sign_in(config: dict[str, str]) -> auth.Session:
    session = auth.Session(**config, auth_flow_type="USER_PASSWORD_AUTH")
    assert auth.sign_in("alice", PASSWORD, session=session).is_signed_in
    return session


def restore(config: dict[str, str], state: str) -> auth.Session:
    session = auth.Session(**config, auth_flow_type="USER_PASSWORD_AUTH")
    session.restore_state(state)  # reads tokens of its own from the text
    assert auth.fetch_auth_session(session=session).tokens
    return session


def kibibytes_each(make: list[auth.Session], count: int, one: object) -> float:
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    make.extend(one() for _ in range(count))  # type: ignore[operator]
    gc.collect()
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return (used - sum(map(token_text, make))) / len(make) / 1024


def main() -> None:
    with server() as text:
        config = json.loads(text)
        first = sign_in(config)  # makes the client, and all that is made once
        state = first.export_state()
        restore(config, state)
        signed_in = kibibytes_each([], REAL, lambda: sign_in(config))
        limit(f"{REAL} sessions that signed in, each", signed_in, 8, "KiB")
        sessions: list[auth.Session] = []
        restored = kibibytes_each(sessions, SESSIONS, lambda: restore(config, state))
        limit(f"{SESSIONS} sessions that are signed in, each", restored, 8, "KiB")
        limit("boto3 clients", len(_boto._clients), 1, "")


if __name__ == "__main__":
    main()
