"""What a test can ask about the requests that arrived: their operations, and their parameters, masked.

Nothing here answers a request or knows how one arrives.
"""

import copy
import hmac
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, Never, final, overload

import attrs
import botocore.session

# Secret, though botocore's model of Cognito (1.44) does not flag them `sensitive`.
_ALSO_SECRET = frozenset({"Code", "ConfirmationCode", "Credential", "DeviceSecretVerifierConfig"})


@final
class Masked:
    """A secret in a recorded request: it shows as ``***``, and equals the value that was sent.

    So ``call.parameters["Username"] == "alice"`` works, and a failing assertion prints no secret.
    """

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        mine = self._value
        theirs = other._value if isinstance(other, Masked) else other
        if isinstance(mine, str) and isinstance(theirs, str):
            return hmac.compare_digest(mine.encode(), theirs.encode())
        return mine == theirs

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "***"

    def __reduce__(self) -> Never:
        raise TypeError("a masked value is not written down: take it out with reveal() first")

    def __copy__(self) -> "Masked":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Masked":
        return self

    def reveal(self) -> Any:
        """The value that was sent, in clear."""
        return self._value


@final
@attrs.frozen(kw_only=True)
class RecordedCall:
    """One request that arrived.

    Attributes:
        operation: Cognito's name for it, for instance ``"InitiateAuth"``.
        parameters: What was sent. Values that botocore's model calls sensitive, and codes, are `Masked`.
        error: The name of the error it was answered with, None if it succeeded; for a fault of the network
            the name of botocore's exception.
    """

    operation: str
    parameters: Mapping[str, Any]
    error: str | None = None

    def reveal(self) -> dict[str, Any]:
        """The parameters in clear, as plain JSON values."""
        revealed: dict[str, Any] = _reveal(self.parameters)
        return revealed


@final
class Calls(Sequence[RecordedCall]):
    """The requests that arrived, oldest first; a sequence with a few short cuts."""

    def __init__(self) -> None:
        self._calls: list[RecordedCall] = []

    @overload
    def __getitem__(self, index: int) -> RecordedCall: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[RecordedCall]: ...
    def __getitem__(self, index: int | slice) -> RecordedCall | Sequence[RecordedCall]:
        return tuple(self._calls)[index]

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[RecordedCall]:
        return iter(tuple(self._calls))

    def __repr__(self) -> str:
        return f"Calls({list(self)!r})"

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations alone: ``assert cognito.calls.operations == ("SignUp", "ConfirmSignUp")``."""
        return tuple(call.operation for call in self)

    def of(self, operation: str) -> tuple[RecordedCall, ...]:
        """The requests for ``operation``, oldest first."""
        return tuple(call for call in self if call.operation == operation)

    def last(self, operation: str) -> RecordedCall:
        """The newest request for ``operation``.

        Raises:
            AssertionError: None arrived. The message lists what did.
        """
        found = self.of(operation)
        if not found:
            came = ", ".join(self.operations) or "nothing"
            raise AssertionError(f"expected a call of {operation}, but what arrived was: {came}")
        return found[-1]

    def clear(self) -> None:
        """Forget all of them, for instance those of a test's preparations."""
        self._calls.clear()

    def add(self, call: RecordedCall) -> None:
        """Add one; the mock does this."""
        self._calls.append(call)


def recorded(operation: str, parameters: Mapping[str, Any], error: str | None) -> RecordedCall:
    """A request as tests see it."""
    return RecordedCall(operation=operation, parameters=mask(operation, parameters), error=error)


def known_operation(operation: str) -> bool:
    """Whether Cognito, as botocore knows it, has such an operation."""
    return operation in _service_model().operation_names


def mask(operation: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """``parameters`` with every value hidden that botocore's model flags, or does not know."""
    shape = _service_model().operation_model(operation).input_shape if known_operation(operation) else None
    masked: Mapping[str, Any] = _mask(shape, copy.deepcopy(parameters), secret=False)
    return masked


def _mask(shape: Any, value: Any, *, secret: bool) -> Any:
    secret = secret or shape is None or bool(shape.metadata.get("sensitive"))
    items: Any = value
    if isinstance(value, dict):
        return MappingProxyType(
            {
                name: _mask(_member(shape, name), item, secret=secret or name in _ALSO_SECRET)
                for name, item in items.items()
            }
        )
    if isinstance(value, list):
        member = shape.member if shape is not None and shape.type_name == "list" else None
        return tuple(_mask(member, item, secret=secret) for item in items)
    return Masked(value) if secret else value


def _member(shape: Any, name: str) -> Any:
    if shape is None or shape.type_name not in ("structure", "map"):
        return None
    return shape.value if shape.type_name == "map" else shape.members.get(name)


def _reveal(value: Any) -> Any:
    items: Any = value
    if isinstance(value, MappingProxyType):
        return {name: _reveal(item) for name, item in items.items()}
    if isinstance(value, tuple):
        return [_reveal(item) for item in items]
    return value.reveal() if isinstance(value, Masked) else value


@cache
def _service_model() -> Any:
    session: Any = botocore.session.Session()
    return session.get_service_model("cognito-idp")
