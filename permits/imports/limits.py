"""PURE. How much a file may be."""

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED_BYTES = 200 * 1024 * 1024  # of a workbook, which is a zip file
MOST_ROWS = 50_000  # that say something
MOST_LINES = 100_000  # with empty ones
MOST_COLUMNS = 60
MOST_CELL = 1_000  # characters
