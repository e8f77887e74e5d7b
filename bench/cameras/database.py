"""The site's own database, read before a run and after it. Nothing is written.

To import this module reads the settings from the environment, as manage.py does.
"""

import os
from collections.abc import Iterator

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "checkpoint_site.settings")
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.db import DatabaseError, connection  # noqa: E402
from django.db.models import QuerySet  # noqa: E402

from bench.cameras.compare import RecordedScan  # noqa: E402
from bench.cameras.site import Place  # noqa: E402
from bench.cameras.tally import Tally  # noqa: E402
from scans.models import Lane, Scan  # noqa: E402

ASKED_AT_ONCE = 500


class WrongDatabase(Exception):
    """Why this database cannot be compared with, in words for whoever started the run."""


class Database:
    """What an officer's lanes have recorded since this was made. Raises WrongDatabase."""

    def __init__(self, user: str, places: tuple[Place, ...]) -> None:
        self._lanes = sorted({place.lane_id for place in places})
        try:
            self._officer_id = User.objects.values_list("id", flat=True).get(username=user)
            self._require_lanes(places)
            self._last = Scan.objects.order_by("-id").values_list("id", flat=True).first() or 0
        except User.DoesNotExist:
            raise WrongDatabase(f"it has no user {user}") from None
        except DatabaseError as error:
            raise WrongDatabase(f"it cannot be read: {error}") from None
        connection.close()  # the run may outlive it: what if the database is restarted meanwhile?

    def scans(self, tally: Tally) -> Iterator[RecordedScan]:
        """The scans of the run, and earlier ones that its verdicts told of."""
        seen = set()
        new = Scan.objects.filter(
            id__gt=self._last, officer_id=self._officer_id, lane_id__in=self._lanes
        )
        for scan in _read(new, is_earlier=False):
            seen.add(scan.scan_id)
            yield scan
        earlier = sorted(tally.told - seen)
        for start in range(0, len(earlier), ASKED_AT_ONCE):
            some = earlier[start : start + ASKED_AT_ONCE]
            yield from _read(Scan.objects.filter(scan_id__in=some), is_earlier=True)

    def _require_lanes(self, places: tuple[Place, ...]) -> None:
        known = set(Lane.objects.values_list("id", "name", "checkpoint__name"))
        if not {(place.lane_id, place.lane, place.checkpoint) for place in places} <= known:
            raise WrongDatabase("it has other lanes than the site")


def _read(scans: QuerySet[Scan], *, is_earlier: bool) -> Iterator[RecordedScan]:
    rows = scans.values_list("scan_id", "lane_id", "direction", "source")
    for scan_id, lane_id, direction, source in rows.iterator():
        yield RecordedScan(str(scan_id), (lane_id, direction), source, is_earlier)
