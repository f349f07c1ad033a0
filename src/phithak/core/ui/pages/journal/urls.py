"""Addresses of the journal's pages (namespace ``journal``)."""

from __future__ import annotations

from django.urls import path

from phithak.core.ui.pages.journal import views

urlpatterns = [
    path("", views.entries, name="list"),
    path("export/", views.export, name="export"),
    path("verify/", views.verify, name="verify"),
    path("verify/progress/", views.verify_progress, name="verify_progress"),
    path("checkpoints/", views.checkpoints, name="checkpoints"),
    path("checkpoints/<int:epoch>/<int:size>/", views.checkpoint, name="checkpoint"),
    path("<uuid:entry_id>/", views.entry, name="detail"),
]
