"""E-mail: the one place that sends any."""

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime

from django.core.mail import EmailMessage

Attachment = tuple[str, bytes, str]  # name, content, media type


def send(
    to: str, subject: str, text: str, attachments: Iterable[Attachment] = (), *, now: datetime
) -> None:
    """Send a plain text to one address. Raises what the way to the mail server raises."""
    message = EmailMessage(subject, text, to=[to], headers={"Date": format_datetime(now)})
    for name, content, media_type in attachments:
        message.attach(name, content, media_type)
    message.send()
