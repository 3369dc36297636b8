"""Step 2: logs, findings, who is affected."""

from django.urls import path

from hikeshi.investigate import exploring, people_views, questions, views

app_name = "investigate"
urlpatterns = [
    path("", views.page, name="page"),
    path("take/", views.take, name="take"),
    path("folders/", views.name_folder, name="folders"),
    path("scans/", views.scan_states, name="scans"),
    path("scan/<slug:name>/", views.scan, name="scan"),
    path("finding/<slug:name>/", views.finding, name="finding"),
    path("story/", exploring.story, name="story"),
    path("story/state/", exploring.state_part, name="state_part"),
    path("logons/", exploring.logons, name="logons"),
    path("timeline/", exploring.timeline, name="timeline"),
    path("ask/", questions.ask, name="ask"),
    path("export/<slug:name>/<slug:form>/", questions.export, name="export"),
    path("export/<slug:form>/", questions.export_shown, name="export_shown"),
    path("event/", exploring.event, name="event"),
    path("people/", people_views.page, name="people"),
    path("people/take/", people_views.take, name="people_take"),
    path("people/counts/", people_views.states, name="people_states"),
    path("people/<slug:name>/", people_views.counted, name="people_count"),
    path("affected/", views.affected, name="affected"),
]
