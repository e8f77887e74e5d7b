"""Personal numbers and phones are sealed, and found by a keyed digest from here on."""

from django.db import migrations

from permits import personal_data
from permits.people import plain_name

AT_ONCE = 1000
COMPANIONS_OF_A_DECLARATION = 4
SELF_DECLARED, GOODS_TRANSPORT = 1, 5


NUMBER = ["number_digest", "number_sealed", "number_tail"]
PHONE = ["phone_digest", "phone_sealed"]


def seal(apps, schema_editor):
    seal_rows(apps.get_model("permits", "Holder"), [*NUMBER, *PHONE, "search_name"])
    seal_rows(apps.get_model("permits", "WatchlistEntry"), NUMBER)


def seal_rows(model, fields):
    last = 0
    while rows := list(model.objects.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        for row in rows:
            seal_number(row)
            if "phone_sealed" in fields:
                seal_phone_and_name(row)
        model.objects.bulk_update(rows, fields, batch_size=100)
        last = rows[-1].pk


def seal_number(row):
    number = row.personal_number
    row.number_digest = personal_data.digest(number)
    row.number_sealed = personal_data.seal(number) if number else b""
    row.number_tail = number[-4:]


def seal_phone_and_name(row):
    row.phone_digest = personal_data.digest(row.phone)
    row.phone_sealed = personal_data.seal(row.phone)
    row.search_name = plain_name(row.full_name)


def set_demands(apps, schema_editor):
    """Of the kinds as the site came with them; an administrator changes them as any other."""
    kinds = apps.get_model("permits", "PermitKind").objects
    kinds.filter(number=SELF_DECLARED).update(most_companions=COMPANIONS_OF_A_DECLARATION)
    kinds.filter(number=GOODS_TRANSPORT).update(needs_vehicle=True)
    apps.get_model("permits", "PolicyRow").objects.create(id=1)


class Migration(migrations.Migration):
    dependencies = [("permits", "0003_kinds_people_and_policy")]
    operations = [
        migrations.RunPython(seal, elidable=False),
        migrations.RunPython(set_demands, elidable=False),
    ]
