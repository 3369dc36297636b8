"""Step 3: the list and one item."""

from django.urls import path

from hikeshi.recover import views

app_name = "recover"
urlpatterns = [
    path("", views.page, name="page"),
    path("add/", views.add, name="add"),
    path("take/<slug:name>/", views.take, name="take"),
    path("restored/", views.restored, name="restored"),
    path("<slug:name>/", views.item, name="item"),
]
