"""PURE. What is looked at of a server's message; all else is passed over."""

import msgspec


class Reply(msgspec.Struct):
    """Any message. A field that it does not have is at its default."""

    type: str
    scan_id: str | None = None
    seq: int | None = None
    symbols: int = 0
    outcome: str = ""
    again: bool = False
    code: str = ""
    server_time: int = 0


_decoder = msgspec.json.Decoder(Reply)


def parse(text: bytes) -> Reply:
    """A message's fields. Raises msgspec.MsgspecError for what is none."""
    return _decoder.decode(text)
