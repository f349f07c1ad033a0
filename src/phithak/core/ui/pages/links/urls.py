"""The address of one-time links (namespace ``links``, prefix ``/l/``)."""

from __future__ import annotations

from django.urls import path

from phithak.core.ui.pages.links import views

urlpatterns = [path("<str:token>/", views.link, name="link")]
