"""What became of each car, stills of it, and the officers’ PINs."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('scans', '0003_zones_of_checkpoints'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OfficerPin',
            fields=[
                ('officer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='pin', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='officer')),
                ('pin_hash', models.CharField(max_length=128)),
                ('set_at', models.DateTimeField(verbose_name='set at')),
                ('failures', models.PositiveSmallIntegerField(default=0, verbose_name='wrong ones in a row')),
            ],
            options={
                'verbose_name': 'officer’s PIN',
                'verbose_name_plural': 'officers’ PINs',
            },
        ),
        migrations.AddField(
            model_name='shift',
            name='ended_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='ended at'),
        ),
        migrations.AlterField(
            model_name='scan',
            name='payload_kind',
            field=models.CharField(choices=[('token', 'Travel code'), ('citizen_card', 'Citizen card'), ('serial', 'Serial'), ('number', 'Personal number'), ('plate', 'Plate'), ('unknown', 'Unknown')], max_length=12, verbose_name='payload'),
        ),
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('passage_id', models.UUIDField(unique=True)),
                ('car_id', models.UUIDField(db_index=True)),
                ('direction', models.CharField(choices=[('in', 'In'), ('out', 'Out')], max_length=3, verbose_name='direction')),
                ('outcome', models.CharField(choices=[('allow', 'Let pass'), ('hold', 'Look closer'), ('refuse', 'Do not let pass')], max_length=6, verbose_name='gravest outcome')),
                ('act', models.CharField(choices=[('passed', 'Passed'), ('let_through', 'Let through'), ('turned_back', 'Turned back'), ('health_desk', 'Sent to the health desk')], max_length=11, verbose_name='act')),
                ('reason', models.CharField(blank=True, max_length=24, verbose_name='reason')),
                ('note_sealed', models.BinaryField(blank=True, default=b'')),
                ('acted_at', models.DateTimeField(verbose_name='acted at')),
                ('recorded_at', models.DateTimeField(db_index=True, verbose_name='recorded at')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='undone at')),
                ('checkpoint', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='scans.checkpoint', verbose_name='checkpoint')),
                ('lane', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='scans.lane', verbose_name='lane')),
                ('officer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='passages', to=settings.AUTH_USER_MODEL, verbose_name='officer')),
                ('shift', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='passages', to='scans.shift', verbose_name='shift')),
            ],
            options={
                'verbose_name': 'passage',
                'verbose_name_plural': 'passages',
            },
        ),
        migrations.CreateModel(
            name='PassageScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scan_id', models.UUIDField(db_index=True)),
                ('passage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scans', to='scans.passage', verbose_name='passage')),
            ],
            options={
                'verbose_name': 'scan of a passage',
                'verbose_name_plural': 'scans of passages',
            },
        ),
        migrations.CreateModel(
            name='Still',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('still_id', models.UUIDField(unique=True)),
                ('car_id', models.UUIDField(db_index=True)),
                ('picture_sealed', models.BinaryField()),
                ('taken_at', models.DateTimeField(verbose_name='taken at')),
                ('recorded_at', models.DateTimeField(db_index=True, verbose_name='recorded at')),
                ('lane', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='scans.lane', verbose_name='lane')),
                ('officer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='officer')),
            ],
            options={
                'verbose_name': 'still',
                'verbose_name_plural': 'stills',
            },
        ),
    ]
