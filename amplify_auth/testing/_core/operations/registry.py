"""The table of operations, which the files of operations fill when they are imported.

Never here: an operation.
"""

from collections.abc import Callable

import attrs

from ..request import Call, Response, missing, unsupported

Handler = Callable[[Call], Response]

# Analytics and risk data change no answer. Client metadata goes to triggers, if an operation has a trigger.
_ALWAYS_ACCEPTED = frozenset({"AnalyticsMetadata", "UserContextData", "ClientMetadata"})


@attrs.frozen(kw_only=True)
class Operation:
    """A row: the handler, and the members of the request that it takes."""

    handler: Handler
    required: frozenset[str]
    accepted: frozenset[str]

    def check(self, call: Call) -> None:
        """Refuse a request with a missing or an unsupported member. The refusal names the member.

        Raises:
            CognitoError: The service's refusal, or that of the test bed for a member that it does not support.
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
        required: The members that the request must have.
        optional: Other members that the handler reads. ``AnalyticsMetadata``, ``UserContextData`` and
            ``ClientMetadata`` are accepted by every operation.
    """

    def enter(handler: Handler) -> Handler:
        accepted = frozenset(required) | frozenset(optional) | _ALWAYS_ACCEPTED
        OPERATIONS[name] = Operation(handler=handler, required=frozenset(required), accepted=accepted)
        return handler

    return enter
