"""What the checkpoints keep: where they are, who stands there, every scan, and what became of it.

Rows only. Each kind has one writer: record.py scans, passages.py the officers' acts, shifts.py
shifts, devices.py devices, device_reports.py what the devices say of themselves, lane_health.py
what they say while they work, instructions.py what supervisors tell the lanes, look_ups.py who
looked for whom, the package alerts alerts.
"""

from scans.models.alerts import (
    Alert,
    AlertAct,
    AlertActKind,
    AlertKind,
    AlertSubscription,
    Severity,
)
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
from scans.models.health import LaneHealth
from scans.models.instructions import (
    Confirmation,
    Instruction,
    InstructionKind,
    InstructionScope,
)
from scans.models.look_ups import LookUp
from scans.models.passages import Passage, PassageScan, Still
from scans.models.places import Checkpoint, District, Lane, Supervision
from scans.models.reports import ReportSubscription
from scans.models.scans import Scan, TripUse
from scans.models.shifts import OfficerPin, Shift

__all__ = [
    "DIRECTIONS",
    "OUTCOMES",
    "PAYLOAD_KINDS",
    "Act",
    "Alert",
    "AlertAct",
    "AlertActKind",
    "AlertKind",
    "AlertSubscription",
    "Checkpoint",
    "Confirmation",
    "Device",
    "DeviceReport",
    "District",
    "Enrolment",
    "Instruction",
    "InstructionKind",
    "InstructionScope",
    "Lane",
    "LaneHealth",
    "LetThroughReason",
    "LookUp",
    "LookUpKind",
    "LookUpPurpose",
    "OfficerPin",
    "Passage",
    "PassageScan",
    "ReportSubscription",
    "Scan",
    "Severity",
    "Shift",
    "Source",
    "Still",
    "Supervision",
    "TripUse",
]
