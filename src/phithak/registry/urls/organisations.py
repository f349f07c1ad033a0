"""Addresses of the part ``organisations``."""

from __future__ import annotations

from django.urls import path

from phithak.registry.views.organisations import detail, duplicates, edit, figures, lists, maps, parts

urlpatterns = [
    path("", lists.index, name="organisations"),
    path("map/", maps.provinces, name="map"),
    path("figures/", figures.figures, name="figures"),
    path("new/", edit.new, name="new"),
    path("duplicates/", duplicates.index, name="duplicates"),
    path("duplicates/<uuid:duplicate_id>/", duplicates.duplicate, name="duplicate"),
    path("duplicates/<uuid:duplicate_id>/different/", duplicates.different, name="different"),
    path("<uuid:organisation_id>/", detail.organisation, name="organisation"),
    path("<uuid:organisation_id>/edit/", edit.edit, name="edit"),
    path("<uuid:organisation_id>/close/", edit.close, name="close"),
    path("<uuid:organisation_id>/aliases/", parts.aliases, name="aliases"),
    path("<uuid:organisation_id>/aliases/remove/", parts.remove_alias, name="remove_alias"),
    path("<uuid:organisation_id>/relations/", parts.relations, name="relations"),
    path("<uuid:organisation_id>/relations/end/", parts.end_relation, name="end_relation"),
    path("<uuid:organisation_id>/scopes/", parts.scopes, name="scopes"),
    path("<uuid:organisation_id>/scopes/end/", parts.end_scope, name="end_scope"),
    path("<uuid:organisation_id>/cii/", parts.standing, name="standing"),
]
