"""TIMESTAMP: English, UTC, the day without leading zero; Cognito refuses any other spelling."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from amplify_auth import _clock
from amplify_auth._srp import timestamp


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ((2024, 1, 1, 0, 0, 0), "Mon Jan 1 00:00:00 UTC 2024"),
        ((2024, 2, 29, 23, 59, 59), "Thu Feb 29 23:59:59 UTC 2024"),
        ((2023, 3, 5, 7, 8, 9), "Sun Mar 5 07:08:09 UTC 2023"),
        ((2025, 4, 9, 10, 0, 1), "Wed Apr 9 10:00:01 UTC 2025"),
        ((2026, 5, 30, 12, 30, 0), "Sat May 30 12:30:00 UTC 2026"),
        ((2027, 6, 1, 1, 1, 1), "Tue Jun 1 01:01:01 UTC 2027"),
        ((2028, 7, 7, 20, 20, 20), "Fri Jul 7 20:20:20 UTC 2028"),
        ((2026, 8, 23, 4, 5, 6), "Sun Aug 23 04:05:06 UTC 2026"),
        ((2030, 9, 10, 11, 12, 13), "Tue Sep 10 11:12:13 UTC 2030"),
        ((2031, 10, 31, 0, 0, 1), "Fri Oct 31 00:00:01 UTC 2031"),
        ((2032, 11, 8, 9, 9, 9), "Mon Nov 8 09:09:09 UTC 2032"),
        ((2033, 12, 25, 18, 0, 0), "Sun Dec 25 18:00:00 UTC 2033"),
    ],
)
def test_every_month_is_english(moment: tuple[int, int, int, int, int, int], text: str) -> None:
    assert timestamp(datetime(*moment, tzinfo=UTC)) == text


def test_every_weekday_is_english() -> None:
    monday = datetime(2026, 8, 3, tzinfo=UTC)

    days = [timestamp(monday + timedelta(days=number)).split()[0] for number in range(7)]
    assert days == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


class TurkishDatetime(datetime):
    """What a datetime formats itself as in a process that speaks Turkish."""

    def strftime(self, format: str) -> str:
        return super().strftime(format.replace("%a", "Paz").replace("%b", "A\u011fu").replace("%p", "\u00d6\u00d6"))

    __format__ = strftime


def test_the_locale_has_no_say() -> None:
    moment = TurkishDatetime(2026, 8, 2, 3, 4, 5, tzinfo=UTC)

    assert f"{moment:%a %b}" == "Paz A\u011fu"
    assert timestamp(moment) == "Sun Aug 2 03:04:05 UTC 2026"


def test_the_clock_speaks_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_700_000_000.0)

    assert timestamp(_clock.now()) == "Tue Nov 14 22:13:20 UTC 2023"
