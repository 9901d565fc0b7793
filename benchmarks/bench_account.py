"""A call of a signed-in user whose tokens are fresh, compared with the same call of boto3: same server, same run.

Both are warm and keep their connection open. The calls take turns. The server is in another process.
"""

import json
import time
from collections.abc import Callable

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from report import PASSWORD, compare, interleaved, server

import amplify_auth as auth

CALLS = 501


def milliseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)


def main() -> None:
    with server() as text:
        options = json.loads(text)
        session = auth.Session(**options)
        assert auth.sign_in("alice", PASSWORD, session=session).is_signed_in
        tokens = auth.fetch_auth_session(session=session).tokens
        assert tokens is not None
        client = boto3.client(
            "cognito-idp",
            region_name=options["user_pool_id"].split("_")[0],
            endpoint_url=options["endpoint_url"],
            config=Config(signature_version=UNSIGNED),
        )
        medians = interleaved(
            CALLS,
            {
                "boto3": lambda: milliseconds(lambda: client.get_user(AccessToken=tokens.access_token)),
                "ours": lambda: milliseconds(lambda: auth.fetch_mfa_preference(session=session)),
            },
        )
    compare("fetch_mfa_preference: ours / boto3's get_user", medians["ours"], medians["boto3"], 1.15)


if __name__ == "__main__":
    main()
