"""The value classes show and pickle themselves as attrs classes do, but for their secrets."""

from __future__ import annotations

import gc
import pickle
from typing import Any

import attrs
import pytest

import amplify_auth as auth
from amplify_auth._cognito import client as _boto
from amplify_auth._masking import Masked, Value, secret


@attrs.frozen(kw_only=True)
class ByAttrs:
    name: str
    tag: str = attrs.field(default="TAG", init=False)
    hidden: str = attrs.field(repr=False)
    shown: str = attrs.field(repr=str.upper)


@attrs.frozen(kw_only=True, repr=False, getstate_setstate=False)
class ByUs(Value):
    name: str
    tag: str = attrs.field(default="TAG", init=False)
    hidden: str = attrs.field(repr=False)
    shown: str = attrs.field(repr=str.upper)


@attrs.frozen(kw_only=True, repr=False, getstate_setstate=False)
class WithSecret(Masked):
    name: str
    password: str | None = secret(default=None)


VALUES: dict[str, Any] = {"name": "a'b", "hidden": "h", "shown": "s"}


def test_a_value_looks_as_attrs_would_show_it() -> None:
    assert repr(ByUs(**VALUES)) == repr(ByAttrs(**VALUES)).replace("ByAttrs", "ByUs")


@pytest.mark.parametrize(
    "value",
    [
        ByUs(**VALUES),
        auth.Done(),
        auth.ConfirmSignInWithSmsCode(code_delivery_details=auth.CodeDeliveryDetails(destination="+*1")),
        auth.SignInOutput(is_signed_in=True, next_step=auth.Done()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_survives_its_pickle(value: Any) -> None:
    again = pickle.loads(pickle.dumps(value))
    assert (again, repr(again), hash(again)) == (value, repr(value), hash(value))


def test_a_secret_does_not() -> None:
    value = WithSecret(name="alice", password="Passw0rd!")
    assert pickle.loads(pickle.dumps(value)) == WithSecret(name="alice", password="***")
    assert pickle.loads(pickle.dumps(WithSecret(name="alice"))).password is None
    assert "Passw0rd" not in repr(value)


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_is_left_as_it_was(enabled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where no client can be made."""
    if not enabled:
        gc.disable()
    try:
        _boto.shared_client("cognito-idp", "eu-west-1", None, 4.25, 4.25)
        with pytest.raises(ValueError, match="endpoint"):
            _boto.shared_client("cognito-idp", "eu-west-1", "no address", 4.25, 4.25)
        assert gc.isenabled() == enabled
    finally:
        gc.enable()
