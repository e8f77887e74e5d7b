"""How dates and times are typed, and what helps a phone's keyboard."""

from datetime import datetime

from django.utils import timezone

# Browsers with a date picker send the first; the others are what people type where there is none.
DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
TIME_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y"]


def attributes(**given: str) -> dict[str, str]:
    """Attributes of a text field. Declarations are nothing to be spell-checked."""
    return {"spellcheck": "false", **given}


def picker_time(moment: datetime) -> str:
    """A moment as a time picker takes it, in the site's time zone, to the minute."""
    return timezone.localtime(moment).strftime(TIME_FORMATS[0])
