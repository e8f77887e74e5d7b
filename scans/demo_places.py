"""The demo's places: checkpoints of Hanoi in September 2021. Coordinates are approximate."""

# name, road, latitude, longitude
CHECKPOINTS = [
    ("Ngã ba Cầu Giẽ", "Km 213 QL1A, Phú Xuyên", 20.69, 105.92),
    ("Trạm thu phí Pháp Vân - Cầu Giẽ", "Km 188 cao tốc, Thanh Trì", 20.92, 105.87),
    ("Ngã ba chợ Dầu", "QL21B, Ứng Hòa", 20.66, 105.78),
    ("Quốc lộ 5 Trâu Quỳ", "1051 Nguyễn Đức Thuận, Gia Lâm", 21.01, 105.94),
    ("Cầu Phù Đổng", "cao tốc Hà Nội - Lạng Sơn, Gia Lâm", 21.05, 105.93),
    ("Đê Bát Tràng", "gầm cầu Thanh Trì, Gia Lâm", 20.99, 105.91),
    ("Cầu Trung Hà", "QL32, Ba Vì", 21.23, 105.35),
    ("Cầu Thăng Long", "Võ Văn Kiệt, Đông Anh", 21.10, 105.78),
    ("Cầu Nhật Tân", "Võ Chí Công, Đông Anh", 21.10, 105.82),
    ("Cầu Mai Lĩnh", "QL6, Hà Đông", 20.94, 105.73),
]
# Vietnamese name, English name, and the checkpoints in it by their place above
ZONES = [
    ("Vùng 1 (vùng đỏ)", "Zone 1 (red zone)", (1, 5, 7, 8, 9)),
    ("Vùng 2", "Zone 2", (3, 4, 5)),
    ("Vùng 3", "Zone 3", (0, 1, 2)),
]
# name, and the checkpoints in it by their place above
DISTRICTS = [
    ("Phía Nam", (0, 1, 2)),
    ("Huyện Gia Lâm", (3, 4, 5)),
    ("Huyện Đông Anh", (7, 8)),
    ("Phía Tây", (6, 9)),
]
LANES = ["Làn 1", "Làn 2"]
AREAS = [
    "phường Mẫu, quận Hoàn Kiếm, Hà Nội",
    "xã Mẫu, huyện Gia Lâm, Hà Nội",
    "phường Mẫu, quận Hồng Bàng, Hải Phòng",
    "xã Mẫu, huyện Từ Sơn, Bắc Ninh",
    "phường Mẫu, thành phố Phủ Lý, Hà Nam",
    "thị trấn Mẫu, huyện Lương Sơn, Hòa Bình",
]
PURPOSES = ["Đi làm", "Chở hàng thiết yếu", "Khám bệnh", "Về quê", "Công tác"]
SURNAMES = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Đặng", "Bùi", "Đỗ"]
MIDDLE_NAMES = {"male": ["Văn", "Đức", "Hữu"], "female": ["Thị", "Ngọc", "Thu"]}
GIVEN_NAMES = {
    "male": ["Mẫu", "An", "Bình", "Dũng", "Hưng", "Khôi", "Sơn"],
    "female": ["Mẫu", "Ánh", "Chi", "Hạnh", "Lan", "Thủy", "Yến"],
}
