"""The record of the requests that arrived, for tests: operations, masked parameters, errors.

Never here: the answer to a request, or how a request arrives.
"""

import copy
import hmac
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, Never, cast, final, overload

import attrs
import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

# Secret, but not flagged `sensitive` by botocore's model of Cognito (1.44).
_ALSO_SECRET = frozenset({"Code", "ConfirmationCode", "Credential", "DeviceSecretVerifierConfig"})


@final
class Masked:
    """A secret in a recorded request: it shows as ``***``, and equals the value that was sent.

    ``call.parameters["Username"] == "alice"`` works, and a failing assertion prints no secret.
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
        raise TypeError("a masked value cannot be pickled: get the value with reveal() first")

    def __copy__(self) -> "Masked":
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> "Masked":
        return self

    def reveal(self) -> Any:
        """The value that was sent, not masked."""
        return self._value


@final
@attrs.frozen(kw_only=True)
class RecordedCall:
    """One request that arrived.

    Attributes:
        operation: The name of the operation, for example ``"InitiateAuth"``.
        parameters: The parameters. Values that botocore's model calls sensitive, and codes, are `Masked`.
        error: The name of the error in the answer; None if the request succeeded. For a fault of the network it is
            the kind of the fault.
    """

    operation: str
    parameters: Mapping[str, Any]
    error: str | None = None

    def reveal(self) -> dict[str, Any]:
        """The parameters, not masked, as plain JSON values."""
        return cast("dict[str, Any]", _reveal(self.parameters))


@final
class Calls(Sequence[RecordedCall]):
    """The requests that arrived, oldest first."""

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
        """The names of the operations: ``assert cognito.calls.operations == ("SignUp", "ConfirmSignUp")``."""
        return tuple(call.operation for call in self)

    def of(self, operation: str) -> tuple[RecordedCall, ...]:
        """The requests for ``operation``, oldest first."""
        return tuple(call for call in self if call.operation == operation)

    def last(self, operation: str) -> RecordedCall:
        """The newest request for ``operation``.

        Raises:
            AssertionError: No such request arrived. The message lists those that arrived.
        """
        found = self.of(operation)
        if not found:
            came = ", ".join(self.operations) or "nothing"
            raise AssertionError(f"expected a call of {operation}, but what arrived was: {came}")
        return found[-1]

    def clear(self) -> None:
        """Forget all of them, for example those that prepared a test."""
        self._calls.clear()

    def add(self, call: RecordedCall) -> None:
        """Add a request. The mock does this."""
        self._calls.append(call)


def recorded(operation: str, parameters: Mapping[str, object], error: str | None) -> RecordedCall:
    """The record of a request."""
    return RecordedCall(operation=operation, parameters=mask(operation, parameters), error=error)


def known_operation(operation: str) -> bool:
    """True if botocore's model of Cognito has this operation."""
    return operation in _service_model().operation_names


def mask(operation: str, parameters: Mapping[str, object]) -> Mapping[str, Any]:
    """The parameters. Every value that botocore's model flags, or does not know, is masked."""
    shape = _service_model().operation_model(operation).input_shape if known_operation(operation) else None
    return cast("Mapping[str, Any]", _mask(shape, copy.deepcopy(parameters), secret=False))


def _mask(shape: Shape | None, value: object, *, secret: bool) -> object:
    secret = secret or shape is None or bool(shape.metadata.get("sensitive"))
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return MappingProxyType(
            {
                name: _mask(_member(shape, name), item, secret=secret or name in _ALSO_SECRET)
                for name, item in members.items()
            }
        )
    if isinstance(value, list):
        member = shape.member if isinstance(shape, ListShape) else None
        return tuple(_mask(member, item, secret=secret) for item in cast("list[object]", value))
    return Masked(value) if secret else value


def _member(shape: Shape | None, name: str) -> Shape | None:
    if isinstance(shape, MapShape):
        return shape.value
    return shape.members.get(name) if isinstance(shape, StructureShape) else None


def _reveal(value: object) -> object:
    if isinstance(value, MappingProxyType):
        members = cast("Mapping[str, object]", value)
        return {name: _reveal(item) for name, item in members.items()}
    if isinstance(value, tuple):
        return [_reveal(item) for item in cast("tuple[object, ...]", value)]
    return value.reveal() if isinstance(value, Masked) else value


@cache
def _service_model() -> ServiceModel:
    return botocore.session.Session().get_service_model("cognito-idp")
