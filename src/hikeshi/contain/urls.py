"""The first hour of an incident, and the same cards for who has not signed in."""

from django.urls import path

from hikeshi.contain import accounts_views, evidence_views, open_views, views

app_name = "contain"
urlpatterns = [
    path("i/<str:ref>/first-hour/", views.first_hour, name="first_hour"),
    path("i/<str:ref>/first-hour/list/", views.card_list, name="list"),
    path("i/<str:ref>/first-hour/draft/", views.draft, name="draft"),
    path("i/<str:ref>/first-hour/<slug:name>/", views.card, name="card"),
    path("i/<str:ref>/keep-evidence/", evidence_views.page, name="evidence"),
    path("i/<str:ref>/keep-evidence/collect/", evidence_views.collect, name="evidence_collect"),
    path("i/<str:ref>/keep-evidence/bring/", evidence_views.bring, name="evidence_bring"),
    path("i/<str:ref>/keep-evidence/hand-over/", evidence_views.hand_over, name="evidence_hand_over"),
    path("i/<str:ref>/keep-evidence/script/<slug:system>/", evidence_views.script, name="evidence_script"),
    path("i/<str:ref>/accounts/", accounts_views.accounts, name="accounts"),
    path("i/<str:ref>/accounts/<slug:account>/", accounts_views.account, name="account"),
    path("i/<str:ref>/accounts/<slug:account>/<slug:part>/", accounts_views.step, name="account_step"),
    path("cards/", open_views.begin, name="begin"),
    path("cards/join/", open_views.join, name="join"),
    path("cards/forget/", open_views.forget, name="forget"),
    path("cards/situations/", open_views.situations, name="situations"),
    path("cards/<slug:situation>/", open_views.situation, name="situation"),
    path("cards/<slug:situation>/list/", open_views.card_list, name="open_list"),
    path("cards/<slug:situation>/<slug:name>/", open_views.card, name="open_card"),
]
