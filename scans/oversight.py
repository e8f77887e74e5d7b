"""Which checkpoints a supervisor sees: on every page, in every socket and in every export."""

from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth.models import User
from django.db.models import Model, Q, QuerySet

from permits.roles import Role, has_role
from scans.models import Checkpoint, District, Supervision

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

    def of_one(self, checkpoint_id: int) -> "Oversight":
        """Of that checkpoint alone, if it is theirs; otherwise of nothing."""
        return Oversight(frozenset({checkpoint_id} if self.sees(checkpoint_id) else ()))


EVERYTHING = Oversight(None)


def districts_of(user: User) -> frozenset[int] | None:
    """The ids of the districts that are theirs; None where everything is."""
    if has_role(user, Role.ADMINISTRATOR):
        return None
    supervision = Supervision.objects.filter(supervisor=user).first()
    if supervision is None:
        return None
    return frozenset(supervision.districts.values_list("id", flat=True))


def oversight_of(user: User) -> Oversight:
    """Read from the database at each call: a district taken away counts at once."""
    districts = districts_of(user)
    if districts is None:
        return EVERYTHING
    theirs = Checkpoint.objects.filter(district__in=districts)
    return Oversight(frozenset(theirs.values_list("id", flat=True)))


def oversight_of_user(user_id: int) -> Oversight:
    """The same, of a user by id. Raises User.DoesNotExist."""
    return oversight_of(User.objects.get(pk=user_id))


def who_sees(checkpoint_id: int | None) -> QuerySet[User]:
    """The supervisors who see a checkpoint, by name; None stands for the site as a whole."""
    sees_everything = Q(supervision=None) | Q(is_superuser=True) | _in_group(Role.ADMINISTRATOR)
    if checkpoint_id is None:
        sees = sees_everything
    else:
        districts = District.objects.filter(checkpoints=checkpoint_id)
        theirs = Supervision.objects.filter(districts__in=districts).values("supervisor")
        sees = sees_everything | Q(pk__in=theirs)
    supervisors = User.objects.filter(_in_group(Role.SUPERVISOR), is_active=True)
    return supervisors.filter(sees).order_by("username")


def _in_group(role: Role) -> Q:
    return Q(pk__in=User.objects.filter(groups__name=role.value).values("pk"))
