from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_seals_and_secrets")]

    operations = [
        migrations.AddField(
            model_name="auditseal",
            name="highest_event_id",
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
    ]
