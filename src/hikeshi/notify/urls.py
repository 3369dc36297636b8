"""Step 4 of an incident: whom to tell, the questions that settle it, the documents."""

from django.urls import path

from hikeshi.notify import views

app_name = "notify"
urlpatterns = [
    path("", views.duties, name="duties"),
    path("questions/<str:key>/", views.question, name="question"),
    path("told/<str:target>/<str:stage>/", views.told, name="told"),
]
