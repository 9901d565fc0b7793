"""Reads the answers about the sessions of a user. It sends nothing."""

from __future__ import annotations

from .._cognito import Answer, optional_structure, optional_text, optional_time, protocol_error
from .pages import Page
from .values import UserSession, UserSessionLocation

_OPERATION = "ListUserSessions"


def user_sessions(answer: Answer) -> Page[UserSession]:
    """The answer to ``ListUserSessions``. Raises `AuthProtocolError` for what Cognito would not say."""
    return Page[UserSession].parse(answer, _OPERATION, items="Sessions", read=_user_session)


def _user_session(members: Answer) -> UserSession:
    session_id = _text(members, "SessionId")
    if session_id is None:
        raise protocol_error(f"A session of {_OPERATION} has no id.", operation=_OPERATION)
    is_current = members.get("IsCurrentSession") or False
    if not isinstance(is_current, bool):
        raise protocol_error(f"IsCurrentSession of {_OPERATION} is not a bool.", operation=_OPERATION)
    location = optional_structure(members, "LastLocation", _OPERATION)
    return UserSession(
        session_id=session_id,
        session_type=_text(members, "SessionType"),
        client_id=_text(members, "ClientId"),
        create_date=optional_time(members, "CreateDate", _OPERATION),
        last_active_date=optional_time(members, "LastActiveDate", _OPERATION),
        device_type=_text(members, "DeviceType"),
        last_ip_address=_text(members, "LastIPAddress"),
        last_location=UserSessionLocation(city=_text(location, "City"), country=_text(location, "Country"))
        if location
        else None,
        origin_session_id=_text(members, "OriginSessionId"),
        is_current_session=is_current,
    )


def _text(members: Answer, name: str) -> str | None:
    return optional_text(members, name, _OPERATION)
