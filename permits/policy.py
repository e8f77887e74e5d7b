"""The policy that an administrator has set, as the decision takes it."""

from datetime import timedelta

from permits.models.policy import ONLY_ROW, PolicyRow
from permits.verdict import EDITABLE_REASONS, Outcome, Policy, Reason, WatchlistLevel


def load() -> Policy:
    """The policy of now, the default one where nobody has changed it. One query."""
    row = PolicyRow.objects.filter(id=ONLY_ROW).first()
    return of_row(row) if row else Policy()


def of_row(row: PolicyRow) -> Policy:
    """A row as a policy. Of outcomes that nobody may set, the default counts."""
    default = Policy()
    set_here = {Reason(code): Outcome(outcome) for code, outcome in row.outcomes.items()}
    return Policy(
        outcomes={
            **default.outcomes,
            **{reason: set_here[reason] for reason in EDITABLE_REASONS & set_here.keys()},
        },
        watchlist={level: Outcome(getattr(row, level.value)) for level in WatchlistLevel},
        same_passage=timedelta(minutes=row.same_passage_minutes),
        fastest_kmh=float(row.fastest_kmh),
        nearest_measured_km=float(row.nearest_measured_km),
        oldest_bundle=timedelta(hours=row.oldest_bundle_hours),
    )
