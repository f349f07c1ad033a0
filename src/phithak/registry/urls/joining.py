"""Addresses of the part ``joining``."""

from __future__ import annotations

from django.urls import path

from phithak.registry.views.joining import exports, imports, public, requests

urlpatterns = [
    path("join/", public.join, name="join"),
    path("join/send/", public.send, name="join_send"),
    path("join/status/", public.status, name="join_status"),
    path("join/enter/<str:token>/", public.enter, name="join_enter"),
    path("requests/", requests.index, name="requests"),
    path("requests/<uuid:request_id>/", requests.one, name="request"),
    path("requests/<uuid:request_id>/approve/", requests.approve, name="approve_request"),
    path("requests/<uuid:request_id>/refuse/", requests.refuse, name="refuse_request"),
    path("requests/<uuid:request_id>/withdraw/", requests.withdraw, name="withdraw_request"),
    path("<uuid:organisation_id>/requests/", requests.panel, name="requests_panel"),
    path("<uuid:organisation_id>/requests/change/", requests.ask_change, name="ask_change"),
    path("<uuid:organisation_id>/requests/renew/", requests.ask_renewal, name="ask_renewal"),
    path("imports/", imports.index, name="imports"),
    path("imports/new/", imports.new, name="new_import"),
    path("imports/<uuid:run_id>/", imports.one, name="import"),
    path("imports/<uuid:run_id>/progress/", imports.progress, name="import_progress"),
    path("imports/<uuid:run_id>/columns/", imports.columns, name="import_columns"),
    path("imports/<uuid:run_id>/start/", imports.start, name="start_import"),
    path("imports/<uuid:run_id>/cancel/", imports.cancel, name="cancel_import"),
    path("imports/<uuid:run_id>/faults/", imports.faulty, name="import_faults"),
    path("export/", exports.export, name="export"),
]
