"""What must not reach a log."""

import logging
import re

PRIVATE_LINK = re.compile(r"(/permits/)[^/\s]+")


class WithoutPrivateLinks(logging.Filter):
    """Cuts the private part out of every path: who has the link has the permit."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = PRIVATE_LINK.sub(r"\1…", record.getMessage())
        record.args = None
        return True
