"""Addresses of the part ``people``."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
