"""Addresses of the registry pages (namespace ``registry``); one module for each part."""

from __future__ import annotations

from phithak.registry.urls import agreements, assets, drills, joining, organisations, people, shares, teams

urlpatterns = [
    *people.urlpatterns,
    *teams.urlpatterns,
    *assets.urlpatterns,
    *agreements.urlpatterns,
    *shares.urlpatterns,
    *joining.urlpatterns,
    *drills.urlpatterns,
    *organisations.urlpatterns,  # last: "<uuid>/" stands here
]
