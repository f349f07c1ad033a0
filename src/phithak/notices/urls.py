"""Addresses of the notices pages (namespace ``notices``)."""

from __future__ import annotations

from django.urls import path

from phithak.notices.views import directory, templates

urlpatterns = [
    path("", templates.index, name="templates"),
    path("new/", templates.new, name="new"),
    path("rules/", templates.rules, name="rules"),
    path("<uuid:template_id>/", templates.template, name="template"),
    path("<uuid:template_id>/edit/", templates.edit, name="edit"),
    path("<uuid:template_id>/lint/", templates.lint, name="lint"),
    path("<uuid:template_id>/preview/", templates.preview, name="preview"),
    path("versions/<uuid:version_id>/submit/", templates.submit, name="submit"),
    path("versions/<uuid:version_id>/approve/", templates.approve, name="approve"),
    path("versions/<uuid:version_id>/return/", templates.send_back, name="send_back"),
    path("versions/<uuid:version_id>/retire/", templates.retire, name="retire"),
    path("hotlines/", directory.hotlines, name="hotlines"),
    path("hotlines/new/", directory.new_hotline, name="new_hotline"),
    path("hotlines/<uuid:hotline_id>/", directory.hotline, name="hotline"),
    path("hotlines/<uuid:hotline_id>/retire/", directory.retire_hotline, name="retire_hotline"),
    path("addresses/", directory.urls, name="urls"),
    path("addresses/new/", directory.new_url, name="new_url"),
    path("addresses/<uuid:url_id>/retire/", directory.retire_url, name="retire_url"),
]
