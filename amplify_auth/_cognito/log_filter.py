"""Masking of what botocore logs at DEBUG: request and response bodies hold passwords and tokens in clear.

It never raises into the program that logs: a record that it cannot read is masked as a whole.
Which members and headers are secret is in ``sensitive``.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, cast

from .._arguments import is_list, is_mapping
from .._masking import MASK
from .sensitive import CREDENTIAL_HEADERS, Shape, is_public, is_sensitive, masked

_LOGGERS = frozenset({"botocore", "boto3", "urllib3"})
#: Where the values begin in a text that another handler has formatted.
_VALUES = re.compile(r"""[{\[\n]|\bb['"]""")


class SensitiveDataFilter(logging.Filter):
    """Masks in the log records of botocore, boto3 and urllib3 what is sensitive by the service models of Cognito.

    botocore at DEBUG logs the bodies of requests and answers, and the headers that carry AWS credentials. Add this
    filter to every handler that gets its records: Python does not ask a filter on a parent logger. Of an answer, also
    of another service, only what Cognito's models know to be public stays readable. Of an exception, its name stays.
    Records of other libraries are not changed.

    A ``QueueHandler`` makes one text of each record, in which it is not known where a value ends: add the filter to the
    ``QueueHandler`` itself. On the handlers of its ``QueueListener`` it leaves no more than the beginning of each text.

    Example:
        >>> handler = logging.StreamHandler()
        >>> handler.addFilter(SensitiveDataFilter())
        >>> logging.getLogger("botocore").addHandler(handler)
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask ``record`` in place; it is always let through."""
        if record.name.partition(".")[0] in _LOGGERS:
            try:
                _mask(record)
            except Exception:  # an endless argument, or one that cannot be read
                record.msg, record.args, record.exc_info, record.exc_text = MASK, (), None, None
        return True


def _mask(record: logging.LogRecord) -> None:
    if record.exc_info:
        record.exc_text, record.exc_info = _names(record.exc_info[1]), None
    elif record.exc_text:
        record.exc_text = _beginning(record.exc_text)
    if not record.args:
        record.msg = _beginning(str(record.msg))
        return
    arguments: tuple[object, ...] = record.args if isinstance(record.args, tuple) else (record.args,)
    shapes = [getattr(item, "input_shape", None) for item in arguments]
    shape = next((item for item in shapes if item is not None), None)
    cleaned = tuple(_clean(item, shape) for item in arguments)
    record.args = cleaned if isinstance(record.args, tuple) else cast("Mapping[str, object]", cleaned[0])


def _names(error: BaseException | None) -> str:
    """The exception and those below it, without their texts: urllib3 quotes what it cannot read."""
    names: list[str] = []
    while error is not None and len(names) < 10:
        names.append(type(error).__name__)
        error = error.__cause__ or error.__context__
    return " from ".join(names)


def _beginning(text: str) -> str:
    """A text that may be a formatted record, as far as it holds no values."""
    values = _VALUES.search(text)
    return _clean_text(text if values is None else text[: values.start()] + MASK)


def _clean(item: object, shape: Shape | None) -> object:
    """``item`` with everything masked that is sensitive in any Cognito operation. ``shape`` is the request's."""
    if isinstance(item, str):
        return _clean_body(item, shape) if item.startswith(("{", '["', "[{")) else _clean_text(item)
    if isinstance(item, bytes | bytearray | memoryview):
        return _clean_body(bytes(cast("bytes", item)), shape)
    if is_mapping(item):
        return {
            name: MASK if is_sensitive(name) else _clean_body(value, shape) if name == "body" else _clean(value, shape)
            for name, value in item.items()
        }
    if isinstance(item, list | tuple | set | frozenset):
        return [_clean(value, shape) for value in cast("Iterable[object]", item)]
    if isinstance(item, BaseException):
        return _names(item)
    if isinstance(getattr(item, "headers", None), Mapping):
        return _clean_text(str(item))
    return item


def _clean_text(text: str) -> str:
    return _credential().sub(rf"\1\2{MASK}", text)


@cache
def _credential() -> re.Pattern[str]:
    """A header that carries credentials, with its value, as a line, a dict or the query of a URL has it."""
    header = rf"\b(?:{'|'.join(CREDENTIAL_HEADERS)})"
    return re.compile(
        rf"""({header}['"]?:\ ?)(?:b?'(?:\\.|[^'\\])*'|b?"(?:\\.|[^"\\])*"|.*)|({header}=)[^&\s]*""", re.IGNORECASE
    )


def _clean_body(body: Any, shape: Shape | None) -> object:
    if not body:
        return body
    try:
        value: object = json.loads(body)
        if is_mapping(value):
            return json.dumps(_clean_answer(value) if shape is None else masked(shape, value))
    except (TypeError, ValueError, RecursionError):
        pass
    return MASK  # it is not known what is in it


def _clean_answer(value: object) -> object:
    if is_mapping(value):
        return {name: _clean_answer(item) if is_public(name) else MASK for name, item in value.items()}
    return [_clean_answer(item) for item in value] if is_list(value) else value
