"""The site's e-mail: one message, sent now. Whoever sends it does so from a background task.

Nothing here is logged, and no exception says an address: the queue keeps what a task raised.
"""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMessage


@dataclass(frozen=True)
class Attachment:
    """A file of a message."""

    name: str
    content: bytes
    content_type: str


class NotSent(Exception):
    """The mail server was away, or did not take it: it may be tried again."""


class NotSetUp(NotSent):
    """There is no mail server: EMAIL_HOST."""


def is_set_up() -> bool:
    """Whether there is a mail server to send by."""
    return bool(settings.EMAIL_HOST)


def address_of(path: str) -> str:
    """A page's whole address, for a text that is read elsewhere."""
    return f"{settings.SITE_ADDRESS.rstrip('/')}{path}"


def send(
    to: str,
    subject: str,
    text: str,
    attachments: Sequence[Attachment] = (),
    *,
    now: datetime,
) -> None:
    """Send a message of plain text to one address. Raises NotSent."""
    if not is_set_up():
        raise NotSetUp
    one_line = " ".join(subject.split())
    # What answers by itself, a holiday's note say, leaves such messages alone (RFC 3834).
    headers = {"Date": format_datetime(now), "Auto-Submitted": "auto-generated"}
    message = EmailMessage(one_line, text, to=[to], headers=headers)
    for one in attachments:
        message.attach(one.name, one.content, one.content_type)
    try:
        message.send()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotSent(type(error).__name__) from None
