"""Addresses of the part ``shares``."""

from __future__ import annotations

from django.urls import URLPattern, path

from phithak.registry.views.shares import forms, graph, pages

urlpatterns: list[URLPattern] = [
    path("shares/", pages.shares, name="shares"),
    path("shares/new/", forms.new_share, name="new_share"),
    path("shares/import/", forms.bring_shares, name="bring_shares"),
    path("shares/open-stores/", pages.open_stores, name="open_stores"),
    path("shares/<uuid:share_id>/", pages.share, name="share"),
    path("shares/<uuid:share_id>/edit/", forms.edit_share, name="edit_share"),
    path("shares/<uuid:share_id>/begin/", forms.begin_share, name="begin_share"),
    path("shares/<uuid:share_id>/suspend/", forms.suspend_share, name="suspend_share"),
    path("shares/<uuid:share_id>/lift/", forms.lift_share, name="lift_share"),
    path("shares/<uuid:share_id>/end/", forms.end_share, name="end_share"),
    path("suspensions/<uuid:suspension_id>/appeal/", forms.appeal, name="appeal"),
    path("appeals/", pages.appeals, name="appeals"),
    path("appeals/<uuid:appeal_id>/", forms.decide_appeal, name="decide_appeal"),
    path("graph/", graph.graph, name="graph"),
    path("<uuid:organisation_id>/graph/", graph.organisation_graph, name="organisation_graph"),
    path("<uuid:organisation_id>/shares/", pages.organisation_shares, name="organisation_shares"),
    path("<uuid:organisation_id>/holders/", pages.holders, name="holders"),
]
