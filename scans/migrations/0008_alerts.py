"""Alerts of every kind, each with a cause, an owner and a history.

An alert that is there already is a watchlist hit of a scan. Of several with one cause the latest may
be open: one of the last day. The rest are over; nobody resolved them.
"""

from datetime import timedelta

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

SEVERITY = {"f0": "critical", "wanted": "critical", "f1": "high", "quarantine": "high"}
STAYS_OPEN = timedelta(days=1)
AT_ONCE = 500


def convert(apps, schema_editor):
    Alert = apps.get_model("scans", "Alert")
    open_since = django.utils.timezone.now() - STAYS_OPEN
    following = {}  # when the next alert of a cause was raised: they come the latest first
    last = None
    while alerts := _before(Alert, last):
        for alert in alerts:
            _fill_in(alert, following, open_since)
        Alert.objects.bulk_update(alerts, FIELDS)
        last = alerts[-1].pk
    if schema_editor.connection.vendor == "postgresql":
        # Or the indexes could not be made: the checks of these updates would still be due.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _before(Alert, last):
    rows = Alert.objects.select_related("scan").order_by("-pk")
    return list((rows.filter(pk__lt=last) if last else rows)[:AT_ONCE])


FIELDS = [
    "severity", "checkpoint", "lane", "scan_uuid", "cause", "last_at", "changed_at", "resolved_at",
]


def _fill_in(alert, following, open_since):
    scan = alert.scan
    alert.severity = SEVERITY[alert.level]
    alert.last_at = alert.changed_at = alert.raised_at
    if scan is None:
        alert.cause, alert.resolved_at = f"watchlist_hit:{alert.pk}", alert.raised_at
        return
    alert.checkpoint_id, alert.lane_id = scan.checkpoint_id, scan.lane_id
    alert.scan_uuid = scan.scan_id
    who = f"permit-{scan.permit_id}" if scan.permit_id else bytes(scan.payload_digest).hex()[:32]
    alert.cause = f"watchlist_hit:{scan.checkpoint_id}:{alert.level}:{who}"
    is_old = alert.raised_at < open_since
    alert.resolved_at = following.get(alert.cause, alert.raised_at if is_old else None)
    following[alert.cause] = alert.raised_at


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('scans', '0007_instructions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AlertAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('acknowledged', 'Acknowledged'), ('taken', 'Taken'), ('handed_over', 'Handed over'), ('resolved', 'Resolved'), ('news_again', 'Seen again'), ('over', 'Over by itself')], max_length=12, verbose_name='act')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'act on an alert',
                'verbose_name_plural': 'acts on alerts',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='AlertSubscription',
            fields=[
                ('supervisor', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='alert_subscription', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='supervisor')),
                ('least_severity', models.CharField(choices=[('critical', 'Critical'), ('high', 'High'), ('medium', 'Medium'), ('low', 'Low')], default='high', max_length=8, verbose_name='least severity')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('language', models.CharField(max_length=8, verbose_name='language')),
            ],
            options={
                'verbose_name': 'alert subscription',
                'verbose_name_plural': 'alert subscriptions',
            },
        ),
        migrations.AddField(
            model_name='alert',
            name='acknowledged_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='acknowledged at'),
        ),
        migrations.AddField(
            model_name='alert',
            name='acknowledged_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='alerts_acknowledged', to=settings.AUTH_USER_MODEL, verbose_name='acknowledged by'),
        ),
        migrations.AddField(
            model_name='alert',
            name='cause',
            field=models.CharField(default='-', editable=False, max_length=120),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='alert',
            name='changed_at',
            field=models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='changed at'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='alert',
            name='checkpoint',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='scans.checkpoint', verbose_name='checkpoint'),
        ),
        migrations.AddField(
            model_name='alert',
            name='details',
            field=models.JSONField(default=dict, verbose_name='figures'),
        ),
        migrations.AddField(
            model_name='alert',
            name='kind',
            field=models.CharField(choices=[('watchlist_hit', 'Watchlist hit'), ('impossible_travel', 'Seen too far away a short time ago'), ('forged_codes', 'Forged codes in a row'), ('lane_silent', 'Lane silent'), ('refuse_rate', 'Unusual share of refusals'), ('clock_off', 'Device clock wrong'), ('disk_full', 'Disk nearly full'), ('database_trouble', 'Database trouble'), ('repeated_look_ups', 'One person looked up again and again')], default='watchlist_hit', max_length=20, verbose_name='kind'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='alert',
            name='lane',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='scans.lane', verbose_name='lane'),
        ),
        migrations.AddField(
            model_name='alert',
            name='last_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='last seen at'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='alert',
            name='lasts',
            field=models.BooleanField(default=False, verbose_name='lasts'),
        ),
        migrations.AddField(
            model_name='alert',
            name='note_sealed',
            field=models.BinaryField(blank=True, default=b''),
        ),
        migrations.AddField(
            model_name='alert',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='alerts_owned', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='alert',
            name='resolved_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='resolved at'),
        ),
        migrations.AddField(
            model_name='alert',
            name='resolved_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='alerts_resolved', to=settings.AUTH_USER_MODEL, verbose_name='resolved by'),
        ),
        migrations.AddField(
            model_name='alert',
            name='scan_uuid',
            field=models.UUIDField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='alert',
            name='severity',
            field=models.CharField(choices=[('critical', 'Critical'), ('high', 'High'), ('medium', 'Medium'), ('low', 'Low')], default='critical', max_length=8, verbose_name='severity'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='alert',
            name='supervisor',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='alerts_about', to=settings.AUTH_USER_MODEL, verbose_name='supervisor'),
        ),
        migrations.AddField(
            model_name='alert',
            name='tell_at',
            field=models.DateTimeField(db_index=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='alert',
            name='times',
            field=models.PositiveIntegerField(default=1, verbose_name='times seen'),
        ),
        migrations.AddField(
            model_name='alert',
            name='told_at',
            field=models.DateTimeField(db_index=True, editable=False, null=True, verbose_name='told at'),
        ),
        migrations.AlterField(
            model_name='alert',
            name='level',
            field=models.CharField(blank=True, choices=[('f0', 'F0 (infected)'), ('f1', 'F1 (close contact)'), ('quarantine', 'Quarantine'), ('wanted', 'Wanted')], max_length=10, verbose_name='level'),
        ),
        migrations.AlterField(
            model_name='alert',
            name='scan',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='scans.scan', verbose_name='scan'),
        ),
        migrations.RunPython(convert, migrations.RunPython.noop, elidable=False),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(fields=['cause', 'raised_at'], name='alert_cause'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(condition=models.Q(('lasts', True)), fields=['kind'], name='alert_lasts'),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.UniqueConstraint(condition=models.Q(('resolved_at', None)), fields=('cause',), name='one_open_alert_a_cause'),
        ),
        migrations.AddField(
            model_name='alertact',
            name='alert',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acts', to='scans.alert', verbose_name='alert'),
        ),
        migrations.AddField(
            model_name='alertact',
            name='by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='alert_acts', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='alertact',
            name='to',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='alerts_given', to=settings.AUTH_USER_MODEL, verbose_name='to'),
        ),
    ]
