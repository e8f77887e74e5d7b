"""The access log, for administrators."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from permits.exports import Column, Export, Format, Table, Value, in_chunks
from scans import look_up_words
from scans.models import LookUp


def access_log(look_ups: QuerySet[LookUp]) -> Export:
    """All that the page's filter leaves, the newest first."""
    columns = [
        Column(_("Look-up"), Format.NUMBER, 8),
        Column(_("Made at"), Format.MOMENT, 18),
        Column(_("Supervisor"), width=14),
        Column(_("Kind"), width=12),
        Column(_("Within"), Format.NUMBER, 8),
        Column(_("Looked for"), width=26),
        Column(_("Purpose"), width=30),
        Column(_("Found"), Format.NUMBER, 8),
        Column(_("In their districts"), width=10),
    ]
    table = Table(_("Access log"), columns, _rows(look_ups), look_ups.count())
    return Export("access-log", _("Access log"), [table])


def _rows(look_ups: QuerySet[LookUp]) -> Iterator[Sequence[Value]]:
    for look_up in in_chunks(look_ups):
        said = look_up_words.of(look_up)
        purpose = ": ".join(text for text in (said.purpose, said.more) if text)
        yield [
            *(look_up.number, look_up.made_at, look_up.supervisor.get_username()),
            *(str(look_up.get_kind_display()), look_up.within),
            *(str(look_up_words.UNREADABLE) if said.is_unreadable else said.whom, purpose),
            *(look_up.found, "" if look_up.checkpoint_ids is None else _("yes")),
        ]
