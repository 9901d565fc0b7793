"""One request to Cognito, free of its transport: what was asked, of which pool, through which client.

An adapter builds a ``Call`` from an HTTP request; operations read it. Never here: HTTP, moto's machinery, rules of
any operation.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, cast

import attrs

from amplify_auth import _clock
from amplify_auth.testing._core.request.errors import invalid_parameter, missing, not_authorized, not_found
from amplify_auth.testing._core.state.store import PoolState, state_of


@attrs.frozen(kw_only=True, slots=False, eq=False)
class Call:
    """A request as an operation sees it.

    Args:
        operation: Name of the operation, such as ``InitiateAuth``.
        params: The members of the request, as in botocore's model.
        pools: moto's user pools of the account the request went to, in every region.
        strict: Whether what breaks suites written for plain moto is refused too: flows the client does not allow,
            secret hashes, hidden users. Passwords, proofs, codes and sessions are verified either way.
    """

    operation: str
    params: Mapping[str, Any] = attrs.field(repr=False)
    pools: Sequence[Any] = attrs.field(repr=False)
    strict: bool = True

    @property
    def now(self) -> datetime:
        """The time at the service, moved by ``cognito.clock``."""
        return _clock.now()

    @cached_property
    def pool(self) -> Any:
        """The pool meant: by ``ClientId``, else by ``AccessToken``, else by ``Session``, else by ``UserPoolId``.

        Raises:
            CognitoError: None of the account's pools is meant.
        """
        client_id, token = self.params.get("ClientId"), self.params.get("AccessToken")
        if client_id is not None:
            return self._by_client(str(client_id))
        if token is not None:
            return self._by_token(str(token))
        if (session := self.params.get("Session")) is not None:
            return self._by_session(str(session))
        if (pool_id := self.params.get("UserPoolId")) is not None:
            return self._by_id(str(pool_id))
        raise invalid_parameter("One of AccessToken, ClientId or Session is required.")

    @cached_property
    def state(self) -> PoolState:
        """What the test bed remembers of the pool."""
        return state_of(self.pool)

    @cached_property
    def client(self) -> Any:
        """Moto's app client named by ``ClientId``."""
        return self.pool.clients[self.required("ClientId")]

    def required(self, name: str) -> Any:
        """The member ``name`` of the request; refused as the service does when it is absent."""
        value = self.params.get(name)
        if value is None:
            raise missing(name)
        return value

    def values(self, name: str) -> dict[str, Any]:
        """The map ``name`` of the request, such as ``AuthParameters``; empty when it is absent."""
        return dict(self.params.get(name) or {})

    def metadata(self) -> dict[str, str]:
        """``ClientMetadata``: handed to triggers, never kept."""
        return self.values("ClientMetadata")

    def _by_client(self, client_id: str) -> Any:
        for pool in self.pools:
            if client_id in pool.clients:
                return pool
        raise not_found(f"User pool client {client_id} does not exist.")

    def _by_token(self, token: str) -> Any:
        for pool in self.pools:
            if token in state_of(pool).access_tokens or token in pool.access_tokens:
                return pool
        pool_id = str(unverified_claims(token).get("iss", "")).rpartition("/")[2]
        for pool in self.pools:
            if pool.id == pool_id:
                return pool
        raise not_authorized("Invalid Access Token")

    def _by_session(self, session: str) -> Any:
        for pool in self.pools:
            if session in state_of(pool).sessions:
                return pool
        raise not_authorized("Invalid session for the user.")

    def _by_id(self, pool_id: str) -> Any:
        for pool in self.pools:
            if pool.id == pool_id:
                return pool
        raise not_found(f"User pool {pool_id} does not exist.")


def unverified_claims(token: str) -> dict[str, Any]:
    """The claims a token carries, its signature unread; empty for what is no token."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    return cast(dict[str, Any], claims) if isinstance(claims, dict) else {}
