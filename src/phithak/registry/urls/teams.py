"""Addresses of the part ``teams``, and of call sheets."""

from __future__ import annotations

from django.urls import URLPattern, path

from phithak.registry.views.teams import callsheets, shifts, units

urlpatterns: list[URLPattern] = [
    path("teams/", units.index, name="teams"),
    path("teams/new/", units.new, name="team_new"),
    path("teams/<uuid:team_id>/", units.team, name="team"),
    path("teams/<uuid:team_id>/rename/", units.rename, name="team_rename"),
    path("teams/<uuid:team_id>/end/", units.end, name="team_end"),
    path("teams/<uuid:team_id>/members/", units.add_member, name="team_member"),
    path("teams/<uuid:team_id>/members/remove/", units.remove_member, name="team_member_remove"),
    path("teams/<uuid:team_id>/chain/", units.chain, name="team_chain"),
    path("teams/<uuid:team_id>/plan/", shifts.plan, name="team_plan"),
    path("teams/<uuid:team_id>/handover/", units.handover, name="team_handover"),
    path("shifts/<uuid:shift_id>/", shifts.shift, name="shift"),
    path("shifts/<uuid:shift_id>/give/", shifts.give, name="shift_give"),
    path("shifts/<uuid:shift_id>/swap/", shifts.swap, name="shift_swap"),
    path("shifts/<uuid:shift_id>/cancel/", shifts.cancel, name="shift_cancel"),
    path("sheets/", callsheets.index, name="sheets"),
    path("sheets/make/", callsheets.make, name="sheet_make"),
    path("sheets/<uuid:sheet_id>/", callsheets.sheet, name="sheet"),
    path("sheets/<uuid:sheet_id>/file/", callsheets.file, name="sheet_file"),
    path("<uuid:organisation_id>/teams/", units.organisation_teams, name="organisation_teams"),
]
