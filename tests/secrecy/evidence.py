"""What one flow has shown."""

import attrs

from tests.secrecy.instruments import Observer


@attrs.frozen
class Evidence:
    """What one flow has shown: of objects, in the library's log, and in the log beneath, in clear and filtered."""

    observer: Observer
    own_log: list[str]
    clear: list[str]
    filtered: list[str]
