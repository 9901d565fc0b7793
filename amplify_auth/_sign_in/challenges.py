"""The challenges that a person answers: for each, how it is asked and what an answer becomes.

`CHALLENGES` is the table: start reading there. Its names are also in ``CHALLENGE_NAMES`` of the values, for the stored
record. Nothing is sent here: a reply becomes a step, a step and an answer become an action. The challenges that need
no person are in ``proofs``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, final

import attrs

from .._cognito import Reply, protocol_error
from .._masking import Value, value
from .._srp import SrpClient
from .._typed_text import code_of, has_unseen, hint, name_of, stripped
from .._values import (
    MFA_TYPES,
    OTHER_WORDS,
    AuthConfig,
    ConfirmSignInWithCustomChallenge,
    ConfirmSignInWithEmailCode,
    ConfirmSignInWithNewPasswordRequired,
    ConfirmSignInWithPassword,
    ConfirmSignInWithSmsCode,
    ConfirmSignInWithTotpCode,
    ContinueSignInWithEmailSetup,
    ContinueSignInWithFirstFactorSelection,
    ContinueSignInWithMfaSelection,
    ContinueSignInWithMfaSetupSelection,
    ContinueSignInWithTotpSetup,
    MfaType,
    PendingSignIn,
    PendingStep,
    SignInRequest,
    as_first_factor,
)
from ..errors import AuthValidationError, MFAMethodNotFoundException
from .actions import Action, AskNext, AssociateSoftwareToken, SendAnswer, VerifySoftwareToken
from .first_factors import first_factor_of, listed_factors, possible_factors

_WIRE_NAMES: Final = {mfa_type: name for name, mfa_type in MFA_TYPES.items()}
#: What a program or a user may write for a second factor, in capitals and without what is between the words.
_SPELLINGS: Final[Mapping[str, MfaType]] = {
    **dict.fromkeys(("TOTP", "TOTPMFA", "SOFTWARETOKEN", "SOFTWARETOKENMFA"), "TOTP"),
    **dict.fromkeys(("SMS", "SMSMFA", "SMSOTP"), "SMS"),
    **dict.fromkeys(("EMAIL", "EMAILMFA", "EMAILOTP"), "EMAIL"),
}


@final
@value(kw_only=True, eq=False)
class ChallengeHandler(Value):
    """One row: the step that asks, and the action that an answer becomes.

    Attributes:
        ask: Makes the step from the reply and the first factors that can be chosen.
        answer: Makes the action from the pending sign-in, the answer, and its ``user_attributes``.
        read: Makes the answer from what was typed. Default: it stays as it was typed.
    """

    ask: Callable[[Reply, tuple[str, ...]], PendingStep]
    answer: Callable[[PendingSignIn, str, Mapping[str, str]], Action]
    read: Callable[[str], str] = str


def _asked_with_code(step: Callable[..., PendingStep], reply: Reply, offered: tuple[str, ...]) -> PendingStep:
    return step(code_delivery_details=reply.code_delivery())


def _answer_as(key: str, pending: PendingSignIn, answer: str, attributes: Mapping[str, str]) -> Action:
    return SendAnswer(challenge_name=pending.challenge_name, responses={key: answer}, with_device=True)


def _answer_totp(pending: PendingSignIn, answer: str, attributes: Mapping[str, str]) -> Action:
    if not answer.isascii() or not answer.isdigit():  # RFC 6238; a wrong answer would count against the user
        raise AuthValidationError(
            "The code of an authenticator app has digits only.",
            name="InvalidArgument",
            recovery_suggestion="Pass the code that the app shows now as challenge_response.",
        )
    return _answer_as("SOFTWARE_TOKEN_MFA_CODE", pending, answer, attributes)


def _ask_totp(reply: Reply, offered: tuple[str, ...]) -> PendingStep:
    return ConfirmSignInWithTotpCode(friendly_device_name=reply.parameters.get("FRIENDLY_DEVICE_NAME"))


def _ask_custom(reply: Reply, offered: tuple[str, ...]) -> PendingStep:
    return ConfirmSignInWithCustomChallenge(additional_info=reply.parameters)


def _ask_new_password(reply: Reply, offered: tuple[str, ...]) -> PendingStep:
    names = (name.replace("userAttributes.", "", 1) for name in reply.json_list("requiredAttributes"))
    return ConfirmSignInWithNewPasswordRequired(missing_attributes=tuple(names))


def _answer_new_password(pending: PendingSignIn, answer: str, attributes: Mapping[str, str]) -> Action:
    chosen = {f"userAttributes.{name}": value for name, value in attributes.items() if value}
    responses = {**chosen, "NEW_PASSWORD": answer}
    return SendAnswer(challenge_name=pending.challenge_name, responses=responses, new_password=answer)


def _mfa_type(answer: str) -> MfaType | None:
    """The second factor that ``answer`` names, or None."""
    return _SPELLINGS.get(name_of(answer).replace("_", ""))


def _mfa_types(reply: Reply, parameter: str) -> tuple[MfaType, ...]:
    return tuple(MFA_TYPES[name] for name in reply.json_list(parameter) if name in MFA_TYPES)


def _ask_mfa_type(reply: Reply, offered: tuple[str, ...]) -> PendingStep:
    return ContinueSignInWithMfaSelection(allowed_mfa_types=_mfa_types(reply, "MFAS_CAN_CHOOSE"))


def _answer_mfa_type(pending: PendingSignIn, answer: str, attributes: Mapping[str, str]) -> Action:
    step = pending.next_step
    offered = step.allowed_mfa_types if isinstance(step, ContinueSignInWithMfaSelection) else ()
    chosen = _mfa_type(answer)
    if chosen is None or (offered and chosen not in offered):
        raise AuthValidationError(
            "Incorrect MFA method was chosen. It should be either SMS, TOTP, or EMAIL",
            name="IncorrectMFAMethod",
            recovery_suggestion=f"Try to pass {' or '.join(offered or _WIRE_NAMES)} as the challenge_response.",
        )
    return SendAnswer(challenge_name=pending.challenge_name, responses={"ANSWER": _WIRE_NAMES[chosen]})


def setup_types(reply: Reply) -> tuple[MfaType, ...]:
    """The second factors that an ``MFA_SETUP`` reply lets a signed-out user set up, in the service's order."""
    possible = _mfa_types(reply, "MFAS_CAN_SETUP")
    kept: tuple[MfaType, ...] = tuple(
        mfa_type for mfa_type in possible if mfa_type != "SMS"
    )  # a phone number is not asked for here
    if possible and not kept:
        raise MFAMethodNotFoundException(
            "Cannot initiate MFA setup from available types: SMS_MFA. The account needs a phone number for SMS, and "
            "has no phone number; it cannot be set before the sign-in.",
            name="SignInException",
            recovery_suggestion="Ask the pool's administrator to set the phone_number of the account "
            "(AdminUpdateUserAttributes), or to let the pool offer TOTP or e-mail too. Then sign in again.",
            operation=reply.operation,
        )
    if not kept:
        raise protocol_error(
            "Cannot initiate MFA setup from available types: "
            f"{', '.join(reply.json_list('MFAS_CAN_SETUP')) or 'none given'}.",
            name="SignInException",
        )
    return kept


def _ask_mfa_setup(reply: Reply, offered: tuple[str, ...]) -> PendingStep:
    return ContinueSignInWithMfaSetupSelection(allowed_mfa_types=setup_types(reply))


def choose_setup(pending: PendingSignIn, mfa_type: MfaType) -> Action:
    """Go on to the set-up of one factor. An authenticator's secret that was shown once stays the same."""
    if mfa_type == "EMAIL":
        return AskNext(attrs.evolve(pending, next_step=ContinueSignInWithEmailSetup()))
    if pending.totp is None:
        return AssociateSoftwareToken()
    return AskNext(attrs.evolve(pending, next_step=ContinueSignInWithTotpSetup(totp_setup_details=pending.totp)))


def _answer_mfa_setup(pending: PendingSignIn, answer: str, attributes: Mapping[str, str]) -> Action:
    chosen = _mfa_type(answer)
    if chosen is not None and chosen in pending.mfa_types:
        return choose_setup(pending, chosen)
    step = pending.next_step
    if isinstance(step, ContinueSignInWithTotpSetup):
        code, expected = code_of(answer), "the digits of the authenticator's code"
        if code.isascii() and code.isdigit():
            return VerifySoftwareToken(code)
    elif isinstance(step, ContinueSignInWithEmailSetup):
        address, expected = stripped(answer), "an e-mail address"
        if "@" in address and not has_unseen(address):
            return SendAnswer(challenge_name=pending.challenge_name, responses={"EMAIL": address})
    else:
        expected = " or ".join(pending.mfa_types)
    raise AuthValidationError(
        "Cannot proceed with MFA setup using this challenge_response.",
        name="SignInException",
        recovery_suggestion=f"Pass {expected}.",
    )


def _ask_password(reply: Reply, offered: tuple[str, ...]) -> PendingStep:
    return ConfirmSignInWithPassword()


def _answer_password(factor: str, pending: PendingSignIn, answer: str, attributes: Mapping[str, str]) -> Action:
    return SendAnswer(challenge_name="SELECT_CHALLENGE", responses={"ANSWER": factor}, password=answer)


def _ask_first_factor(reply: Reply, offered: tuple[str, ...]) -> PendingStep:
    return ContinueSignInWithFirstFactorSelection(available_challenges=offered)


def _answer_first_factor(pending: PendingSignIn, answer: str, attributes: Mapping[str, str]) -> Action:
    offered = pending.available_challenges
    if offered and answer not in offered:
        meant = hint(answer, offered, OTHER_WORDS["preferred_challenge"])
        raise AuthValidationError(
            "The chosen first factor is not one of the available challenges.",
            name="InvalidPreferredChallenge",
            recovery_suggestion=f"{meant}Pass one of {', '.join(offered)} as the challenge_response.",
        )
    if answer in ("PASSWORD", "PASSWORD_SRP"):
        request = attrs.evolve(pending.request, preferred_challenge=as_first_factor(answer))
        return AskNext(
            attrs.evolve(pending, challenge_name=answer, next_step=ConfirmSignInWithPassword(), request=request)
        )
    return SendAnswer(challenge_name="SELECT_CHALLENGE", responses={"ANSWER": answer})


def _code(step: Callable[..., PendingStep], key: str) -> ChallengeHandler:
    return ChallengeHandler(ask=partial(_asked_with_code, step), answer=partial(_answer_as, key), read=code_of)


_FIRST_FACTOR: Final = ChallengeHandler(ask=_ask_first_factor, answer=_answer_first_factor, read=first_factor_of)

#: ChallengeName -> how it is asked and answered.
CHALLENGES: Final[Mapping[str, ChallengeHandler]] = {
    "SMS_MFA": _code(ConfirmSignInWithSmsCode, "SMS_MFA_CODE"),
    "SMS_OTP": _code(ConfirmSignInWithSmsCode, "SMS_OTP_CODE"),
    "EMAIL_OTP": _code(ConfirmSignInWithEmailCode, "EMAIL_OTP_CODE"),
    "SOFTWARE_TOKEN_MFA": ChallengeHandler(ask=_ask_totp, answer=_answer_totp, read=code_of),
    "CUSTOM_CHALLENGE": ChallengeHandler(ask=_ask_custom, answer=partial(_answer_as, "ANSWER")),
    "NEW_PASSWORD_REQUIRED": ChallengeHandler(ask=_ask_new_password, answer=_answer_new_password),
    "SELECT_MFA_TYPE": ChallengeHandler(ask=_ask_mfa_type, answer=_answer_mfa_type),
    "MFA_SETUP": ChallengeHandler(ask=_ask_mfa_setup, answer=_answer_mfa_setup),
    "PASSWORD": ChallengeHandler(ask=_ask_password, answer=partial(_answer_password, "PASSWORD")),
    "PASSWORD_SRP": ChallengeHandler(ask=_ask_password, answer=partial(_answer_password, "PASSWORD_SRP")),
    "SELECT_CHALLENGE": _FIRST_FACTOR,
    # Asked only after the authenticator gave nothing: it may be tried again, or another factor chosen.
    "WEB_AUTHN": _FIRST_FACTOR,
}


def read(pending: PendingSignIn, typed: str) -> str:
    """The answer to ``pending`` that ``typed`` is. Passwords and answers to custom challenges stay as they were typed.

    Raises:
        AuthValidationError: Nothing is left of it.
    """
    answer = CHALLENGES[pending.challenge_name].read(typed)
    if not answer:
        raise AuthValidationError(
            "challenge_response is required to confirm_sign_in",
            name="EmptyChallengeResponse",
            recovery_suggestion="Pass the code as challenge_response: what was passed has only white space.",
        )
    return answer


def ask(
    reply: Reply,
    previous: PendingSignIn | None,
    *,
    config: AuthConfig,
    username: str,
    request: SignInRequest,
    srp: SrpClient | None,
) -> PendingSignIn:
    """The pending sign-in that waits for the answer to ``reply``.

    Args:
        reply: The challenge.
        previous: The pending sign-in that was answered before, if any.
        config: The session's configuration.
        username: Cognito's name for the user, as far as it is known.
        request: What the sign-in was started with.
        srp: The SRP exchange that waits for its proof.

    Raises:
        AuthProtocolError: The challenge is not known, or its parameters cannot be right.
        MFAMethodNotFoundException: Only SMS can be set up, which needs a phone number.
    """
    name = reply.challenge_name or ""
    handler = CHALLENGES.get(name)
    if handler is None:
        raise protocol_error(
            f"The {name} challenge of Cognito is not known.", name="SignInException", operation=reply.operation
        )
    listed = listed_factors(reply, previous)
    return PendingSignIn(
        next_step=handler.ask(reply, listed or (possible_factors(config) if name == "WEB_AUTHN" else ())),
        username=username,
        request=request,
        challenge_name=name,
        session=reply.session,
        available_challenges=listed,
        mfa_types=setup_types(reply) if name == "MFA_SETUP" else (),
        srp=srp,
    )
