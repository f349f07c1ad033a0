"""Addresses of the jobs pages (namespace ``jobs``)."""

from __future__ import annotations

from django.urls import path

from phithak.core.ui.pages.jobs import views

urlpatterns = [
    path("", views.jobs, name="list"),
    path("running/", views.running, name="running"),
    path("dead/", views.dead, name="dead"),
    path("<uuid:job_id>/", views.job, name="detail"),
    path("<uuid:job_id>/progress/", views.progress, name="progress"),
    path("<uuid:job_id>/cancel/", views.cancel, name="cancel"),
    path("<uuid:job_id>/retry/", views.retry, name="retry"),
]
