"""Home, the incident page, its record, the note bar."""

from django.urls import path

from hikeshi.board import views

app_name = "board"
urlpatterns = [
    path("", views.home, name="home"),
    path("incidents/", views.incidents, name="incidents"),
    path("open/", views.open_incident, name="open"),
    path("i/<str:ref>/", views.incident, name="incident"),
    path("i/<str:ref>/note/", views.note, name="note"),
    path("i/<str:ref>/record/", views.whole_record, name="record"),
    path("i/<str:ref>/facts/", views.facts, name="facts"),
    path("i/<str:ref>/evidence/<str:sha256>/", views.evidence, name="evidence"),
    path("i/<str:ref>/end/", views.end, name="end"),
]
