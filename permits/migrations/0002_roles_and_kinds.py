"""The four roles, and the kinds of permit of 2021 (docs/rules.md): rows that an administrator changes."""

from datetime import time

from django.db import migrations

ROLES = ["officer", "supervisor", "issuer", "administrator"]
DAY, WEEK, MONTH = 24, 7 * 24, 30 * 24
# number, Vietnamese, English, needs approval, hours of validity, one trip, hours of the day
KINDS = [
    (1, "Tự khai báo đi lại", "Self-declared domestic movement", False, 72, False, None),
    (2, "Công vụ", "Official duty", True, MONTH, False, None),
    (3, "Y tế, phòng chống dịch", "Health and epidemic control", True, MONTH, False, None),
    (
        4,
        "Sản xuất, dịch vụ thiết yếu",
        "Essential production and services",
        True,
        WEEK,
        False,
        (time(5), time(21)),
    ),
    (5, "Vận tải hàng hóa (luồng xanh)", "Goods transport (green lane)", True, MONTH, False, None),
    (6, "Khám chữa bệnh, cấp cứu", "Medical care and emergencies", True, 2 * DAY, True, None),
]


def add(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    PermitKind = apps.get_model("permits", "PermitKind")
    for name in ROLES:
        Group.objects.get_or_create(name=name)
    for number, name_vi, name_en, needs_approval, valid_hours, one_trip, hours in KINDS:
        PermitKind.objects.create(
            number=number,
            name_vi=name_vi,
            name_en=name_en,
            needs_approval=needs_approval,
            valid_hours=valid_hours,
            one_trip=one_trip,
            hours_from=hours and hours[0],
            hours_until=hours and hours[1],
        )


class Migration(migrations.Migration):
    dependencies = [("permits", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(add, elidable=False)]
