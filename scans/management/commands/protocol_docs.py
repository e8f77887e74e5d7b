"""`manage.py protocol_docs`: docs/protocol.md, made from scans/protocol/.

Fields, types, numbers and what stands beside them come from the module itself; only the story of
how a page and the server talk is told here.
"""

import inspect
import re
import struct
from collections.abc import Iterator
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
from django.core.management.base import BaseCommand

from scans import protocol
from scans.protocol import basics, frames

INTRO = """\
# The sockets' protocol

Made by `make docs` from `scans/protocol/`; do not edit it here.

What a page, or any other client, says to the server over a WebSocket, and what it hears.
This is version {version}.

| socket | address | for |
|---|---|---|
| lane | `/ws/lanes/LANE/DIRECTION/`, LANE a number, DIRECTION `in` or `out` | officers |
| dashboard | `/ws/dashboard/` | supervisors |
| screen | `/ws/screen/TOKEN/`, TOKEN as in the `screen` of `shift` | whoever has the address |
| test | `/ws/test/`: answers `ping` alone | officers |

A socket opens with the cookie of a login, and an `Origin` header that names a host of the site. It
closes by itself, within seconds, when the login ends, the role is taken away or the device is cut
off. Another origin and another address are refused before it opens. A device without a browser uses
the REST API (`/api/docs/`), which gives the same answers.

## One scan, in order

1. The page opens the lane's socket. The server answers `shift`: from then on frames are taken.
2. The page sends a frame, a binary message. **One frame at a time**: it sends the next only after
   the `frame_done` of the last.
3. The server decodes the picture. A frame without a code costs nothing more.
4. For each code in the frame it decides, writes the scan, commits, and only then sends `verdict`,
   with the frame's `seq` and the code's corners. A code that the lane showed within the last
   seconds is answered from memory, with `again` set, and is not another scan.
5. `frame_done`, always and exactly once for each `seq`, also after an `error`. (A message without a
   whole header has no `seq`: it gets an `error` alone.)

With the flag `together` points 4 and 5 come as one message, a list of them in this order.

A typed code, or one that a USB scanner has typed, goes as `check` with a `scan_id` that the page
makes. It is answered by one `verdict`, or by one `error` with the same `scan_id`. Sent again with
the same `scan_id`, after a lost connection for instance, it gets the recorded answer and is not
another scan.

What became of the car in front, the page says by `passage`, with a `passage_id` that it makes. The
page keeps it until `passage_done`, or an `error` with the same `passage_id`, has come, and sent
again after each reconnect; it is recorded once.

What a supervisor tells the lane comes as `instruction`, at once or, where a hint was lost, within
seconds. It stands, also for pages that open later, until `instruction_gone`; the officer answers it
by `confirm`. How its device is the page says by `health`.

A driver's screen hears `show`: what the lane's page last said by `sign`. It knows nothing else.

A dashboard sends `catch_up` with the id of the last row that it has, 0 at first. It gets what it
missed as one `feed`, and the whole `board`; then, at most five times a second and in one message,
the scans that are new and the checkpoints that have changed. After a reconnect nothing is missing.
Where more was missed than a feed holds, the latest come, and `fresh` is set. It answers each
`board` by `got` once it shows it. A dashboard that has two boards unanswered is sent nothing more
until it answers, and then what has changed meanwhile: no more than one gets that has just come.

Bad input never ends a socket: it is answered by `error`, and the next message is read as if nothing
had been. A client that sends without waiting for answers is read from as fast as it can be
answered, and no faster. One that does not read its answers is not read from either, and is cut off
after some seconds.

## Common to all messages

A message is JSON with a `type`, except for a frame. Times are whole milliseconds since 1970 in UTC:
`captured_at` is when the code was held up, by the server's clock as far as the client knows it
(`shift` and `pong` tell it); the server holds it to what can be, neither ahead nor more than a
minute ago. `sent_at` is the client's own, and comes back as it went. What the page sends has
exactly the fields below. What the server sends has all of its fields, always; a client passes over
fields that it does not know. The codes of outcomes, reasons, payloads and watchlist levels are in
[rules.md](rules.md).
"""

CLOSE_CODES = """\
## Close codes

{restart} says that this server process ends, and another goes on. What it had received is answered
before that. A client connects again at once, each after a random part of 300 ms, and sends again
what has no answer yet, with the same `scan_id`. It does the same at 1001 and 1012, which a server
or a proxy may send in its place. {cannot_read} says to a dashboard that the server has nothing new
for it: the page says so, and comes again. After the others a page does not connect again by itself.

"""


class Command(BaseCommand):
    help = "Print docs/protocol.md, made from scans/protocol/."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(page())


def page() -> str:
    """The whole of docs/protocol.md."""
    lane, dashboard = (get_args(m) for m in (protocol.LaneMessage, protocol.DashboardMessage))
    parts = [
        INTRO.format(version=protocol.VERSION),
        "## A frame\n\n" + _frame(),
        "## From the lane's page\n",
        *map(_message, lane),
        "## From the dashboard\n",
        *(_message(kind) for kind in dashboard if kind not in lane),
        "`ping` is the same on all sockets, and all that a driver's screen says.\n",
        "## From the server\n",
        *map(_message, get_args(protocol.ServerMessage)),
        "## Parts of messages\n",
        *map(_message, _parts()),
        "## Errors\n\n" + _table("code", "meaning", _error_codes()),
        CLOSE_CODES.format(
            restart=protocol.CLOSE_SERVICE_RESTART, cannot_read=protocol.CLOSE_CANNOT_READ
        )
        + _table("code", "meaning", _close_codes()),
        "## Limits\n\n" + _table("name", "value", _limits()),
    ]
    return "\n".join(parts)


def _frame() -> str:
    """The layout of a binary message."""
    rows, offset = [], 0
    for field, form in zip(_header_fields(), protocol.FRAME_HEADER.format[1:], strict=True):
        size = struct.calcsize(f">{form}")
        last = offset + size - 1
        place = str(offset) if size == 1 else f"{offset} to {last}"
        rows.append(f"| {place} | {field} |")
        offset += size
    flags = re.findall(r"^FLAG_(\w+) = (\d+)  # (.+)$", inspect.getsource(frames), re.MULTILINE)
    return "\n".join(
        [
            "A header, big-endian, and right behind it a picture: JPEG, PNG or WebP.\n",
            "| bytes | field |",
            "|---|---|",
            *rows,
            f"| {offset} and on | the picture |",
            "\nThe flags, added up (all others are zero):\n",
            "| value | flag | meaning |",
            "|---|---|---|",
            *(f"| {value} | {name.lower()} | {meaning} |" for name, value, meaning in flags),
            "\nFor example, `seq` 1 at 2021-09-14 08:00 in UTC, a camera's JPEG:\n",
            f"    {_example_frame().hex(' ')} ...\n",
        ]
    )


def _example_frame() -> bytes:
    return protocol.pack_frame(seq=1, captured_at=1_631_606_400_000, image=b"\xff\xd8\xff\xe0")


def _header_fields() -> list[str]:
    """The header's fields as the comment above FRAME_HEADER names them."""
    source = inspect.getsource(frames)
    found = re.search(r"# Header of a frame, big-endian: (.+?)\.\nFRAME_HEADER", source, re.DOTALL)
    if found is None:
        raise ValueError("scans/protocol/frames.py does not say what the header's fields are")
    return found[1].replace("\n# ", " ").split(", ")


def _message(kind: type[msgspec.Struct]) -> str:
    """One message, or one part of a message."""
    tag = kind.__struct_config__.tag
    lines = [f"### {f'`{tag}`' if tag else kind.__name__}\n", inspect.getdoc(kind) or "", ""]
    lines += ["| field | type |", "|---|---|"]
    if tag:
        lines.append(f'| `type` | `"{tag}"` |')
    types = get_type_hints(kind)
    lines += [f"| `{field}` | {_type(types[field])} |" for field in kind.__struct_fields__]
    return "\n".join([*lines, ""])


NAMES: dict[object, str] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "true or false",
    UUID: "UUID, as text",
    type(None): "null",
    ...: "",
}


def _type(kind: Any) -> str:
    """A field's type in words."""
    if kind in NAMES:
        return NAMES[kind]
    inner = get_args(kind)
    if get_origin(kind) in (Union, UnionType):
        return " or ".join(map(_type, inner))
    if kind is protocol.ErrorCode:
        return "text, one of the codes under [Errors](#errors)"
    if get_origin(kind) is Literal:
        return f"text: {', '.join(f'`{code}`' for code in inner)}"
    if get_origin(kind) is tuple:
        repeated = inner[-1] is ...
        return f"list of {_type(inner[0])}" if repeated else f"[{', '.join(map(_type, inner))}]"
    return f"[{kind.__name__}](#{kind.__name__.lower()})"


def _parts() -> Iterator[type[msgspec.Struct]]:
    """The structs that stand in messages: those of the module that have no type of their own."""
    for kind in vars(protocol).values():
        is_struct = isinstance(kind, type) and issubclass(kind, msgspec.Struct)
        if is_struct and kind is not protocol.Frame and kind.__struct_config__.tag is None:
            yield kind


def _error_codes() -> Iterator[tuple[str, str]]:
    """Each error code with the comment that stands beside it."""
    source = inspect.getsource(basics)
    for code in get_args(protocol.ErrorCode):
        found = re.search(rf'^    "{code}",(?:  # (.+))?$', source, re.MULTILINE)
        yield f"`{code}`", (found and found[1]) or code.replace("_", " ")


def _close_codes() -> Iterator[tuple[str, str]]:
    for name, code in vars(protocol).items():
        if name.startswith("CLOSE_"):
            yield f"{code}", name.removeprefix("CLOSE_").replace("_", " ").lower()


def _limits() -> Iterator[tuple[str, str]]:
    for name, value in vars(protocol).items():
        if name.startswith(("MAX_", "LARGEST_")):
            yield f"`{name}`", f"{value:,}"


def _table(left: str, right: str, rows: Iterator[tuple[str, str]]) -> str:
    lines = [f"| {left} | {right} |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)]
    return "\n".join([*lines, ""])
