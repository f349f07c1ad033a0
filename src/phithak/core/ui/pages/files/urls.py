"""Addresses of the files pages (namespace ``files``)."""

from __future__ import annotations

from django.urls import path

from phithak.core.ui.pages.files import views

urlpatterns = [
    path("", views.files, name="files"),
    path("upload/", views.upload, name="upload"),
    path("<uuid:file_id>/", views.file, name="file"),
    path("<uuid:file_id>/download/", views.download, name="download"),
    path("<uuid:file_id>/quarantine/", views.set_state, {"state": "quarantined"}, name="quarantine"),
    path("<uuid:file_id>/release/", views.set_state, {"state": "ok"}, name="release"),
]
