"""The proof that a request comes from a client with a secret: ``SECRET_HASH`` or ``ClientSecret``.

Never here: the operations that require it.
"""

import base64
import hashlib
import hmac

from .call import Call
from .errors import CognitoError, not_authorized


def check_secret_hash(call: Call, given: object, *usernames: str) -> None:
    """Check the hash of a request: base64 of HMAC-SHA256(secret, username + client ID).

    Args:
        call: The request. Its client decides whether a hash is necessary.
        given: The hash, or None.
        *usernames: The names that the hash may contain: the name in the request and, later in a sign-in, the internal
            username.

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
    """The hash that a client with this secret must send for ``username``."""
    digest = hmac.new(secret.encode(), (username + client_id).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def check_client_secret(call: Call, code: str) -> None:
    """Check ``ClientSecret``, which some operations have instead of a hash.

    Args:
        call: The request.
        code: The name of the exception.

    Raises:
        CognitoError: The secret is wrong; only when ``call.strict``.
    """
    client, given = call.client, call.params.get("ClientSecret")
    if not call.strict or not client.generate_secret:
        return
    if not hmac.compare_digest(str(client.secret).encode(), str(given).encode()):
        raise CognitoError(code, f"Unable to verify secret for client {client.id}")  # unverified words
