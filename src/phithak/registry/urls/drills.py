"""Addresses of the part ``drills``."""

from __future__ import annotations

from django.urls import URLPattern, path

from phithak.registry.views.drills import pages

urlpatterns: list[URLPattern] = [
    path("drills/", pages.index, name="drills"),
    path("drills/new/", pages.new, name="drill_new"),
    path("drills/liveness/", pages.liveness, name="drill_liveness"),
    path("drills/callback/", pages.callback, name="drill_callback"),
    path("drills/changes/", pages.changes, name="drill_changes"),
    path("drills/<uuid:drill_id>/", pages.drill, name="drill"),
    path("drills/<uuid:drill_id>/figures/", pages.figures, name="drill_figures"),
    path("drills/<uuid:drill_id>/start/", pages.start, name="drill_start"),
    path("drills/<uuid:drill_id>/stop/", pages.stop, name="drill_stop"),
    path("drills/checks/<uuid:check_id>/", pages.check, name="drill_check"),
    path("drills/checks/<uuid:check_id>/answered/", pages.answered, name="drill_answered"),
    path("<uuid:organisation_id>/liveness/", pages.organisation_liveness, name="organisation_liveness"),
]
