"""What the checkpoints keep: where they are, who stands there, every scan, and what became of it.

Rows only. Each kind has one writer: record.py scans, passages.py the officers' acts, shifts.py
shifts, devices.py devices, device_reports.py what the devices say of themselves, look_ups.py who
looked for whom.
"""

from scans.models.choices import (
    DIRECTIONS,
    OUTCOMES,
    PAYLOAD_KINDS,
    Act,
    LetThroughReason,
    LookUpKind,
    LookUpPurpose,
    Source,
)
from scans.models.devices import Device, DeviceReport, Enrolment
from scans.models.look_ups import LookUp
from scans.models.passages import Passage, PassageScan, Still
from scans.models.places import Checkpoint, District, Lane, Supervision
from scans.models.scans import Alert, Scan, TripUse
from scans.models.shifts import OfficerPin, Shift

__all__ = [
    "DIRECTIONS",
    "OUTCOMES",
    "PAYLOAD_KINDS",
    "Act",
    "Alert",
    "Checkpoint",
    "Device",
    "DeviceReport",
    "District",
    "Enrolment",
    "Lane",
    "LetThroughReason",
    "LookUp",
    "LookUpKind",
    "LookUpPurpose",
    "OfficerPin",
    "Passage",
    "PassageScan",
    "Scan",
    "Shift",
    "Source",
    "Still",
    "Supervision",
    "TripUse",
]
