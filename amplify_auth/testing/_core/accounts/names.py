"""The names of users: a new name must be free, and an alias has one owner.

Never here: the search for a user.
"""

from collections.abc import Mapping
from typing import Final

from ..._moto import MotoUser
from ..request import Call, CognitoError, invalid_parameter, names
from .attributes import attributes_of, is_email, is_phone, set_attributes
from .users import find

_FORMS: Final = {"email": is_email, "phone_number": is_phone}
_NOUNS: Final = {"email": "an email", "phone_number": "a phone number"}


def new_name(call: Call, name: str, attributes: Mapping[str, str]) -> tuple[str | None, dict[str, str]]:
    """The internal username and the attributes of a new user with this name.

    In pools with ``UsernameAttributes`` the name is an attribute, and the internal username is a UUID (None here).

    Raises:
        CognitoError: ``UsernameExistsException``, or ``InvalidParameterException`` for a name of the wrong form.
    """
    name_attributes = names(call.pool.extended_config, "UsernameAttributes")
    if name_attributes:
        attribute = next((one for one in name_attributes if _FORMS[one](name)), None)
        if attribute is None:
            nouns = [_NOUNS[one] for one in name_attributes]
            form = f"either {' or '.join(nouns)}" if len(nouns) > 1 else nouns[0]
            raise invalid_parameter(f"Username should be {form}.")
        merged = {**attributes, attribute: name}
        for one in name_attributes:
            if one in merged and find(call.pool, merged[one]) is not None:
                raise _exists("UsernameExistsException", _noun(one))
        return None, merged
    for alias in names(call.pool.extended_config, "AliasAttributes"):
        if alias in _FORMS and _FORMS[alias](name):
            raise invalid_parameter(
                f"Username cannot be of {alias.replace('_number', ' number')} format, since user pool is "
                f"configured for {alias.replace('_number', ' number')} alias."
            )
    if find(call.pool, name) is not None:
        raise CognitoError("UsernameExistsException", "User already exists")
    return name, dict(attributes)


def alias_owner(call: Call, user: MotoUser, attribute: str) -> MotoUser | None:
    """Another user who owns the alias that ``user`` verifies now; None if it is free."""
    if attribute not in names(call.pool.extended_config, "AliasAttributes"):
        return None
    owner = find(call.pool, attributes_of(user)[attribute])
    return None if owner is user else owner


def take_alias(owner: MotoUser, attribute: str, *, force: bool) -> None:
    """Take an alias from its owner: the owner's attribute is not verified any more.

    Raises:
        CognitoError: ``AliasExistsException``, if not ``force``.
    """
    if not force:
        raise _exists("AliasExistsException", attribute)
    set_attributes(owner, {f"{attribute}_verified": "false"})


def check_alias_free(call: Call, user: MotoUser, attribute: str, value: str) -> None:
    """Refuse a new address or number that is the name of another user.

    Raises:
        CognitoError: ``AliasExistsException``.
    """
    config = call.pool.extended_config
    is_name = attribute in names(config, "UsernameAttributes") + names(config, "AliasAttributes")
    if is_name and find(call.pool, value) not in (None, user):
        # The sentence of a second sign-up with one e-mail address; unverified for these operations.
        raise _exists("AliasExistsException", _noun(attribute))


def _noun(attribute: str) -> str:
    return "email" if attribute == "email" else "phone number"


def _exists(code: str, noun: str) -> CognitoError:
    return CognitoError(code, f"An account with the given {noun} already exists.")
