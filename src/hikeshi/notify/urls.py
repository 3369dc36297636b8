"""Step 4 of an incident: whom to tell, the questions that settle it, the documents."""

from django.urls import include, path

from hikeshi.notify import views
from hikeshi.notify.letters import by_hand, papers

app_name = "notify"
urlpatterns = [
    path("", views.duties, name="duties"),
    path("questions/<str:key>/", views.question, name="question"),
    path("told/<str:target>/<str:stage>/", views.told, name="told"),
    path("documents/", papers.listed, name="documents"),
    path("documents/<str:kind>/", papers.document, name="document"),
    path("documents/<str:kind>/file.<str:form>", papers.file, name="file"),
    path("documents/<str:kind>/edit/", by_hand.edit, name="edit"),
    path("documents/<str:kind>/<str:act>/", papers.step, name="step"),
    path("clean/", by_hand.clean, name="clean"),
    path("lawyers/", by_hand.rule, name="lawyers"),
    path("sender/", by_hand.sender, name="sender"),
    path("delivery/", include("hikeshi.notify.delivery.urls")),
]
