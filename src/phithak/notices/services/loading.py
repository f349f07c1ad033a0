"""Loading the texts that ship with the product. Whatever a person has edited, submitted or retired is left alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.notices import queries
from phithak.notices.events import Tag
from phithak.notices.models import Hotline, Template, TemplateVersion
from phithak.notices.queries import State
from phithak.notices.services.directory import HotlineFacts, add_hotline
from phithak.notices.services.rows import add_version, index
from phithak.notices.texts import ReadyText, ready_hotlines, ready_texts, text_hash

_SYSTEM = actors.system("notices-load")


@dataclass(frozen=True)
class Loaded:
    """What a load did: codes added, drafts brought to this release, and codes left alone."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def load_ready_texts(actor: Actor = _SYSTEM) -> Loaded:
    """Give the centre a draft of each ready text that it lacks, and the public hotlines.

    A draft that nobody has touched since it was loaded is brought to this release's wording. Loading again
    changes nothing. Before the first centre exists nothing is loaded.
    """
    tenant_id = queries.centre_id()
    if tenant_id is None:
        return Loaded()
    added, updated, kept = [], [], []
    have = {row.code: row for row in Template.objects.filter(tenant=tenant_id)}
    for ready in ready_texts():
        row = have.get(ready.code)
        if row is None:
            _add(actor, tenant_id, ready)
            added.append(ready.code)
        elif _refresh(actor, row, ready):
            updated.append(ready.code)
        else:
            kept.append(ready.code)
    _load_hotlines(actor, tenant_id)
    return Loaded(tuple(added), tuple(updated), tuple(kept))


def _add(actor: Actor, tenant_id: UUID, ready: ReadyText) -> None:
    row = Template(
        tenant_id=tenant_id,
        code=ready.code,
        text_class=ready.text_class,
        channel=ready.channel,
        two_way=ready.two_way,
        title_th=ready.title.th,
        title_en=ready.title.en,
        loaded_hash=text_hash(ready.wording),
    )
    with write("notices.load"):
        # two starts at the same moment: the one that comes second finds the code taken and leaves it
        if Template.objects.filter(tenant=tenant_id, code=ready.code).exists():
            return
        row.save(force_insert=True)
        add_version(row, ready.wording, number=1, author_id=None)
        index(row, ready.wording)
        _record(actor, row)


def _refresh(actor: Actor, row: Template, ready: ReadyText) -> bool:
    new_hash = text_hash(ready.wording)
    if row.loaded_hash in {"", new_hash}:
        return False
    with write("notices.load"):
        changed = TemplateVersion.objects.filter(
            template=row, number=1, state=State.DRAFT, author=None, text_hash=row.loaded_hash
        ).update(**asdict(ready.wording), text_hash=new_hash)
        if not changed:
            return False
        Template.objects.filter(pk=row.pk).update(
            loaded_hash=new_hash,
            text_class=ready.text_class,
            channel=ready.channel,
            two_way=ready.two_way,
            title_th=ready.title.th,
            title_en=ready.title.en,
        )
        index(row, ready.wording)
        _record(actor, row)
    return True


def _load_hotlines(actor: Actor, tenant_id: UUID) -> None:
    # a hotline that was retired stays retired
    have = set(Hotline.objects.filter(tenant=tenant_id).values_list("slot", flat=True))
    for ready in ready_hotlines():
        if ready.slot not in have:
            facts = HotlineFacts(ready.number, ready.name, ready.owner, ready.hours)
            add_hotline(actor, tenant_id=tenant_id, slot=ready.slot, facts=facts)


def _record(actor: Actor, row: Template) -> None:
    contrib.record(
        actor, Tag.LOADED, (queries.KIND, row.pk), tenant_id=row.tenant_id, facts={"code": row.code}
    )
