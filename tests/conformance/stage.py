"""The pool, client and users of a scenario in the test bed, and what happens at the service meanwhile."""

import functools
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import boto3

from amplify_auth import _clock
from amplify_auth.testing import MockCognito, MockPool
from amplify_auth.testing._core.state import Device, UserState, state_of, user_state

from .custom_challenge import lambdas
from .recordings import Scenario

# The recordings' word for a fault -> the test bed's.
_FAULTS: Mapping[str, Mapping[str, Any]] = {
    "drop-before": {"kind": "dropped"},
    "drop-after": {"kind": "dropped", "after": True},
    "timeout": {"kind": "timeout"},
    "http500": {"kind": "internal_error"},
    "http503": {"code": "ServiceUnavailable", "message": "Injected fault", "status": 503},
    "throttle": {"kind": "throttled"},
    "http429": {"kind": "throttled_429"},
    "malformed": {"kind": "malformed"},
}
_POOL = {
    "mfa": "mfa",
    "mfaMethods": "mfa_methods",
    "firstFactors": "first_factors",
    "usernameAttributes": "username_attributes",
    "aliasAttributes": "alias_attributes",
    "requiredAttributes": "required_attributes",
    "autoVerify": "auto_verify",
    "deviceTracking": "device_tracking",
    "customAttributes": "custom_attributes",
    "passwordPolicy": "password_policy",
    "relyingPartyId": "relying_party_id",
    "caseSensitive": "case_sensitive",
    "createUserPool": "pool_options",
}
_CLIENT = {
    "flows": "flows",
    "preventUserExistenceErrors": "prevent_user_existence_errors",
    "accessSeconds": "access_token_validity",
    "idSeconds": "id_token_validity",
    "refreshSeconds": "refresh_token_validity",
    "rotation": "refresh_token_rotation",
    "createUserPoolClient": "client_options",
}
_USER = {"status": "status", "mfa": "mfa", "preferred": "preferred", "totp": "totp_secret"}
# Settings with code of their own; and the lock-out, which the test bed always has, as the service.
_ELSEWHERE = {"id", "autoConfirm", "customAuth", "lockout", "username", "password", "attributes", "salt", "devices"}
# The second factors, in the words of AdminSetUserMFAPreference.
_MFA_SETTINGS = {
    "SMS_MFA": "SMSMfaSettings",
    "SOFTWARE_TOKEN_MFA": "SoftwareTokenMfaSettings",
    "EMAIL_OTP": "EmailMfaSettings",
}


class Stage:
    """Where a scenario is played.

    Attributes:
        cognito: The test bed.
        pool: The pool of the scenario.
    """

    def __init__(self, cognito: MockCognito, scenario: Scenario, *, confidential: bool) -> None:
        self.cognito = cognito
        settings = {
            "prevent_user_existence_errors": False,
            **_translated(scenario.pool, _POOL),
            **_translated(scenario.client, _CLIENT),
        }
        # The recorder took any custom attribute; a pool has those it was made with.
        mentioned = {name for step in scenario.steps for name in re.findall(r"'custom:(\w+)'", str(step.args))}
        settings["custom_attributes"] = sorted(mentioned.union(settings.get("custom_attributes", ())))
        self.pool: MockPool = cognito.create_pool(**settings, client_secret=confidential)
        self._admin = _admin(self.pool.id.partition("_")[0])
        for user in scenario.users:
            self._add(user)
        if scenario.pool.get("autoConfirm"):
            self.pool.on("pre_sign_up", _auto_confirm)
        own = {user["username"]: user["customAuth"] for user in scenario.users if "customAuth" in user}
        for trigger, function in lambdas(scenario.pool.get("customAuth"), own).items():
            self.pool.on(trigger, function)

    def _add(self, user: Mapping[str, Any]) -> None:
        attributes = user.get("attributes", {})
        self.pool.create_user(user["username"], user.get("password"), attributes=attributes, **_translated(user, _USER))
        # The test bed makes up an address and a number; the recorder's users have what the fixture says.
        made_up = {"email", "phone_number"} - attributes.keys()
        names = [
            name for name in self.pool.user(user["username"]).attributes if name.removesuffix("_verified") in made_up
        ]
        self._as_admin("delete_user_attributes", user, UserAttributeNames=names)
        if "salt" in user:
            self._state_of(user).srp_salt = bytes.fromhex(user["salt"])
        if "devices" in user:
            self._add_devices(user["username"], user["devices"])

    def _add_devices(self, username: str, count: int) -> None:
        """Devices that the user signed in with elsewhere."""
        user, now = {"username": username}, _clock.now()
        for number in range(count):
            device = Device(
                key=f"{self.pool.id.partition('_')[0]}_{uuid.uuid4()}",
                group_key="-elsewhere",
                created_at=now,
                modified_at=now,
                authenticated_at=now,
                confirmed=True,
                remembered=True,
                name=f"device {number + 1}",
            )
            self._state_of(user).devices[device.key] = device

    def _state_of(self, user: Mapping[str, Any]) -> UserState:
        return user_state(self.pool._pool, self.pool._user(user["username"]))

    def control(self, name: str, args: Mapping[str, Any]) -> None:
        """Let something happen at the service.

        Raises:
            KeyError: This control, or a part of it, is not known.
        """
        _CONTROLS[name](self, dict(args))

    def _expire(self, args: dict[str, Any]) -> None:
        {
            "codes": self.pool.expire_codes,
            "sessions": self.pool.expire_sessions,
            "refresh": self.pool.expire_refresh_tokens,
            "access": self._expire_access_tokens,
        }[args["what"]]()

    def _expire_access_tokens(self) -> None:
        # At the service only: the client does not see it coming.
        for token in state_of(self.pool._pool).access_tokens.values():
            token.expires_at = _clock.now()

    def _devices(self, args: dict[str, Any]) -> None:
        self._add_devices(args["username"], args["n"])

    def _forget_devices(self, args: dict[str, Any]) -> None:
        self.pool.forget_devices(args["username"])

    def _fault(self, args: dict[str, Any]) -> None:
        op, times, kind = args.pop("op"), args.pop("n", 1), args.pop("kind", None)
        self.cognito.fail_next(op, times=times, **(args if kind is None else _FAULTS[kind]))

    def _clock(self, args: dict[str, Any]) -> None:
        (seconds,) = args.values()
        self.cognito.clock.advance(float(seconds))

    def _change_client(self, args: dict[str, Any]) -> None:
        changes = {}
        for name, value in args.items():
            changes.update(_CLIENT_CHANGES[name](value))
        self._admin.update_user_pool_client(UserPoolId=self.pool.id, ClientId=self.pool.client_id, **changes)

    def _change_user(self, args: dict[str, Any]) -> None:
        for change in args.keys() - {"username"}:
            _CHANGES[change](self, args, args[change])

    def _set_status(self, user: Mapping[str, Any], status: str) -> None:
        if status == "CONFIRMED":
            self.pool.confirm(user["username"])
        else:
            self._as_admin({"RESET_REQUIRED": "reset_user_password"}[status], user)

    def _set_enabled(self, user: Mapping[str, Any], enabled: bool) -> None:
        self._as_admin("enable_user" if enabled else "disable_user", user)

    def _set_password(self, user: Mapping[str, Any], password: str) -> None:
        self._as_admin("set_user_password", user, Password=password, Permanent=True)

    def _set_attributes(self, user: Mapping[str, Any], attributes: Mapping[str, str]) -> None:
        listed = [{"Name": name, "Value": value} for name, value in attributes.items() if value is not None]
        if listed:
            self._as_admin("update_user_attributes", user, UserAttributes=listed)
        gone = [name for name, value in attributes.items() if value is None]
        if gone:
            self._as_admin("delete_user_attributes", user, UserAttributeNames=gone)

    def _set_mfa(self, user: Mapping[str, Any], methods: list[str]) -> None:
        preferred = user.get("preferred")
        settings = {
            member: {"Enabled": method in methods, "PreferredMfa": method == preferred}
            for method, member in _MFA_SETTINGS.items()
        }
        self._as_admin("set_user_mfa_preference", user, **settings)

    def _sign_out(self, user: Mapping[str, Any], _: Any) -> None:
        self._as_admin("user_global_sign_out", user)

    def _delete(self, user: Mapping[str, Any], _: Any) -> None:
        self._as_admin("delete_user", user)

    def _as_admin(self, operation: str, user: Mapping[str, Any], **more: Any) -> None:
        username = self.pool.user(user["username"]).username
        getattr(self._admin, f"admin_{operation}")(UserPoolId=self.pool.id, Username=username, **more)


_CONTROLS: Mapping[str, Callable[[Stage, dict[str, Any]], None]] = {
    "user": Stage._change_user,
    "client": Stage._change_client,
    "expire": Stage._expire,
    "forget-devices": Stage._forget_devices,
    "fault": Stage._fault,
    "clock": Stage._clock,
    "devices": Stage._devices,
}
_CLIENT_CHANGES: Mapping[str, Callable[[Any], Mapping[str, Any]]] = {
    "preventUserExistenceErrors": lambda hidden: {"PreventUserExistenceErrors": "ENABLED" if hidden else "LEGACY"},
    "flows": lambda flows: {"ExplicitAuthFlows": [f"ALLOW_{flow.removeprefix('ALLOW_')}" for flow in flows]},
    "accessSeconds": lambda seconds: {"AccessTokenValidity": seconds},
    "idSeconds": lambda seconds: {"IdTokenValidity": seconds},
    "refreshSeconds": lambda seconds: {"RefreshTokenValidity": seconds},
}
_CHANGES: Mapping[str, Callable[[Stage, Mapping[str, Any], Any], None]] = {
    "status": Stage._set_status,
    "enabled": Stage._set_enabled,
    "password": Stage._set_password,
    "attributes": Stage._set_attributes,
    "deleted": Stage._delete,
    "mfa": Stage._set_mfa,
    "preferred": lambda stage, user, preferred: stage._set_mfa(user, user.get("mfa") or [preferred]),
    "signedOut": Stage._sign_out,
}


@functools.cache
def _admin(region: str) -> Any:
    """An administrator's client; one will do, for each mock answers it."""
    return boto3.client("cognito-idp", region, aws_access_key_id="testing", aws_secret_access_key="testing")


def _translated(given: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    if unknown := given.keys() - words.keys() - _ELSEWHERE:
        raise KeyError(f"settings that the test bed has no word for: {sorted(unknown)}")
    return {words[name]: value for name, value in given.items() if name in words}


def _auto_confirm(event: dict[str, Any]) -> dict[str, Any]:
    event["response"]["autoConfirmUser"] = True
    return event
