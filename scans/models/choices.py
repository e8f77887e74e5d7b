"""What a field may hold, in words."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from permits.verdict import Direction, Outcome, PayloadKind

DIRECTIONS = [(Direction.IN.value, _("In")), (Direction.OUT.value, _("Out"))]
OUTCOMES = [
    (Outcome.ALLOW.value, _("Let pass")),
    (Outcome.HOLD.value, _("Look closer")),
    (Outcome.REFUSE.value, _("Do not let pass")),
]
PAYLOAD_KINDS = [
    (PayloadKind.TOKEN.value, _("Travel code")),
    (PayloadKind.CITIZEN_CARD.value, _("Citizen card")),
    (PayloadKind.SERIAL.value, _("Serial")),
    (PayloadKind.NUMBER.value, _("Personal number")),
    (PayloadKind.PLATE.value, _("Plate")),
    (PayloadKind.UNKNOWN.value, _("Unknown")),
]


class Source(models.TextChoices):
    """By what way a payload came."""

    CAMERA = "camera", _("Camera")
    PICTURE = "picture", _("Picture")
    TYPED = "typed", _("Typed")
    API = "api", _("API")


class Act(models.TextChoices):
    """What became of a car, as the day's report counts it."""

    PASSED = "passed", _("Passed")  # all was in order, and nobody had to act
    LET_THROUGH = "let_through", _("Let through")
    TURNED_BACK = "turned_back", _("Turned back")
    HEALTH_DESK = "health_desk", _("Sent to the health desk")


class LetThroughReason(models.TextChoices):
    """Why an officer let through what the verdict did not."""

    PAPERS_SEEN = "papers_seen", _("Papers were shown and are in order")
    EMERGENCY = "emergency", _("Emergency")
    ON_DUTY = "on_duty", _("On official duty")
    LIVES_HERE = "lives_here", _("Lives behind the checkpoint")
    BY_ORDER = "by_order", _("By order of the shift leader")
    SYSTEM_FAULT = "system_fault", _("The system is wrong")
    OTHER = "other", _("Another reason (write a note)")


class LookUpKind(models.TextChoices):
    """In what way somebody looked at where people pass."""

    SEARCH = "search", _("Search")
    TRACE = "trace", _("Trace")
    CONTACTS = "contacts", _("Contacts")
    SCAN = "scan", _("One scan")
    STILL = "still", _("Still")
    EXPORT = "export", _("Export")


class LookUpPurpose(models.TextChoices):
    """What people look for people for, most often."""

    CASE = "case", _("A confirmed case: where they were, and who was near")
    COMPLAINT = "complaint", _("A complaint")
    POLICE = "police", _("A request of the police or another authority")
    FAULT = "fault", _("A verdict or a device that may be wrong")
    OTHER = "other", _("Another purpose (say which)")
