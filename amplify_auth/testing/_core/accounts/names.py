"""Names users are called by: whether a new one is free, and what an alias that is taken means.

Never here: lookup, sign-up itself.
"""

from collections.abc import Mapping
from typing import Any, Final

from amplify_auth.testing._core.accounts.users import attributes_of, find, is_email, is_phone, set_attributes
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import CognitoError, invalid_parameter
from amplify_auth.testing._core.request.settings import names

_FORMS: Final = {"email": is_email, "phone_number": is_phone}
_NOUNS: Final = {"email": "an email", "phone_number": "a phone number"}


def new_name(call: Call, name: str, attributes: Mapping[str, str]) -> tuple[str | None, dict[str, str]]:
    """The internal username and the attributes of a new user called ``name``.

    In pools of ``UsernameAttributes`` the name is an attribute and the username a UUID (None here).

    Raises:
        CognitoError: ``UsernameExistsException``, or ``InvalidParameterException`` for a name of the wrong form.
    """
    called_by = names(call.pool.extended_config, "UsernameAttributes")
    if called_by:
        attribute = next((one for one in called_by if _FORMS[one](name)), None)
        if attribute is None:
            nouns = [_NOUNS[one] for one in called_by]
            form = f"either {' or '.join(nouns)}" if len(nouns) > 1 else nouns[0]
            raise invalid_parameter(f"Username should be {form}.")
        merged = {**attributes, attribute: name}
        for one in called_by:
            if one in merged and find(call.pool, merged[one]) is not None:
                raise _taken(one)
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


def _taken(attribute: str) -> CognitoError:
    noun = "email" if attribute == "email" else "phone number"
    return CognitoError("UsernameExistsException", f"An account with the given {noun} already exists.")


def claimed_alias(call: Call, user: Any, attribute: str) -> Any | None:
    """Another user who holds, verified, the alias that ``user`` is about to verify."""
    if attribute not in names(call.pool.extended_config, "AliasAttributes"):
        return None
    holder = find(call.pool, attributes_of(user)[attribute])
    return None if holder is user else holder


def take_alias(holder: Any, attribute: str, *, force: bool) -> None:
    """Take an alias from its holder, who keeps it unverified.

    Raises:
        CognitoError: ``AliasExistsException`` unless ``force``.
    """
    if not force:
        noun = "email" if attribute == "email" else "phone_number"
        raise CognitoError("AliasExistsException", f"An account with the given {noun} already exists.")
    set_attributes(holder, {f"{attribute}_verified": "false"})
