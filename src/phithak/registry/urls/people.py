"""Addresses of the part ``people``."""

from __future__ import annotations

from django.urls import URLPattern, path

from phithak.registry.views.people import contacts, now, persons

urlpatterns: list[URLPattern] = [
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/now/", now.contacts_now, name="contacts_now"),
    path("contacts/<uuid:contact_id>/", contacts.contact, name="contact"),
    path("contacts/<uuid:contact_id>/edit/", contacts.edit_contact, name="edit_contact"),
    path("contacts/<uuid:contact_id>/end/", contacts.end_contact, name="end_contact"),
    path("contacts/<uuid:contact_id>/confirm/", contacts.confirm_contact, name="confirm_contact"),
    path("contacts/<uuid:contact_id>/call/", now.call_contact, name="call_contact"),
    path("contacts/<uuid:contact_id>/choose/", now.choose, name="choose_contact"),
    path("people/", persons.people, name="people"),
    path("people/<uuid:person_id>/", persons.person, name="person"),
    path("people/<uuid:person_id>/edit/", persons.edit_person, name="edit_person"),
    path("people/<uuid:person_id>/leave/", persons.leave, name="leave_person"),
    path("people/<uuid:person_id>/stay/", persons.stay, name="keep_person"),
    path("people/<uuid:person_id>/positions/new/", persons.new_position, name="new_position"),
    path("positions/<uuid:position_id>/edit/", persons.edit_position, name="edit_position"),
    path("positions/<uuid:position_id>/end/", persons.end_position, name="end_position"),
    path("<uuid:organisation_id>/contacts/", contacts.organisation_contacts, name="organisation_contacts"),
    path("<uuid:organisation_id>/contacts/new/", contacts.new_contact, name="new_contact"),
    path("<uuid:organisation_id>/contacts/routes/", now.routes, name="contact_routes"),
    path("<uuid:organisation_id>/people/new/", persons.new_person, name="new_person"),
]
