"""Addresses of the part ``assets``."""

from __future__ import annotations

from django.urls import URLPattern, path

from phithak.registry.views.assets import networks, overview, radius, running, storing
from phithak.registry.views.assets.desk import patterns

urlpatterns: list[URLPattern] = [
    *patterns(networks.DOMAINS),
    *patterns(networks.RANGES),
    *patterns(running.SYSTEMS),
    *patterns(running.SOFTWARE),
    *patterns(running.DEVICES),
    *patterns(storing.STORES),
    *patterns(storing.LINKS),
    path("domains/<uuid:domain_id>/settle/", networks.settle_domain, name="settle_domain"),
    path("ranges/<uuid:range_id>/settle/", networks.settle_range, name="settle_range"),
    path("stores/<uuid:store_id>/check/", storing.check_store, name="check_store"),
    path("systems/<uuid:system_id>/linked/", radius.of_system, name="system_linked"),
    path("systems/<uuid:system_id>/links/new/", storing.new_link, name="new_data_link"),
    path("data-links/<uuid:data_link_id>/switch/", storing.switch_link, name="switch_data_link"),
    path("<uuid:organisation_id>/assets/", overview.of_organisation, name="assets"),
    path("<uuid:organisation_id>/linked/", radius.of_organisation, name="organisation_linked"),
    path("<uuid:organisation_id>/software/paste/", running.paste_software, name="paste_software"),
]
