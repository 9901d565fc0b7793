"""The order of a sign-in: the next proof, or the tokens after the last proof.

Never here: a single proof.
"""

from ..request import Call, Response
from ..state import Progress
from ..tokens import sign_in_result
from . import custom, device, mfa, new_password
from .progress import Step, usable_user_of, user_of


def advance(call: Call, step: Step) -> Response:
    """The answer to a right proof: the next challenge, or the tokens. A step that is an answer already stays.

    Raises:
        CognitoError: The user's status does not allow to continue, or a trigger refuses.
    """
    if isinstance(step, Progress) and step.flow == "CUSTOM_AUTH" and step.factor != "CUSTOM":
        step = custom.next_round(call, step)
    if not isinstance(step, Progress):
        return step
    usable_user_of(call, step)
    challenge = new_password.offer(call, step) or _second_factor(call, step) or device.offer(call, step)
    return challenge or _tokens(call, step)


def _second_factor(call: Call, progress: Progress) -> Response | None:
    # Only a password needs a second factor. Codes and passkeys do not: a user who must prove two factors cannot choose
    # them, see ``choice``. Triggers define their own rounds. The first sign-in after a sign-up used its code:
    # https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html
    if progress.factor != "PASSWORD" or progress.mfa or device.replaces_mfa(call, progress):
        return None
    return mfa.offer(call, progress)


def _tokens(call: Call, progress: Progress) -> Response:
    user, _ = user_of(call, progress)
    client = call.pool.clients[progress.client_id]
    new_device = device.new_device(call, progress)
    device_key = new_device.key if new_device else progress.device_key
    result = sign_in_result(call, user, client, device_key=device_key, source=_source(progress))
    if new_device is not None:
        result["NewDeviceMetadata"] = {"DeviceKey": new_device.key, "DeviceGroupKey": new_device.group_key}
    return {"ChallengeParameters": {}, "AuthenticationResult": result}


def _source(progress: Progress) -> str:
    if progress.device:
        return "TokenGeneration_AuthenticateDevice"
    if progress.new_password:
        return "TokenGeneration_NewPasswordChallenge"
    return "TokenGeneration_Authentication"
