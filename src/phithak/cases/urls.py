"""Addresses of the cases pages (namespace ``cases``)."""

from __future__ import annotations

from django.urls import path

from phithak.cases.views import analysis, detail, edit, lists, reports, steps, work

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
    path("tasks/", work.board, name="tasks"),
    path("tasks/<uuid:task_id>/", work.task, name="task"),
    path("tasks/<uuid:task_id>/approve/", work.approve, name="approve_task"),
    path("policy/", work.policy, name="policy"),
    path("policy/<slug:code>/", work.set_term, name="set_term"),
    path("parts/<uuid:part_id>/", work.part, name="part"),
    path("parts/<uuid:part_id>/grant/", work.grant, name="grant_part"),
    path("questions/<uuid:question_id>/", analysis.answer, name="answer"),
    path("outages/<uuid:outage_id>/", analysis.end_outage, name="end_outage"),
    path("entries/<uuid:line_id>/strike/", steps.strike, name="strike"),
    path("parties/<uuid:party_id>/", steps.party, name="party"),
    path("<uuid:case_id>/", detail.case, name="case"),
    path("<uuid:case_id>/timeline/", detail.timeline, name="timeline"),
    path("<uuid:case_id>/tasks/", work.case_tasks, name="case_tasks"),
    path("<uuid:case_id>/tasks/new/", work.new_task, name="new_task"),
    path("<uuid:case_id>/playbook/", work.playbook, name="playbook"),
    path("<uuid:case_id>/known/", analysis.known, name="known"),
    path("<uuid:case_id>/findings/new/", analysis.new_finding, name="new_finding"),
    path("<uuid:case_id>/techniques/new/", analysis.new_technique, name="new_technique"),
    path("<uuid:case_id>/questions/new/", analysis.new_question, name="new_question"),
    path("<uuid:case_id>/outages/new/", analysis.new_outage, name="new_outage"),
    path("<uuid:case_id>/lessons/new/", analysis.new_lesson, name="new_lesson"),
    path("<uuid:case_id>/parts/", work.case_parts, name="case_parts"),
    path("<uuid:case_id>/experts/new/", work.invite, name="invite"),
    path("<uuid:case_id>/edit/", edit.edit, name="edit"),
    path("<uuid:case_id>/move/", steps.move, name="move"),
    path("<uuid:case_id>/close/", steps.close, name="close"),
    path("<uuid:case_id>/level/", steps.level, name="level"),
    path("<uuid:case_id>/personal/", steps.personal, name="personal"),
    path("<uuid:case_id>/assign/", steps.assign, name="assign"),
    path("<uuid:case_id>/entries/new/", steps.new_entry, name="new_entry"),
    path("<uuid:case_id>/parties/new/", steps.new_party, name="new_party"),
]
