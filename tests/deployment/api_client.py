"""A device that checks over the REST API, one check after another. It sends nothing twice."""

import json
from collections.abc import Callable
from threading import Event, Thread
from typing import Self
from uuid import uuid4

from tests.deployment.people import Officer

# Sends one request: method, path, body, headers. Gives the status.
Ask = Callable[[str, str, bytes, dict[str, str]], int]


class ApiClient:
    """Works in a thread of its own, from `with` to its end."""

    def __init__(self, ask: Ask, officer: Officer) -> None:
        self._ask, self._officer = ask, officer
        self.answered: list[str] = []
        self.faults: list[str] = []
        self._is_stopped = Event()
        self._thread = Thread(target=self._work)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_stopped.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._is_stopped.is_set():
            try:
                self._check(str(uuid4()))
            except Exception as error:
                self.faults.append(repr(error))

    def _check(self, scan_id: str) -> None:
        body = json.dumps(self._officer.api_check(scan_id)).encode()
        status = self._ask("POST", "/api/v1/checks/", body, self._officer.api_headers)
        if status == 200:
            self.answered.append(scan_id)
        else:
            self.faults.append(f"status {status}")
