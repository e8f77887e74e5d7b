"""What the checkpoints keep: where they are, who stands there, every scan, and what became of it.

Rows only. Each kind has one writer: record.py scans, passages.py the officers' acts, shifts.py
shifts, devices.py devices, device_reports.py what the devices say of themselves, tallies.py the
tallies.
"""

from scans.models.choices import DIRECTIONS, OUTCOMES, PAYLOAD_KINDS, Act, LetThroughReason, Source
from scans.models.devices import Device, DeviceReport, Enrolment
from scans.models.passages import Passage, PassageScan, Still
from scans.models.places import Checkpoint, District, Lane, Supervision
from scans.models.scans import Alert, Scan, TripUse
from scans.models.shifts import OfficerPin, Shift
from scans.models.tallies import (
    LATENCY_COLUMNS,
    LATENCY_LIMITS_MS,
    DayCauseTally,
    DayTally,
    HourTally,
    MinuteTally,
    SliceTally,
    TallyMark,
)

__all__ = [
    "DIRECTIONS",
    "LATENCY_COLUMNS",
    "LATENCY_LIMITS_MS",
    "OUTCOMES",
    "PAYLOAD_KINDS",
    "Act",
    "Alert",
    "Checkpoint",
    "DayCauseTally",
    "DayTally",
    "Device",
    "DeviceReport",
    "District",
    "Enrolment",
    "HourTally",
    "Lane",
    "LetThroughReason",
    "MinuteTally",
    "OfficerPin",
    "Passage",
    "PassageScan",
    "Scan",
    "Shift",
    "SliceTally",
    "Source",
    "Still",
    "Supervision",
    "TallyMark",
    "TripUse",
]
