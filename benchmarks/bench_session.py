"""Staying signed in: what a read of a fresh token costs, how many requests an expiry causes, and a long soak.

pycognito is measured in the same run, against the same server, with as many threads as its users have.
"""

import base64
import gc
import json
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from pycognito import Cognito
from report import PASSWORD, compare, interleaved, limit

import amplify_auth as auth
from amplify_auth import _clock
from amplify_auth.testing import MockCognitoServer, mock_cognito

READS = 20_000
THREADS, PYCOGNITO_THREADS = 200, 8
SESSIONS, ROUNDS, WORKERS = 10_000, 4, 8
REFRESH = "GetTokensFromRefreshToken"


class Locked:
    """The least that a shared token costs: an attribute read under a lock."""

    def __init__(self, token: str) -> None:
        self._lock = threading.Lock()
        self._token = token

    def read(self) -> str:
        with self._lock:
            return self._token


def nanoseconds(read: Callable[[], object]) -> float:
    started = time.perf_counter()
    for _ in range(READS):
        read()
    return (time.perf_counter() - started) / READS * 1e9


def reading() -> None:
    """The fast path, and the public functions above it."""
    with mock_cognito() as cognito:
        session = sign_in(cognito.create_pool())
        bearer = session.http_auth()._token
        reads: dict[str, Callable[[], object]] = {
            "a locked attribute": Locked("token").read,
            "fresh tokens": session._state.user.get,
            "http_auth's token": partial(bearer, None),
            "get_current_user": partial(auth.get_current_user, session=session),
            "fetch_auth_session": partial(auth.fetch_auth_session, session=session),
        }
        medians = interleaved(15, {name: lambda read=read: nanoseconds(read) for name, read in reads.items()})
    locked = medians.pop("a locked attribute")
    compare("fresh tokens, compared with a locked attribute", medians.pop("fresh tokens"), locked, 2, "ns")
    for name, median in medians.items():
        print(f"{name:<52} {median:9.2f} ns = {median / locked:.1f} locked reads")


def sign_in(pool: Any, **options: Any) -> auth.Session:
    pool.create_user("alice", PASSWORD)
    session = auth.Session(**pool.config, **options)
    assert auth.sign_in("alice", PASSWORD, session=session).is_signed_in
    return session


def run_together(count: int, function: Callable[[int], object]) -> None:
    barrier = threading.Barrier(count)

    def one(number: int) -> None:
        barrier.wait()
        function(number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def at_expiry() -> None:
    """Over TCP: the requests that many threads cause when the tokens have ended."""
    with MockCognitoServer() as server:
        cognito = server.cognito
        pool = cognito.create_pool()
        session = sign_in(pool, endpoint_url=server.url)
        theirs = expired_pycognito(pool, session.tokens, server.url)

        cognito.clock.advance(3600)
        cognito.calls.clear()
        run_together(THREADS, lambda _: auth.fetch_auth_session(session=session))
        limit(f"refreshes of {THREADS} threads at expiry", len(cognito.calls), 1, "requests")

        cognito.calls.clear()
        run_together(PYCOGNITO_THREADS, lambda _: theirs.check_token())
        print(
            f"{f'pycognito: refreshes of {PYCOGNITO_THREADS} threads at expiry':<52} {len(cognito.calls):9.2f} requests"
        )


def expired_pycognito(pool: Any, tokens: Any, url: str) -> Any:
    """A pycognito user whose access token has just ended by the wall clock, which is what pycognito reads."""
    old = jwt({"exp": int(time.time()) - 1})
    user = Cognito(pool.id, pool.client_id, access_token=old, refresh_token=tokens.refresh_token, session=boto3)
    config = Config(signature_version=UNSIGNED)
    user.client = boto3.client("cognito-idp", "us-east-1", endpoint_url=url, config=config)
    user.verify_token = lambda token, name, _: setattr(user, name, token)  # would ask Amazon for keys
    return user


def jwt(claims: dict[str, Any]) -> str:
    """An unsigned token with these claims."""
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJSUzI1NiJ9.{payload}.c2ln"


class Rotation:
    """Answers refreshes inside the client, so that nothing but the sessions is measured; sees spent tokens."""

    def __init__(self) -> None:
        self.newest: dict[str, int] = {}
        self.count = self.spent = 0
        self._lock = threading.Lock()
        self.client = boto3.client("cognito-idp", "us-east-1", config=Config(signature_version=UNSIGNED))
        self.client.meta.events.register_first(f"before-call.cognito-identity-provider.{REFRESH}", self._answer)

    def _answer(self, params: Any, **_: Any) -> Any:
        owner, number = json.loads(params["body"])["RefreshToken"].split(".")
        with self._lock:
            self.count += 1
            self.spent += int(number) != self.newest.setdefault(owner, 0)
            self.newest[owner] += 1
        return AWSResponse("", 200, {}, None), {"AuthenticationResult": self.tokens(owner)}

    def tokens(self, owner: str) -> dict[str, Any]:
        number = self.newest.get(owner, 0)
        claims = {"sub": owner, "username": owner, "iat": number, "exp": number + 3600}
        access, identity = jwt(claims), jwt({**claims, "aud": "client"})
        return {"AccessToken": access, "IdToken": identity, "RefreshToken": f"{owner}.{number}", "ExpiresIn": 3600}


def soak() -> None:
    """Sessions whose tokens end again and again, each used by two threads: nothing is lost or piles up."""
    rotation = Rotation()
    sessions = [restored(rotation, f"user{number}") for number in range(SESSIONS)]
    errors: list[Exception] = []
    sizes = []

    def work(number: int) -> None:
        for index in range(number // 2, SESSIONS, WORKERS // 2):
            try:
                tokens = auth.fetch_auth_session(session=sessions[index]).tokens
                assert tokens.access_token_claims["sub"] == f"user{index}"
            except Exception as error:
                errors.append(error)

    started = time.perf_counter()
    for _ in range(ROUNDS):
        _clock.shift(3600)
        run_together(WORKERS, work)
        gc.collect()
        sizes.append(sys.getallocatedblocks())
    took = time.perf_counter() - started
    _clock.shift(-3600 * ROUNDS)
    limit(f"soak: errors of {SESSIONS} sessions, {ROUNDS} expiries each", len(errors), 0, "errors")
    limit("soak: spent refresh tokens that were sent", rotation.spent, 0, "tokens")
    limit("soak: refreshes for each session and expiry", rotation.count / SESSIONS / ROUNDS, 1, "requests")
    limit("soak: memory blocks after the last round, compared with the second", sizes[-1] / sizes[1], 1.02, "times")
    print(f"{'soak: sessions refreshed':<52} {SESSIONS * ROUNDS / took:9.2f} per second")


def restored(rotation: Rotation, owner: str) -> auth.Session:
    session = auth.Session(user_pool_id="us-east-1_Soak", user_pool_client_id="client", client=rotation.client)
    answer = rotation.tokens(owner)
    now = _clock.monotonic()
    tokens = {
        "access_token": answer["AccessToken"],
        "id_token": answer["IdToken"],
        "refresh_token": answer["RefreshToken"],
        "token_type": "Bearer",
        "expires_at": "2026-01-01T00:00:00+00:00",
        "deadline": now + 3600,
        "exported_at": {"monotonic": now, "wall": _clock.now().timestamp()},
    }
    details = {"login_id": owner, "auth_flow_type": "USER_SRP_AUTH"}
    signed_in = {"tokens": tokens, "username": owner, "user_id": owner, "details": details, "device_key": None}
    session.restore_state(json.dumps({**json.loads(session.export_state()), "signed_in": signed_in}))
    return session


def main() -> None:
    reading()
    at_expiry()
    soak()


if __name__ == "__main__":
    main()
