"""Addresses of the part ``assets``."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
