"""The ceremonies of WebAuthn: an authenticator gets options, and gives a credential. Nothing is sent here.

`ASSERTION` signs a user in, and `REGISTRATION` makes a passkey. The authenticator is an object of the program, so
nothing is certain about what it raises and returns: all of it becomes a credential, or a `PasskeyError`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, final

from ._arguments import is_list, is_mapping, is_text
from ._masking import Value, value
from ._public_call import uncounted
from .errors import AuthError, PasskeyError

Credential = dict[str, Any]
"""A credential as JSON: ``AuthenticationResponseJSON`` or ``RegistrationResponseJSON``."""


@final
@value(kw_only=True, eq=False)
class Ceremony(Value):
    """One row.

    Attributes:
        method: The authenticator's method.
        needs: The members that the options must have, and a check of each.
        invalid_options: The error's name for options that lack one.
        errors: What went wrong at the authenticator -> our error's name. See `_ERRORS`.
        failed: The error's name for everything else.
        advice: The error's name -> what to change; "" for all others.
        returns: What the method must return.
        complete: A credential with all members that Cognito wants; None if it cannot be a credential.
    """

    method: Literal["get", "create"]
    needs: Mapping[str, Callable[[object], bool]]
    invalid_options: str
    errors: Mapping[str, str]
    failed: str
    advice: Mapping[str, str]
    returns: str
    complete: Callable[[Credential], Credential | None]


def _is_filled(found: object) -> bool:
    return is_text(found) and bool(found)


def _has_id(found: object) -> bool:
    return is_mapping(found) and _is_filled(found.get("id"))


def _assertion(credential: Credential) -> Credential | None:
    return credential


def _registration(credential: Credential) -> Credential | None:
    """Browsers give all members. Libraries for Python leave some out."""
    response = credential.get("response")
    if not is_mapping(response) or not all(_is_filled(response.get(name)) for name in _ATTESTED):
        return None
    usual: Credential = {"rawId": credential["id"], "type": "public-key", "clientExtensionResults": {}}
    return {**usual, **credential, "response": {"transports": [], **response}}


_ATTESTED: Final = ("clientDataJSON", "attestationObject")

#: A browser's ``DOMException.name`` (W3C WebAuthn Level 3, sections 5.1.3 and 5.1.4.1), or the name of ``code`` of a
#: ``ClientError`` of the library fido2 -> the name of our error, as amplify-js.
_ERRORS: Final[Mapping[str, str]] = {
    "AbortError": "PasskeyOperationAborted",
    "SecurityError": "RelyingPartyMismatch",
    "NotSupportedError": "PasskeyNotSupported",
    "CONFIGURATION_UNSUPPORTED": "PasskeyNotSupported",
}

ASSERTION: Final = Ceremony(
    method="get",
    needs={"challenge": _is_filled},
    invalid_options="InvalidPasskeyAuthenticationOptions",
    errors={
        **_ERRORS,
        "NotAllowedError": "PasskeyAuthenticationCanceled",
        "TIMEOUT": "PasskeyAuthenticationCanceled",
        "DEVICE_INELIGIBLE": "PasskeyAuthenticationCanceled",  # for which a browser has NotAllowedError
    },
    failed="PasskeyRetrievalFailed",
    advice={"": "Answer with WEB_AUTHN to try again, or with another first factor."},
    returns="AuthenticationResponseJSON",
    complete=_assertion,
)

REGISTRATION: Final = Ceremony(
    method="create",
    needs={"challenge": _is_filled, "user": _has_id, "rp": is_mapping, "pubKeyCredParams": is_list},
    invalid_options="InvalidPasskeyRegistrationOptions",
    errors={
        **_ERRORS,
        "NotAllowedError": "PasskeyRegistrationCanceled",
        "TIMEOUT": "PasskeyRegistrationCanceled",
        "InvalidStateError": "PasskeyAlreadyExists",
        "DEVICE_INELIGIBLE": "PasskeyAlreadyExists",
    },
    failed="PasskeyRegistrationFailed",
    advice={
        "": "Look at the cause of this error, then call associate_web_authn_credential() again.",
        "PasskeyAlreadyExists": "The authenticator has a passkey of this user: sign in with it, or use another "
        "authenticator.",
        "PasskeyNotSupported": "Use an authenticator that can make the kind of passkey that the options ask for.",
        "PasskeyOperationAborted": "Call associate_web_authn_credential() again.",
        "PasskeyRegistrationCanceled": "Call associate_web_authn_credential() again, and confirm it at the "
        "authenticator.",
        "RelyingPartyMismatch": "Let passkey.create() use an origin that belongs to rp.id of its options: the pool's "
        "relying party.",
    },
    returns="RegistrationResponseJSON",
    complete=_registration,
)


def options_for(ceremony: Ceremony, given: object) -> dict[str, Any] | None:
    """``given`` as options of the ceremony; None if an authenticator could not use them."""
    if not is_mapping(given) or not all(is_right(given.get(name)) for name, is_right in ceremony.needs.items()):
        return None
    return dict(given)


def require_authenticator(authenticator: object, suggestion: str) -> None:
    """Raise `PasskeyError` if the session has no authenticator."""
    if authenticator is None:
        raise PasskeyError(
            "Passkeys are not supported without an authenticator.",
            name="PasskeyNotSupported",
            recovery_suggestion=suggestion,
        )


def perform(ceremony: Ceremony, authenticator: object, options: dict[str, Any]) -> Credential:
    """The credential that ``authenticator`` gives for ``options``, as JSON without members that are None.

    The time that this takes is not counted: a person takes it.

    Raises:
        PasskeyError: It gave no credential. The cause is what it raised.
        AuthError: It raised this itself.
    """
    try:
        method: Callable[[dict[str, Any]], object] = getattr(authenticator, ceremony.method)
        with uncounted():
            given = method(options)
    except AuthError:
        raise
    except Exception as error:
        failure = _failure(ceremony, error)
    else:
        credential, failure = _read(ceremony, given)
        if credential is not None:
            return credential
    raise failure


def _failure(ceremony: Ceremony, error: Exception) -> PasskeyError:
    names = (ceremony.errors.get(said) for said in _said_by(error))
    name = next((name for name in names if name is not None), ceremony.failed)
    failure = PasskeyError(
        f"The authenticator gave no credential ({type(error).__name__}).",
        name=name,
        recovery_suggestion=ceremony.advice.get(name) or ceremony.advice[""],
    )
    failure.__cause__ = error
    return failure


def _said_by(error: Exception) -> tuple[str, ...]:
    """The names by which an exception may say what went wrong."""
    try:
        found = (getattr(error, "name", None), getattr(getattr(error, "code", None), "name", None))
    except Exception:  # it is the program's own class
        return ()
    return tuple(name for name in found if is_text(name))


def _read(ceremony: Ceremony, given: object) -> tuple[Credential | None, PasskeyError]:
    """The credential in what an authenticator returned, and the error if it has no credential."""
    failure = PasskeyError(
        "The authenticator's answer is not a credential.",
        name=ceremony.failed,
        recovery_suggestion=f"Let passkey.{ceremony.method}() return {ceremony.returns}, its bytes in Base64url.",
    )
    try:
        credential = _object(given) if is_mapping(given) else {}
    except Exception:  # no JSON, too deep, or a mapping of the program's own that fails
        credential = {}
    return (ceremony.complete(credential) if _has_id(credential) else None), failure


def _object(given: Mapping[str, object]) -> Credential:
    """A copy of ``given`` as an object of JSON, without members that are None. Raises ValueError as `_plain`."""
    if not all(is_text(key) for key in given):
        raise ValueError("A key of an object is text.")
    return {key: _plain(item) for key, item in given.items() if item is not None}


def _plain(given: object) -> Any:
    """A copy of ``given`` as JSON. Raises ValueError for what JSON does not have."""
    if isinstance(given, str):
        if is_text(given):
            return given
    elif isinstance(given, bool):
        return given
    elif isinstance(given, int):
        return int(given)
    elif isinstance(given, float):
        if math.isfinite(given):
            return float(given)
    elif is_mapping(given):
        return _object(given)
    elif is_list(given):
        return [_plain(item) for item in given if item is not None]
    raise ValueError("This is not JSON.")
