"""Permits of the tests, printed and photographed."""

from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import pypdfium2
from PIL import Image, ImageFilter

from permits.printing import PrintedPermit

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CODE = "CP1:" + ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:" * 4)[:138]
PERMIT = PrintedPermit(
    code=CODE,
    serial="0A1B2-C3D4E",
    full_name="Nguyễn Thị Ánh Tuyết",
    kind_name="Goods transport",
    kind_name_vi="Vận chuyển hàng hóa",
    valid_from=datetime(2026, 11, 24, 9, 30, tzinfo=HANOI),
    valid_until=datetime(2026, 11, 27, 9, 30, tzinfo=HANOI),
    origin="Tràng Tiền, Hoàn Kiếm, Hà Nội",
    destination="Phú Minh, Phú Xuyên, Hà Nội",
    plate="99A12345",
    direction="out",
    hours=(time(5), time(20, 30)),
    days=(0, 6),
    zones=("Vùng đỏ", "Vùng 2"),
    one_trip=True,
    companions=("Đỗ Hữu Khôi", "Lê Thị Mẫu"),
)
# Every field as long as it can be, and longer lists than any kind of permit has.
LONGEST = replace(
    PERMIT,
    full_name="Nguyễn Thị Hoàng Phương Ánh Tuyết " * 3 + "Đặng Thị Mẫu Cuối",
    kind_name="W" * 80,
    kind_name_vi="Q" * 80,
    origin="M" * 160,
    destination="W" * 160,
    days=(0, 1, 2, 3, 4, 5),
    companions=tuple(f"Nguyễn Thị Ánh Tuyết Số {number}" for number in range(1, 31)),
    zones=tuple(f"Vùng số {number}" for number in range(1, 41)),
)


def pictures(content: bytes, *, dots_per_inch: int = 150) -> list[Image.Image]:
    """The pages as a printer sees them."""
    with pypdfium2.PdfDocument(content) as document:
        return [page.render(scale=dots_per_inch / 72, grayscale=True).to_pil() for page in document]


def photographed(paper: Image.Image) -> Image.Image:
    """The print on a table under poor light: turned, grey, noisy and a little out of focus."""
    turned = paper.rotate(3, Image.Resampling.BICUBIC, expand=True, fillcolor=120)
    blurred = np.asarray(turned.filter(ImageFilter.GaussianBlur(1.0)), dtype=float)
    noise = np.random.default_rng(1).normal(0, 12, blurred.shape)
    return Image.fromarray((60 + blurred * 0.55 + noise).clip(0, 255).astype(np.uint8))
