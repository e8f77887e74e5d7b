"""Which checkpoints a supervisor sees: on every page, in every socket and in every export."""

from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet

from permits.roles import Role, has_role
from scans.models import Checkpoint, Supervision

Rows = TypeVar("Rows", bound=Model)


@dataclass(frozen=True, slots=True)
class Oversight:
    """What one supervisor sees. `checkpoint_ids` is None where that is everything."""

    checkpoint_ids: frozenset[int] | None

    @property
    def is_everything(self) -> bool:
        """Whether it is the whole site, checkpoints of tomorrow too."""
        return self.checkpoint_ids is None

    def sees(self, checkpoint_id: int | None) -> bool:
        """Whether a checkpoint is theirs. None stands for the site as a whole."""
        return self.checkpoint_ids is None or checkpoint_id in self.checkpoint_ids

    def of(self, rows: QuerySet[Rows], field: str = "checkpoint_id") -> QuerySet[Rows]:
        """Those of the rows that are theirs; `field` leads to the checkpoint's id."""
        if self.checkpoint_ids is None:
            return rows
        return rows.filter(**{f"{field}__in": self.checkpoint_ids})


EVERYTHING = Oversight(None)


def oversight_of(user: User) -> Oversight:
    """Read from the database at each call: a district taken away counts at once."""
    if has_role(user, Role.ADMINISTRATOR):
        return EVERYTHING
    supervision = Supervision.objects.filter(supervisor=user).first()
    if supervision is None:
        return EVERYTHING
    theirs = Checkpoint.objects.filter(district__in=supervision.districts.all())
    return Oversight(frozenset(theirs.values_list("id", flat=True)))


def districts_of(user: User) -> frozenset[int] | None:
    """The ids of the districts that are theirs; None where everything is."""
    if has_role(user, Role.ADMINISTRATOR):
        return None
    supervision = Supervision.objects.filter(supervisor=user).first()
    if supervision is None:
        return None
    return frozenset(supervision.districts.values_list("id", flat=True))
