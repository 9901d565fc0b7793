"""What is usually wrong in the value of an option, and what to change. `AuthConfig` asks here, and raises.

Pure. No message repeats a value, because it may be a secret: it says what the value looks like.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

Mistake = tuple[str, str]
"""What is wrong, and what to change. ``{name}`` in them is the option's."""

_REGION = r"[a-z]{2,4}(?:-[a-z]+)+-\d"
_QUOTES: Final = ("'", '"', "`")
_NO_VALUE: Final = ("None", "null", "undefined")  # how Python and JavaScript write a missing value into a text
_PLACEHOLDER: Final = re.compile(
    r"<.*>|\{.*\}|\[.*\]|\$\{?\w+\}?|%\w+%|.*\byour[-_ ].*|.*_X{5,}|X{5,}|.*:X{8}-.*", re.IGNORECASE
)
_NO_PLACEHOLDERS: Final = ("client_secret", "endpoint_url", "identity_pool_endpoint_url")

#: What a text looks like, if it has the form that AWS gives it. Emulators have other forms: these are not recognized.
_KINDS: Final[Mapping[str, re.Pattern[str]]] = {
    "an ARN": re.compile(r"arn:aws[\w-]*:.+"),
    "an address": re.compile(rf"https?://(?:.*amazonaws\..*|.*amazoncognito\..*|.*/{_REGION}_[0-9A-Za-z]+/?.*)"),
    "the id of a user pool": re.compile(rf"{_REGION}_[0-9A-Za-z]+"),
    "the id of an identity pool": re.compile(rf"{_REGION}:[0-9a-f]{{8}}-(?:[0-9a-f]{{4}}-){{3}}[0-9a-f]{{12}}"),
    "the id of an app client": re.compile(r"(?=.*\d)[0-9a-z]{26}"),
    "the secret of an app client": re.compile(r"(?=.*\d)[0-9a-z]{45,64}"),
}
#: Option -> what is often given in its place -> what to change.
_MIXED_UP: Final[Mapping[str, Mapping[str, str]]] = {
    "user_pool_id": {
        "an ARN": 'Give only the id: the part after "userpool/".',
        "an address": "Give only the id: the part that looks like eu-west-1_AbC123.",
        "the id of an identity pool": "Give it as identity_pool_id. A user pool id looks like eu-west-1_AbC123.",
        "the id of an app client": "Give it as user_pool_client_id. A user pool id looks like eu-west-1_AbC123.",
        "the secret of an app client": "Give it as client_secret. A user pool id looks like eu-west-1_AbC123.",
    },
    "user_pool_client_id": {
        "an ARN": "Give only the id of the app client: 26 letters and digits.",
        "an address": "Give only the id of the app client: 26 letters and digits.",
        "the id of a user pool": "Give it as user_pool_id. The id of an app client has 26 letters and digits.",
        "the id of an identity pool": "Give it as identity_pool_id. The id of an app client has 26 letters and digits.",
        "the secret of an app client": "Give it as client_secret. The id of an app client has 26 letters and digits.",
    },
    "client_secret": {
        "an ARN": "Give the secret itself, or leave client_secret out if the app client has no secret.",
        "the id of a user pool": "Give it as user_pool_id, or leave client_secret out if the app client has no secret.",
    },
    "identity_pool_id": {
        "an ARN": 'Give only the id: the part after "identitypool/".',
        "an address": "Give only the id: it looks like eu-west-1: and a UUID.",
        "the id of a user pool": "Give it as user_pool_id. An identity pool id looks like eu-west-1: and a UUID.",
        "the id of an app client": "Give it as user_pool_client_id. An identity pool id looks like eu-west-1: "
        "and a UUID.",
    },
}
#: Names of Amplify for JavaScript and for mobile apps -> in an outputs file.
_OAUTH_NAMES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("scope", "Scopes"), "scopes"),
    **dict.fromkeys(("redirectSignIn", "redirectSignInUri", "SignInRedirectURI"), "redirect_sign_in_uri"),
    **dict.fromkeys(("redirectSignOut", "redirectSignOutUri", "SignOutRedirectURI"), "redirect_sign_out_uri"),
    "responseType": "response_type",
    **dict.fromkeys(("providers", "identityProviders"), "identity_providers"),
    "WebDomain": "domain",
}
_ZONE: Final = re.compile(rf"{_REGION}[a-z]")


def text_mistake(option: str, text: str) -> Mistake | None:
    """What is wrong with the text of an option as it was copied, or None."""
    if not text.strip():
        return (
            "{name} is an empty text.",
            "Give {name} a value, or leave it out. If the value comes from a variable, that variable is not set.",
        )
    if text[0] in _QUOTES or text[-1] in _QUOTES:
        return "{name} has quotation marks around it.", "Remove the quotation marks from what {name} is taken from."
    if text in _NO_VALUE:
        return (
            f"{{name}} is the text {text!r}.",
            "Give {name} a value, or leave it out. What it is taken from is empty.",
        )
    if option not in _NO_PLACEHOLDERS and _PLACEHOLDER.fullmatch(text):
        return "{name} is a placeholder.", "Replace it by the value of your user pool."
    for kind, advice in _MIXED_UP.get(option, {}).items():
        if _KINDS[kind].fullmatch(text):
            return f"{{name}} is {kind}.", advice
    return None


def kind_of_id(text: str) -> str | None:
    """What a text looks like, such as ``"the id of a user pool"``, if it has the form that AWS gives it."""
    return next((kind for kind, form in _KINDS.items() if form.fullmatch(text)), None)


def oauth_mistake(oauth: Mapping[str, object]) -> Mistake | None:
    """What is wrong with the names in ``oauth``, or None. Names that are not known are ignored."""
    found = [name for name in oauth if name in _OAUTH_NAMES]
    if not found:
        return None
    advice = " ".join(f"Write {_OAUTH_NAMES[name]} in place of {name}." for name in found)
    return f"oauth has names of JavaScript: {', '.join(found)}.", advice


def region_mistake(region: str, pool_id: str, *, has_own_endpoint: bool) -> Mistake | None:
    """What is wrong with a region, or None.

    A pool with replicas has one id in all regions, and the id names the primary one (API reference,
    ``CreateUserPoolReplica``). So another region is right if an endpoint comes with it. The ids of some emulators begin
    with no region, such as ``local_`` of cognito-local.
    """
    own = pool_id.partition("_")[0]
    if region == own:
        return None
    if _ZONE.fullmatch(region):
        return "region is an availability zone.", "Leave region out: it is read from the user pool id."
    if re.fullmatch(_REGION, own) and not has_own_endpoint:
        return (
            f"region contradicts the user pool id: the id says that the user pool is in {own}.",
            "Leave region out, or correct the user pool id. For a replica of the user pool in another region, pass "
            "endpoint_url=... of that region too.",
        )
    return None


def address_mistake(option: str, url: str) -> Mistake | None:
    """What is wrong with the address of a service, or None."""
    example = '"http://localhost:5000" or "https://cognito-idp.eu-west-1.amazonaws.com"'
    advice = f"Write it with http:// or https://, such as {example}."
    scheme, separator, rest = url.partition("://")
    if not separator or not rest:
        return "{name} has no scheme such as http://, or no host.", advice
    if scheme.lower() not in ("http", "https"):
        return (
            "{name} has a scheme that is not http or https.",
            f"Write it with http:// or https://, such as {example}.",
        )
    parts = _split(url)
    if parts is None:
        return "{name} has no valid host or port.", f"Write it as {example}, and write special characters as %XX."
    if "://" in rest:
        return "{name} has two schemes.", f"Write one of http:// and https://, such as {example}."
    if "?" in url or "#" in url:
        return "{name} has a query or a fragment.", "Remove the part from ? or # on."
    return _wrong_place(option, parts)


def _wrong_place(option: str, parts: SplitResult) -> Mistake | None:
    """What is wrong if the address is right but is that of something else."""
    host, path = str(parts.hostname), parts.path
    if "/.well-known" in path or re.search(rf"/{_REGION}_\w+", path):
        return "{name} is the address of a user pool.", "Remove the path: give the address of the service only."
    if re.search(r"\.amazoncognito\.(com|eu)$", host):
        return (
            "{name} is the domain of managed login.",
            "Leave {name} out: the region of the user pool id says which service is asked.",
        )
    services = {"endpoint_url": "cognito-identity", "identity_pool_endpoint_url": "cognito-idp"}
    if re.search(rf"(^|\.){services[option]}(-fips)?\.", host) and ".amazonaws." in f"{host}.":
        other = next(name for name in services if name != option)
        return f"{{name}} is the address of {services[option]}.", f"Give it as {other}, or leave it out."
    return None


def _split(url: str) -> SplitResult | None:
    """The parts of an address; None if it has no host, or a port that is none."""
    try:
        parts = urlsplit(url)
        is_right = bool(parts.hostname) and parts.port != 0 and " " not in url
    except ValueError:
        return None
    return parts if is_right else None


def is_local(url: str) -> bool:
    """True if an emulator answers at this address: all services of AWS, at one place.

    Such an address is on this machine, or it is plain HTTP to a name without a point (a service of Docker Compose or
    Kubernetes), to ``host.docker.internal`` or to a private address. A VPC endpoint and a proxy are none: they stand
    for one service only.
    """
    parts = _split(url)
    if parts is None:
        return False
    host = str(parts.hostname).rstrip(".")
    if host == "localhost" or host.endswith(".localhost") or host.startswith("localhost."):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return parts.scheme == "http" and ("." not in host or host == "host.docker.internal")
    return address.is_loopback or (parts.scheme == "http" and address.is_private)


def seconds_mistake(value: object, longest: float) -> Mistake | None:
    """What is wrong with a number of seconds, or None."""
    wanted, advice = "{name} must be a positive number of seconds", "Give {name} in seconds, as a number such as 5.0"
    if isinstance(value, str):
        return f"{wanted}, not a str.", f"{advice}, not as text."
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= longest:
        return f"{wanted}, {longest:.0f} at most.", f"{advice}, not in milliseconds."
    return None
