"""Addresses of the outbox pages (namespace ``outbox``)."""

from __future__ import annotations

from django.urls import path

from phithak.core.ui.pages.outbox import views

urlpatterns = [
    path("", views.messages_list, name="list"),
    path("unknown/", views.unknown, name="unknown"),
    path("dead/", views.dead, name="dead"),
    path("stop/", views.stop, name="stop"),
    path("release/", views.release, name="release"),
    path("<uuid:message_id>/", views.message, name="message"),
    path("<uuid:message_id>/decide/", views.decide, name="decide"),
]
