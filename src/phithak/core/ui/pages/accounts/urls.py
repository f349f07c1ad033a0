"""Addresses of the accounts pages (namespace ``accounts``)."""

from __future__ import annotations

from django.urls import path

from phithak.core.ui.pages.accounts.views import entrance, own, people, staff, tokens

urlpatterns = [
    path("", own.profile, name="profile"),
    path("password/", own.password, name="password"),
    path("sessions/end/", own.end_sessions, name="end_sessions"),
    path("link/<str:secret>", entrance.link, name="link"),
    path("users/", people.users, name="users"),
    path("users/invite/", people.invite, name="invite"),
    path("users/<uuid:user_id>/", people.user, name="user"),
    path("users/<uuid:user_id>/names/", people.names, name="names"),
    path("users/<uuid:user_id>/roles/", people.give_role, name="give_role"),
    path("users/<uuid:user_id>/link/", people.help_link, name="help_link"),
    path("users/<uuid:user_id>/reset/", people.reset, name="reset"),
    path("users/<uuid:user_id>/leave/", people.leave, name="leave"),
    path("roles/<uuid:membership_id>/end/", people.end_role, name="end_role"),
    path("matrix/", people.matrix, name="matrix"),
    path("staff-session/", staff.session, name="staff_session"),
    path("staff-session/end/", staff.end, name="end_staff_session"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/new/", tokens.new, name="new_token"),
    path("tokens/<uuid:token_id>/revoke/", tokens.revoke, name="revoke_token"),
]
