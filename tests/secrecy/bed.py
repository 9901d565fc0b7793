"""What a flow is played with: a server that verifies, sessions, and every call looked at from all sides."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import attrs
import pytest

import amplify_auth as auth
from amplify_auth.testing import MockCognito, MockPool
from tests.secrecy.instruments import Observer

#: With what JSON, repr, HTML and URLs like to quote.
PASSWORD = 'Canary-Pa55 "quoted\\w0rd" </&> \u00e4\u00f6\U0001f600'
WRONG = "Canary-wr0ng 'word' \u65e5\u672c!A"
NEW = 'Canary-N3w "word\\" \u00df!'
CODE = "77700077700077"
METADATA = {"captcha": "canary-metadata-of-the-caller"}
EMAIL = {"email": "alice@example.com"}


@attrs.define
class Bed:
    """Plays flows and shows every outcome to the observer."""

    cognito: MockCognito
    url: str
    observer: Observer

    def __attrs_post_init__(self) -> None:
        self.observer.wire.secrets |= {PASSWORD, WRONG, NEW, CODE, METADATA["captcha"]}

    def pool(self, **settings: Any) -> MockPool:
        return self.cognito.create_pool(**settings)

    def session(self, pool: MockPool, **options: Any) -> auth.Session:
        config = dict(pool.config)
        if "client_secret" in config:
            self.observer.wire.secrets.add(config["client_secret"])
        session = auth.Session(**{**config, "endpoint_url": self.url, **options})
        session.add_listener(lambda event: self.observer.look_at("event", event))
        return session

    def do(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Call a public function that succeeds."""
        with warnings.catch_warnings(record=True) as raised:
            warnings.simplefilter("always")
            output = function(*arguments, **options)
        self._look(function.__name__, options.get("session"), output, raised)
        return output

    def fail(self, kind: type[BaseException], function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Call a public function that fails."""
        with warnings.catch_warnings(record=True) as raised:
            warnings.simplefilter("always")
            with pytest.raises(kind) as caught:
                function(*arguments, **options)
        self._look(function.__name__, options.get("session"), caught.value, raised)
        return caught.value

    def _look(self, name: str, session: Any, outcome: Any, raised: list[Any]) -> None:
        self.observer.look_at(f"{name}()", outcome)
        self.observer.look_at(f"session after {name}()", session)
        self.observer.texts += [("warning", str(item)) for item in raised]
