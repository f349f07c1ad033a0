"""The fictional sector: every name is invented, the provinces and countries are real.

Other parts find an organisation by its English name: ``found(HOSPITALS[0].en)``, ``found(CENTRE)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from phithak.base.errors import NotFoundError
from phithak.core.accounts import actors
from phithak.core.accounts.actors import Actor
from phithak.registry.queries import organisations as queries
from phithak.registry.queries.facts import AliasFacts, AliasKind
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.organisations import RelationKind
from phithak.registry.services import organisations as services
from phithak.registry.services.organisations import OrganisationFacts

ACTOR: Actor = actors.system("demo")
CENTRE = "Health CIRT of the Imagined Sector"
NATIONAL_CERT = "National CERT of the Imagined Sector"
E_COMMERCE_AUTHORITY = "Office of Imagined Platform Services"
TELECOM_AUTHORITY = "Commission for Imagined Airwaves"
UNIVERSITY = "Lan Phanom University"
VENDOR = "Kra Song Software"


@dataclass(frozen=True)
class Imagined:
    """An organisation of the fictional sector."""

    th: str
    en: str
    place: str = ""  # a province, or a country for those abroad
    host: str = ""


HOSPITALS = tuple(
    Imagined(f"โรงพยาบาล{th}", f"{en} Hospital", place, f"{en.replace(' ', '').lower()}.example.th")
    for th, en, place in (
        ("ฟ้าครามใส", "Fa Khram Sai", "TH-50"),
        ("ไผ่ลายเงิน", "Phai Lai Ngoen", "TH-57"),
        ("เมฆหลากสี", "Mek Lak Si", "TH-56"),
        ("จันทร์ลอยฟ้า", "Chan Loi Fa", "TH-54"),
        ("ดาวพรายน้ำ", "Dao Phrai Nam", "TH-55"),
        ("หมอกชมพู", "Mok Chomphu", "TH-58"),
        ("ลานตะวันทอ", "Lan Tawan Tho", "TH-65"),
        ("ปีกนกเงือก", "Pik Nok Ngueak", "TH-67"),
        ("กรวดขาว", "Kruat Khao", "TH-60"),
        ("ใบพลูทอง", "Bai Phlu Thong", "TH-61"),
        ("เถาวัลย์เขียว", "Thao Wan Khiao", "TH-30"),
        ("น้ำค้างหอม", "Nam Khang Hom", "TH-40"),
        ("ระฆังลม", "Rakhang Lom", "TH-41"),
        ("สายรุ้งเจ็ดโค้ง", "Sai Rung Chet Khong", "TH-34"),
        ("เปลวแดด", "Plaeo Daet", "TH-45"),
        ("ขนนกยูงทอง", "Khon Nok Yung Thong", "TH-31"),
        ("ลูกไม้แดง", "Luk Mai Daeng", "TH-32"),
        ("ละอองฝน", "La Ong Fon", "TH-10"),
        ("เงาสนคู่", "Ngao Son Khu", "TH-12"),
        ("กังหันลมโชย", "Kanghan Lom Choi", "TH-13"),
        ("ผาเพลิง", "Pha Phloeng", "TH-71"),
        ("ดอกหญ้าปลิว", "Dok Ya Plio", "TH-20"),
        ("คลื่นลมเย็น", "Khluen Lom Yen", "TH-21"),
        ("ปะการังแก้ว", "Pakarang Kaeo", "TH-83"),
        ("ทรายละเอียด", "Sai La Iat", "TH-84"),
        ("เรือใบขาว", "Ruea Bai Khao", "TH-90"),
        ("มะพร้าวคู่", "Maphrao Khu", "TH-80"),
    )
)
PLATFORMS = tuple(
    Imagined(th, en, "TH-10", f"{en.split()[0].lower()}.example.th")
    for th, en in (
        ("ตลาดนัดดาวเหนือ", "Daonuea Bazaar"),
        ("ห้างหิ้วหิ้ว", "Hiwhiw Mall"),
        ("ช้อปปลาวาฬ", "Plawan Shop"),
        ("ตะกร้าฟ้า", "Takrafa Basket"),
        ("ร้อยแผงออนไลน์", "Roiphaeng Online"),
    )
)
_GOODS = (
    ("เสื้อผ้า", "Clothes"),
    ("ของเล่น", "Toys"),
    ("รองเท้า", "Shoes"),
    ("เครื่องครัว", "Kitchenware"),
    ("หนังสือ", "Books"),
    ("ต้นไม้", "Plants"),
    ("ขนม", "Sweets"),
    ("กระเป๋า", "Bags"),
)
_KEEPERS = (
    ("ใบเตยหอม", "Bai Toei Hom"),
    ("ลุงเข่ง", "Lung Kheng"),
    ("พี่ส้มจี๊ด", "Phi Som Chit"),
    ("ตายายยิ้ม", "Ta Yai Yim"),
    ("น้องกระต่าย", "Nong Kratai"),
)
MERCHANTS = tuple(
    Imagined(f"ร้าน{goods_th}{keeper_th}", f"{keeper_en} {goods_en}", place)
    for (keeper_th, keeper_en), place in zip(
        _KEEPERS, ("TH-10", "TH-50", "TH-40", "TH-90", "TH-20"), strict=True
    )
    for goods_th, goods_en in _GOODS
)
TELCOS = (
    Imagined("คลื่นพิราบ", "Phirap Mobile", "TH-10", "phirap.example.th"),
    Imagined("สัญญาณหิ่งห้อย", "Hinghoi Signal", "TH-10", "hinghoisignal.example.th"),
    Imagined("โทรคมนาคมสายลม", "Sai Lom Telecom", "TH-10", "sailom.example.th"),
)
CHANNELS = (
    Imagined("ร้านมือถือกลางตลาด", "Klang Talat Phones", "TH-30"),
    Imagined("ตัวแทนซิมริมโขง", "Rim Khong SIM Dealer", "TH-48"),
    Imagined("มุมมือถือปากซอย", "Pak Soi Phone Corner", "TH-12"),
    Imagined("ศูนย์บริการสามแยก", "Sam Yaek Service Point", "TH-84"),
    Imagined("ซุ้มเติมเงินท่าเรือ", "Tha Ruea Top-up Booth", "TH-21"),
    Imagined("ร้านเบอร์สวยหน้าสถานี", "Na Sathani Numbers", "TH-65"),
)
PEERS = (
    Imagined("ศูนย์สมมติลำธารหยก", "Jade Brook CERT", "BN"),
    Imagined("ศูนย์สมมติทะเลสาบบัว", "Lotus Lake CERT", "KH"),
    Imagined("ศูนย์สมมติพันเกาะ", "Thousand Isles CERT", "ID"),
    Imagined("ศูนย์สมมติทุ่งหิน", "Stone Plain CERT", "LA"),
    Imagined("ศูนย์สมมติว่าวจันทร์", "Moon Kite CERT", "MY"),
    Imagined("ศูนย์สมมติไม้สัก", "Teak Grove CERT", "MM"),
    Imagined("ศูนย์สมมติมุกขาว", "White Pearl CERT", "PH"),
    Imagined("ศูนย์สมมติประภาคาร", "Lighthouse CERT", "SG"),
    Imagined("ศูนย์สมมติจระเข้หลับ", "Sleeping Crocodile CERT", "TL"),
    Imagined("ศูนย์สมมติสะพานไผ่", "Bamboo Bridge CERT", "VN"),
    Imagined("ศูนย์สมมติภูมิภาคลมมรสุม", "Monsoon Regional CERT", "SG"),
)
TWICE = Imagined("ร้านหนังสือ พี่ส้มจี๊ดด", "Phi Som Chitt Books", "TH-40")
"""The same shop as one of the merchants, registered again with a slip: a duplicate to decide on."""


def found(english_name: str) -> UUID:
    """Return the id of an organisation of the fictional sector.

    Raises:
        NotFoundError: the demo was not built.
    """
    organisation_id = queries.by_english_name(english_name)
    if organisation_id is None:
        raise NotFoundError
    return organisation_id


def centre() -> UUID:
    """Return the id of the centre: the one that is there, else that of the demo."""
    return queries.centre_id() or found(CENTRE)


def build() -> None:
    """Build the sector; what is there already stays as it is."""
    services.load_ready()
    if queries.centre_id() is None:
        _put(Imagined("ศูนย์ไซเบอร์สาธารณสุขแห่งภาคสมมติ", CENTRE, "TH-12"), Kind.CERT, short="เฮลท์สมมติ")
    _put(Imagined("ศูนย์ไซเบอร์แห่งชาติสมมติ", NATIONAL_CERT, "TH"), Kind.PEER_CERT)
    _build_health()
    _build_shops()
    _build_telecom()
    for peer in PEERS:
        _put(peer, Kind.PEER_CERT)
    _put(Imagined("มหาวิทยาลัยลานพนม", UNIVERSITY, "TH-40"), Kind.ACADEMIA)
    _put(Imagined("บริษัท กระทรงซอฟต์แวร์ จำกัด", VENDOR, "TH-10"), Kind.VENDOR, "health.supplier")


def _build_health() -> None:
    for place, hospital in enumerate(HOSPITALS):
        alias = hospital.th.replace("โรงพยาบาล", "รพ.")
        _put(hospital, Kind.HOSPITAL, "health.hospital", short=alias, cii="designated" if place == 0 else "")


def _build_shops() -> None:
    authority = _put(
        Imagined("สำนักงานกำกับแพลตฟอร์มสมมติ", E_COMMERCE_AUTHORITY, "TH-10"), Kind.AUTHORITY, short="สกพ.สมมติ"
    )
    services.set_scope(ACTOR, authority, "e-commerce")
    for place, platform in enumerate(PLATFORMS):
        _put(platform, Kind.PLATFORM, "e-commerce.marketplace", revenue=(9 - place) * 1_500_000_000)
    for place, merchant in enumerate(MERCHANTS):
        revenue = 80_000_000 if place % 9 == 0 else 900_000 * (1 + place % 7)
        made = _put(merchant, Kind.MERCHANT, "e-commerce.shop", revenue=revenue)
        _relate(found(PLATFORMS[place % 2].en), made, RelationKind.PLATFORM)
    _put(TWICE, Kind.MERCHANT, "e-commerce.shop")


def _build_telecom() -> None:
    authority = _put(Imagined("คณะกรรมการคลื่นสมมติ", TELECOM_AUTHORITY, "TH-10"), Kind.AUTHORITY)
    services.set_scope(ACTOR, authority, "telecom")
    for telco in TELCOS:
        _put(telco, Kind.TELCO, "telecom.mobile")
    for place, channel in enumerate(CHANNELS):
        made = _put(channel, Kind.CHANNEL, "telecom.channel", revenue=12_000_000)
        _relate(found(TELCOS[place % len(TELCOS)].en), made, RelationKind.OPERATOR)


def _put(
    one: Imagined, kind: Kind, sector: str = "", *, revenue: int | None = None, short: str = "", cii: str = ""
) -> UUID:
    known = queries.by_english_name(one.en)
    if known is not None:
        return known
    abroad = len(one.place) == len("TH")
    brand = one.en.split()[0]
    aliases = (AliasFacts(brand, str(AliasKind.BRAND)),) if kind in {Kind.PLATFORM, Kind.TELCO} else ()
    made = services.create(
        ACTOR,
        OrganisationFacts(
            name_th=one.th,
            kind=kind,
            name_en=one.en,
            short_th=short,
            sector=sector,
            country=one.place if abroad else "TH",
            province="" if abroad else one.place,
            is_juristic=kind is not Kind.MERCHANT or (revenue or 0) > 50_000_000,  # noqa: PLR2004 - as shops do
            revenue_thb=revenue,
            users_per_month=3_000_000 if kind is Kind.PLATFORM else None,
            website=one.host,
            aliases=aliases,
        ),
    )
    if cii:
        services.set_cii(ACTOR, made, cii)
    return made


def _relate(over: UUID, under: UUID, kind: RelationKind) -> None:
    if not queries.is_over(over, under, kind):
        services.add_relation(ACTOR, over=over, under=under, kind=kind)
