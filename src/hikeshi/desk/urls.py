"""Addresses of the desk: first run, people, workspaces, language, the key, the components page."""

from django.urls import path

from hikeshi.desk.views import first_run, people, places

app_name = "desk"
urlpatterns = [
    path("start/<str:token>/", first_run.start, name="start"),
    path("desk/finish/", first_run.finish, name="finish"),
    path("desk/key/", places.key, name="key"),
    path("desk/people/", people.people, name="people"),
    path("desk/people/<uuid:person>/role/", people.change_role, name="change_role"),
    path("desk/people/<uuid:person>/remove/", people.remove, name="remove"),
    path("desk/people/<uuid:person>/invitation/", people.invitation, name="invitation"),
    path("desk/join/<str:token>/", people.join, name="join"),
    path("desk/workspaces/", places.workspaces, name="workspaces"),
    path("desk/language/", places.language, name="language"),
    path("desk/unsent/", places.unsent, name="unsent"),
    path("components/", places.components, name="components"),
]
