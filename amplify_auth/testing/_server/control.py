"""The control endpoint of the server, in JSON under ``/amplify-auth/``, for tests in another process.

Every answer is a JSON object. Every client that can reach the endpoint can read codes from it.

Never here: a request of Cognito.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, cast

import attrs
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from .._mock import MockCognito
from .._moto import version
from .._pool import MockPool
from .._values import MockUser

PREFIX: Final = "/amplify-auth"

_CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "*, authorization",
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
}


@attrs.frozen(kw_only=True)
class _Asked:
    """One request: the members of its body or query, and the pool in its path."""

    cognito: MockCognito
    members: Mapping[str, Any] = attrs.field(repr=False)  # each function of the mock checks its arguments
    pool_id: str | None
    url: str

    @property
    def pool(self) -> MockPool:
        assert self.pool_id is not None  # the routes that use the pool name it
        return self.cognito.pool(self.pool_id)


Result = Mapping[str, object]


def is_preflight(request: Request) -> bool:
    """True if a browser asks whether a page may send a request here."""
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def preflight() -> Response:
    """Yes, it may. moto would answer this for S3, because the request names no service."""
    return Response(status=204, headers=_CORS)


def answer(cognito: MockCognito, request: Request) -> Response:
    """Answer a request under ``/amplify-auth/``."""
    try:
        endpoint, path = _MAP.bind_to_environ(request.environ).match()
        members = request.get_json(force=True) if request.get_data() else request.args.to_dict()
        asked = _Asked(cognito=cognito, members=members, pool_id=path.get("pool_id"), url=request.host_url)
        return _json(200, _ROUTES[endpoint](asked))
    except HTTPException as error:
        return _json(error.code or 500, {"error": error.description or error.name})
    except LookupError as error:
        return _json(404, {"error": str(error.args[0])})
    except (TypeError, ValueError) as error:
        return _json(400, {"error": str(error)})


def _json(status: int, result: Result) -> Response:
    body = json.dumps(result, default=_shown)
    return Response(body, status=status, headers=_CORS, content_type="application/json")


def _shown(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, object]", value))
    return value.isoformat() if isinstance(value, datetime) else repr(value)


def _about(asked: _Asked) -> Result:
    return {"moto": version(), "strict": asked.cognito.strict, "now": asked.cognito.clock.now.isoformat()}


def _create_pool(asked: _Asked) -> Result:
    config = asked.cognito.create_pool(**asked.members).config
    return {**config, "endpoint_url": asked.url.rstrip("/")}


def _create_user(asked: _Asked) -> Result:
    return _user_view(asked.pool.create_user(**asked.members))


def _user(asked: _Asked) -> Result:
    return _user_view(asked.pool.user(asked.members["username"]))


def _user_view(user: MockUser) -> Result:
    return {
        "username": user.username,
        "sub": user.sub,
        "status": user.status,
        "attributes": dict(user.attributes),
        "devices": list(user.devices),
    }


def _confirm(asked: _Asked) -> Result:
    asked.pool.confirm(asked.members["username"])
    return {}


def _code(asked: _Asked) -> Result:
    return {"code": asked.pool.code(**asked.members)}


def _totp(asked: _Asked) -> Result:
    return {"code": asked.pool.totp(**asked.members)}


def _outbox(asked: _Asked) -> Result:
    return {"messages": [attrs.asdict(message) for message in asked.pool.outbox]}


def _advance(asked: _Asked) -> Result:
    asked.cognito.clock.advance(float(asked.members["advance"]))
    return {"now": asked.cognito.clock.now.isoformat()}


def _fail_next(asked: _Asked) -> Result:
    members: dict[str, Any] = {"operation": None, **asked.members}
    asked.cognito.fail_next(**members)
    return {}


def _calls(asked: _Asked) -> Result:
    return {
        "calls": [
            {"operation": call.operation, "parameters": call.parameters, "error": call.error}
            for call in asked.cognito.calls
        ]
    }


def _forget_calls(asked: _Asked) -> Result:
    asked.cognito.calls.clear()
    return {}


def _reset(asked: _Asked) -> Result:
    asked.cognito.reset()
    return {}


_POOL: Final = f"{PREFIX}/pools/<pool_id>"
_TABLE: Final[tuple[tuple[str, str, Callable[[_Asked], Result]], ...]] = (
    ("GET", f"{PREFIX}/", _about),
    ("POST", f"{PREFIX}/pools", _create_pool),
    ("POST", f"{_POOL}/users", _create_user),
    ("GET", f"{_POOL}/users", _user),
    ("POST", f"{_POOL}/confirm", _confirm),
    ("GET", f"{_POOL}/code", _code),
    ("GET", f"{_POOL}/totp", _totp),
    ("GET", f"{_POOL}/outbox", _outbox),
    ("POST", f"{PREFIX}/clock", _advance),
    ("POST", f"{PREFIX}/faults", _fail_next),
    ("GET", f"{PREFIX}/calls", _calls),
    ("DELETE", f"{PREFIX}/calls", _forget_calls),
    ("POST", f"{PREFIX}/reset", _reset),
)
_ROUTES: Final = {f"{method} {path}": function for method, path, function in _TABLE}
_MAP: Final = Map([Rule(path, methods=[method], endpoint=f"{method} {path}") for method, path, _ in _TABLE])
