"""`sign_up`, `confirm_sign_up` and `resend_sign_up_code`, and what they remember for `auto_sign_in`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from .. import _arguments as arguments
from .. import _clock
from .._cognito import (
    Answer,
    SignUpReply,
    call,
    delivery_details,
    is_outcome_unknown,
    optional_text,
    says_session_is_closed,
    secret_hash,
)
from .._public_call import public
from .._session import Session, Step
from .._sign_in import check_flow, make_request
from .._values import (
    AuthConfig,
    CodeDeliveryDetails,
    CompleteAutoSignIn,
    ConfirmSignUp,
    ConfirmSignUpOutput,
    Done,
    PendingAutoSignIn,
    SignUpOutput,
    SignUpStep,
)
from ..errors import AlreadyConfirmed, AuthError, AuthValidationError, InvalidParameterException, NotAuthorizedException
from .configure import state_of

#: Seconds that a sign-up code is good for (developer guide, "Signing up and confirming user accounts").
CODE_LIFETIME = 24 * 3600.0
#: Seconds that `auto_sign_in` waits for a link to be followed, as amplify-js.
LINK_TIMEOUT = 180.0
_AUTO_SIGN_IN_OPTIONS = {"auth_flow_type", "preferred_challenge", "client_metadata"}


@public
def sign_up(
    username: str,
    password: str | None = None,
    *,
    user_attributes: Mapping[str, str] | None = None,
    validation_data: Mapping[str, str] | None = None,
    client_metadata: Mapping[str, str] | None = None,
    auto_sign_in: bool | Mapping[str, Any] = False,
    session: Session | None = None,
) -> SignUpOutput:
    """Create an account.

    Args:
        username: The user name; in pools that sign in by e-mail or phone number, that address. It is sent as it is:
            Cognito refuses a new name that has white space in it or around it.
        password: The password. Leave it out for accounts without one.
        user_attributes: Attributes, such as ``{"email": "alice@example.com", "custom:tier": "gold"}``.
        validation_data: Passed to the pre sign-up Lambda only.
        client_metadata: Passed to the pool's Lambda triggers.
        auto_sign_in: True if `auto_sign_in` should sign the user in once the account is confirmed. A mapping of
            `sign_in`'s keyword options says how. Its ``timeout`` says for how many seconds it is remembered (default
            24 hours), or waits for a link (default 180). True without a password means ``"USER_AUTH"``.
        session: The session; default: the default session.

    Returns:
        ``next_step`` is ``ConfirmSignUp``, ``CompleteAutoSignIn`` or ``Done``; ``user_id`` is the new ``sub``.

    Raises:
        AuthValidationError: An argument is wrong, or ``auto_sign_in`` needs a password; nothing was sent.
        UsernameExistsException: The name is taken.
        InvalidPasswordException: The password does not meet the policy.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer. If the account may exist now, the message says that this is not known:
            the request is never sent twice.
        AuthProtocolError: The answer cannot be right.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``SignUp``.
    """
    step = Step(state_of(session))
    config = step.state.config
    name = arguments.required(username, "username", "EmptySignUpUsername", "username is required to sign_up")
    secret = arguments.optional(password, "password")
    metadata = arguments.texts(client_metadata, "client_metadata")
    attributes = arguments.wire_attributes(arguments.texts(user_attributes, "user_attributes"))
    data = arguments.wire_attributes(arguments.texts(validation_data, "validation_data"))
    expected = _auto_sign_in(config, name, secret, auto_sign_in)
    try:
        answer = _sign_up(config, name, secret, UserAttributes=attributes, ValidationData=data, ClientMetadata=metadata)
        reply = SignUpReply.parse(answer)
    except AuthError as error:
        if expected is not None and is_outcome_unknown(error):  # the code that arrives confirms the account
            step.remember_auto_sign_in(expected)
        raise
    step.state.auto_sign_ins.cancel(name)
    next_step: SignUpStep = Done() if reply.is_confirmed else ConfirmSignUp(code_delivery_details=reply.delivery)
    if expected is not None:
        sign_up_session = optional_text(answer, "Session", "SignUp")
        kept = attrs.evolve(expected, is_ready=reply.is_confirmed, session=sign_up_session)
        if step.remember_auto_sign_in(kept) and (reply.is_confirmed or kept.by_link):
            delivery = None if reply.is_confirmed else reply.delivery
            next_step = CompleteAutoSignIn(code_delivery_details=delivery)
    return SignUpOutput(is_sign_up_complete=reply.is_confirmed, next_step=next_step, user_id=reply.user_id)


def _sign_up(config: AuthConfig, username: str, password: str | None, **parameters: object) -> Answer:
    try:
        return call(
            config,
            "SignUp",
            ClientId=config.user_pool_client_id,
            Username=username,
            Password=password or None,
            SecretHash=secret_hash(config, username),
            **parameters,
        )
    except InvalidParameterException as error:
        refusal = error
    if "'password'" in refusal.message and "Member must not be null" in refusal.message:
        details = refusal.details()
        details["name"] = "EmptySignUpPassword"
        details["recovery_suggestion"] = "Pass password: this pool has no passwordless sign-up."
        raise AuthValidationError("password is required to sign_up", **details)
    advice = arguments.advice_on_white_space(refusal.message, username=username, password=password or "")
    raise refusal if advice is None else refusal.evolve(recovery_suggestion=advice)


def _auto_sign_in(
    config: AuthConfig, username: str, password: str | None, options: bool | Mapping[str, Any]
) -> PendingAutoSignIn | None:
    """What ``auto_sign_in`` asks for, checked before anything is sent. None: it asks for nothing."""
    if not isinstance(options, bool | Mapping):
        raise AuthValidationError(
            f"auto_sign_in must be a bool or a mapping, not {type(options).__name__}.",
            name="InvalidArgument",
            recovery_suggestion="Pass auto_sign_in=True, or a dict of sign_in's keyword options.",
        )
    given: dict[str, Any] = {"enabled": options} if isinstance(options, bool) else {"enabled": True, **options}
    by_link = config.sign_up_verification_method == "link"
    default = LINK_TIMEOUT if by_link else CODE_LIFETIME
    timeout = arguments.seconds(given.pop("timeout", default), "auto_sign_in['timeout']")
    if not arguments.flag(given.pop("enabled"), "auto_sign_in['enabled']"):
        return None
    unknown = sorted(str(option) for option in given if option not in _AUTO_SIGN_IN_OPTIONS)
    if unknown or not timeout:
        raise AuthValidationError(
            f"auto_sign_in has unknown options: {', '.join(unknown)}."
            if unknown
            else "auto_sign_in['timeout'] must be more than 0.",
            name="InvalidArgument",
            recovery_suggestion=f"Use {', '.join(sorted(_AUTO_SIGN_IN_OPTIONS))}, and timeout in seconds.",
        )
    if not password and "auth_flow_type" not in given:
        given["auth_flow_type"] = "USER_AUTH"
    request = make_request(config, username, password, **given)
    if request.auth_flow_type == "CUSTOM_WITHOUT_SRP":
        request = attrs.evolve(request, password=None)
    check_flow(request, config)
    lifetime = CODE_LIFETIME if by_link else timeout
    return PendingAutoSignIn(
        username=username, request=request, by_link=by_link, deadline=_clock.monotonic() + lifetime, timeout=timeout
    )


@public
def confirm_sign_up(
    username: str,
    confirmation_code: str,
    *,
    client_metadata: Mapping[str, str] | None = None,
    force_alias_creation: bool | None = None,
    session: Session | None = None,
) -> ConfirmSignUpOutput:
    """Confirm an account with the code that its owner received.

    If the account is confirmed already, this succeeds with any code: then the answer to an earlier call was lost, or a
    link or another program confirmed it. So success says that the account is confirmed, not who called.

    Args:
        username: The name that was signed up. White space around it is removed.
        confirmation_code: The code. White space in it is removed.
        client_metadata: Passed to the pool's Lambda triggers.
        force_alias_creation: True to take the address over from another account that has it as an alias.
        session: The session; default: the default session.

    Returns:
        ``next_step`` is ``CompleteAutoSignIn`` if `sign_up` was asked for it, else ``Done``.

    Raises:
        AuthValidationError: An argument is wrong; nothing was sent.
        CodeMismatchException: The code is wrong; confirm again.
        ExpiredCodeException: The code is too old; `resend_sign_up_code`.
        AlreadyConfirmed: The account is confirmed already.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer. The account may be confirmed now: call this again.
        AuthProtocolError: The answer cannot be right.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``ConfirmSignUp``.
    """
    step = Step(state_of(session))
    config = step.state.config
    name = arguments.username(
        username, "username", "EmptyConfirmSignUpUsername", "username is required to confirm_sign_up"
    )
    code = arguments.code(
        confirmation_code, "confirmation_code", "EmptyConfirmSignUpCode", "code is required to confirm_sign_up"
    )
    expected = step.state.auto_sign_ins.of(name)
    new_session = _confirm(
        config,
        expected,
        Username=name,
        ConfirmationCode=code,
        ClientMetadata=arguments.texts(client_metadata, "client_metadata"),
        ForceAliasCreation=arguments.flag(force_alias_creation, "force_alias_creation"),
        SecretHash=secret_hash(config, name),
    )
    is_expected = expected is not None and step.remember_auto_sign_in(
        attrs.evolve(expected, is_ready=True, session=new_session)
    )
    return ConfirmSignUpOutput(is_sign_up_complete=True, next_step=CompleteAutoSignIn() if is_expected else Done())


def _confirm(config: AuthConfig, expected: PendingAutoSignIn | None, **parameters: object) -> str | None:
    """Confirm. Returns the session that signs the user in, if there is one.

    The sign-up's session is sent if Cognito still accepts it: codes live longer than sessions.
    """
    operation = "ConfirmSignUp"
    parameters["ClientId"] = config.user_pool_client_id
    session = expected.session if expected else None
    # The session of an account that was confirmed here is for its sign-in.
    sent, for_sign_in = (None, session) if expected and expected.is_ready else (session, None)
    try:
        return optional_text(call(config, operation, Session=sent, **parameters), "Session", operation)
    except AlreadyConfirmed:
        return for_sign_in
    except (NotAuthorizedException, InvalidParameterException) as error:
        refusal = error
    if sent is not None and says_session_is_closed(refusal):
        return _confirm(config, None, **parameters)
    raise refusal


@public
def resend_sign_up_code(
    username: str, *, client_metadata: Mapping[str, str] | None = None, session: Session | None = None
) -> CodeDeliveryDetails:
    """Send a new code for an account that is not confirmed. The old code is not good any more.

    Args:
        username: The name that was signed up. White space around it is removed.
        client_metadata: Passed to the pool's Lambda triggers.
        session: The session; default: the default session.

    Returns:
        Where the code went.

    Raises:
        AuthValidationError: An argument is wrong; nothing was sent.
        AlreadyConfirmed: The account is confirmed already, so that no code was sent. If `sign_up` was asked for it,
            `auto_sign_in` signs in now.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer. If a code may have been sent, the message says that this is not known:
            the request is never sent twice.
        AuthProtocolError: The answer cannot be right.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``ResendConfirmationCode``.
    """
    step = Step(state_of(session))
    config = step.state.config
    name = arguments.username(
        username, "username", "EmptyResendSignUpCodeUsername", "username is required to resend_sign_up_code"
    )
    try:
        answer = call(
            config,
            "ResendConfirmationCode",
            ClientId=config.user_pool_client_id,
            Username=name,
            ClientMetadata=arguments.texts(client_metadata, "client_metadata"),
            SecretHash=secret_hash(config, name),
        )
    except AlreadyConfirmed as error:
        refusal = error
    else:
        return delivery_details(answer, "ResendConfirmationCode")
    raise _needs_no_code(step, name, refusal)


def _needs_no_code(step: Step, username: str, refusal: AlreadyConfirmed) -> AlreadyConfirmed:
    """The error for an account that is confirmed already. Its automatic sign-in, if any, can go on."""
    advice = "No code is needed: call sign_in()."
    expected = step.state.auto_sign_ins.of(username)
    if expected is not None and not expected.is_ready:
        expected = attrs.evolve(expected, is_ready=True, session=None)  # the sign-up's session confirms, no more
    if expected is not None and step.remember_auto_sign_in(expected):
        advice = "No code is needed: call auto_sign_in()."
    return refusal.evolve(recovery_suggestion=advice)
