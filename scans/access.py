"""Whether a socket's user is still logged in, still has the role, and is on a device of ours.

A page asks at each request; a socket stays open for hours. So each socket asks again every few
seconds, and at once when a hint says that something about its user has changed. The hint may be
lost and carries no truth: the answer is always read from the database.
"""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.signals import m2m_changed, post_save

from permits.roles import Role, has_role
from scans import device_sessions, devices, hints, protocol

# In a session whose page was left alone: an officer's pages and sockets wait for the PIN.
LOCKED = "locked"


def user_group(user_id: int) -> str:
    """The channel group of all sockets of a user."""
    return f"user-{user_id}"


def user_of_session(session_key: str | None) -> User | None:
    """The user of a session that has not ended, or None."""
    if not session_key:
        return None
    return _user_of(_session(session_key))


def device_of_session(session_key: str | None) -> int | None:
    """The device that a session belongs to, or None."""
    return device_sessions.device_id_of(_session(session_key)) if session_key else None


def refusal(
    session_key: str | None,
    user_id: int,
    role: Role,
    *,
    device_id: int | None = None,
    enrolled: bool = False,
) -> int | None:
    """The close code for a socket that may not stay, or None.

    `device_id` is the device to which the session belonged when the socket was opened; `enrolled`:
    the socket is for enrolled devices alone, where ENROLLED_DEVICES_ONLY asks for that.
    """
    session = _session(session_key)  # read once
    device_id = device_id or device_sessions.device_id_of(session)
    if device_id is not None and not devices.is_ours(device_id):
        return protocol.CLOSE_DEVICE_CUT_OFF
    user = _user_of(session)
    if user is None or user.pk != user_id:
        return protocol.CLOSE_NOT_LOGGED_IN
    if not has_role(user, role):
        return protocol.CLOSE_WRONG_ROLE
    if enrolled and settings.ENROLLED_DEVICES_ONLY and device_id is None:
        return protocol.CLOSE_NOT_ENROLLED
    if role is Role.OFFICER and session.get(LOCKED):
        return protocol.CLOSE_LOCKED
    return None


def _session(session_key: str | None) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(session_key)


def _user_of(session: Any) -> User | None:
    request: Any = SimpleNamespace(session=session)
    user = get_user(request)
    return user if isinstance(user, User) else None


def hint_changed(user_id: int | None) -> None:
    """Ask the user's open sockets to look at their access again, once this is committed."""
    if user_id is None:
        return

    group = user_group(user_id)
    transaction.on_commit(lambda: hints.tell_from_thread(group, {"type": "access.changed"}))


def listen() -> None:
    """Hint when the admin changes a user or a user's groups. Called once, at start."""
    post_save.connect(_user_saved, sender=User, dispatch_uid="scans.access.user_saved")
    m2m_changed.connect(
        _groups_changed, sender=User.groups.through, dispatch_uid="scans.access.groups_changed"
    )


def _user_saved(instance: User, update_fields: Any = None, **kwargs: Any) -> None:
    if update_fields is not None and set(update_fields) == {"last_login"}:
        return
    hint_changed(instance.pk)


def _groups_changed(instance: Any, action: str, pk_set: Any = None, **kwargs: Any) -> None:
    if not action.startswith("post_"):
        return
    users = [instance.pk] if isinstance(instance, User) else list(pk_set or ())
    for user_id in users:
        hint_changed(user_id)
