"""How the tests of search and trace fill in the forms and read the pages."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

PURPOSE = {"purpose": "case", "purpose_text": "Hồ sơ 12/BC"}


def look(client: Client, path: str, **fields: Any) -> str:
    """Fill in a form that is in order, and return the address of what was found."""
    answer = client.post(path, fields)
    assert answer.status_code == 302, errors(answer.content.decode())
    return str(answer["Location"])


def shown(client: Client, address: str) -> str:
    """A page that opens."""
    answer = client.get(address)
    assert answer.status_code == 200, answer
    assert answer["Cache-Control"] == "no-store"
    return answer.content.decode()


def errors(page: str) -> list[str]:
    """What a form says of its faults."""
    return re.findall(r'<span class="error"[^>]*>(.*?)</span>', page)


def scans_on(page: str) -> list[str]:
    """The ids of the scans that a page links to, in their order."""
    return re.findall(r'href="/scans/([0-9a-f-]{36})/\?look_up=', page)


def number_in(address: str) -> int:
    """Of a look-up, from the address of its page."""
    [number] = re.findall(r"\d+", urlsplit(address).path)
    return int(number)


def table(answer: Any) -> list[str]:
    """The lines of a CSV, its heading first, without its notes. It is whole."""
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "# COMPLETE" in text
    return [line for line in text.splitlines() if not line.lstrip('"').startswith("#")]
