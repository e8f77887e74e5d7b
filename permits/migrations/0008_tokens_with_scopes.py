"""The tokens that there were before scopes go on: they are for checks. Their texts are not kept."""

import hashlib

from django.db import migrations
from django.utils import timezone

OLD = "authtoken_token"


def carry_over(apps, schema_editor):
    connection = schema_editor.connection
    if OLD not in connection.introspection.table_names():
        return
    ApiToken = apps.get_model("permits", "ApiToken")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT key, user_id FROM {OLD}")
        rows = cursor.fetchall()
    ApiToken.objects.bulk_create(
        ApiToken(
            user_id=user_id,
            name="checks",
            scopes=["checks:write"],
            digest=hashlib.sha256(key.encode()).hexdigest(),
            created_at=timezone.now(),
        )
        for key, user_id in rows
    )
    schema_editor.execute(f"DROP TABLE {OLD}")


class Migration(migrations.Migration):
    dependencies = [("permits", "0007_api_tokens")]
    operations = [migrations.RunPython(carry_over, elidable=False)]
