"""`manage.py decode`: the server's decoder on picture files."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from scans import decode
from scans.decode import DecodeError


class Command(BaseCommand):
    help = "Read the QR codes in picture files (JPEG, PNG, WebP) as the server reads a frame."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        parser.add_argument("files", nargs="+", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        results = [self._print(look_at(file), as_json=options["json"]) for file in options["files"]]
        failed = sum("error" in result for result in results)
        if failed:
            raise CommandError(f"{failed} of {len(results)} files could not be read as pictures")

    def _print(self, result: dict[str, Any], *, as_json: bool) -> dict[str, Any]:
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return result
        found = result.get("error") or " | ".join(result["payloads"]) or "no code"
        self.stdout.write(f"{result['file']}: {found} ({result['ms']} ms)")
        return result


def look_at(file: str) -> dict[str, Any]:
    """`file`, `payloads` and `ms`; and `error`, a code, for a file that is no picture."""
    started = time.perf_counter()
    result: dict[str, Any] = {"file": file, "payloads": []}
    try:
        symbols = decode.decode(Path(file).read_bytes(), go_on=decode.always)
        result["payloads"] = list(dict.fromkeys(symbol.payload for symbol in symbols))
    except DecodeError as error:
        result["error"] = error.code
    except OSError:
        result["error"] = "unreadable_file"
    result["ms"] = round((time.perf_counter() - started) * 1000, 2)
    return result
