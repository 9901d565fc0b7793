"""Random values replaced by the names that the recordings use, numbered as they first appear in answers. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

# Members of answers whose values are remembered: the same value has the same name wherever it comes back.
_NUMBERED = {
    "Session": "SESSION",
    "AccessToken": "TOKEN:access",
    "IdToken": "TOKEN:id",
    "RefreshToken": "TOKEN:refresh",
    "SECRET_BLOCK": "SECRET_BLOCK",
    "DeviceKey": "DEVICE_KEY",
    "DEVICE_KEY": "DEVICE_KEY",
    "DeviceGroupKey": "DEVICE_GROUP_KEY",
    "SecretCode": "TOTP_SECRET",
    "UserSub": "SUB",
    "CredentialId": "PASSKEY_ID",
    "challenge": "PASSKEY_CHALLENGE",
    "NextToken": "PAGE",
    "PaginationToken": "PAGE",
}
# Members whose value is new each time.
_EACH_TIME = {
    "SRP_A": "<SRP_A>",
    "SRP_B": "<SRP_B>",
    "SALT": "<SALT>",
    "TIMESTAMP": "<TIMESTAMP>",
    "PASSWORD_CLAIM_SIGNATURE": "<SIGNATURE>",
    "CREDENTIAL": "<CREDENTIAL>",
    "Credential": "<CREDENTIAL>",
    "CREDENTIAL_REQUEST_OPTIONS": "<CREDENTIAL_REQUEST_OPTIONS>",
    "Salt": "<DEVICE_SALT>",
    "PasswordVerifier": "<DEVICE_VERIFIER>",
    "DeviceCreateDate": "<TIME>",
    "DeviceLastModifiedDate": "<TIME>",
    "DeviceLastAuthenticatedDate": "<TIME>",
    "CreatedAt": "<TIME>",
}


class Names:
    """The names given so far in one scenario."""

    def __init__(self, fixed: Mapping[str, str]) -> None:
        self._names = dict(fixed)
        self._counts: dict[str, int] = {}

    def learn(self, answer: Any) -> None:
        """Name what is new in an answer."""
        for member, value in _members(answer):
            kind = _NUMBERED.get(member)
            if kind is not None and isinstance(value, str) and value not in self._names:
                self._counts[kind] = self._counts.get(kind, 0) + 1
                self._names[value] = f"<{kind}:{self._counts[kind]}>"

    def learn_code(self, code: str, name: str) -> None:
        """Name a code that somebody is about to type."""
        self._names[code] = name

    def value_of(self, name: str) -> str | None:
        """The newest value with this name, as in ``<PASSKEY_ID:1>``; without a number, of this kind."""
        for value, given in reversed(self._names.items()):
            if given == name or given.startswith(name.removesuffix(">") + ":"):
                return value
        return None

    def applied(self, value: Any, member: str = "") -> Any:
        """``value`` with every random value replaced by its name."""
        if member in _EACH_TIME and value is not None:
            return _EACH_TIME[member]
        if isinstance(value, Mapping):
            return {key: self.applied(item, key) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.applied(item) for item in value]
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        if text.startswith("otpauth:"):
            for value, name in self._names.items():
                if name.startswith("<TOTP_SECRET"):
                    text = text.replace(value, name)
        return self._names.get(text, text)


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for member, item in value.items():
            yield member, item
            if member == "excludeCredentials":
                yield from (("CredentialId", one["id"]) for one in item)
            yield from _members(item)
    elif isinstance(value, list):
        for item in value:
            yield from _members(item)
