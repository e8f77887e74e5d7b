"""Measures on this machine what stands in costs.py of checks. On an empty PostgreSQL, 20 seconds:

    DEMO=1 DATA_DIR=var/measure .ci/with-services .venv/bin/python -m bench.capacity.measure

Processor time, not time on the clock, so that a busy machine changes it little.
"""

import os
import time
from collections.abc import Callable, Iterator
from itertools import count, cycle
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "checkpoint_site.settings")
django.setup()

import psutil  # noqa: E402
from django.contrib.auth.models import Group, User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from permits import keys, payloads, personal_data, selectors  # noqa: E402
from permits.models import Permit  # noqa: E402
from permits.roles import Role  # noqa: E402
from permits.verdict import Direction  # noqa: E402
from scans import access, instructions, partitions, shifts, stats  # noqa: E402
from scans.check import check_batch  # noqa: E402
from scans.evidence import CheckRequest, LaneContext  # noqa: E402
from scans.models import Checkpoint, Lane  # noqa: E402
from scans.scan_ids import new_scan_id  # noqa: E402

PERMITS, CODES, CHECKPOINTS, LANES = 200_000, 10_000, 50, 4
SMALL_BATCH, LARGE_BATCH = 1, 128
HOLDERS = """
    INSERT INTO permits_holder (id, full_name, search_name, number_digest, number_sealed,
        number_tail, birth_date, sex, phone_digest, phone_sealed)
    SELECT i, 'Nguyễn Văn Mẫu ' || i, 'nguyen van mau ' || i, md5(i::text), %(sealed)s,
        lpad((i %% 10000)::text, 4, '0'), '1990-05-17', 'male', md5('0' || i), %(sealed)s
    FROM generate_series(1, %(count)s) AS i
"""
# Numbers as scattered over 45 bits as random ones.
PERMIT_ROWS = """
    INSERT INTO permits_permit (id, number, state, valid_from, valid_until, origin, destination,
        purpose, plate, travel_at, declared_at, link_digest, holder_id, kind_id, direction, doses,
        version)
    SELECT i, (i * 5270498306775) & 35184372088831, 'approved', now() - interval '1 day',
        now() + interval '30 days', 'phường Mẫu, Hà Nội', 'xã Mẫu, Hải Phòng', 'Đi làm',
        '99A' || lpad(i::text, 6, '0'), now(), now(), sha256(i::text::bytea), i,
        (SELECT min(id) FROM permits_permitkind), '', 2, 1
    FROM generate_series(1, %(count)s) AS i
"""
# Of the last hour, twenty times as many again.
MORE_SCANS = """
    INSERT INTO scans_scan (scan_id, checkpoint_id, lane_id, direction, officer_id, permit_id,
        payload_kind, payload_digest, source, outcome, reason, reasons, hits, masked_number,
        captured_at, captured_day, recorded_at, elapsed_ms)
    SELECT gen_random_uuid(), checkpoint_id, lane_id, direction, officer_id, permit_id,
        payload_kind, payload_digest, source, outcome, reason, reasons, hits, masked_number,
        captured_at, captured_day, recorded_at - n * interval '1 minute', 20 + n
    FROM scans_scan, generate_series(1, 20) AS n
"""


def main() -> None:
    """Print each figure of costs.py that is measured."""
    call_command("migrate", verbosity=0)
    if not keys.exist():
        keys.rotate()
    officer = _rows()
    lanes = [shifts.lane_context(n, Direction.IN, officer.pk) for n in _ids(Lane)]
    requests = _requests(lanes)
    _measure_batches(requests)
    _measure_sizes()
    _measure_signature()
    _measure_rechecks(officer, lanes[0])
    _measure_totals()


def _say(name: str, value: float) -> None:
    print(f"{name:<20} {value:.3g}", flush=True)


def _rows() -> User:
    with connection.cursor() as cursor:
        sealed = personal_data.seal("000190012345")
        cursor.execute(HOLDERS, {"count": PERMITS, "sealed": sealed})
        cursor.execute(PERMIT_ROWS, {"count": PERMITS})
        cursor.execute("ANALYZE")
    for number in range(CHECKPOINTS):
        made = Checkpoint.objects.create(name=f"C{number}", latitude=21.0, longitude=105.8)
        Lane.objects.bulk_create(Lane(checkpoint=made, name=f"L{lane}") for lane in range(LANES))
    partitions.make_ahead(timezone.now())
    officer = User.objects.create_user("officer")
    officer.groups.add(Group.objects.get(name=Role.OFFICER.value))
    return officer


def _ids(model: Any) -> list[int]:
    return list(model.objects.values_list("id", flat=True))


def _codes() -> list[str]:
    some = Permit.objects.select_related("holder", "kind").order_by("number")[:CODES]
    return [selectors.travel_code(permit) for permit in some]


def _requests(lanes: list[LaneContext]) -> Iterator[CheckRequest]:
    for code, lane in zip(cycle(_codes()), cycle(lanes), strict=False):
        now = timezone.now()
        yield CheckRequest(code, new_scan_id(now), now, lane, "camera")


def _one(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def _cost(work: Callable[[], object], times: int) -> tuple[float, float, float]:
    """Milliseconds of this process and of PostgreSQL's, and bytes of its log, of one call."""
    backend = psutil.Process(_one("SELECT pg_backend_pid()"))

    def spent() -> tuple[float, float, float]:
        log = float(_one("SELECT pg_current_wal_insert_lsn() - '0/0'"))
        return time.process_time() * 1000, sum(backend.cpu_times()[:2]) * 1000, log

    before = spent()
    for _turn in range(times):
        work()
    own, database, log = (
        (after - first) / times for after, first in zip(spent(), before, strict=True)
    )
    return own, database, log


def _measure_batches(requests: Iterator[CheckRequest]) -> None:
    """Two sizes give what a batch costs and what each check in it does."""

    def check(size: int) -> None:
        check_batch([next(requests) for _number in range(size)])

    for _warm in range(20):
        check(LARGE_BATCH)
    small = _cost(lambda: check(SMALL_BATCH), 1000)
    large = _cost(lambda: check(LARGE_BATCH), 150)
    for name, one, many in zip(("BATCH_MS", "DB_BATCH_MS"), small, large, strict=False):
        each = (many - one) / (LARGE_BATCH - SMALL_BATCH)
        _say(name, one - each)
        _say(name.replace("BATCH", "CHECK"), each)
    _say("WAL_BYTES", large[2] / LARGE_BATCH)
    _say("WAL_BYTES alone", small[2])


def _measure_sizes() -> None:
    table = f"scans_scan_{timezone.now():%Y_%m_%d}"
    rows = _one(f"SELECT count(*) FROM {table}")
    _say("SCAN_BYTES", _one(f"SELECT pg_relation_size('{table}')") / rows)
    _say("INDEX_BYTES", _one(f"SELECT pg_indexes_size('{table}')") / rows)


def _measure_signature() -> None:
    codes, number = _codes(), count()
    public = keys.load().verifying
    own, _database, _log = _cost(lambda: payloads.parse(codes[next(number)], public), 3000)
    _say("SIGNATURE_MS", own)


def _measure_rechecks(officer: User, lane: LaneContext) -> None:
    client = Client()
    client.force_login(officer, backend="permits.roles.RoleBackend")
    session = client.session.session_key
    shift = shifts.open_shift(
        lane.lane_id, Direction.IN, officer_id=officer.pk, now=timezone.now()
    ).shift_id

    def recheck() -> None:
        access.refusal(session, officer.pk, Role.OFFICER)
        shifts.stay(shift, now=timezone.now())
        instructions.standing_for(lane.lane_id, now=timezone.now())

    own, database, log = _cost(recheck, 1500)
    _say("RECHECK_MS", own)
    _say("DB_RECHECK_MS", database)
    _say("RECHECK_WAL_BYTES", log)


def _measure_totals() -> None:
    """Here the clock counts, at its quickest: a dashboard waits, and PostgreSQL uses two cores."""
    with connection.cursor() as cursor:
        cursor.execute(MORE_SCANS)
    connection.close()  # VACUUM wants no transaction, and new statistics new plans
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE scans_scan")
    seconds = []
    for _turn in range(10):
        started = time.perf_counter()
        scans = sum(counted.n for counted in stats.last_hour(timezone.now()))
        seconds.append(time.perf_counter() - started)
    _say("TOTALS_US", min(seconds) / scans * 1e6)


if __name__ == "__main__":
    main()
