"""Addresses of the preparation, below /prepare/."""

from django.urls import path, register_converter

from hikeshi.prepare import rules
from hikeshi.prepare.views import items, lists, plan, readiness


class Subject:
    """One of the things that are written down."""

    regex = "|".join(rules.SUBJECTS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Subject, "subject")

app_name = "prepare"
urlpatterns = [
    path("", readiness.readiness, name="readiness"),
    path("answer/", readiness.answer, name="answer"),
    path("plan/<str:lang>.<str:form>", plan.now_file, name="plan_file"),
    path("versions/", plan.versions, name="versions"),
    path("versions/<int:version>/", plan.version, name="version"),
    path("versions/<int:version>/changes/", plan.changes, name="changes"),
    path("versions/<int:version>/approve/", plan.approve, name="approve"),
    path("versions/<int:version>/<str:lang>.<str:form>", plan.version_file, name="version_file"),
    path("<subject:subject>/", lists.listing, name="list"),
    path("<subject:subject>/new/", items.new, name="new"),
    path("<subject:subject>/<str:key>/", items.edit, name="edit"),
    path("<subject:subject>/<str:key>/verify/", lists.verify, name="verify"),
    path("<subject:subject>/<str:key>/remove/", lists.remove, name="remove"),
    path("<subject:subject>/<str:key>/restore/", lists.restore, name="restore"),
]
