"""What all pages with personal data have in common, and who gets a later time to come again."""

from datetime import datetime, timedelta
from typing import TypeVar

from django.http import HttpResponseBase

Answer = TypeVar("Answer", bound=HttpResponseBase)


def private(response: Answer) -> Answer:
    """Keep the page out of caches and search engines, and its address out of other sites' logs.

    The policy is not `no-referrer`: under it browsers send `Origin: null` with the page's own
    forms (the language button), which the CSRF check refuses.
    """
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response


def minute_after(now: datetime, wait: int) -> datetime:
    """When to come again. The page names a minute: one too late rather than seconds too early."""
    return now + timedelta(seconds=wait + 59)
