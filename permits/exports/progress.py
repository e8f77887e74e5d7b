"""How far an export came, and the words in which its last line says so."""

import logging
from collections.abc import Iterator, Sequence
from enum import StrEnum

from django.utils.translation import gettext as _

from permits.exports.table import Export, Table, Value

log = logging.getLogger(__name__)


class Ending(StrEnum):
    """How an export ended, as the header `X-Export` says it."""

    COMPLETE = "complete"
    FAILED = "failed"
    LIMITED = "limited"  # there are more rows than the kind of file takes


class Progress:
    """Reads an export's rows for a writer. What is raised there ends it, and is said, not raised.

    At most `most` rows are read, over all tables.
    """

    def __init__(self, export: Export, *, most: int | None = None) -> None:
        self.export = export
        self.read = 0
        self.ending = Ending.COMPLETE
        self._most = most

    def rows(self, table: Table) -> Iterator[Sequence[Value]]:
        """The rows of a table, as long as all goes well."""
        if self.ending is not Ending.COMPLETE:
            return
        try:
            for row in table.rows:
                if self.read == self._most:
                    self.ending = Ending.LIMITED
                    return
                self.read += 1
                yield row
        except Exception:
            log.exception("an export failed half-way: %s", self.export.name)
            self.ending = Ending.FAILED

    def last_line(self) -> str:
        """Begins with COMPLETE or NOT COMPLETE in every language, for programs to look at."""
        if self.ending is Ending.COMPLETE:
            return "COMPLETE: " + _("%(rows)s rows, complete.") % {"rows": self.read}
        count = self.export.count
        rows = f"{self.read}/{count}" if count is not None else str(self.read)
        if self.ending is Ending.LIMITED:
            why = _("%(rows)s rows: more do not go into this kind of file. Narrow it, or take CSV.")
        else:
            why = _("%(rows)s rows, then it failed. Export it again.")
        return "NOT COMPLETE: " + why % {"rows": rows}
