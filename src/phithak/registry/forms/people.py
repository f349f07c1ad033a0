"""Forms of people, positions and contacts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Model
from django.http import QueryDict

from phithak.base.text import Text
from phithak.core.i18n import show
from phithak.core.i18n.fields import ThaiDateField, ThaiDateTimeField
from phithak.core.ui.forms import Form
from phithak.registry.queries import people_hours
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.queries.people import TLP, MessageKind
from phithak.registry.services.people import ContactFacts, PersonFacts, PositionFacts
from phithak.registry.services.people_facts import FIELDS

LANGUAGES = (
    ("th", Text("ไทย", "Thai")),
    ("en", Text("อังกฤษ", "English")),
    ("lo", Text("ลาว", "Lao")),
    ("km", Text("เขมร", "Khmer")),
    ("my", Text("พม่า", "Burmese")),
    ("ms", Text("มลายู", "Malay")),
    ("id", Text("อินโดนีเซีย", "Indonesian")),
    ("vi", Text("เวียดนาม", "Vietnamese")),
    ("tl", Text("ฟิลิปปินส์", "Filipino")),
    ("zh", Text("จีน", "Chinese")),
    ("ja", Text("ญี่ปุ่น", "Japanese")),
)
ZONES = (
    "Asia/Bangkok", "Asia/Vientiane", "Asia/Phnom_Penh", "Asia/Yangon", "Asia/Ho_Chi_Minh", "Asia/Kuala_Lumpur",
    "Asia/Singapore", "Asia/Jakarta", "Asia/Manila", "Asia/Brunei", "Asia/Dili", "Asia/Tokyo", "Asia/Seoul",
    "Europe/London", "Europe/Brussels", "America/New_York", "Australia/Sydney", "UTC",
)  # fmt: skip
_NONE = ("", Text("ไม่ระบุ", "None"))
Choices = Sequence[tuple[UUID, Text]]


def _line(name: str, most: int = 200, **options: Any) -> forms.CharField:
    return forms.CharField(label=FIELDS[name], max_length=most, **options)


def _languages() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=FIELDS["languages"], choices=LANGUAGES, widget=forms.CheckboxSelectMultiple, required=False
    )


def _one_of(name: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=FIELDS[name], coerce=UUID, empty_value=None, choices=[], required=False
    )


def _offer(field: forms.Field, choices: Choices) -> None:
    field.choices = [_NONE, *((str(key), text) for key, text in choices)]  # type: ignore[attr-defined] # a choice field


_EMPTY = Text("(ว่าง)", "(empty)")
_NOW_STANDS = Text(
    "คนอื่นแก้ไปแล้ว ขณะนี้บันทึกไว้ว่า {now} ถ้าบันทึกอีกครั้งจะใช้ค่าของคุณ",
    "Somebody changed it meanwhile; it now says: {now}. Save again to put yours in its place.",
)


class VersionedForm(Form):
    """A form that knows which version its page showed; after a conflict it takes the newest one."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def take_version(self, version: int) -> None:
        """Let the next sending go for the record as it is now; what was typed stays."""
        if isinstance(self.data, QueryDict):
            typed = self.data.copy()
            typed["version"] = str(version)
            self.data = typed

    def begin_anew(self, row: Model) -> None:
        """Let the next sending go for the record as it is now, and tell at each field what stands there now."""
        typed = dict(self.cleaned_data)
        self.take_version(int(row.version))  # type: ignore[attr-defined] # rows with a version
        for name in [one for one in self.fields if one in typed and hasattr(row, one)]:
            now = _words(self.fields[name], getattr(row, name))
            if name != "version" and now != _words(self.fields[name], typed[name]):
                self.add_error(name, str(_NOW_STANDS.format(now=now)))


def _words(field: forms.Field, value: Any) -> str:
    """Return a field's value as people read it."""
    if isinstance(value, date):
        return show.day(value)
    choices = {str(key): str(text) for key, text in getattr(field, "choices", ())}
    values = value if isinstance(value, list | tuple) else [value]
    told = [choices.get(str(one), str(one)) for one in values if one not in (None, "")]
    return ", ".join(told) or str(_EMPTY)


class PersonForm(VersionedForm):
    """A person."""

    title = _line(
        "title", 60, required=False, help_text=Text("เช่น พลอากาศตรี นายแพทย์", "Such as พลอากาศตรี or Dr")
    )
    name_th = _line(
        "name_th",
        help_text=Text("ชื่อและนามสกุล ชาวต่างชาติใช้อักษรละตินได้", "A foreigner's may be in Latin letters"),
    )
    name_en = _line("name_en", required=False)
    languages = _languages()
    user_id = _one_of("user_id")

    def __init__(self, *args: Any, accounts: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["user_id"], accounts)

    def facts(self, data: dict[str, Any]) -> PersonFacts:
        """Return what was typed."""
        return PersonFacts(
            name_th=data["name_th"],
            title=data["title"],
            name_en=data["name_en"],
            languages=tuple(data["languages"]),
            user_id=data["user_id"],
        )


class PositionForm(VersionedForm):
    """A position in an organisation."""

    organisation_id = forms.TypedChoiceField(
        label=Text("ในหน่วยงาน", "In the organisation"), coerce=UUID, choices=[]
    )
    title_th = _line("title_th")
    title_en = _line("title_en", required=False)
    unit = _line("unit", required=False)
    kinds = forms.MultipleChoiceField(
        label=FIELDS["kinds"],
        choices=[(kind.value, kind.text) for kind in ContactKind],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=Text("ไม่เลือก = ทุกเรื่อง", "None ticked = every matter"),
    )
    since = ThaiDateField(label=FIELDS["since"], required=False)
    until = ThaiDateField(label=FIELDS["until"], required=False)

    def __init__(self, *args: Any, organisations: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if organisations:
            field = self.fields["organisation_id"]
            field.choices = [(str(key), text) for key, text in organisations]  # type: ignore[attr-defined] # a choice field
        else:
            del self.fields["organisation_id"]

    def facts(self, data: dict[str, Any]) -> PositionFacts:
        """Return what was typed."""
        return PositionFacts(
            title_th=data["title_th"],
            title_en=data["title_en"],
            unit=data["unit"],
            kinds=tuple(ContactKind(kind) for kind in data["kinds"]),
            since=data["since"],
            until=data["until"],
        )


class ContactForm(VersionedForm):
    """A contact point. Addresses that are kept show masked beside their box; an empty box keeps them.

    ``seen`` is signed and says what the writer began from.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)
    kind = forms.ChoiceField(label=FIELDS["kind"], choices=[(kind.value, kind.text) for kind in ContactKind])
    label_th = _line("label_th", help_text=Text("เช่น เวรไอที ผู้อำนวยการ", "Such as เวรไอที (IT duty desk)"))
    label_en = _line("label_en", required=False)
    position_id = _one_of("position_id")
    phone = forms.CharField(
        label=FIELDS["phone"],
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=Text("เช่น 081-234-5678 หรือ 1669 หรือ +856…", "Such as 081-234-5678, 1669 or +856…"),
    )
    email = forms.CharField(
        label=FIELDS["email"],
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )
    other_email = forms.CharField(
        label=FIELDS["other_email"],
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
        help_text=Text("ใช้เมื่อระบบอีเมลของหน่วยงานถูกบุกรุก", "Used when the own mail is broken into"),
    )
    remove = forms.MultipleChoiceField(
        label=Text("ลบที่อยู่ที่บันทึกไว้", "Take away what is kept"),
        choices=[(name, FIELDS[name]) for name in ("phone", "email", "other_email")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    languages = _languages()
    hours = forms.CharField(
        label=FIELDS["hours"],
        max_length=500,
        required=False,
        help_text=Text(
            "เช่น จ-ศ 08:30-16:30; ส 22:00-06:00 เว้นว่าง = ตลอด 24 ชั่วโมง",
            "Such as Mon-Fri 08:30-16:30; Sat 22:00-06:00. Empty = round the clock",
        ),
    )
    time_zone = forms.ChoiceField(label=FIELDS["time_zone"], choices=[(zone, zone) for zone in ZONES])
    on_holidays = forms.BooleanField(label=FIELDS["on_holidays"], required=False)
    rank = forms.IntegerField(
        label=FIELDS["rank"],
        min_value=1,
        max_value=99,
        initial=1,
        help_text=Text("1 โทรก่อน", "1 is called first"),
    )
    backup_id = _one_of("backup_id")
    system_id = _one_of("system_id")
    scope = forms.CharField(
        label=FIELDS["scope"],
        max_length=300,
        required=False,
        help_text=Text("ของผู้รับจ้าง: เรียกได้เรื่องใด", "Of a vendor: what it may be called for"),
    )
    tlp_most = forms.ChoiceField(
        label=FIELDS["tlp_most"], choices=[(tlp, f"TLP:{tlp}") for tlp in TLP], initial="AMBER"
    )
    key_text = forms.CharField(
        label=FIELDS["key_text"],
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
        help_text=Text("กุญแจสาธารณะเท่านั้น", "The public key alone"),
    )
    key_fingerprint = forms.CharField(
        label=Text("ลายนิ้วมือกุญแจที่แจ้งทางอื่น", "Fingerprint told another way"),
        max_length=100,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        positions: Choices = (),
        backups: Choices = (),
        systems: Choices = (),
        kept: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("position_id", positions), ("backup_id", backups), ("system_id", systems)):
            _offer(self.fields[name], choices)
        self.is_new = kept is None
        for name, masked in (kept or {}).items():
            kept_words = Text(f"บันทึกไว้ {masked} เว้นว่าง = คงเดิม", f"Kept: {masked}. Empty = keep it")
            self.fields[name].help_text = kept_words  # type: ignore[assignment] # a Text is shown as a string
        here = [name for name in ("phone", "email", "other_email") if name in (kept or {})]
        if here:
            self.fields["remove"].choices = [(name, FIELDS[name]) for name in here]  # type: ignore[attr-defined] # a choice field
        else:
            del self.fields["remove"]
        zone = str(self.initial.get("time_zone") or "")
        if zone and zone not in ZONES:
            self.fields["time_zone"].choices = [(zone, zone), *((one, one) for one in ZONES)]  # type: ignore[attr-defined] # same

    def hide(self, names: Sequence[str]) -> None:
        """Let fields travel unseen: they are decided on above the form."""
        for name in names:
            several = isinstance(self.fields[name], forms.MultipleChoiceField)
            self.fields[name].widget = forms.MultipleHiddenInput() if several else forms.HiddenInput()

    def clean_hours(self) -> tuple[people_hours.Span, ...]:
        """Read the hours."""
        try:
            return people_hours.read(self.cleaned_data["hours"])
        except people_hours.HoursError as error:
            raise forms.ValidationError(str(error.message), code=error.code) from error

    def facts(self, data: dict[str, Any]) -> ContactFacts:
        """Return what was typed; an empty address box means "keep" for a contact that is there."""
        removed = set(data.get("remove") or [])

        def address(name: str) -> str | None:
            if name in removed:
                return ""
            return data[name] or ("" if self.is_new else None)

        return ContactFacts(
            kind=ContactKind(data["kind"]),
            label_th=data["label_th"],
            label_en=data["label_en"],
            position_id=data["position_id"],
            email=address("email"),
            phone=address("phone"),
            other_email=address("other_email"),
            languages=tuple(data["languages"]),
            time_zone=data["time_zone"],
            hours=data["hours"],
            on_holidays=data["on_holidays"],
            rank=data["rank"],
            backup_id=data["backup_id"],
            system_id=data["system_id"],
            scope=data["scope"],
            tlp_most=data["tlp_most"],
            key_text=data["key_text"] or ("" if self.is_new else None),
            key_fingerprint=data["key_fingerprint"],
        )


class LeaveForm(Form):
    """The first day without access."""

    on = ThaiDateField(
        label=Text("วันแรกที่ไม่มีสิทธิ์แล้ว", "First day without access"),
        help_text=Text("วันนี้หรือก่อนหน้า = ทันที", "Today or before = at once"),
    )


class ConfirmForm(Form):
    """How a change was told or confirmed."""

    how = forms.CharField(
        label=FIELDS["how"],
        max_length=300,
        help_text=Text("เช่น โทรกลับแล้ว หรือ หนังสือเลขที่ …", "Such as called back, or the letter's number"),
    )


class NowForm(Form):
    """Where, what about, and when; read from the address of the page."""

    country = forms.ChoiceField(label=Text("ประเทศ", "Country"), choices=[], required=False)
    sector = forms.ChoiceField(label=Text("สาขา", "Sector"), choices=[], required=False)
    kind = forms.ChoiceField(
        label=Text("เรื่อง", "Matter"),
        choices=[(kind.value, kind.text) for kind in ContactKind],
        required=False,
    )
    at = ThaiDateTimeField(
        label=Text("เวลา", "At"), required=False, help_text=Text("เว้นว่าง = ขณะนี้", "Empty = now")
    )
    organisation = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        countries: Sequence[tuple[str, Text]],
        sectors: Sequence[tuple[str, Text]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [_NONE, *countries]  # type: ignore[attr-defined] # a choice field
        self.fields["sector"].choices = [_NONE, *sectors]  # type: ignore[attr-defined] # same


class RouteForm(Form):
    """A kind of message, its TLP, and the system that it is about."""

    message = forms.ChoiceField(
        label=Text("ข้อความเรื่อง", "Message about"), choices=[(kind.value, kind.value) for kind in MessageKind]
    )
    tlp = forms.ChoiceField(
        label=Text("TLP", "TLP"), choices=[(tlp, f"TLP:{tlp}") for tlp in TLP], required=False
    )
    system_id = _one_of("system_id")

    def __init__(self, *args: Any, systems: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message"].choices = [(kind.value, kind.text) for kind in MessageKind]  # type: ignore[attr-defined] # a choice field
        _offer(self.fields["system_id"], systems)


class ChooseForm(Form):
    """Why a message goes to somebody who would not receive it by default."""

    reason = forms.CharField(
        label=Text("เหตุผล", "Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=Text("อย่างน้อย 10 ตัวอักษร บันทึกในบันทึกเหตุการณ์", "At least 10 characters; the journal keeps it"),
    )
