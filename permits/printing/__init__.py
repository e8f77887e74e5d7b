"""Permits on paper: a card, a page, a sheet of cards to cut out. Each is a PDF.

What is printed comes as `PrintedPermit`, which knows no rows; its words are those of the active
language.
"""

from permits.printing.pages import a4, a6, cards, write_cards
from permits.printing.printed_permit import PrintedPermit

__all__ = ["PrintedPermit", "a4", "a6", "cards", "write_cards"]
