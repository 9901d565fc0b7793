"""UpdateUserAttributes, DeleteUserAttributes, GetUserAttributeVerificationCode, VerifyUserAttribute.

Never here: the check of an attribute against the schema.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from ..accounts import (
    check_alias_free,
    check_attributes,
    codes,
    listed_attributes,
    missing_required,
    set_attributes,
)
from ..request import Call, Response, code_expired, invalid_parameter, names, objects
from ..tokens import SignedIn, verify_access
from .registry import operation

# Codes of attributes work for 24 hours: https://github.com/floci-io/floci/pull/1898.
_LIFETIME: Final = timedelta(hours=24)
# No other attribute can be verified: https://github.com/floci-io/floci/pull/2018 (measured).
_VERIFIABLE: Final = {"email": "email", "phone_number": "phone number"}


@operation("UpdateUserAttributes", required=("AccessToken", "UserAttributes"))
def update_user_attributes(call: Call) -> Response:
    """Change attributes. An empty value deletes one (botocore's model).

    A new e-mail address or phone number is valid at once and not verified. If the pool requires verification first
    (``AttributesRequireVerificationBeforeUpdate``), it is valid after its code. A code is sent for the attributes that
    the pool verifies automatically, and only for a new value (aws-amplify/amplify-js issue 1676, amplify-cli issue
    13833).
    """
    signed_in = verify_access(call)
    user = signed_in.user
    given = listed_attributes(objects(call.params, "UserAttributes"))
    changes = {name: value for name, value in given.items() if value}
    check_attributes(call, changes, client=signed_in.client, changing=True)
    _check_deletable(call, signed_in, empty := [name for name, value in given.items() if not value])
    contacts = {
        name: value
        for name, value in changes.items()
        if name in _VERIFIABLE and value != user.attribute_lookup.get(name)
    }
    for name, value in contacts.items():
        check_alias_free(call, user, name, value)
    for name, value in changes.items():
        if name in contacts and name in _verified_first(call):
            signed_in.state.pending_attributes[name] = value
            continue
        signed_in.state.pending_attributes.pop(name, None)
        unverified = {f"{name}_verified": "false"} if name in contacts else {}
        set_attributes(user, {name: value, **unverified})
    _delete(signed_in, empty)
    automatic = names(call.pool.extended_config, "AutoVerifiedAttributes")
    sent = [_send(call, signed_in, name) for name in contacts if name in automatic]
    return {"CodeDeliveryDetailsList": sent}


@operation("DeleteUserAttributes", required=("AccessToken", "UserAttributeNames"))
def delete_user_attributes(call: Call) -> Response:
    """Delete attributes. Names of attributes that the user does not have are ignored."""
    signed_in = verify_access(call)
    unwanted = names(call.params, "UserAttributeNames")
    _check_deletable(call, signed_in, unwanted)
    _delete(signed_in, unwanted)
    return {}


@operation("GetUserAttributeVerificationCode", required=("AccessToken", "AttributeName"))
def get_user_attribute_verification_code(call: Call) -> Response:
    """Send a code to the address or number, also if it is verified already (floci#2018)."""
    signed_in = verify_access(call)
    name = _verifiable(call)
    if not _destination(signed_in, name):
        raise invalid_parameter(f"User has no {_VERIFIABLE[name]}.")  # unverified words
    return {"CodeDeliveryDetails": _send(call, signed_in, name)}


@operation("VerifyUserAttribute", required=("AccessToken", "AttributeName", "Code"))
def verify_user_attribute(call: Call) -> Response:
    """Verify an attribute with a code. A pending value becomes the value."""
    signed_in = verify_access(call)
    user, name = signed_in.user, _verifiable(call)
    code = codes.check(call, user.username, codes.verification(name), call.text("Code"))
    value = _destination(signed_in, name)
    if code.destination != value:
        # The attribute changed after the code was sent.
        raise code_expired()
    check_alias_free(call, user, name, value)
    code.used = True
    signed_in.state.pending_attributes.pop(name, None)
    set_attributes(user, {name: value, f"{name}_verified": "true"})
    return {}


def _verifiable(call: Call) -> str:
    name = call.text("AttributeName")
    if name not in _VERIFIABLE:
        raise invalid_parameter(f"Attribute {name} cannot be verified.")  # unverified words
    return name


def _destination(signed_in: SignedIn, name: str) -> str:
    pending = signed_in.state.pending_attributes.get(name)
    return pending or str(signed_in.user.attribute_lookup.get(name) or "")


def _send(call: Call, signed_in: SignedIn, name: str) -> dict[str, str]:
    _, details = codes.send(
        call,
        signed_in.user,
        codes.verification(name),
        name,
        lifetime=_LIFETIME,
        destination=_destination(signed_in, name),
    )
    return details


def _verified_first(call: Call) -> Collection[str]:
    path = ("UserAttributeUpdateSettings", "AttributesRequireVerificationBeforeUpdate")
    return names(call.pool.extended_config, *path)


def _check_deletable(call: Call, signed_in: SignedIn, unwanted: Collection[str]) -> None:
    attributes = signed_in.user.attribute_lookup
    # With the present values, this checks only the names.
    check_attributes(
        call,
        {name: str(attributes.get(name, "")) for name in unwanted},
        client=signed_in.client,
        changing=True,
    )
    remaining = {name: value for name, value in attributes.items() if name not in unwanted}
    for name in missing_required(call.pool, remaining):
        if name in unwanted:
            raise invalid_parameter(f"user.{name}: The attribute {name} is required\n")  # unverified words


def _delete(signed_in: SignedIn, unwanted: Collection[str]) -> None:
    user = signed_in.user
    deleted = {*unwanted, *(f"{name}_verified" for name in unwanted if name in _VERIFIABLE)}
    user.delete_attributes([name for name in user.attribute_lookup if name in deleted])
    for name in unwanted:
        signed_in.state.pending_attributes.pop(name, None)
