"""What a citizen of the tests types into the public form: Nguyễn Thị Hồng Nhung, born in 1990."""

from collections.abc import Mapping
from datetime import datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client

NOW = datetime(2026, 11, 24, 9, 30, 20, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
STEPS: dict[str, dict[str, str]] = {
    "you": {
        "full_name": "Nguyễn Thị Hồng Nhung",
        "personal_number": "001190123456",
        "birth_date": "1990-05-17",
        "sex": "female",
        "phone": "0912345678",
    },
    "trip": {
        "origin": "Tràng Tiền, Hoàn Kiếm, Hà Nội",
        "destination": "Phú Minh, Phú Xuyên, Hà Nội",
        "direction": "",
        "purpose": "Đi làm",
        "travel_at": "2026-11-24T10:00",
    },
    "people": {},
    "papers": {"plate": "29A-123.45"},
}
WITHOUT_PEOPLE = ("you", "trip", "papers")


def typed(**changes: str) -> dict[str, str]:
    """The fields of all steps as a browser sends them, with some of them typed otherwise."""
    fields = {name: text for step in STEPS.values() for name, text in step.items()}
    return fields | changes


def fill_in(
    client: Client,
    address: str = "/declare/1/",
    *,
    steps: tuple[str, ...] = tuple(STEPS),
    people: Mapping[str, str] | None = None,
    **changes: Any,
) -> None:
    """Go through the steps, each of which must be taken."""
    for step in steps:
        known = {name for other, fields in STEPS.items() if other != step for name in fields}
        if step != "papers":
            known.add("documents")
        mine = {name: text for name, text in changes.items() if name not in known}
        fields = STEPS[step] | mine | (dict(people or {}) if step == "people" else {})
        response = client.post(f"{address}{step}/", fields)
        assert response.status_code == 302, unescape(response.content.decode())


def send(client: Client, address: str = "/declare/1/") -> Any:
    """Send what was filled in."""
    return client.post(f"{address}check/", {"go": "next"})


def declare(client: Client, address: str = "/declare/1/", **changes: Any) -> str:
    """Fill in all steps, send them, and return the private page's path."""
    fill_in(client, address, **changes)
    response = send(client, address)
    assert response.status_code == 302, unescape(response.content.decode())
    return str(response.headers["Location"])


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return unescape(response.content.decode())
