"""Addresses of deliveries, below an incident's /notify/delivery/."""

from django.urls import path

from hikeshi.notify.delivery import setting_views, views

urlpatterns = [
    path("", views.listed, name="deliveries"),
    path("new/", views.new, name="delivery_new"),
    path("mail/", setting_views.mail, name="mail_setting"),
    path("reminders/", setting_views.reminders, name="reminder_setting"),
    path("reminders/test/", setting_views.try_reminders, name="reminder_test"),
    path("<str:delivery>/", views.one, name="delivery"),
    path("<str:delivery>/columns/", views.columns, name="delivery_columns"),
    path("<str:delivery>/people/", views.persons, name="delivery_people"),
    path("<str:delivery>/people/<int:number>/", views.person, name="delivery_person"),
    path("<str:delivery>/people/<int:number>/decide/", views.decide, name="delivery_decide"),
    path("<str:delivery>/letters/<int:number>/", views.letters_file, name="delivery_letters"),
    path("<str:delivery>/<str:what>/", views.act, name="delivery_act"),
]
