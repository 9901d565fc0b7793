"""The proof of a client secret."""

import base64
import hashlib
import hmac


def secret_hash(username: str, client_id: str, secret: str) -> str:
    """Cognito developer guide, "Computing secret hash values"."""
    digest = hmac.new(secret.encode(), (username + client_id).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
