"""What a citizen of the tests types into the public form: Nguyễn Thị Hồng Nhung, born in 1990."""

from datetime import datetime
from html import unescape
from zoneinfo import ZoneInfo

from django.test import Client

NOW = datetime(2026, 11, 24, 9, 30, 20, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def typed(**changes: str) -> dict[str, str]:
    """The fields as a browser sends them, with some of them typed otherwise."""
    fields = {
        "full_name": "Nguyễn Thị Hồng Nhung",
        "personal_number": "001190123456",
        "birth_date": "1990-05-17",
        "sex": "female",
        "phone": "0912345678",
        "origin": "Tràng Tiền, Hoàn Kiếm, Hà Nội",
        "destination": "Phú Minh, Phú Xuyên, Hà Nội",
        "purpose": "Đi làm",
        "plate": "29A-123.45",
        "travel_at": "2026-11-24T10:00",
    }
    assert changes.keys() <= fields.keys()
    return fields | changes


def declare(client: Client, **changes: str) -> str:
    """Send the form and return the private page's path."""
    response = client.post("/", typed(**changes))
    assert response.status_code == 302, unescape(response.content.decode())
    return str(response.headers["Location"])


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return unescape(response.content.decode())
