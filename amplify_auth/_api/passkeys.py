"""`associate_web_authn_credential`, `list_web_authn_credentials` and `delete_web_authn_credential`: passkeys."""

from __future__ import annotations

from typing import Final

from .. import _arguments as arguments
from .._account import WebAuthnCredentialPage, all_pages, passkeys_page, registration_options
from .._public_call import public
from .._session import Session
from .._webauthn import REGISTRATION, perform, require_authenticator
from .as_user import as_user
from .configure import state_of

#: Passkeys of a page at most, by Cognito's model. It allows 0 too, and does not say what that means.
_LARGEST_PAGE: Final = 20


@public
def associate_web_authn_credential(*, session: Session | None = None) -> None:
    """Make a passkey for the signed-in user with the session's ``passkey``, and register it at Cognito.

    From then on the user can sign in with it: ``sign_in(..., auth_flow_type="USER_AUTH",
    preferred_challenge="WEB_AUTHN")``. A user can have 20 passkeys.

    ``passkey.create(options)`` gets ``PublicKeyCredentialCreationOptionsJSON`` and returns
    ``RegistrationResponseJSON``. ``clientExtensionResults``, ``rawId``, ``type`` and ``transports`` may be missing.
    The time that it takes does not count for ``total_timeout``.

    Args:
        session: The session; default: the default session.

    Raises:
        PasskeyError: The session has no ``passkey`` (nothing was sent), or it gave no credential. ``name`` says why:
            ``PasskeyNotSupported``, ``PasskeyAlreadyExists``, ``PasskeyRegistrationCanceled``,
            ``PasskeyOperationAborted``, ``RelyingPartyMismatch`` or ``PasskeyRegistrationFailed``.
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        WebAuthnNotEnabledException: The pool does not allow passkeys.
        WebAuthnConfigurationMissingException: The pool has no relying party.
        WebAuthnChallengeNotFoundException: The ceremony took too long. Start again.
        WebAuthnOriginNotAllowedException: The passkey was made for an origin that is not the relying party's.
        WebAuthnRelyingPartyMismatchException: The passkey was made for another relying party.
        WebAuthnCredentialNotSupportedException: Cognito does not support this kind of passkey.
        LimitExceededException: The user has too many passkeys, or has tried too often.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer. If the passkey may be registered, the message says that this is not
            known: the request is never sent twice.
        AuthProtocolError: The options cannot be right; ``passkey`` was not asked.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operations: ``StartWebAuthnRegistration``, ``CompleteWebAuthnRegistration``.
    """
    passkey = state_of(session).config.passkey
    require_authenticator(passkey, "Give Session a passkey object, which asks the user's authenticator.")
    user = as_user(session)
    options = registration_options(user.call("StartWebAuthnRegistration"))
    user.call("CompleteWebAuthnRegistration", Credential=perform(REGISTRATION, passkey, options))


@public
def list_web_authn_credentials(
    *, page_size: int | None = None, next_token: str | None = None, session: Session | None = None
) -> WebAuthnCredentialPage:
    """The passkeys of the user: to show them, and to delete one that is lost.

    Args:
        page_size: Passkeys of a page, from 1 to 20. Default: without ``next_token``, all passkeys, with as many
            requests as that needs; with it, Cognito decides.
        next_token: ``next_token`` of the page before, to get one more page.
        session: The session; default: the default session.

    Returns:
        The passkeys. ``next_token`` gets the next page; it is None after the last one.

    Raises:
        AuthValidationError: An argument is wrong; nothing was sent.
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        AuthServiceError: Cognito refused, for example a ``next_token`` that it does not know.
        AuthNetworkError: There was no answer.
        AuthProtocolError: The answer cannot be right.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``ListWebAuthnCredentials``.

    Example:
        >>> import amplify_auth as auth
        >>> for passkey in auth.list_web_authn_credentials().credentials:  # doctest: +SKIP
        ...     print(passkey.friendly_credential_name, passkey.created_at)
    """
    operation = "ListWebAuthnCredentials"
    size = arguments.whole_number(page_size, "page_size", least=1, most=_LARGEST_PAGE)
    token = None if next_token is None else arguments.trimmed(next_token, "next_token", "next_token is empty.")
    user = as_user(session)
    if size is None and token is None:
        every = all_pages(lambda token: passkeys_page(user.call(operation, NextToken=token)))
        return WebAuthnCredentialPage(credentials=every)
    page = passkeys_page(user.call(operation, MaxResults=size, NextToken=token))
    return WebAuthnCredentialPage(credentials=page.items, next_token=page.next_token)


@public
def delete_web_authn_credential(credential_id: str, *, session: Session | None = None) -> None:
    """Delete a passkey of the user at Cognito, so that no sign-in accepts it. The authenticator may keep its part.

    Args:
        credential_id: The ``credential_id`` of a `WebAuthnCredential` of `list_web_authn_credentials`. White space
            around it is removed.
        session: The session; default: the default session.

    Raises:
        AuthValidationError: ``credential_id`` is wrong; nothing was sent.
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        ResourceNotFoundException: The user has no such passkey. If the answer to an earlier request was lost, it may
            be deleted by that.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer. The passkey may be deleted: call this again.
        AuthProtocolError: The answer is not Cognito's, but for example the page of a proxy.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``DeleteWebAuthnCredential``.
    """
    wanted = arguments.trimmed(credential_id, "credential_id", "credential_id is required to delete a passkey.")
    as_user(session).call("DeleteWebAuthnCredential", CredentialId=wanted)
