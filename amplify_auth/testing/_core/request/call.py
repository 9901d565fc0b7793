"""One request: its operation, its members, and the pool and client that it concerns.

An adapter makes a ``Call`` from an HTTP request, and operations read it.

Never here: HTTP, or a rule of one operation.
"""

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import cast

import attrs

from .... import _clock
from ..._moto import MotoClient, MotoPool
from ..state import PoolState, state_of
from .errors import SESSION_INVALID, invalid_parameter, missing, not_authorized, not_found
from .members import Members, text


@attrs.frozen(kw_only=True, slots=False, eq=False)
class Call:
    """A request as an operation reads it.

    Args:
        operation: The name of the operation, such as ``InitiateAuth``.
        params: The members of the request, as in botocore's model.
        pools: The user pools of moto, those of the request's account first.
        strict: True to refuse also what test suites for plain moto often do: flows that the client does not allow,
            missing secret hashes. Passwords, proofs, codes and sessions are always verified.
    """

    operation: str
    params: Members = attrs.field(repr=False)
    pools: Sequence[MotoPool] = attrs.field(repr=False)
    strict: bool = True

    @property
    def now(self) -> datetime:
        """The time of the service, which ``cognito.clock`` advances."""
        return _clock.now()

    @cached_property
    def pool(self) -> MotoPool:
        """The pool, found by the first of ``ClientId``, ``AccessToken``, ``Session`` and ``UserPoolId`` in the request.

        Raises:
            CognitoError: No pool is found.
        """
        if (client_id := self.optional_text("ClientId")) is not None:
            return self._by_client(client_id)
        if (token := self.optional_text("AccessToken")) is not None:
            return self._by_token(token)
        if (session := self.optional_text("Session")) is not None:
            return self._by_session(session)
        if (pool_id := self.optional_text("UserPoolId")) is not None:
            return self._by_id(pool_id)
        raise invalid_parameter("One of AccessToken, ClientId or Session is required.")

    @cached_property
    def state(self) -> PoolState:
        """The state of the pool."""
        return state_of(self.pool)

    @cached_property
    def client(self) -> MotoClient:
        """The app client that ``ClientId`` names."""
        return self.pool.clients[self.text("ClientId")]

    @property
    def hides_users(self) -> bool:
        """True if the client must not show which users exist (``PreventUserExistenceErrors``)."""
        return self.strict and self.client.extended_config.get("PreventUserExistenceErrors") == "ENABLED"

    def required(self, name: str) -> object:
        """The member ``name``; a request without it is refused."""
        value = self.params.get(name)
        if value is None:
            raise missing(name)
        return value

    def text(self, name: str) -> str:
        """The member ``name`` as text; a request without it is refused."""
        return str(self.required(name))

    def optional_text(self, name: str) -> str | None:
        """The member ``name`` as text; None if it is absent."""
        return text(self.params, name)

    def values(self, name: str) -> dict[str, object]:
        """The map ``name``, such as ``AuthParameters``; empty if it is absent."""
        return dict(cast(Members, self.params.get(name) or {}))

    def metadata(self) -> dict[str, object]:
        """``ClientMetadata``, which triggers get and the service does not keep."""
        return self.values("ClientMetadata")

    def _by_client(self, client_id: str) -> MotoPool:
        for pool in self.pools:
            if client_id in pool.clients:
                return pool
        raise not_found(f"User pool client {client_id} does not exist.")

    def _by_token(self, token: str) -> MotoPool:
        for pool in self.pools:
            if token in state_of(pool).access_tokens or token in pool.access_tokens:
                return pool
        pool_id = str(unverified_claims(token).get("iss", "")).rpartition("/")[2]
        for pool in self.pools:
            if pool.id == pool_id:
                return pool
        raise not_authorized("Invalid Access Token")

    def _by_session(self, session: str) -> MotoPool:
        for pool in self.pools:
            if session in state_of(pool).sessions:
                return pool
        raise not_authorized(SESSION_INVALID)

    def _by_id(self, pool_id: str) -> MotoPool:
        for pool in self.pools:
            if pool.id == pool_id:
                return pool
        raise not_found(f"User pool {pool_id} does not exist.")


def unverified_claims(token: str) -> dict[str, object]:
    """The claims in a token, whose signature is not verified; empty if it is not a token."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims: object = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    return cast("dict[str, object]", claims) if isinstance(claims, dict) else {}
