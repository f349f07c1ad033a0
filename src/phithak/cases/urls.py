"""Addresses of the cases pages (namespace ``cases``)."""

from __future__ import annotations

from django.urls import path

from phithak.cases.views import detail, edit, lists, reports, steps

urlpatterns = [
    path("", lists.index, name="cases"),
    path("new/", lists.new, name="new"),
    path("phone/", reports.phone, name="phone"),
    path("reports/", reports.index, name="reports"),
    path("reports/new/", reports.new, name="new_report"),
    path("reports/<uuid:report_id>/", reports.report, name="report"),
    path("reports/<uuid:report_id>/open/", reports.open_case, name="open_report"),
    path("reports/<uuid:report_id>/put/", reports.put, name="put_report"),
    path("reports/<uuid:report_id>/settle/", reports.settle, name="settle_report"),
    path("reports/<uuid:report_id>/verify/", reports.verify, name="verify_report"),
    path("entries/<uuid:line_id>/strike/", steps.strike, name="strike"),
    path("parties/<uuid:party_id>/", steps.party, name="party"),
    path("<uuid:case_id>/", detail.case, name="case"),
    path("<uuid:case_id>/timeline/", detail.timeline, name="timeline"),
    path("<uuid:case_id>/edit/", edit.edit, name="edit"),
    path("<uuid:case_id>/move/", steps.move, name="move"),
    path("<uuid:case_id>/close/", steps.close, name="close"),
    path("<uuid:case_id>/level/", steps.level, name="level"),
    path("<uuid:case_id>/personal/", steps.personal, name="personal"),
    path("<uuid:case_id>/assign/", steps.assign, name="assign"),
    path("<uuid:case_id>/entries/new/", steps.new_entry, name="new_entry"),
    path("<uuid:case_id>/parties/new/", steps.new_party, name="new_party"),
]
