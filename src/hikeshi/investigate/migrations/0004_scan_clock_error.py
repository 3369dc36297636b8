from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('investigate', '0003_peoplecount'),
    ]

    operations = [
        migrations.AddField(
            model_name='scan',
            name='clock_error',
            field=models.IntegerField(default=0),
        ),
    ]
