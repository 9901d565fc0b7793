"""The table of operations the test bed answers. Never here: an operation.

A file of operations fills the table when it is imported; ``_core.handle`` reads it.
"""

from collections.abc import Callable
from typing import Any

import attrs

from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import missing, unsupported

Handler = Callable[[Call], dict[str, Any]]

# Analytics and risk data change no answer; client metadata goes to triggers where an operation has any.
_ALWAYS_ACCEPTED = frozenset({"AnalyticsMetadata", "UserContextData", "ClientMetadata"})


@attrs.frozen(kw_only=True)
class Operation:
    """One row: the handler and the members of the request it takes."""

    handler: Handler
    required: frozenset[str]
    accepted: frozenset[str]

    def check(self, call: Call) -> None:
        """Refuse by name what is missing or not supported.

        Raises:
            CognitoError: The service's refusal, or this test bed's for what it does not support.
        """
        for name in sorted(self.required):
            if call.params.get(name) is None:
                raise missing(name)
        for name in call.params:
            if name not in self.accepted:
                raise unsupported(f"the parameter {name} of {call.operation}")


OPERATIONS: dict[str, Operation] = {}


def operation(name: str, *, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Callable[[Handler], Handler]:
    """Enter a handler into the table.

    Args:
        name: The operation's name in Cognito's API.
        required: Members the request must have.
        optional: Further members the handler understands. ``AnalyticsMetadata``, ``UserContextData`` and
            ``ClientMetadata`` are accepted everywhere.
    """

    def enter(handler: Handler) -> Handler:
        accepted = frozenset(required) | frozenset(optional) | _ALWAYS_ACCEPTED
        OPERATIONS[name] = Operation(handler=handler, required=frozenset(required), accepted=accepted)
        return handler

    return enter
