"""Addresses of the part ``agreements``."""

from __future__ import annotations

from django.urls import URLPattern, path

from phithak.registry.views.agreements import forms, pages

urlpatterns: list[URLPattern] = [
    path("agreements/", pages.agreements, name="agreements"),
    path("agreements/new/", forms.new_agreement, name="new_agreement"),
    path("agreements/<uuid:agreement_id>/", pages.agreement, name="agreement"),
    path("agreements/<uuid:agreement_id>/edit/", forms.edit_agreement, name="edit_agreement"),
    path("agreements/<uuid:agreement_id>/party/", forms.add_party, name="add_party"),
    path("agreements/<uuid:agreement_id>/sign/", forms.sign_agreement, name="sign_agreement"),
    path("agreements/<uuid:agreement_id>/copy/", forms.attach_copy, name="attach_copy"),
    path("agreements/<uuid:agreement_id>/file/", pages.agreement_file, name="agreement_file"),
    path("agreements/<uuid:agreement_id>/end/", forms.end_agreement, name="end_agreement"),
    path("rules/<uuid:rule_id>/edit/", forms.edit_rule, name="edit_rule"),
    path("rules/<uuid:rule_id>/switch/", pages.switch_rule, name="switch_rule"),
    path("<uuid:organisation_id>/agreements/", pages.organisation_agreements, name="organisation_agreements"),
]
