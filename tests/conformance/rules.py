"""What ours does otherwise wherever it comes up: a rule says what a recorded step has to become, and why. Pure.

What has become of a step is compared with what was played, so a rule whose difference does not come is found too.
README.md lists what the JavaScript client does instead, by the names of the reasons.
"""

import re
import urllib.parse
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from .functions import FUNCTIONS
from .recordings import Request, Scenario, Step

DELETED = "delete_user revokes no token of a user who is gone, and has an event of its own"
MERGED = "update_mfa_preference reads what is on first, and sends what keeps the rest"
REFUSED_HERE = "an argument that can change nothing, or only be refused, is an error before any request"
PLAIN_ACCOUNT = "the account in the URI of an authenticator app has no quotes around it"
ALL_PAGES = "fetch_devices gets all pages"
GONE = "a device that Cognito does not know any more counts as forgotten, here too"
RENEWED = "if Cognito says that the access token is over, it is refreshed, and the request is sent once more"

_OVER = {"Access Token has expired", "Access Token has been revoked"}
_HERE = {"name": "InvalidArgument", "message": ""}
_MEMBERS = {"sms": "SMSMfaSettings", "totp": "SoftwareTokenMfaSettings", "email": "EmailMfaSettings"}
_ON_THE_WIRE = {"sms": "SMS_MFA", "totp": "SOFTWARE_TOKEN_MFA", "email": "EMAIL_OTP"}
_WORDS = {"ENABLED", "DISABLED", "PREFERRED", "NOT_PREFERRED"}

# Stands for a request that had to be played and was not.
_MISSING = Request(op="", body={}, status=200, response={})

Args = Mapping[str, Any]


def _deleted(recorded: Step, played: Step) -> Step:
    if recorded.error is not None:
        return recorded
    wire = tuple(one for one in recorded.wire if one.op != "RevokeToken")
    hub = tuple(
        one for event in recorded.hub for one in (("user_deleted", event) if event == "signedOut" else (event,))
    )
    return attrs.evolve(recorded, wire=wire, hub=hub)


def _merged(recorded: Step, played: Step) -> Step:
    if not any(one.op == "SetUserMFAPreference" for one in recorded.wire):
        return recorded
    (read, *_) = [one for one in played.wire if one.op == "GetUser" and one.status == 200] or [None]
    now = {} if read is None else read.response
    settings = _settings(recorded.args, now)
    left_out = settings.keys() != {_MEMBERS[factor] for factor in recorded.args}
    wire: list[Request] = []
    for one in recorded.wire:
        if one.op != "SetUserMFAPreference":
            wire.append(one)
            continue
        token = {"AccessToken": one.body["AccessToken"]}
        wire.append(Request(op="GetUser", body=token, status=200, response=now))
        if settings:
            # What was refused for the sake of a factor that ours leaves out is not refused then.
            outcome = {"status": 200, "response": {}} if left_out else {}
            wire.append(attrs.evolve(one, body={**token, **settings}, **outcome))
    return attrs.evolve(recorded, wire=tuple(wire), error=None if left_out else recorded.error)


def _settings(args: Args, now: Mapping[str, Any]) -> dict[str, Any]:
    on, preferred = now.get("UserMFASettingList", ()), now.get("PreferredMfaSetting")
    settings = {}
    for factor, word in args.items():
        name = _ON_THE_WIRE[factor]
        if word == "DISABLED":
            if name in on:
                settings[_MEMBERS[factor]] = {"Enabled": False, "PreferredMfa": False}
            continue
        stays = word == "ENABLED" and name == preferred and "PREFERRED" not in args.values()
        settings[_MEMBERS[factor]] = {"Enabled": True, "PreferredMfa": word == "PREFERRED" or stays}
    return settings


def _is_no_preference(args: Args) -> bool:
    words = list(args.values())
    return not words or not _WORDS.issuperset(words) or words.count("PREFERRED") > 1


# The functions of a signed-in user; updateMFAPreference reads first, so its recording cannot say what comes.
_SIGNED_IN = FUNCTIONS.keys() - {
    *("signUp", "confirmSignUp", "resendSignUpCode", "autoSignIn", "signIn", "confirmSignIn", "signOut"),
    *("getCurrentUser", "fetchAuthSession", "resetPassword", "confirmResetPassword", "updateMFAPreference"),
}
# function: whether its arguments are refused before any request, besides those that the JavaScript client refuses.
_REFUSED: Mapping[str, Callable[[Args], bool]] = {
    "updateMFAPreference": _is_no_preference,
    "updateUserAttributes": lambda args: not args["userAttributes"] or "" in args["userAttributes"],
    "updateUserAttribute": lambda args: args["userAttribute"]["attributeKey"] == "",
    "deleteUserAttributes": lambda args: not args["userAttributeKeys"] or "" in args["userAttributeKeys"],
    "sendUserAttributeVerificationCode": lambda args: args["userAttributeKey"] == "",
    "confirmUserAttribute": lambda args: args["userAttributeKey"] == "" and args["confirmationCode"] != "",
    "listWebAuthnCredentials": lambda args: not 1 <= args.get("pageSize", 1) <= 20,
    "deleteWebAuthnCredential": lambda args: args["credentialId"] == "",
}


def _refused_here(recorded: Step, played: Step) -> Step:
    if not _REFUSED[recorded.what](recorded.args):
        return recorded
    return attrs.evolve(recorded, wire=(), output=None, error=_HERE, hub=())


def _plain_account(recorded: Step, played: Step) -> Step:
    if recorded.output is None:
        return recorded
    uri = re.sub(r":%22(.*)%22\?", _account, recorded.output["setupUri"])
    return attrs.evolve(recorded, output={**recorded.output, "setupUri": uri})


def _account(found: re.Match[str]) -> str:
    return f":{urllib.parse.quote(found[1], safe='@')}?"


def _all_pages(recorded: Step, played: Step) -> Step:
    wire = list(recorded.wire)
    if not wire or recorded.error is not None or not wire[-1].response.get("PaginationToken"):
        return recorded
    devices = list(recorded.output)
    pages = iter([one for one in played.wire if one.op == "ListDevices"][1:])
    while token := wire[-1].response.get("PaginationToken"):
        page = next(pages, _MISSING)
        wire.append(attrs.evolve(page, op="ListDevices", body={**recorded.wire[-1].body, "PaginationToken": token}))
        devices += [_device(one) for one in page.response.get("Devices", ())]
    return attrs.evolve(recorded, wire=tuple(wire), output=devices)


def _device(listed: Mapping[str, Any]) -> Mapping[str, Any]:
    attributes = {one["Name"]: one["Value"] for one in listed["DeviceAttributes"]}
    dates = ("createDate", "lastModifiedDate", "lastAuthenticatedDate")
    return {
        "id": listed["DeviceKey"],
        "name": attributes["device_name"],
        "attributes": attributes,
        **dict.fromkeys(dates, "<TIME>"),
    }


def _gone(recorded: Step, played: Step) -> Step:
    is_gone = recorded.error is not None and recorded.error["name"] == "ResourceNotFoundException"
    return attrs.evolve(recorded, error=None) if is_gone else recorded


def _renewed(recorded: Step, played: Step) -> Step:
    if recorded.error is None or recorded.error["message"] not in _OVER or not recorded.wire:
        return recorded
    refused, (renewal, *repeated) = recorded.wire[-1], played.wire[len(recorded.wire) :] or [_MISSING]
    renewal = attrs.evolve(renewal, op="GetTokensFromRefreshToken")
    if renewal.status != 200:
        error = {"name": "UserUnAuthenticatedException", "message": ""}
        return attrs.evolve(recorded, wire=(*recorded.wire, renewal), error=error, hub=("tokenRefresh_failure",))
    token = renewal.response.get("AuthenticationResult", {}).get("AccessToken")
    again, *more = repeated or [_MISSING]
    again = attrs.evolve(again, op=refused.op, body={**refused.body, "AccessToken": token})
    # What comes of it then, no recording says.
    return attrs.evolve(
        recorded,
        wire=(*recorded.wire, renewal, again, *more),
        output=played.output,
        error=played.error,
        hub=("tokenRefresh", *played.hub[1:]),
    )


@attrs.frozen
class Rule:
    """One rule: the functions that it is about, what a recorded step becomes, given what was played, and why."""

    functions: frozenset[str]
    becomes: Callable[[Step, Step], Step]
    because: str


RULES: Sequence[Rule] = (
    Rule(frozenset({"deleteUser"}), _deleted, DELETED),
    # Before the rule below, which knows good arguments only.
    Rule(frozenset(_REFUSED), _refused_here, REFUSED_HERE),
    Rule(frozenset({"updateMFAPreference"}), _merged, MERGED),
    Rule(frozenset({"setUpTOTP"}), _plain_account, PLAIN_ACCOUNT),
    Rule(frozenset({"fetchDevices"}), _all_pages, ALL_PAGES),
    Rule(frozenset({"forgetDevice"}), _gone, GONE),
    Rule(frozenset(_SIGNED_IN), _renewed, RENEWED),
)


def expected(scenario: Scenario, played: Sequence[Step]) -> Scenario:
    """The scenario as ours has to play it by the rules."""
    steps = []
    for recorded, done in zip(scenario.steps, played, strict=True):
        step = recorded
        for rule in RULES:
            step = _by(rule, step, done)
        steps.append(step)
    return attrs.evolve(scenario, steps=tuple(steps))


def uses(scenario: Scenario, played: Sequence[Step]) -> Iterator[tuple[int, Rule]]:
    """Which steps the rules change."""
    for index, (recorded, done) in enumerate(zip(scenario.steps, played, strict=True)):
        step = recorded
        for rule in RULES:
            before, step = step, _by(rule, step, done)
            if step != before:
                yield index, rule


def _by(rule: Rule, recorded: Step, played: Step) -> Step:
    is_about = recorded.kind in ("call", "start") and recorded.what in rule.functions
    return rule.becomes(recorded, played) if is_about else recorded
