"""The tables of docs/scaling.md, on standard output.

python -m bench.capacity              all of them
python -m bench.capacity --write      into the document, between their marks
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path

from bench.capacity import tables

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "scaling.md"
TABLES: dict[str, Callable[[], str]] = {
    "known": tables.known,
    "demand": tables.demand,
    "servers": tables.servers,
    "rechecks": tables.rechecks,
    "database": tables.database,
    "simulation": tables.simulation,
    "storage": tables.storage,
    "redis": tables.redis,
}


def filled(document: str) -> str:
    """The document with its tables as they are now. Raises KeyError for a mark without a table."""
    return re.sub(
        r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)",
        lambda mark: f"{mark[1]}\n{TABLES[mark[2]]()}\n{mark[3]}",
        document,
        flags=re.DOTALL,
    )


def main(arguments: list[str]) -> None:
    """Print the tables, or write them."""
    if arguments == ["--write"]:
        DOCUMENT.write_text(filled(DOCUMENT.read_text("utf-8")), "utf-8")
    elif arguments:
        sys.exit(__doc__)
    else:
        print("\n".join(f"{name}\n\n{table()}" for name, table in TABLES.items()))


if __name__ == "__main__":
    main(sys.argv[1:])
