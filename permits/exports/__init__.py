"""Tables to take away: as CSV, XLSX or PDF, of any page that shows one.

A page declares its tables (table.py) and answers with them (answer.py); its template offers them by
`{% export_links %}`. Whatever fails half-way says so in the file, and on the page.
"""

from permits.exports.answer import Asked, answer, asked_for
from permits.exports.rows import in_chunks
from permits.exports.table import Column, Export, Format, Table, Value

__all__ = [
    "Asked",
    "Column",
    "Export",
    "Format",
    "Table",
    "Value",
    "answer",
    "asked_for",
    "in_chunks",
]
