"""UpdateUserAttributes, DeleteUserAttributes, GetUserAttributeVerificationCode, VerifyUserAttribute."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from amplify_auth.testing._core.accounts import codes
from amplify_auth.testing._core.accounts.users import (
    check_attributes,
    find,
    listed_attributes,
    missing_required,
    set_attributes,
)
from amplify_auth.testing._core.operations.registry import operation
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import CognitoError, code_expired, invalid_parameter
from amplify_auth.testing._core.request.settings import names
from amplify_auth.testing._core.tokens.issue import SignedIn, verify_access

# Codes of attributes work for 24 hours: https://github.com/floci-io/floci/pull/1898.
_LIFETIME: Final = timedelta(hours=24)
# No other attribute can be verified: https://github.com/floci-io/floci/pull/2018 (measured).
_VERIFIABLE: Final = {"email": "email", "phone_number": "phone number"}


@operation("UpdateUserAttributes", required=("AccessToken", "UserAttributes"))
def update_user_attributes(call: Call) -> dict[str, Any]:
    """Change attributes; a blank value deletes one (botocore's model).

    A new e-mail address or phone number counts at once, unverified, or waits for its code where the pool wants that
    (``AttributesRequireVerificationBeforeUpdate``). The code is sent for what the pool verifies automatically and
    only if the value is another one (aws-amplify/amplify-js issue 1676, amplify-cli issue 13833).
    """
    signed_in = verify_access(call)
    user = signed_in.user
    wanted = listed_attributes(call.required("UserAttributes"))
    changes = {name: value for name, value in wanted.items() if value}
    check_attributes(call, changes, client=signed_in.client, changing=True)
    _check_deletable(call, signed_in, blank := [name for name, value in wanted.items() if not value])
    contacts = {
        name: value
        for name, value in changes.items()
        if name in _VERIFIABLE and value != user.attribute_lookup.get(name)
    }
    for name, value in contacts.items():
        _check_alias_free(call, user, name, value)
    for name, value in changes.items():
        if name in contacts and name in _verified_first(call):
            signed_in.state.pending_attributes[name] = value
            continue
        signed_in.state.pending_attributes.pop(name, None)
        unverified = {f"{name}_verified": "false"} if name in contacts else {}
        set_attributes(user, {name: value, **unverified})
    _delete(signed_in, blank)
    automatic = names(call.pool.extended_config, "AutoVerifiedAttributes")
    sent = [_send(call, signed_in, name) for name in contacts if name in automatic]
    return {"CodeDeliveryDetailsList": sent}


@operation("DeleteUserAttributes", required=("AccessToken", "UserAttributeNames"))
def delete_user_attributes(call: Call) -> dict[str, Any]:
    """Delete attributes; those the user does not have are passed over."""
    signed_in = verify_access(call)
    unwanted = [str(name) for name in call.required("UserAttributeNames")]
    _check_deletable(call, signed_in, unwanted)
    _delete(signed_in, unwanted)
    return {}


@operation("GetUserAttributeVerificationCode", required=("AccessToken", "AttributeName"))
def get_user_attribute_verification_code(call: Call) -> dict[str, Any]:
    """Send a code to the address or number; one that is verified already may be verified again (floci#2018)."""
    signed_in = verify_access(call)
    name = _verifiable(call)
    if not _destination(signed_in, name):
        raise invalid_parameter(f"User has no {_VERIFIABLE[name]}.")  # unverified words
    return {"CodeDeliveryDetails": _send(call, signed_in, name)}


@operation("VerifyUserAttribute", required=("AccessToken", "AttributeName", "Code"))
def verify_user_attribute(call: Call) -> dict[str, Any]:
    """Take a code for proof: the attribute becomes verified and a pending value becomes the value."""
    signed_in = verify_access(call)
    user, name = signed_in.user, _verifiable(call)
    code = codes.check(call, user.username, codes.verification(name), str(call.required("Code")))
    value = _destination(signed_in, name)
    if code.destination != value:
        # It was sent to what the attribute was then.
        raise code_expired()
    _check_alias_free(call, user, name, value)
    code.used = True
    signed_in.state.pending_attributes.pop(name, None)
    set_attributes(user, {name: value, f"{name}_verified": "true"})
    return {}


def _verifiable(call: Call) -> str:
    name = str(call.required("AttributeName"))
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


def _verified_first(call: Call) -> Iterable[str]:
    path = ("UserAttributeUpdateSettings", "AttributesRequireVerificationBeforeUpdate")
    return names(call.pool.extended_config, *path)


def _check_alias_free(call: Call, user: Any, name: str, value: str) -> None:
    config = call.pool.extended_config
    is_name = name in names(config, "UsernameAttributes") + names(config, "AliasAttributes")
    if is_name and find(call.pool, value) not in (None, user):
        # The sentence of a second sign-up with one e-mail address; unverified for these operations.
        message = f"An account with the given {_VERIFIABLE[name]} already exists."
        raise CognitoError("AliasExistsException", message)


def _check_deletable(call: Call, signed_in: SignedIn, unwanted: list[str]) -> None:
    attributes = signed_in.user.attribute_lookup
    # The values are those that stand, so that only the names are judged.
    check_attributes(
        call,
        {name: str(attributes.get(name, "")) for name in unwanted},
        client=signed_in.client,
        changing=True,
    )
    left = {name: value for name, value in attributes.items() if name not in unwanted}
    for name in missing_required(call.pool, left):
        if name in unwanted:
            raise invalid_parameter(f"user.{name}: The attribute {name} is required\n")  # unverified words


def _delete(signed_in: SignedIn, unwanted: Iterable[str]) -> None:
    user = signed_in.user
    gone = {*unwanted, *(f"{name}_verified" for name in unwanted if name in _VERIFIABLE)}
    user.delete_attributes([name for name in user.attribute_lookup if name in gone])
    for name in unwanted:
        signed_in.state.pending_attributes.pop(name, None)
