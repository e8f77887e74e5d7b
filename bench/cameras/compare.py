"""PURE. What was heard, beside what is in the database."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bench.cameras.tally import PlaceKey, Tally

TYPED = "typed"


@dataclass(frozen=True, slots=True)
class RecordedScan:
    """One row. An earlier one is of before the run, and a verdict of the run told of it."""

    scan_id: str
    place: PlaceKey
    source: str
    is_earlier: bool = False


@dataclass(frozen=True)
class Comparison:
    """The scan_ids of what does not fit.

    `without_scan`: a verdict was heard, and there is no row. `twice`: more than one row.
    `unexplained`: a row that no verdict told of, and no unanswered frame or check accounts for.
    `recorded` are the scans of the run, `earlier` those of before it whose code was still in view;
    `unheard` those whose verdict did not arrive, which is right
    where a connection ended between the commit and the answer; `despite_error` those of them that
    were answered by an error instead, which a database that went away amid a commit may cause.
    """

    recorded: int
    earlier: int
    unheard: int
    despite_error: int
    without_scan: tuple[str, ...]
    twice: tuple[str, ...]
    unexplained: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether each verdict has its scan, and each scan its one reason to be there."""
        return not (self.without_scan or self.twice or self.unexplained)


def compare(tally: Tally, rows: Iterable[RecordedScan]) -> Comparison:
    """Compare one run with the rows of its lanes and its officer.

    `rows` are those that were recorded during the run, and those of verdicts that told of an
    earlier scan: a code may have been in view since before.
    """
    counts: Counter[str] = Counter()
    places: dict[str, RecordedScan] = {}
    for row in rows:
        counts[row.scan_id] += 1
        places[row.scan_id] = row
    earlier = sum(row.is_earlier for row in places.values())
    silent = [row for scan_id, row in places.items() if scan_id not in tally.told]
    return Comparison(
        recorded=len(places) - earlier,
        earlier=earlier,
        unheard=len(silent),
        despite_error=sum(_errors(tally, row) > 0 for row in silent),
        without_scan=tuple(sorted(tally.told - places.keys())),
        twice=tuple(sorted(scan_id for scan_id, count in counts.items() if count > 1)),
        unexplained=tuple(sorted(_unexplained(tally, silent))),
    )


def _errors(tally: Tally, row: RecordedScan) -> int:
    check = tally.checks.get(row.scan_id)
    return check.errors if check else 0


def _unexplained(tally: Tally, silent: Iterable[RecordedScan]) -> Iterable[str]:
    """Of rows that no verdict told of, those that nothing unanswered accounts for."""
    frames = tally.unheard.copy()
    for row in silent:
        if row.source == TYPED:
            check = tally.checks.get(row.scan_id)
            if check is None or not check.sent or check.place != row.place:
                yield row.scan_id
        elif frames[row.place]:
            frames[row.place] -= 1
        else:
            yield row.scan_id
