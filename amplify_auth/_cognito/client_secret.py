"""The proof that a confidential client knows its secret. It sends nothing and keeps nothing."""

from __future__ import annotations

import base64
import hmac

from .._values import AuthConfig


def secret_hash(config: AuthConfig, username: str) -> str | None:
    """``SECRET_HASH`` for the user name of the same request; None for a public client.

    Cognito developer guide, "Computing secret hash values":
    ``Base64(HMAC-SHA256(client_secret, username + client_id))``.
    """
    if config.client_secret is None:
        return None
    message = (username + config.user_pool_client_id).encode()
    return base64.b64encode(hmac.digest(config.client_secret.encode(), message, "sha256")).decode()
