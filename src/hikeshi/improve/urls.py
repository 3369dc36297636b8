"""Steps 5 and 6.2."""

from django.urls import path

from hikeshi.improve import views

app_name = "improve"
urlpatterns = [
    path("", views.page, name="page"),
    path("cause/", views.cause, name="cause"),
    path("measure/", views.add_measure, name="add_measure"),
    path("measure/<slug:name>/", views.end_measure, name="end_measure"),
    path("plan/", views.plan, name="plan"),
    path("review/", views.review, name="review"),
]
