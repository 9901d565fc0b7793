"""The order of a sign-in: which proof is due next, and the tokens when none is. Never here: any single proof."""

from typing import Any

from amplify_auth.testing._core.accounts.users import check_usable
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.sign_in import custom, device, mfa, new_password
from amplify_auth.testing._core.sign_in.progress import Progress, user_of
from amplify_auth.testing._core.tokens.issue import sign_in


def advance(call: Call, progress: Progress) -> dict[str, Any]:
    """The response to a proof that was accepted: the next challenge, or the tokens.

    Raises:
        CognitoError: The user's status forbids to go on, or a trigger refuses.
    """
    if progress.flow == "CUSTOM_AUTH" and progress.factor != "CUSTOM":
        decided = custom.next_round(call, progress)
        if not isinstance(decided, Progress):
            return decided
        progress = decided
    user, _ = user_of(call, progress)
    check_usable(user)
    challenge = new_password.offer(call, progress) or _second_factor(call, progress) or device.offer(call, progress)
    return challenge or _tokens(call, progress)


def _second_factor(call: Call, progress: Progress) -> dict[str, Any] | None:
    # A password asks for a second factor. Codes and passkeys do not: where MFA is due they are no first factor at
    # all, see _choice. Triggers ask for what they want. A first sign-in straight from sign-up has had its code:
    # https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html
    if progress.factor != "PASSWORD" or progress.mfa or device.replaces_mfa(call, progress):
        return None
    return mfa.offer(call, progress)


def _tokens(call: Call, progress: Progress) -> dict[str, Any]:
    user, _ = user_of(call, progress)
    client = call.pool.clients[progress.client_id]
    named = device.new_device(call, progress)
    device_key = named["DeviceKey"] if named else progress.device_key
    result = sign_in(call, user, client, device_key=device_key, source=_source(progress))
    if named is not None:
        result["NewDeviceMetadata"] = named
    return {"ChallengeParameters": {}, "AuthenticationResult": result}


def _source(progress: Progress) -> str:
    if progress.device:
        return "TokenGeneration_AuthenticateDevice"
    if progress.new_password:
        return "TokenGeneration_NewPasswordChallenge"
    return "TokenGeneration_Authentication"
