"""Scans are kept by day: unique within it, and on PostgreSQL a partition for each."""

import django.db.models.deletion
from django.db import migrations, models

# The table as 0001 made it, but partitioned. What has no partition of its own goes into the default.
PARTITION = [
    "ALTER TABLE scans_scan RENAME TO scans_scan_flat",
    "CREATE TABLE scans_scan (LIKE scans_scan_flat INCLUDING CONSTRAINTS) PARTITION BY RANGE (captured_day)",
    "CREATE TABLE scans_scan_default PARTITION OF scans_scan DEFAULT",
    "INSERT INTO scans_scan SELECT * FROM scans_scan_flat",
    "DROP TABLE scans_scan_flat",
    "CREATE SEQUENCE scans_scan_id_seq OWNED BY scans_scan.id",
    "SELECT setval('scans_scan_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM scans_scan), false)",
    "ALTER TABLE scans_scan ALTER COLUMN id SET DEFAULT nextval('scans_scan_id_seq')",
    # The day must be part of every unique key. The id stands first: the feed asks by it.
    "ALTER TABLE scans_scan ADD PRIMARY KEY (id, captured_day)",
    "ALTER TABLE scans_scan ADD CONSTRAINT scan_recorded_once UNIQUE (captured_day, scan_id)",
    "CREATE INDEX scan_permit ON scans_scan (captured_day, permit_id, captured_at)",
    "CREATE INDEX scan_totals ON scans_scan (recorded_at, checkpoint_id, outcome, elapsed_ms)",
    *(
        f"ALTER TABLE scans_scan ADD CONSTRAINT scans_scan_{column}_fk "
        f"FOREIGN KEY ({column}) REFERENCES {table} (id)"
        for column, table in (
            ("checkpoint_id", "scans_checkpoint"),
            ("lane_id", "scans_lane"),
            ("officer_id", "auth_user"),
        )
    ),
]


def partition(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in PARTITION:
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ("permits", "0002_roles_and_kinds"),
        ("scans", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="alert",
            name="scan",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="alerts",
                to="scans.scan",
                verbose_name="scan",
            ),
        ),
        migrations.AlterField(
            model_name="scan",
            name="permit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="permits.permit",
                verbose_name="permit",
            ),
        ),
        migrations.AlterField(
            model_name="scan",
            name="scan_id",
            field=models.UUIDField(),
        ),
        migrations.AddConstraint(
            model_name="scan",
            constraint=models.UniqueConstraint(
                fields=("captured_day", "scan_id"), name="scan_recorded_once"
            ),
        ),
        migrations.RunPython(partition, elidable=False),
    ]
