"""Addresses of the clocks' pages (namespace ``clocks``)."""

from __future__ import annotations

from django.urls import path

from phithak.core.ui.pages.clocks import views

urlpatterns = [
    path("", views.clocks, name="list"),
    path("law/", views.law, name="law"),
    path("<uuid:clock_id>/", views.clock, name="clock"),
    path("<uuid:clock_id>/confirm/", views.confirm, name="confirm"),
    path("<uuid:clock_id>/correct/", views.correct, name="correct"),
    path("<uuid:clock_id>/meet/", views.meet, name="meet"),
    path("<uuid:clock_id>/void/", views.void, name="void"),
]
