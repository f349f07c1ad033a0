"""Addresses of the monitoring pages (namespace ``monitoring``)."""

from __future__ import annotations

from django.urls import path

from phithak.monitoring.views import events, senders, sites, storage

urlpatterns = [
    path("", sites.board, name="board"),
    path("new/", sites.new_site, name="new_site"),
    path("apply/", sites.apply, name="apply"),
    path("silences/", sites.silences, name="silences"),
    path("storage/", storage.kept, name="storage"),
    path("switches/", sites.switches, name="switches"),
    path("events/", events.search, name="events"),
    path("events/export/", events.export, name="export_events"),
    path("events/save/", events.save, name="save_search"),
    path("searches/<uuid:search_id>/drop/", events.drop, name="drop_search"),
    path("senders/<uuid:sender_id>/code/", senders.code, name="code"),
    path("senders/<uuid:sender_id>/token/", senders.token, name="token"),
    path("senders/<uuid:sender_id>/revoke/", senders.revoke, name="revoke"),
    path("senders/<uuid:sender_id>/sources/new/", senders.new_source, name="new_source"),
    path("sources/<uuid:source_id>/place/", senders.place, name="place"),
    path("sources/<uuid:source_id>/switch/", senders.switch, name="switch"),
    path("<uuid:site_id>/", sites.site, name="site"),
    path("<uuid:site_id>/edit/", sites.edit, name="edit_site"),
    path("<uuid:site_id>/quota/", storage.quota, name="quota"),
    path("<uuid:site_id>/template/", sites.template, name="template"),
    path("<uuid:site_id>/senders/new/", senders.new_sender, name="new_sender"),
]
