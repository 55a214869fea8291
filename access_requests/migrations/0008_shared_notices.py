"""Which requests a letter about several of them was about, and when an approver was asked."""

import django.db.models.deletion
from django.db import migrations, models

# When an approver was last asked by a requester is looked up on each page of a waiting request.
NUDGES = """
CREATE INDEX notice_of_nudge ON accounts_notice (recipient_id, created_at)
 WHERE kind = 'request_nudged';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access_requests", "0007_day_history"),
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SharedNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "access_request",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shared_notices",
                        to="access_requests.accessrequest",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.notice",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("access_request", "notice"), name="shared_notice_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(NUDGES, "DROP INDEX notice_of_nudge;"),
    ]
