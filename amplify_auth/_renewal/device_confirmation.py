"""``ConfirmDevice``, and its second try: before the tokens of a device that is not confirmed yet must be refreshed.

Cognito does not renew tokens that are bound to such a device
(https://repost.aws/knowledge-center/cognito-invalid-refresh-token-error), and the session would end. Which thread
confirms is decided in ``single_flight``. How tokens are refreshed is in ``tokens``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final

import attrs

from .. import _clock
from .._cognito import call
from .._public_call import without_frames
from .._values import AuthConfig, Device, SignedIn, UnconfirmedDevice
from ..errors import (
    AuthConfigurationError,
    AuthError,
    AuthServiceError,
    DeviceKeyExistsException,
    SessionEnded,
)
from .single_flight import Expiring, Keep
from .tokens import session_ended, token_expiry

logger = logging.getLogger("amplify_auth")

FIRST_PAUSE: Final = 30.0
"""Seconds from the first failure to the next try. They double with each failure, up to `LONGEST_PAUSE`."""
LONGEST_PAUSE: Final = 600.0
SAME_FAILURE: Final = 5.0
"""Seconds for which a caller who must have new tokens gets the error of the newest try, instead of another try."""
#: Refusals that pass by themselves, although the class of the error does not say so: of a firewall, and of a quota.
_PASSING: Final = frozenset({"ForbiddenException", "LimitExceededException", "TooManyRequestsException"})

Refresh = Callable[[SignedIn, Mapping[str, str] | None, Keep[SignedIn]], Expiring[SignedIn]]


def confirm_device(config: AuthConfig, access_token: str, unconfirmed: UnconfirmedDevice) -> Device:
    """Confirm a device (``ConfirmDevice``). It may be confirmed already, by a request whose answer was lost.

    Args:
        config: The session's configuration.
        access_token: An access token of the sign-in that named the device.
        unconfirmed: The device.

    Raises:
        AuthError: It is not confirmed; see `may_pass`.
    """
    try:
        answer = call(
            config,
            "ConfirmDevice",
            AccessToken=access_token,
            DeviceKey=unconfirmed.device.key,
            DeviceName=unconfirmed.name,
            DeviceSecretVerifierConfig={"Salt": unconfirmed.salt, "PasswordVerifier": unconfirmed.verifier},
        )
    except DeviceKeyExistsException:
        return unconfirmed.device
    return attrs.evolve(unconfirmed.device, is_remembered=not answer.get("UserConfirmationNecessary"))


def may_pass(error: AuthError) -> bool:
    """True if the same request may succeed later: there was no answer, or not Cognito's, or it is overloaded."""
    if not isinstance(error, AuthServiceError):
        return not isinstance(error, AuthConfigurationError)
    is_overloaded = error.http_status_code is not None and error.http_status_code >= 500
    return error.is_retryable or is_overloaded or error.name in _PASSING


@attrs.frozen(eq=False)
class _Failure:
    """The newest try that failed."""

    device_key: str
    error: AuthError = attrs.field(repr=False)
    count: int
    at: float

    @property
    def retry_at(self) -> float:
        """When the device is confirmed again without need."""
        return self.at + min(FIRST_PAUSE * 2.0 ** min(self.count - 1, 10), LONGEST_PAUSE)


class ConfirmingRefresher:
    """Makes newer tokens, as ``refresh`` does, of a user whose device is confirmed first if it is not yet.

    While the tokens are good it only confirms the device, at the next use of the tokens.

    Args:
        config: The session's configuration.
        refresh: Makes newer tokens.
        on_confirmed: Takes the user and the device that was confirmed.
    """

    def __init__(self, config: AuthConfig, refresh: Refresh, on_confirmed: Callable[[SignedIn, Device], None]) -> None:
        self._config = config
        self._refresh = refresh
        self._on_confirmed = on_confirmed
        self._failure: _Failure | None = None

    def __call__(
        self, signed_in: SignedIn, client_metadata: Mapping[str, str] | None, keep: Keep[SignedIn]
    ) -> Expiring[SignedIn]:
        """The user with newer tokens, or with a confirmed device and the same tokens.

        Args:
            signed_in: The user.
            client_metadata: Passed to the pool's Lambda triggers.
            keep: Takes the user if the device is confirmed, or the refresh token rotated, and the refresh fails.

        Raises:
            SessionEnded: The device was never confirmed, and Cognito does not renew the tokens any more.
            AuthError: The device could not be confirmed, so no refresh was tried; or as the refresh.
        """
        waiting = signed_in.unconfirmed_device
        if waiting is None:
            return self._refresh(signed_in, client_metadata, keep)
        settled = attrs.evolve(signed_in, unconfirmed_device=None)
        if signed_in.tokens.is_expired:  # too late to confirm it, unless that was done and the answer was lost
            return self._refresh_unproven(settled, waiting, client_metadata, keep)
        unchanged, now = token_expiry(settled, self._config.refresh_margin), _clock.monotonic()
        last = self._last_failure(waiting)
        is_due = now >= unchanged.refresh_at
        # Before the next try, only a caller comes here who must have new tokens.
        is_needed = is_due or (last is not None and now < last.retry_at)
        if is_needed and last is not None and now < last.at + SAME_FAILURE:
            raise last.error.evolve()
        failure = self._try_to_confirm(signed_in, waiting, last)
        if failure is not None:
            if is_needed:
                raise failure.error
            return attrs.evolve(unchanged, value=signed_in, refresh_at=min(unchanged.refresh_at, failure.retry_at))
        if not is_due:  # a caller who must have new tokens comes again
            return unchanged
        keep(settled)
        return self._refresh(settled, client_metadata, keep)

    def _last_failure(self, waiting: UnconfirmedDevice) -> _Failure | None:
        last = self._failure
        return last if last is not None and last.device_key == waiting.device.key else None

    def _try_to_confirm(
        self, signed_in: SignedIn, waiting: UnconfirmedDevice, last: _Failure | None
    ) -> _Failure | None:
        """Confirm the device. Returns the failure if it must be tried again."""
        try:
            device = confirm_device(self._config, signed_in.tokens.access_token, waiting)
        except AuthError as failure:
            error = failure
        else:
            self._failure = None
            self._on_confirmed(signed_in, device)
            return None
        if may_pass(error):
            logger.warning("The device is still not registered (%s): it is tried again.", error.name)
            count = 1 if last is None else last.count + 1
            self._failure = _Failure(waiting.device.key, without_frames(error), count, _clock.monotonic())
        else:  # if Cognito has acted on an earlier request, it wants the device's key: it stays
            logger.warning("The device was not registered (%s): Cognito may refuse to renew the tokens.", error.name)
            self._failure = None
        return self._failure

    def _refresh_unproven(
        self,
        settled: SignedIn,
        waiting: UnconfirmedDevice,
        client_metadata: Mapping[str, str] | None,
        keep: Keep[SignedIn],
    ) -> Expiring[SignedIn]:
        """Refresh without knowing that the device is confirmed. If Cognito renews the tokens, it is."""
        try:
            refreshed = self._refresh(settled, client_metadata, keep)
        except AuthServiceError as error:
            refusal = error
        else:
            self._on_confirmed(settled, waiting.device)
            return refreshed
        ended = session_ended(refusal)
        if ended is None:
            raise refusal
        raise SessionEnded(
            "The session has ended: this device could not be registered while its tokens were good, and Cognito does "
            f"not renew them without that ({refusal.message}).",
            **ended.details(),
        ) from refusal
