"""How uploaded files are taken in: in memory alone, and never more than a few at their largest."""

import io
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from permits.documents import MAX_BYTES

MOST_BYTES = 5 * MAX_BYTES  # of one request


class BoundedUpload(FileUploadHandler):
    """Keeps no more of a file than shows that it is too large.

    A file that is larger than MAX_BYTES, or begins when the request has had its share, comes out
    without content and with the size that it had; whoever reads it finds that out by its size.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.held = 0

    def new_file(self, *arguments: Any, **options: Any) -> None:
        super().new_file(*arguments, **options)
        self.content = io.BytesIO()
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.size += len(raw_data)
        if self.size > MAX_BYTES or self.held + self.size > MOST_BYTES:
            self.size = max(self.size, MAX_BYTES + 1)
            self.content = io.BytesIO()
        else:
            self.content.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.held += self.content.tell()
        self.content.seek(0)
        return InMemoryUploadedFile(
            file=self.content,
            field_name=self.field_name,
            name=self.file_name or "-",
            content_type=self.content_type,
            size=self.size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


def takes_files(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Take a view's files in so: before the check against forged forms, which reads the body."""

    @csrf_exempt
    @wraps(view)
    def with_bounds(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
        request.upload_handlers = [BoundedUpload(request)]
        return csrf_protect(view)(request, *arguments, **options)

    return with_bounds
