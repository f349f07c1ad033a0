"""The made-up sector that tests share: tenants, people with every role, and deliberate traps.

``people.actor("analyst")`` is what a service or query takes, ``people.user("analyst")`` the row behind it,
``people.client("analyst")`` a browser that is logged in with password and second factor. Every name is
invented. The traps: one person in two tenants, an expired membership, an ended one, a user who left,
oversight that expired, oversight that was ended, and a tenant that was closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.test import Client

from phithak.base import clock, ids
from phithak.core.accounts import queries
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.models import Membership, Oversight, StaffSession, Tenant, User
from phithak.core.accounts.roles import PRIVILEGED, Role
from phithak.core.accounts.scope import Reason

PASSWORD = "ลมหนาวพัดผ่านทุ่งนา-42"
"""Everybody's password; no list knows it."""

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""Everybody's TOTP secret (base 32), for those who have a second factor."""

TENANTS = {
    "cert": ("cert", "ศูนย์เฝ้าระวังไซเบอร์สุขภาวะ", "Wellbeing Cyber Watch Centre"),
    "hospital": ("hospital", "โรงพยาบาลธารเมฆ", "Than Mek Hospital"),
    "hospital_b": ("hospital", "โรงพยาบาลดอยแสงจันทร์", "Doi Saeng Chan Hospital"),
    "platform": ("platform", "ตลาดออนไลน์หิ่งห้อย", "Hinghoi Online Market"),
    "merchant": ("merchant", "ร้านใบตองทอง", "Baitong Thong Shop"),
    "authority": ("authority", "สำนักงานกำกับบริการดิจิทัลสมมติ", "Office of Imagined Digital Services"),
    "partner": ("partner", "บริษัท เกราะทราย จำกัด", "Kro Sai Co., Ltd."),
    "peer": ("peer_cert", "ศูนย์พันธมิตรเกาะปะการัง", "Coral Isle CERT"),
    "closed": ("hospital", "โรงพยาบาลสายหมอก (ปิดแล้ว)", "Sai Mok Hospital (closed)"),
}
"""Key → kind, Thai name, English name."""

PEOPLE: dict[str, tuple[str, str, tuple[tuple[str, Role], ...]]] = {
    "cert_admin": ("ปราณี ดูแลดี", "Pranee Dulaedi", (("cert", Role.CERT_ADMIN),)),
    "cert_admin_2": ("อนันต์ เฝ้าเรือน", "Anan Faoruean", (("cert", Role.CERT_ADMIN),)),
    "analyst": ("กานต์ มองละเอียด", "Kan Monglaiad", (("cert", Role.ANALYST),)),
    "executive": ("วิภา นำทาง", "Wipha Namthang", (("cert", Role.EXECUTIVE),)),
    "call_agent": ("สายใจ รับสาย", "Saijai Rapsai", (("cert", Role.CALL_AGENT),)),
    "trainer": ("ครูนก สอนสนุก", "Khrunok Sonsanuk", (("cert", Role.TRAINER),)),
    "auditor": ("ธงชัย ตรวจทาน", "Thongchai Truatthan", (("cert", Role.AUDITOR),)),
    "expert": ("เมธี เชี่ยวชาญ", "Methi Chiaochan", (("cert", Role.EXPERT),)),
    "member_admin": ("สมศรี ใจงาม", "Somsri Jaingam", (("hospital", Role.MEMBER_ADMIN),)),
    "member_staff": ("ณัฐ ขยันยิ่ง", "Nat Khayanying", (("hospital", Role.MEMBER_STAFF),)),
    "data_owner": ("แพทย์หญิงอรุณ คุ้มข้อมูล", "Dr Arun Khumkhomun", (("hospital", Role.DATA_OWNER),)),
    "member_admin_b": ("บุญมา ขุนเขา", "Bunma Khunkhao", (("hospital_b", Role.MEMBER_ADMIN),)),
    "member_staff_b": ("ลดา ดอยสูง", "Lada Doisung", (("hospital_b", Role.MEMBER_STAFF),)),
    "data_owner_b": ("พิชัย รักษ์ข้อมูล", "Phichai Rakkhomun", (("hospital_b", Role.DATA_OWNER),)),
    "platform_admin": ("ชลธี ตลาดใหญ่", "Chonlathi Taladyai", (("platform", Role.MEMBER_ADMIN),)),
    "merchant_admin": ("ใบเตย ขายดี", "Baitoei Khaidi", (("merchant", Role.MEMBER_ADMIN),)),
    "authority": ("นิติ ตามกฎ", "Niti Tamkot", (("authority", Role.AUTHORITY),)),
    "partner": ("เกริก ร่วมมือ", "Kroek Ruammue", (("partner", Role.PARTNER),)),
    "peer_cert": ("Marina Reef", "Marina Reef", (("peer", Role.PEER_CERT),)),
    # traps
    "two_tenants": (
        "จันทร์ สองบ้าน",
        "Chan Songban",
        (("hospital", Role.MEMBER_STAFF), ("merchant", Role.MEMBER_ADMIN)),
    ),
    "expired": ("เก่า หมดวาระ", "Kao Motwara", (("hospital", Role.MEMBER_STAFF),)),
    "ended": ("พ้น ตำแหน่ง", "Phon Tamnaeng", (("hospital", Role.MEMBER_ADMIN),)),
    "left": ("ลาก่อน ไปไกล", "Lakon Paiklai", (("cert", Role.ANALYST),)),
    "of_closed": ("หมอก จางหาย", "Mok Changhai", (("closed", Role.MEMBER_ADMIN),)),
    "no_factor": ("รีบ ร้อน", "Rip Ron", (("cert", Role.ANALYST),)),
}
"""Key → Thai name, English name, memberships as (tenant, role)."""

ROLE_PERSON = {
    Role.CERT_ADMIN: "cert_admin",
    Role.ANALYST: "analyst",
    Role.EXECUTIVE: "executive",
    Role.AUTHORITY: "authority",
    Role.MEMBER_ADMIN: "member_admin",
    Role.MEMBER_STAFF: "member_staff",
    Role.PARTNER: "partner",
    Role.CALL_AGENT: "call_agent",
    Role.DATA_OWNER: "data_owner",
    Role.TRAINER: "trainer",
    Role.AUDITOR: "auditor",
    Role.EXPERT: "expert",
    Role.PEER_CERT: "peer_cert",
}
"""The person who stands for each role that a human can hold."""


@dataclass(frozen=True)
class People:
    """The sector, ready in the test's database."""

    tenants: dict[str, Tenant]
    users: dict[str, User]

    def tenant(self, key: str) -> Tenant:
        """Return a tenant of :data:`TENANTS`."""
        return self.tenants[key]

    def tenant_id(self, key: str) -> UUID:
        """Return a tenant's id."""
        return self.tenants[key].pk

    def user(self, key: str) -> User:
        """Return a person of :data:`PEOPLE`, fresh from the database."""
        return User.objects.get(pk=self.users[key].pk)

    def actor(self, key: str, *, staff: bool = False) -> Actor:
        """Return the person as an actor; with ``staff`` inside a running staff session."""
        session = {queries.STAFF_SESSION_KEY: str(self.staff_session(key).pk)} if staff else {}
        return queries.actor_for_user(self.user(key), session)

    def staff_session(self, key: str) -> StaffSession:
        """Start a staff session of 30 minutes and return its row."""
        return StaffSession.objects.create(
            user=self.users[key], reason="ทดสอบระบบตามแผน", until=clock.now() + timedelta(minutes=30)
        )

    def client(self, key: str, *, staff: bool = False, language: str = "th") -> Client:
        """Return a browser that is logged in, second factor passed; with ``staff`` in a staff session."""
        user = self.user(key)
        if user.language != language:
            User.objects.filter(pk=user.pk).update(language=language)
        browser = Client()
        browser.force_login(user, backend="phithak.core.accounts.backends.LoginBackend")
        session = browser.session
        moment = clock.now().timestamp()
        session["account_authentication_methods_user"] = str(user.pk)
        session["account_authentication_methods"] = [
            {"method": "password", "at": moment, "email": user.email, "reauthenticated": True},
            {"method": "mfa", "at": moment, "type": "totp", "id": 0},
        ]
        if staff:
            session[queries.STAFF_SESSION_KEY] = str(self.staff_session(key).pk)
        session.save()
        return browser


def build() -> People:
    """Write the sector to the database and return it."""
    now = clock.now()
    long_ago = now - timedelta(days=200)
    yesterday = now - timedelta(days=1)
    tenants = {
        key: Tenant(kind=kind, name_th=th, name_en=en, state="closed" if key == "closed" else "active")
        for key, (kind, th, en) in TENANTS.items()
    }
    Tenant.objects.bulk_create(tenants.values())
    password = make_password(PASSWORD)
    users = {
        key: User(
            id=ids.uuid7(),
            email=f"{key.replace('_', '.')}@example.th",
            name_th=th,
            name_en=en,
            password=password,
            password_changed_at=now,
            is_active=key != "left",
            left_at=yesterday if key == "left" else None,
        )
        for key, (th, en, _) in PEOPLE.items()
    }
    User.objects.bulk_create(users.values())
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users.values()
    )
    Membership.objects.bulk_create(
        Membership(
            user=users[key],
            tenant=tenants[tenant],
            role=role,
            created_at=long_ago,
            until=yesterday if key == "expired" else None,
            # the one who left keeps a running row: leaving alone must be enough to lose access
            ended_at=yesterday if key == "ended" else None,
        )
        for key, (_, _, memberships) in PEOPLE.items()
        for tenant, role in memberships
    )
    secret = get_mfa_adapter().encrypt(TOTP_SECRET)
    Authenticator.objects.bulk_create(
        Authenticator(user=users[key], type=Authenticator.Type.TOTP, data={"secret": secret})
        for key, (_, _, memberships) in PEOPLE.items()
        if key != "no_factor" and any(role in PRIVILEGED for _, role in memberships)
    )
    oversight = [
        *(
            Oversight(over=tenants["cert"], under=tenants[key], reason=Reason.CONSTITUENCY)
            for key in TENANTS
            if key != "cert"
        ),
        Oversight(over=tenants["platform"], under=tenants["merchant"], reason=Reason.PLATFORM),
        Oversight(over=tenants["authority"], under=tenants["hospital"], reason=Reason.AUTHORITY),
        # traps: both would open the second hospital if they still held
        Oversight(
            over=tenants["authority"], under=tenants["hospital_b"], reason=Reason.AUTHORITY, until=yesterday
        ),
        Oversight(
            over=tenants["hospital"], under=tenants["hospital_b"], reason=Reason.PARENT, ended_at=yesterday
        ),
    ]
    Oversight.objects.bulk_create(oversight)
    return People(tenants, users)


@pytest.fixture
def people(db: None) -> People:
    """Give the made-up sector."""
    return build()
