"""`adopt_tokens` and `adopt_device`: the session goes on with what another program got from Cognito."""

from __future__ import annotations

from .. import _arguments as arguments
from .._public_call import public
from .._session import Session, Step
from .._sign_in import GivenTokens, adopt, check_given
from .._typed_text import stripped
from .._values import AuthUser, Device
from ..errors import AuthValidationError
from .configure import state_of

_TOKENS_NEEDED = "Pass access_token, refresh_token, or both, and id_token with them if there is one."


@public
def adopt_tokens(
    *,
    access_token: str | None = None,
    id_token: str | None = None,
    refresh_token: str | None = None,
    device_key: str | None = None,
    session: Session | None = None,
) -> AuthUser:
    """Sign a user in with tokens that another program got: a browser, a phone app, or a job with a refresh token.

    The tokens must be of the session's user pool and app client. Give all three, an access token with or without the
    ID token, or a refresh token alone. White space around a token is removed.

    A refresh token is used at once if there is no access token, or if a given token has expired: so a bad one fails
    here. If the app client rotates refresh tokens, the session takes it over with the first refresh: the copy of its
    former holder is good for 60 more seconds at most. Without a refresh token, the session ends when the tokens expire.

    What is checked before anything is sent: who issued each token (``iss``), for which client (``client_id`` or
    ``aud``), its kind (``token_use``), that both are of one user (``sub``), and their time (``exp``, ``iat``). If the
    extra ``verify`` is installed, the signatures are checked too, with the keys of the pool. Without it they are not:
    then the claims prove nothing, and tokens from an untrusted source must not decide what a user may do. Tokens that
    are refreshed at once need no signature, because Cognito says whose they are. It is not checked whether the tokens
    were revoked: Cognito says that when they are used.

    A sign-in that waits for an answer is dropped.

    Args:
        access_token: The access token, without ``Bearer``.
        id_token: The ID token of the same user. Without it, the session has no ID token before the first refresh.
        refresh_token: The refresh token.
        device_key: The device that the tokens are bound to, if the pool tracks devices: Cognito refuses a refresh
            without it. Default: the claim ``device_key`` of the access token, else the device of the user that this
            session knows. With a refresh token alone it must be given.
        session: The session; default: the default session.

    Returns:
        The user. ``sign_in_details.auth_flow_type`` is ``"ADOPTED"``.

    Raises:
        UserAlreadyAuthenticatedException: A user is signed in; nothing was sent.
        TokenVerificationError: A token is not of this pool and client, is not signed by the pool, or has expired. Or
            the tokens are of several users. The message names the token and the claim. ``name`` is
            ``"TokenExpiredException"`` if only its time is over.
        AuthValidationError: Neither an access token nor a refresh token is given, or an argument is wrong.
        NotAuthorizedException: Cognito refuses the refresh token: it has expired, was revoked, or is bound to a device.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer to the refresh, or the keys of the pool could not be fetched.
        AuthProtocolError: An answer cannot be right.
        SignInException: A sign-out, or a restored state, came before the end.
        AuthStateError: Another thread's sign-in of this session took too long; nothing was sent.
        AuthConfigurationError: No session is given, and `configure` made no default. Or the pool does not exist. Or the
            endpoint needs the user's name to refresh tokens of a client with a secret: pass an access token too.

    Warns:
        StorageWarning: The user is signed in, but the session's storage does not take it: it is kept in memory.

    Cognito operations: none, or ``GetTokensFromRefreshToken``, or ``InitiateAuth`` with ``REFRESH_TOKEN_AUTH`` if the
    endpoint has only that; the pool's JWKS.

    Example:
        >>> adopt_tokens(refresh_token=os.environ["COGNITO_REFRESH_TOKEN"])  # doctest: +SKIP
        >>> result = client.initiate_auth(...)["AuthenticationResult"]  # doctest: +SKIP
        >>> adopt_tokens(access_token=result["AccessToken"], refresh_token=result["RefreshToken"])  # doctest: +SKIP
        >>> u = pycognito.Cognito(...)  # doctest: +SKIP
        >>> adopt_tokens(
        ...     access_token=u.access_token, id_token=u.id_token, refresh_token=u.refresh_token
        ... )  # doctest: +SKIP
        >>> key = f"CognitoIdentityServiceProvider.{client_id}.{username}"  # amplify-js # doctest: +SKIP
        >>> adopt_tokens(
        ...     access_token=stored[f"{key}.accessToken"], refresh_token=stored[f"{key}.refreshToken"]
        ... )  # doctest: +SKIP
    """
    key = _optional(device_key, "device_key")
    given = GivenTokens(
        access_token=_optional(access_token, "access_token"),
        id_token=_optional(id_token, "id_token"),
        refresh_token=_optional(refresh_token, "refresh_token"),
        device_key=key and _checked_key(key),
    )
    if given.access_token is None and given.refresh_token is None:
        alone = "An ID token alone cannot be adopted: Cognito takes requests with an access token."
        raise AuthValidationError(
            alone if given.id_token else "access_token or refresh_token is required to adopt_tokens.",
            name="EmptyAdoptTokens",
            recovery_suggestion=_TOKENS_NEEDED,
        )
    step = Step(state_of(session))
    checked = check_given(step.state.config, given)
    with step.exclusive():
        step.refuse_second_user()
        step.set_pending(None)
        signed_in = adopt(step, checked)
        step.publish(signed_in)
    return AuthUser(username=signed_in.username, user_id=signed_in.user_id, sign_in_details=signed_in.details)


@public
def adopt_device(
    username: str,
    *,
    device_key: str,
    device_group_key: str,
    device_password: str,
    session: Session | None = None,
) -> None:
    """Let sign-ins of a user use a device that another program has registered, and remembers.

    The next sign-in proves the device, and Cognito asks for no second factor if it remembers the device. If Cognito
    does not accept the device, it is forgotten here, and the sign-in goes on as without one. A device that this session
    had for the user is replaced. This can be called at any time: the tokens of a signed-in user stay bound to the
    device of their sign-in.

    The device is kept in the session's storage, and `Session.export_state` has it.

    Args:
        username: The name that the user signs in with, or Cognito's own name for the user.
        device_key: The key of the device, as in ``NewDeviceMetadata``: amplify-js keeps it as ``deviceKey``.
        device_group_key: The group key of the device: ``deviceGroupKey`` in amplify-js.
        device_password: The password that the program made for the device: ``randomPasswordKey`` in amplify-js.
        session: The session; default: the default session.

    Raises:
        AuthValidationError: An argument is missing or wrong.
        AuthError: The session's storage cannot be used: the device is known in memory, and stored with the next
            sign-in.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: none.

    Example:
        >>> adopt_device(
        ...     "alice", device_key=key, device_group_key=group, device_password=password
        ... )  # doctest: +SKIP
    """
    name = _stripped(username, "username", "EmptyAdoptDeviceUsername")
    key = _checked_key(_stripped(device_key, "device_key", "EmptyDeviceKey"))
    group_key = _stripped(device_group_key, "device_group_key", "EmptyDeviceGroupKey")
    password = arguments.required(
        device_password, "device_password", "EmptyDevicePassword", "device_password is required to adopt_device."
    )
    state = state_of(session)
    adopted = Device(username=name, key=key, group_key=group_key, password=password, is_adopted=True)
    state.store.keep_device(state.devices.adopt(adopted))


def _stripped(value: object, argument: str, name: str) -> str:
    """``value`` without white space around it, as it is copied or read from a file. ``name`` is the error's name."""
    missing = name, f"{argument} is required to adopt_device."
    return arguments.required(stripped(arguments.required(value, argument, *missing)), argument, *missing)


def _optional(value: object, argument: str) -> str | None:
    """As `_stripped`; None if it is not given."""
    if value is None:
        return None
    empty = "EmptyAdoptTokens", f"{argument} is empty.", f"Leave {argument} out, or pass its value."
    return arguments.required(stripped(arguments.required(value, argument, *empty)), argument, *empty)


def _checked_key(key: str) -> str:
    if key.startswith("-"):
        raise AuthValidationError(
            "device_key is not the key of a device.",
            name="InvalidArgument",
            recovery_suggestion="Pass the key, such as eu-west-1_ and a UUID. The group key begins with a dash.",
        )
    return key
