"""Sign users in to Amazon Cognito with the API of ``@aws-amplify/auth``: the public names, and nothing else.

The names are imported when the first of them is used. pytest loads the plugin of this package at every start, and must
not wait for a library that no test needs.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# The list of the names is in _public/__init__.py.
if TYPE_CHECKING:
    from ._public import *  # noqa: F403  # so type checkers know the names, and refuse others
else:
    from importlib import import_module

    def __getattr__(name: str) -> Any:
        if name == "errors":
            return import_module(f"{__name__}.errors")
        if name == "__all__" or not name.startswith("_"):
            public = _public_names()
            if name == "__all__" or name in public.__all__:
                return globals().setdefault(name, getattr(public, name))
            if name in globals():  # a module of the package that was imported with the names
                return globals()[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *_public_names().__all__})

    def _public_names() -> Any:
        try:
            return import_module(f"{__name__}._public")
        except AttributeError as error:  # else Python would say that the name does not exist, and not why
            raise ImportError(f"amplify_auth cannot be imported: {error}") from error
