"""Addresses of the toolkit's own pages."""

from __future__ import annotations

from django.urls import path

from phithak.core.ui.pages.home import apidocs, preferences, views
from phithak.core.ui.pages.tools import views as tools

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("settings/", views.settings, name="settings"),
    path("statistics/", views.statistics, name="statistics"),
    path("preferences/", preferences.change, name="preferences"),
    path("healthz", views.health, name="health"),
    path("api/docs/", apidocs.page_of_api, name="api_docs"),
    path("api/v1/openapi.json", apidocs.openapi, name="openapi"),
    path("tools/dates/", tools.dates, name="dates"),
    path("tools/keys/", tools.keys, name="keys"),
    path("tools/style/", tools.style, name="style"),
]
