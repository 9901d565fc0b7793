"""How boto3 clients are made: unsigned, without any AWS set-up, and shared by all who need the same one.

All clients come from one botocore session, so that each further one shares the service models. A client that was not
used for long is let go. This file knows no operation. botocore is imported with the first client.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from .._locks import ForkSafeLock
from .._values import ATTEMPTS, AuthConfig
from ..errors import AuthConfigurationError
from .collector import collector_at_rest
from .retries import veto_unsafe_retries
from .unreachable import check_bundle

if TYPE_CHECKING:
    from botocore.client import BaseClient

#: What botocore reads from the environment when it makes a client. A change of one of them needs another client.
_ENVIRONMENT = (
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_COGNITO_IDENTITY",
    "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    *(name for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY") for name in (proxy, proxy.lower())),
)
#: The settings of botocore that those variables stand for, and the place of its data files.
_HONOURED = frozenset(
    {"ca_bundle", "data_path", "ignore_configured_endpoint_urls", "use_dualstack_endpoint", "use_fips_endpoint"}
)
_SERVICES = ("cognito-identity", "cognito-idp")
#: A process that needs more at once makes them again. Each takes a third of a mebibyte.
MOST_CLIENTS: Final = 32
_LOOK_EVERYWHERE = (
    "Check {option}, region, AWS_ENDPOINT_URL, AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE and the proxy variables."
)
#: Exception of botocore -> what is wrong, and what to change.
_TROUBLE = {
    "ValueError": (
        "{option} or AWS_ENDPOINT_URL is not a URL",
        "Check {option}, AWS_ENDPOINT_URL and the variables whose names begin so: a URL is https://HOST or "
        "http://HOST:PORT.",
    ),
    "InvalidConfigError": (
        "AWS_CA_BUNDLE or REQUESTS_CA_BUNDLE is empty, or another setting cannot be used",
        "Set AWS_CA_BUNDLE to the path of a PEM file, or unset it. Check AWS_USE_FIPS_ENDPOINT and "
        "AWS_USE_DUALSTACK_ENDPOINT too.",
    ),
    "InvalidRegionError": ("region is not the name of a region", "Pass a region such as eu-west-1."),
    "NoRegionError": ("there is no region", "Pass region, or an id of a pool that begins with its region."),
    "ProxyConnectionError": ("the URL of a proxy is wrong", "Check HTTPS_PROXY and HTTP_PROXY."),
}

_Key = tuple[object, ...]
#: The one that was used last is the last.
_clients: OrderedDict[_Key, BaseClient] = OrderedDict()
#: The botocore session that makes them, and for what process and data it was made.
_core: tuple[_Key, Any] | None = None
_lock = ForkSafeLock()


def user_pool_client(config: AuthConfig) -> BaseClient:
    """The boto3 client that sessions of ``config`` use.

    Raises:
        AuthConfigurationError: It cannot be made with these settings.
    """
    return config.client or _client(config, "cognito-idp", config.region, config.endpoint_url, "endpoint_url")


def keep_rules(client: BaseClient) -> None:
    """Let ``client`` keep the rules of this library: no unsafe retries, and a bound to the time and size of answers.

    They are for the requests of this library. Those that the owner of ``client`` sends are not changed.
    """
    from .bounded_http import bound

    veto_unsafe_retries(client)
    bound(client)


def identity_pool_client(config: AuthConfig) -> BaseClient:
    """The boto3 client for the identity pool of ``config``; its region is the first part of the pool's id.

    Raises:
        AuthConfigurationError: It cannot be made with these settings.
    """
    region, endpoint_url = (config.identity_pool_id or "").partition(":")[0], config.identity_pool_endpoint_url
    return _client(config, "cognito-identity", region, endpoint_url, "identity_pool_endpoint_url")


def _client(config: AuthConfig, service: str, region: str, endpoint_url: str | None, option: str) -> BaseClient:
    from botocore.exceptions import BotoCoreError

    try:
        return shared_client(service, region, endpoint_url, config.connect_timeout, config.read_timeout)
    except (ValueError, BotoCoreError) as error:
        reason = type(error).__name__
        what, advice = _TROUBLE.get(reason, (reason, _LOOK_EVERYWHERE))
        failure = AuthConfigurationError(
            f"The client cannot be made: {what.format(option=option)}.",
            name="InvalidConfiguration",
            recovery_suggestion=advice.format(option=option),
        )
    raise failure


def shared_client(
    service: str, region: str, endpoint_url: str | None, connect_timeout: float, read_timeout: float
) -> BaseClient:
    """The process's unsigned client for these settings (clients are thread-safe, their creation is not).

    Do not keep it: ask again for the next request. The client that was not used for longest is closed if there are
    too many. A request that it still sends is not disturbed.
    """
    from botocore.handlers import BUILTIN_HANDLERS

    # moto answers through a handler that it adds to botocore when imported: an older client does not have it.
    # A forked process must not use the connections of its parent.
    process = (os.getpid(), len(BUILTIN_HANDLERS), os.environ.get("AWS_DATA_PATH"))
    key = (service, region, endpoint_url, connect_timeout, read_timeout, *process, *map(os.environ.get, _ENVIRONMENT))
    with _lock:
        client = _clients.get(key)
        if client is None:
            with collector_at_rest():
                client = _new_client(_core_of(process), service, region, endpoint_url, connect_timeout, read_timeout)
            _clients[key] = client
            if len(_clients) > MOST_CLIENTS:
                _clients.popitem(last=False)[1].close()
        _clients.move_to_end(key)
        return client


def _core_of(process: _Key) -> Any:
    """The botocore session of this process. Clients that it makes share the models that it has read."""
    global _core
    if _core is None or _core[0] != process:
        _core = process, _new_core()
    return _core[1]


def _new_core() -> Any:
    from botocore.session import Session

    # No profile, no config file, no setting for other services: none is needed, and a broken one must not matter.
    nowhere = (None, None, os.devnull, None)
    ignored = {
        name: (None, None, default, convert)
        for name, (_, _, default, convert) in Session.SESSION_VARIABLES.items()
        if name not in _HONOURED
    }
    core = Session(session_vars={**ignored, "config_file": nowhere, "credentials_file": nowhere})
    # botocore would search the folders of all services, twice, to find that it knows these.
    core.get_component("data_loader").list_available_services = _list_services
    return core


def _list_services(type_name: str) -> list[str]:
    return list(_SERVICES)


def _new_client(
    core: Any, service: str, region: str, endpoint_url: str | None, connect: float, read: float
) -> BaseClient:
    from botocore import UNSIGNED
    from botocore.config import Config

    # boto3.Session makes the same client. Its import is saved here, because a sign-in does not need it.
    client: Any = core.create_client(
        service,
        region_name=region,
        endpoint_url=endpoint_url,
        config=Config(
            signature_version=UNSIGNED,
            connect_timeout=connect,
            read_timeout=read,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            defaults_mode="legacy",  # type: ignore[arg-type]  # the stubs err; "auto" would ask the instance metadata service
            max_pool_connections=50,
            # Arguments are checked before. The minimum lengths of the model would refuse short sessions of emulators.
            parameter_validation=False,
        ),
    )
    check_bundle(client._endpoint.http_session._verify)
    keep_rules(client)
    made: BaseClient = client
    return made
