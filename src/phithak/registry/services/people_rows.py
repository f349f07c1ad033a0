"""People and their positions: add, change, end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F

from phithak.base import clock
from phithak.base.errors import InvalidInputError
from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.search import services as search
from phithak.registry.events.people import Tag
from phithak.registry.models import ContactPoint, Person, Position
from phithak.registry.queries import people_doors as doors
from phithak.registry.queries.people_people import position_title, shown_name
from phithak.registry.queries.sorting import name_key
from phithak.registry.services.people_errors import AccountElsewhereError, ContactChangedError, EndedError
from phithak.registry.services.people_facts import (
    FIELDS,
    PersonFacts,
    PositionFacts,
    clean_languages,
    clean_name,
    clean_text,
)


def add_person(actor: Actor, organisation_id: UUID, facts: PersonFacts) -> UUID:
    """Add a person to an organisation.

    Args:
        actor: needs ``registry.contacts.manage`` over it.
        organisation_id: for whom the person works.
        facts: titles in front of the name are read apart.

    Raises:
        NotFoundError: the organisation is not the actor's to manage.
        PersonNameError, HiddenSignsError, AccountElsewhereError, InvalidInputError: see the facts.
    """
    organisation = doors.organisation(actor, organisation_id, doors.MANAGE)
    row = Person(tenant_id=organisation.pk, **person_columns(facts, organisation.pk, None))
    with write("registry.add_person"):
        row.save(force_insert=True)
        index_person(row)
        contrib.record(
            actor,
            Tag.PERSON_ADDED,
            (doors.PERSON_KIND, row.pk),
            tenant_id=row.tenant_id,
            facts={"name": shown_name(row).th},
        )
    return row.pk


def change_person(actor: Actor, person_id: UUID, facts: PersonFacts, *, version: int) -> None:
    """Change a person.

    Args:
        actor: needs ``registry.contacts.manage`` over the organisation.
        person_id: whom.
        facts: all facts anew.
        version: the one that the actor saw.

    Raises:
        NotFoundError: not the actor's to manage.
        ContactChangedError: somebody else changed the person meanwhile.
        EndedError: the person has left.
    """
    row = doors.person(actor, person_id, doors.MANAGE)
    if row.left_at is not None:
        raise EndedError
    columns = person_columns(facts, row.tenant_id, row.pk)
    changed = changed_fields(row, columns)
    if not changed and row.version == version:
        return
    with write("registry.change_person"):
        done = Person.objects.filter(pk=row.pk, version=version, left_at__isnull=True).update(
            version=F("version") + 1, **columns
        )
        if not done:
            raise conflict(Person.objects.get(pk=row.pk), columns)
        row = Person.objects.get(pk=row.pk)
        index_person(row)
        contrib.record(
            actor,
            Tag.PERSON_CHANGED,
            (doors.PERSON_KIND, row.pk),
            tenant_id=row.tenant_id,
            facts={"name": shown_name(row).th, "fields": ", ".join(changed), "version": row.version},
        )


def add_position(actor: Actor, person_id: UUID, organisation_id: UUID, facts: PositionFacts) -> UUID:
    """Give a person a position, in the own organisation or in another; a person may hold several at once.

    Args:
        actor: needs to see the person, and ``registry.contacts.manage`` over the position's organisation.
        person_id: who holds it.
        organisation_id: where it is held.
        facts: what it is and for which matters.

    Raises:
        NotFoundError: person or organisation are not the actor's.
        EndedError: the person has left.
        InvalidInputError: a title is missing, or it ends before it begins.
    """
    person = doors.person(actor, person_id)
    organisation = doors.organisation(actor, organisation_id, doors.MANAGE)
    if person.left_at is not None:
        raise EndedError
    row = Position(person=person, tenant_id=organisation.pk, **position_columns(facts))
    with write("registry.add_position"):
        row.save(force_insert=True)
        index_person(person)
        _note_position(actor, Tag.POSITION_ADDED, row)
    return row.pk


def change_position(actor: Actor, position_id: UUID, facts: PositionFacts, *, version: int) -> None:
    """Change a running position; errors as :func:`change_person`."""
    row = doors.position(actor, position_id, doors.MANAGE)
    if row.ended_at is not None:
        raise EndedError
    columns = position_columns(facts)
    changed = changed_fields(row, columns)
    if not changed and row.version == version:
        return
    with write("registry.change_position"):
        done = Position.objects.filter(pk=row.pk, version=version, ended_at__isnull=True).update(
            version=F("version") + 1, **columns
        )
        if not done:
            raise conflict(Position.objects.get(pk=row.pk), columns)
        row = Position.objects.select_related("person").get(pk=row.pk)
        index_person(row.person)
        _note_position(actor, Tag.POSITION_CHANGED, row, fields=", ".join(changed), version=row.version)


def end_position(actor: Actor, position_id: UUID) -> None:
    """End a position now; contacts that it answered stay as desks without a person.

    Raises:
        NotFoundError: not the actor's to manage.
        EndedError: it has ended.
    """
    row = doors.position(actor, position_id, doors.MANAGE)
    with write("registry.end_position"):
        if not Position.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=clock.now()):
            raise EndedError
        now = clock.now()
        ContactPoint.objects.filter(position=row, ended_at__isnull=True).update(
            position=None, changed_at=now, version=F("version") + 1
        )
        _note_position(actor, Tag.POSITION_ENDED, row)


def index_person(row: Person) -> None:
    """Let the search find a person by names and positions."""
    held = Position.objects.filter(person=row, ended_at__isnull=True)
    search.put(doors.PERSON_KIND, row.pk, *person_words(row, held), sort_key=row.name_key)


def person_words(row: Person, positions: Iterable[Position]) -> list[str]:
    """Return the words by which a person is searched, given the running positions."""
    titles = [word for held in positions for word in (held.title_th, held.title_en, held.unit)]
    return [row.title, row.name_th, row.name_en, *(word for word in titles if word)]


def changed_fields(row: Any, columns: dict[str, Any]) -> list[str]:
    """Return the columns whose stored value is another one; sort keys do not count."""
    return [
        name for name, value in columns.items() if not name.endswith("_key") and getattr(row, name) != value
    ]


def conflict(row: Any, columns: dict[str, Any]) -> ContactChangedError:
    """Return the error that names what is now stored otherwise than the actor wants it."""
    names = [FIELDS[name] for name in changed_fields(row, columns) if name in FIELDS]
    return ContactChangedError(
        fields_th=", ".join(name.th for name in names) or "ข้อมูลนี้",
        fields_en=", ".join(name.en for name in names) or "this record",
    )


def person_columns(facts: PersonFacts, organisation_id: UUID, person_id: UUID | None) -> dict[str, Any]:
    """Return the columns of a person as they are stored; errors as :func:`add_person`."""
    title, name_th, name_en = clean_name(facts)
    if facts.user_id is not None:
        _check_account(facts.user_id, organisation_id, person_id)
    return {
        "title": title,
        "name_th": name_th,
        "name_en": name_en,
        "name_key": name_key(name_th),
        "languages": clean_languages(facts.languages),
        "user_id": facts.user_id,
    }


def _check_account(user_id: UUID, organisation_id: UUID, person_id: UUID | None) -> None:
    views = accounts.memberships_of(actors.system("registry"), [user_id])[user_id]
    belongs = any(view.state == "running" and view.tenant_id == organisation_id for view in views)
    holders = Person.objects.filter(user=user_id, left_at__isnull=True).values_list("pk", flat=True)
    if not belongs or set(holders) - {person_id}:
        raise AccountElsewhereError(field="user_id")


def position_columns(facts: PositionFacts) -> dict[str, Any]:
    """Return the columns of a position as they are stored; errors as :func:`add_position`."""
    if facts.since and facts.until and facts.until < facts.since:
        raise InvalidInputError(field="until", reason_th="สิ้นสุดก่อนเริ่ม", reason_en="it ends before it begins")
    return {
        "title_th": clean_text(facts.title_th, "title_th", needed=True),
        "title_en": clean_text(facts.title_en, "title_en"),
        "unit": clean_text(facts.unit, "unit"),
        "kinds": [kind.value for kind in facts.kinds],
        "since": facts.since,
        "until": facts.until,
    }


def _note_position(actor: Actor, tag: Tag, row: Position, **facts: object) -> None:
    contrib.record(
        actor,
        tag,
        (doors.PERSON_KIND, row.person_id),
        tenant_id=row.tenant_id,
        facts={
            "name": shown_name(row.person).th,
            "title": position_title(row).th,
            "position": str(row.pk),
            **facts,
        },
    )
