"""Step 2: logs, findings, who is affected."""

from django.urls import path

from hikeshi.investigate import views

app_name = "investigate"
urlpatterns = [
    path("", views.page, name="page"),
    path("take/", views.take, name="take"),
    path("folders/", views.name_folder, name="folders"),
    path("scans/", views.scan_states, name="scans"),
    path("scan/<slug:name>/", views.scan, name="scan"),
    path("finding/<slug:name>/", views.finding, name="finding"),
    path("affected/", views.affected, name="affected"),
]
