"""The forms of content that hold settings: outputs of Amplify Gen 2, and the forms of Amplify Gen 1.

Pure: a mapping becomes `Found`. A value that the source computes stays out, and so does what this library has no option
for. The values are checked by `AuthConfig`, not here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from .._arguments import is_list, is_mapping
from .found_settings import COMPUTED, SPREAD, Found

_Path = tuple[str, ...]

_EXPORTS_KEYS: Final = (
    "aws_user_pools_id",
    "aws_user_pools_web_client_id",
    "aws_cognito_identity_pool_id",
    "aws_cognito_region",
    "aws_project_region",
)
_MOBILE_KEYS: Final = ("CognitoUserPool", "CredentialsProvider", "IdentityManager", "UserAgent")
_PLUGIN: Final[_Path] = ("auth", "plugins", "awsCognitoAuthPlugin")
#: Names of providers in Gen 1, in small letters -> in an outputs file, which has these four only.
_PROVIDERS: Final = {
    "google": "GOOGLE",
    "facebook": "FACEBOOK",
    "amazon": "LOGIN_WITH_AMAZON",
    "login_with_amazon": "LOGIN_WITH_AMAZON",
    "apple": "SIGN_IN_WITH_APPLE",
    "sign_in_with_apple": "SIGN_IN_WITH_APPLE",
}
#: Amplify for Android and Swift -> here. ``CUSTOM_AUTH`` is left as it is, and then refused with an explanation: on
#: Android it begins without a password, with Swift it begins with one, and on the web either is possible.
_FLOWS: Final = {"CUSTOM_AUTH_WITH_SRP": "CUSTOM_WITH_SRP", "CUSTOM_AUTH_WITHOUT_SRP": "CUSTOM_WITHOUT_SRP"}


class _Content:
    """A content, and the settings that were taken out of it so far."""

    def __init__(self, content: Mapping[str, object]) -> None:
        self.content = content
        self.settings: dict[str, Any] = {}
        self.origins: dict[str, str] = {}
        self.computed: dict[str, str] = {}

    def at(self, *path: str) -> object:
        """The value at this path: None if it is missing, `COMPUTED` if it can be known only by running a program."""
        here: object = self.content
        for key in path:
            if here is COMPUTED or not is_mapping(here):
                break
            here = here.get(key, COMPUTED if SPREAD in here else None)
        else:
            return here
        return COMPUTED if here is COMPUTED else None

    def take(self, option: str, *path: str, convert: Callable[[object], object] = lambda found: found) -> None:
        """Take the value at this path as a setting, if there is one and the option was not found before."""
        found = self.at(*path)
        key = ".".join(path)
        if found is COMPUTED:
            self.leave_out(option, *path)
        elif found not in (None, "", [], {}) and option not in self.settings:
            self.settings[option], self.origins[option] = convert(found), key

    def leave_out(self, option: str, *path: str) -> None:
        """Note that a program computes what is at this path, or one of the objects that lead to it."""
        first = next(end for end in range(1, len(path) + 1) if self.at(*path[:end]) is COMPUTED)
        self.computed.setdefault(option, ".".join(path[:first]))

    def put(self, option: str, value: object, *path: str) -> None:
        """Have this value as a setting, if the option was not found before."""
        if value is not None and option not in self.settings:
            self.settings[option], self.origins[option] = value, ".".join(path)

    def found(self, form: str, others: Iterable[str] = (), **absent: str) -> Found:
        """All that was taken. ``absent`` says which key an option that is needed would have been in."""
        computed = {option: key for option, key in self.computed.items() if option not in self.settings}
        return Found(self.settings, self.origins, computed, absent, form, tuple(others))


def found_in_outputs(content: Mapping[str, object]) -> Found | None:
    """The settings of Gen 2 outputs of schema version 1 (docs.amplify.aws, "amplify_outputs.json"), if it has any."""
    auth = content.get("auth")
    if not str(content.get("version")).startswith("1") or not is_mapping(auth):
        return None
    outputs = _Content(content)
    for name in ("user_pool_id", "user_pool_client_id", "identity_pool_id", "oauth"):
        if outputs.at("auth", name):
            outputs.take(name, "auth", name, convert=_without_computed)
    guests = "unauthenticated_identities_enabled"
    outputs.put("allow_guest_access", _known(auth.get(guests)), "auth", guests)
    passwordless = auth.get("passwordless")
    if is_mapping(passwordless):
        outputs.put("passwordless", _without_computed(passwordless), "auth", "passwordless")
        outputs.take("preferred_challenge", "auth", "passwordless", "preferred_challenge")
    return outputs.found("an amplify_outputs file", auth)


def found_in_gen_1(content: Mapping[str, object]) -> Found | None:
    """The settings of a content of Amplify Gen 1; None if it has no such form."""
    if any(key in content for key in _MOBILE_KEYS) or _is_mobile(content.get("auth")):
        return _of_mobile(content)
    is_exports = any(key in content for key in _EXPORTS_KEYS)
    auth = content.get("Auth")
    if auth is COMPUTED or is_mapping(auth):
        if not is_exports:
            return _of_configure(content, ("Auth",))
        mixed = _of_configure(content, ("Auth",))  # Amplify too lets this section win over the flat keys
        return mixed if mixed.settings.get("user_pool_id") else _of_exports(content)
    return _of_exports(content) if is_exports else None


def found_in_section(content: Mapping[str, object]) -> Found | None:
    """The settings of the section ``Auth`` alone, as ``Auth.configure`` takes it; None if it is none."""
    cognito = content.get("Cognito")
    has_client = "userPoolWebClientId" in content or "userPoolClientId" in content
    is_section = ("userPoolId" in content and has_client) or (is_mapping(cognito) and "userPoolId" in cognito)
    return _of_configure(content, ()) if is_section else None


def _of_exports(content: Mapping[str, object]) -> Found:
    """An ``aws-exports`` file, and the ``amplifyconfiguration.json`` of web projects."""
    exports = _Content(content)
    exports.take("user_pool_id", "aws_user_pools_id")
    exports.take("user_pool_client_id", "aws_user_pools_web_client_id")
    exports.take("identity_pool_id", "aws_cognito_identity_pool_id")
    # aws_project_region is that of the project. A pool that was imported into it may be in another one.
    exports.take("region", "aws_cognito_region")
    exports.take("sign_up_verification_method", "aws_cognito_sign_up_verification_method")
    mandatory = exports.at("aws_mandatory_sign_in")
    if "identity_pool_id" in exports.settings and mandatory is not COMPUTED:
        exports.put("allow_guest_access", mandatory != "enable", "aws_mandatory_sign_in")
    _take_oauth(exports, ("oauth",), providers=("aws_cognito_social_providers",))
    return exports.found(
        "an aws-exports file of Amplify Gen 1",
        user_pool_id="aws_user_pools_id",
        user_pool_client_id="aws_user_pools_web_client_id",
    )


def _of_configure(content: Mapping[str, object], section: _Path) -> Found:
    """The object that is given to ``Amplify.configure``: of version 6, with ``Auth.Cognito``, or of version 5."""
    auth = _Content(content)
    cognito = (*section, "Cognito")
    is_newer = is_mapping(auth.at(*cognito)) or auth.at(*cognito) is COMPUTED
    for within in (cognito, section) if is_newer else (section,):
        auth.take("user_pool_id", *within, "userPoolId")
        auth.take("user_pool_client_id", *within, "userPoolClientId")
        auth.take("user_pool_client_id", *within, "userPoolWebClientId")
        auth.take("identity_pool_id", *within, "identityPoolId")
        auth.take("sign_up_verification_method", *within, "signUpVerificationMethod")
    if is_newer:
        auth.take("endpoint_url", *cognito, "userPoolEndpoint")
        auth.take("identity_pool_endpoint_url", *cognito, "identityPoolEndpoint")
        auth.put("allow_guest_access", _known(auth.at(*cognito, "allowGuestAccess")), *cognito, "allowGuestAccess")
        _take_oauth(auth, (*cognito, "loginWith", "oauth"), scopes="scopes", providers=("providers",))
    else:
        auth.take("region", *section, "region")
        auth.take("endpoint_url", *section, "endpoint")
        auth.take("auth_flow_type", *section, "authenticationFlowType", convert=_flow)
        mandatory = auth.at(*section, "mandatorySignIn")
        if "identity_pool_id" in auth.settings and mandatory in (None, True, False):
            auth.put("allow_guest_access", not mandatory, *section, "mandatorySignIn")
        _take_oauth(auth, (*section, "oauth"))
        _take_oauth(auth, ("oauth",))
    within = cognito if is_newer else section
    return auth.found(
        "the object of Amplify.configure",
        user_pool_id=".".join((*within, "userPoolId")),
        user_pool_client_id=".".join((*within, "userPoolClientId" if is_newer else "userPoolWebClientId")),
    )


def _is_mobile(auth: object) -> bool:
    return is_mapping(auth) and "plugins" in auth and "user_pool_id" not in auth


def _of_mobile(content: Mapping[str, object]) -> Found:
    """The ``amplifyconfiguration.json`` of a mobile app, and the older ``awsconfiguration.json``."""
    mobile = _Content(content)
    plugin = _PLUGIN if "auth" in content else ()
    pool = (*plugin, "CognitoUserPool", "Default")
    settings = (*plugin, "Auth", "Default")
    mobile.take("user_pool_id", *pool, "PoolId")
    mobile.take("user_pool_client_id", *pool, "AppClientId")
    mobile.take("client_secret", *pool, "AppClientSecret")
    mobile.take("region", *pool, "Region")
    mobile.take("endpoint_url", *pool, "Endpoint", convert=_with_scheme)
    mobile.take("identity_pool_id", *plugin, "CredentialsProvider", "CognitoIdentity", "Default", "PoolId")
    mobile.take("auth_flow_type", *settings, "authenticationFlowType", convert=_flow)
    _take_oauth(
        mobile,
        (*settings, "OAuth"),
        domain="WebDomain",
        scopes="Scopes",
        sign_in="SignInRedirectURI",
        sign_out="SignOutRedirectURI",
        providers=(*settings, "socialProviders"),
    )
    return mobile.found(
        "an amplifyconfiguration.json of a mobile app" if plugin else "an awsconfiguration.json of a mobile app",
        user_pool_id=".".join((*pool, "PoolId")),
        user_pool_client_id=".".join((*pool, "AppClientId")),
    )


def _take_oauth(
    content: _Content,
    path: _Path,
    *,
    domain: str = "domain",
    scopes: str = "scope",
    sign_in: str = "redirectSignIn",
    sign_out: str = "redirectSignOut",
    providers: _Path = (),
) -> None:
    """Take managed login, as an outputs file has it. ``providers`` is a path, or a single key of the section."""
    host = content.at(*path, domain)
    if host is COMPUTED:
        content.leave_out("oauth", *path, domain)
    if host is COMPUTED or not host:
        return
    listed = content.at(*path, *providers) if providers == ("providers",) else content.at(*providers)
    parts = {
        "domain": host,
        "scopes": _texts(content.at(*path, scopes)),
        "redirect_sign_in_uri": _texts(content.at(*path, sign_in)),
        "redirect_sign_out_uri": _texts(content.at(*path, sign_out)),
        "response_type": _known(content.at(*path, "responseType")) or "code",
        "identity_providers": [
            _PROVIDERS[name.lower()] for name in _texts(listed if providers else None) if name.lower() in _PROVIDERS
        ],
    }
    content.put("oauth", parts, *path)


def _texts(found: object) -> list[str]:
    """The texts of a list, or of one text that has commas or blanks between them. What is computed is left out."""
    parts: Iterable[object] = found if is_list(found) else (found,)
    return [text for part in parts if isinstance(part, str) for text in part.replace(",", " ").split()]


def _without_computed(found: object) -> object:
    """``found`` without the values that a program computes."""
    if is_mapping(found):
        return {key: _without_computed(part) for key, part in found.items() if part is not COMPUTED and key != SPREAD}
    if is_list(found):
        return [_without_computed(part) for part in found if part is not COMPUTED]
    return found


def _known(found: object) -> object:
    return None if found is COMPUTED else found


def _flow(found: object) -> object:
    return _FLOWS.get(found, found) if isinstance(found, str) else found


def _with_scheme(found: object) -> object:
    """An ``Endpoint`` is a host name without a scheme (amplify-android, ``UserPoolConfiguration``)."""
    return f"https://{found}" if isinstance(found, str) and "://" not in found else found
