"""Who may give, end and see roles; nobody the own ones; nothing in another tenant."""

from __future__ import annotations

from datetime import timedelta

import pytest

from phithak.base import clock
from phithak.base.errors import ForbiddenError, NotFoundError, PhithakError
from phithak.core.accounts import permissions, queries, roles, services
from phithak.core.accounts.errors import (
    LastAdminError,
    MomentPassedError,
    OwnRoleError,
    RoleAlreadyHeldError,
    RoleNotForTenantError,
    SharedUserError,
)
from phithak.core.accounts.models import Membership, Tenant, User
from phithak.core.accounts.permissions import StaffSessionNeededError
from phithak.core.accounts.roles import Role
from phithak.core.accounts.scope import Reason
from phithak.core.journal.models import Entry
from phithak.core.signals import Signal, receive
from tests.people import ROLE_PERSON, People

pytestmark = pytest.mark.db


def membership(people: People, key: str, tenant: str) -> Membership:
    return Membership.objects.get(user=people.user(key), tenant=people.tenant(tenant))


def test_a_member_administrator_gives_and_ends_a_role_at_home(people: People) -> None:
    admin = people.actor("member_admin", staff=True)
    user = people.user("member_staff")
    changed: list[object] = []
    receive(Signal.MEMBERSHIP_CHANGED, changed.append)
    given = services.give_role(
        admin, user_id=user.pk, tenant_id=people.tenant_id("hospital"), role=Role.DATA_OWNER
    )
    assert people.actor("member_staff").roles == {Role.MEMBER_STAFF, Role.DATA_OWNER}
    services.end_role(admin, given)
    assert people.actor("member_staff").roles == {Role.MEMBER_STAFF}
    assert changed == [user.pk, user.pk]
    tags = (
        Entry.objects.filter(object_id=str(user.pk))
        .order_by("pk")
        .values_list("tag", "tenant_id", "staff_session")
    )
    home = people.tenant_id("hospital")
    assert [(tag, tenant) for tag, tenant, _ in tags] == [
        ("accounts:role:given", home),
        ("accounts:role:ended", home),
    ]
    assert all(session == admin.staff_session_id for _, _, session in tags)


def test_rights_over_users_need_a_staff_session(people: People) -> None:
    with pytest.raises(StaffSessionNeededError):
        services.end_role(people.actor("member_admin"), membership(people, "member_staff", "hospital").pk)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CERT_ADMIN, Role.MEMBER_ADMIN, Role.SENDER}))
def test_other_roles_manage_nobody(people: People, role: Role) -> None:
    actor = people.actor(ROLE_PERSON[role], staff=True)
    target = people.user("member_staff_b")
    for act in (
        lambda: services.give_role(
            actor, user_id=target.pk, tenant_id=people.tenant_id("hospital_b"), role=Role.MEMBER_ADMIN
        ),
        lambda: services.leave(actor, target.pk),
        lambda: services.create_login_link(actor, target.pk),
        lambda: services.reset_second_factors(actor, target.pk),
        lambda: services.close_tenant(actor, people.tenant_id("hospital_b")),
    ):
        with pytest.raises(ForbiddenError):
            act()


def test_a_member_administrator_reaches_into_no_other_tenant(people: People) -> None:
    admin = people.actor("member_admin", staff=True)
    stranger = people.user("member_staff_b")
    for act in (
        lambda: services.give_role(
            admin, user_id=stranger.pk, tenant_id=people.tenant_id("hospital_b"), role=Role.MEMBER_STAFF
        ),
        lambda: services.give_role(
            admin, user_id=stranger.pk, tenant_id=people.tenant_id("hospital"), role=Role.MEMBER_STAFF
        ),
        lambda: services.end_role(admin, membership(people, "member_staff_b", "hospital_b").pk),
        lambda: services.leave(admin, stranger.pk),
        lambda: services.set_names(admin, stranger.pk, name_th="ชื่อปลอม"),
        lambda: queries.user_view(admin, stranger.pk),
    ):
        with pytest.raises(NotFoundError):
            act()


@pytest.mark.parametrize(
    "role",
    [Role.CERT_ADMIN, Role.ANALYST, Role.AUTHORITY, Role.PARTNER, Role.AUDITOR, Role.EXECUTIVE, Role.SENDER],
)
def test_a_member_administrator_cannot_make_more_than_members(people: People, role: Role) -> None:
    with pytest.raises(RoleNotForTenantError):
        services.give_role(
            people.actor("member_admin", staff=True),
            user_id=people.user("member_staff").pk,
            tenant_id=people.tenant_id("hospital"),
            role=role,
        )


def test_a_role_of_the_centre_does_not_exist_in_a_hospital(people: People) -> None:
    with pytest.raises(RoleNotForTenantError):
        services.give_role(
            people.actor("cert_admin", staff=True),
            user_id=people.user("member_staff").pk,
            tenant_id=people.tenant_id("hospital"),
            role=Role.ANALYST,
        )


def test_the_centre_manages_all_that_it_oversees(people: People) -> None:
    admin = people.actor("cert_admin", staff=True)
    services.give_role(
        admin,
        user_id=people.user("member_staff_b").pk,
        tenant_id=people.tenant_id("hospital_b"),
        role=Role.MEMBER_ADMIN,
    )
    assert Role.MEMBER_ADMIN in people.actor("member_staff_b").roles
    services.end_oversight(
        admin, over=people.tenant_id("cert"), under=people.tenant_id("hospital_b"), reason=Reason.CONSTITUENCY
    )
    with pytest.raises(NotFoundError):
        services.leave(admin, people.user("member_staff_b").pk)


@pytest.mark.parametrize("key", ["cert_admin", "member_admin"])
def test_nobody_changes_the_own_rights(people: People, key: str) -> None:
    actor = people.actor(key, staff=True)
    user = people.user(key)
    row = Membership.objects.get(user=user)
    for act in (
        lambda: services.give_role(actor, user_id=user.pk, tenant_id=row.tenant_id, role=Role.DATA_OWNER),
        lambda: services.end_role(actor, row.pk),
        lambda: services.leave(actor, user.pk),
        lambda: services.reset_second_factors(actor, user.pk),
        lambda: services.create_login_link(actor, user.pk),
    ):
        with pytest.raises(OwnRoleError):
            act()


def test_the_last_administrator_stays(people: People) -> None:
    admin = people.actor("cert_admin", staff=True)
    other = membership(people, "cert_admin_2", "cert")
    # one whose role ends soon does not count as somebody who stays
    Membership.objects.filter(user=people.user("cert_admin")).update(until=clock.now() + timedelta(days=1))
    for act in (lambda: services.end_role(admin, other.pk), lambda: services.leave(admin, other.user_id)):
        with pytest.raises(LastAdminError):
            act()
    Membership.objects.filter(user=people.user("cert_admin")).update(until=None)
    services.end_role(admin, other.pk)
    assert people.actor("cert_admin_2").grants == ()


def test_a_role_runs_out_by_itself(people: People) -> None:
    admin = people.actor("member_admin", staff=True)
    until = clock.now() + timedelta(hours=1)
    tenant, user = people.tenant_id("hospital"), people.user("member_staff").pk
    services.give_role(admin, user_id=user, tenant_id=tenant, role=Role.DATA_OWNER, until=until)
    with clock.at(until - timedelta(seconds=1)):
        assert Role.DATA_OWNER in people.actor("member_staff").roles
    with clock.at(until):
        assert Role.DATA_OWNER not in people.actor("member_staff").roles
    with pytest.raises(RoleAlreadyHeldError):
        services.give_role(admin, user_id=user, tenant_id=tenant, role=Role.DATA_OWNER)
    # what ran out can be given again
    services.give_role(admin, user_id=people.user("expired").pk, tenant_id=tenant, role=Role.MEMBER_STAFF)
    assert people.actor("expired").roles == {Role.MEMBER_STAFF}


@pytest.mark.parametrize("days", [-1, 0, 4000])
def test_an_end_lies_in_the_future_but_not_beyond_belief(people: People, days: int) -> None:
    with pytest.raises(MomentPassedError):
        services.give_role(
            people.actor("member_admin", staff=True),
            user_id=people.user("member_staff").pk,
            tenant_id=people.tenant_id("hospital"),
            role=Role.DATA_OWNER,
            until=clock.now() + timedelta(days=days),
        )


def test_somebody_of_two_tenants_keeps_the_other_half_private(people: People) -> None:
    admin = people.actor("member_admin", staff=True)
    shared = people.user("two_tenants")
    view = queries.user_view(admin, shared.pk)
    assert [item.tenant_id for item in view.memberships] == [people.tenant_id("hospital")]
    for act in (
        lambda: services.leave(admin, shared.pk),
        lambda: services.create_login_link(admin, shared.pk),
        lambda: services.reset_second_factors(admin, shared.pk),
        lambda: services.set_names(admin, shared.pk, name_th="ชื่อใหม่"),
        lambda: services.end_all_sessions(admin, shared.pk),
    ):
        with pytest.raises(SharedUserError):
            act()
    services.end_role(admin, membership(people, "two_tenants", "hospital").pk)
    assert people.actor("two_tenants").tenant_ids == (people.tenant_id("merchant"),)


def test_a_role_filter_shows_nothing_of_another_tenant(people: People) -> None:
    page = people.client("member_admin").get("/accounts/users/?role=member_admin").text
    assert people.user("member_admin").name_th in page
    assert people.user("two_tenants").name_th not in page


def test_an_invitation_says_nothing_about_a_known_person(people: People) -> None:
    admin = people.actor("member_admin", staff=True)
    stranger = people.user("member_staff_b")
    invited = services.invite_user(
        admin,
        email=stranger.email.upper(),
        name_th="ชื่ออื่น",
        tenant_id=people.tenant_id("hospital"),
        role=Role.MEMBER_STAFF,
    )
    assert invited == services.Invited(stranger.pk, None)
    assert people.user("member_staff_b").name_th == "ลดา ดอยสูง"
    assert set(people.actor("member_staff_b").tenant_ids) == {
        people.tenant_id("hospital"),
        people.tenant_id("hospital_b"),
    }


def test_leaving_takes_everything(people: People) -> None:
    user = people.user("member_staff")
    _, secret = services.create_token(
        people.actor("member_staff"),
        name="ทดสอบ",
        scopes=["accounts.self"],
        until=clock.now() + timedelta(days=1),
    )
    gone: list[object] = []
    receive(Signal.USER_LEFT, gone.append)
    services.leave(people.actor("member_admin", staff=True), user.pk)
    assert queries.actor_for_token(secret) is None
    assert people.actor("member_staff").grants == ()
    assert gone == [user.pk]
    assert '"roles":1' in Entry.objects.get(tag="accounts:user:left").body
    assert User.objects.filter(pk=user.pk).exists()
    with pytest.raises(PhithakError):
        services.invite_user(
            people.actor("member_admin", staff=True),
            email=user.email,
            name_th="กลับมา",
            tenant_id=people.tenant_id("hospital"),
            role=Role.MEMBER_STAFF,
        )


def test_a_closed_tenant_shuts_its_people_out_and_keeps_its_rows(people: People) -> None:
    admin = people.actor("cert_admin", staff=True)
    services.close_tenant(admin, people.tenant_id("hospital"))
    assert people.actor("member_admin").grants == ()
    assert people.actor("two_tenants").tenant_ids == (people.tenant_id("merchant"),)
    assert Tenant.objects.get(pk=people.tenant_id("hospital")).state == "closed"
    with pytest.raises(NotFoundError):
        services.close_tenant(admin, people.tenant_id("hospital"))


def test_a_new_tenant_is_overseen_by_the_centre(people: People) -> None:
    made = services.create_tenant(people.actor("analyst"), kind="hospital", name_th="โรงพยาบาลริมธาร")
    assert queries.tenants_visible_to(people.actor("auditor")).filter(pk=made).exists()
    assert not queries.tenants_visible_to(people.actor("member_admin")).filter(pk=made).exists()


def test_every_role_can_be_given_somewhere_but_the_sender() -> None:
    kinds = ["cert", "authority", "partner", "peer_cert", "hospital", "platform", "merchant", "anything"]
    assert frozenset[Role]().union(*(roles.of_kind(kind) for kind in kinds)) == set(Role) - {Role.SENDER}
    for kind in set(kinds) - {"cert"}:
        assert not roles.of_kind(kind) & (roles.OF_CENTRE - {Role.DATA_OWNER})


def test_the_matrix_page_shows_each_permission_with_its_roles(people: People) -> None:
    page = people.client("analyst").get("/accounts/matrix/").text
    for permission in permissions.all_permissions():
        assert f"<code>{permission.code}</code>" in page
    own = permissions.get("accounts.user.manage")
    line = page.split("<code>accounts.user.manage</code>")[1].split("</tr>")[0]
    assert line.count("มี</span>") - line.count("ไม่มี</span>") == len(own.roles)
