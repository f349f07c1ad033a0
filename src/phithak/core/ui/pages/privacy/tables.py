"""List pages of the vault and of the keys."""

from __future__ import annotations

from django.urls import reverse

from phithak.base.text import Text
from phithak.core.privacy.keyring import Kind as KeyKind
from phithak.core.privacy.masks import Kind
from phithak.core.privacy.models import DataKey, VaultItem
from phithak.core.ui.pages.privacy.forms import KINDS
from phithak.core.ui.tables import Column, Filter, State, Table

_MADE = Text("เมื่อ", "Made")
_TENANT = Text("หน่วยงาน", "Organisation")
_KIND = Text("ประเภท", "Kind")
KEY_KINDS = {
    KeyKind.CASE: Text("กุญแจคดี", "Case key"),
    KeyKind.ANALYSIS: Text("กุญแจวิเคราะห์", "Analysis key"),
    KeyKind.COMPARE: Text("กุญแจเทียบ", "Compare key"),
    KeyKind.VAULT: Text("กุญแจข้อมูลส่วนบุคคล", "Vault key"),
    KeyKind.FILE: Text("กุญแจไฟล์", "File key"),
}
_LIVING = State("living", Text("ใช้งาน", "In use"), "good")
_DESTROYED = State("destroyed", Text("ทำลายแล้ว", "Destroyed"), "neutral")


def tenant_name(row: VaultItem | DataKey) -> Text:
    """Return the name of a row's organisation; that of the instance for its own keys."""
    if row.tenant is None:
        return Text("ของระบบ", "The instance")
    return Text(row.tenant.name_th, row.tenant.name_en or row.tenant.name_th)


def key_state(row: DataKey) -> State:
    """Return whether a key is in use."""
    return _LIVING if row.destroyed_at is None else _DESTROYED


ITEMS = Table(
    name="vault",
    columns=[
        Column(
            "masked",
            Text("ข้อมูล (ปิดบัง)", "Value (masked)"),
            value="masked",
            link=lambda row: reverse("privacy:item", args=[row.pk]),
            kind="code",
        ),
        Column("kind", _KIND, value=lambda row: Kind(row.kind).text, sort="kind"),
        Column("tenant", _TENANT, value=tenant_name),
        Column("created_at", _MADE, value="created_at", sort="created_at", kind="datetime"),
    ],
    filters=[Filter("kind", _KIND, options=KINDS, apply=lambda rows, value: rows.filter(kind=value))],
    default_sort="-created_at",
    empty=Text("ยังไม่มีข้อมูลส่วนบุคคลที่ปิดผนึก กดเพิ่มเพื่อเริ่ม", "No personal data are sealed yet. Add the first one."),
)

KEYS = Table(
    name="keys",
    columns=[
        Column(
            "label",
            Text("กุญแจ", "Key"),
            value="label",
            sort="label",
            link=lambda row: reverse("privacy:key", args=[row.pk]),
            kind="code",
        ),
        Column("kind", _KIND, value=lambda row: KEY_KINDS[KeyKind(row.kind)], sort="kind"),
        Column("tenant", _TENANT, value=tenant_name),
        Column("state", Text("สถานะ", "State"), value=key_state, kind="state"),
        Column("created_at", _MADE, value="created_at", sort="created_at", kind="datetime"),
    ],
    filters=[
        Filter(
            "kind",
            _KIND,
            options=[(kind.value, text) for kind, text in KEY_KINDS.items()],
            apply=lambda rows, value: rows.filter(kind=value),
        ),
        Filter(
            "state",
            Text("สถานะ", "State"),
            options=[("living", _LIVING.text), ("destroyed", _DESTROYED.text)],
            apply=lambda rows, value: rows.filter(destroyed_at__isnull=value == "living"),
        ),
    ],
    search=lambda rows, words: rows.filter(label__icontains=words),
    default_sort="-created_at",
    empty=Text(
        "ยังไม่มีกุญแจข้อมูล ระบบสร้างเองเมื่อปิดผนึกครั้งแรก", "No data keys yet; the first sealing makes one by itself."
    ),
)
