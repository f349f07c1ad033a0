"""Addresses of the schedule pages (namespace ``schedule``)."""

from __future__ import annotations

from django.urls import path

from phithak.core.ui.pages.schedule import views

urlpatterns = [
    path("", views.schedules, name="list"),
    path("<uuid:schedule_id>/", views.schedule, name="detail"),
    path("<uuid:schedule_id>/pause/", views.pause, name="pause"),
    path("<uuid:schedule_id>/resume/", views.resume, name="resume"),
    path("<uuid:schedule_id>/run/", views.run_now, name="run_now"),
]
