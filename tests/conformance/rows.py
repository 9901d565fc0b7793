"""A row of the table of intended differences. The table itself is elsewhere."""

from typing import Any

import attrs

from .differences import Difference

NOT_SENT, SENT_TOO = "wire: not sent", "wire: sent too"


@attrs.frozen
class Row:
    """One intended difference; the columns are those of `Difference`, and the reason."""

    scenario: str
    step: int
    at: str
    recorded: Any
    played: Any
    because: str

    @property
    def difference(self) -> Difference:
        """The difference it intends."""
        return Difference(
            scenario=self.scenario, step=self.step, at=self.at, recorded=self.recorded, played=self.played
        )
