"""What the checkpoints keep: where they are, who stands there, every scan, and what became of it.

Rows only. Each kind has one writer: record.py scans, passages.py the officers' acts, shifts.py
shifts, devices.py devices, device_reports.py what the devices say of themselves, lane_health.py
what they say while they work, instructions.py what supervisors tell the lanes, look_ups.py who
looked for whom, tallies.py the tallies, the package alerts alerts.
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
    "AlertAct",
    "AlertActKind",
    "AlertKind",
    "AlertSubscription",
    "Checkpoint",
    "Confirmation",
    "DayCauseTally",
    "DayTally",
    "Device",
    "DeviceReport",
    "District",
    "Enrolment",
    "HourTally",
    "Instruction",
    "InstructionKind",
    "InstructionScope",
    "Lane",
    "LaneHealth",
    "LetThroughReason",
    "LookUp",
    "LookUpKind",
    "LookUpPurpose",
    "MinuteTally",
    "OfficerPin",
    "Passage",
    "PassageScan",
    "ReportSubscription",
    "Scan",
    "Severity",
    "Shift",
    "SliceTally",
    "Source",
    "Still",
    "Supervision",
    "TallyMark",
    "TripUse",
]
