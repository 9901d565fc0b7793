"""``SECRET_HASH``: proof that a request comes through a client that has a secret. Never here: where it is asked for."""

import base64
import hashlib
import hmac

from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import not_authorized


def check_secret_hash(call: Call, given: object, *usernames: str) -> None:
    """Check the hash a request carries, as base64 of HMAC-SHA256(secret, username + client id).

    Args:
        call: The request; its client decides whether a hash is due.
        given: The hash, or None.
        *usernames: Names it may be made over: the one the request gives and, later in a sign-in, the internal one.

    Raises:
        CognitoError: ``NotAuthorizedException``; only when ``call.strict``.
    """
    client = call.client
    if not call.strict or not client.generate_secret:
        return
    if given is None:
        # Recorded: https://github.com/aws-amplify/amplify-android/issues/2504
        raise not_authorized(f"Client {client.id} is configured with secret but SECRET_HASH was not received")
    expected = [secret_hash(client.secret, client.id, name) for name in usernames]
    if not any(hmac.compare_digest(one.encode(), str(given).encode()) for one in expected):
        raise not_authorized(f"Unable to verify secret hash for client {client.id}")


def secret_hash(secret: str, client_id: str, username: str) -> str:
    """The hash a client with this secret must send for ``username``."""
    digest = hmac.new(secret.encode(), (username + client_id).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
