"""Journal tags of the accounts room."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Everything that can happen to tenants, users, roles, sessions and tokens."""

    TENANT_CREATED = ("accounts:tenant:created", "เพิ่มหน่วยงาน {name} ({kind})", "Added tenant {name} ({kind})")
    TENANTS_CREATED = ("accounts:tenant:created_many", "เพิ่ม {tenants} หน่วยงาน", "Added {tenants} tenants")
    TENANT_RENAMED = ("accounts:tenant:renamed", "เปลี่ยนชื่อหน่วยงานเป็น {name}", "Renamed the tenant to {name}")
    TENANT_CLOSED = ("accounts:tenant:closed", "ปิดหน่วยงาน {name}", "Closed tenant {name}")
    OVERSIGHT_SET = (
        "accounts:oversight:set",
        "ให้ {over} กำกับดูแล {under} ด้วยเหตุ {reason}",
        "Let {over} oversee {under} for reason {reason}",
    )
    OVERSIGHT_ENDED = (
        "accounts:oversight:ended",
        "สิ้นสุดการกำกับดูแลของ {over} ต่อ {under} ({reason})",
        "Ended the oversight of {over} over {under} ({reason})",
    )
    OVERSIGHT_SET_MANY = (
        "accounts:oversight:set_many",
        "ให้ {over} กำกับดูแล {tenants} หน่วยงานด้วยเหตุ {reason}",
        "Let {over} oversee {tenants} tenants for reason {reason}",
    )
    OVERSIGHT_ENDED_MANY = (
        "accounts:oversight:ended_many",
        "สิ้นสุดการกำกับดูแลของ {over} ต่อ {tenants} หน่วยงาน ({reason})",
        "Ended the oversight of {over} over {tenants} tenants ({reason})",
    )
    TENANT_KIND_SET = (
        "accounts:tenant:kind_set",
        "เปลี่ยนประเภทของ {name} จาก {before} เป็น {kind}",
        "Kind of {name}: {before} to {kind}",
    )
    USER_CREATED = ("accounts:user:created", "เพิ่มผู้ใช้", "Added a user")
    USER_INVITED = ("accounts:user:invited", "เชิญผู้ใช้ในบทบาท {role}", "Invited a user as {role}")
    USER_NAMED = ("accounts:user:named", "แก้ชื่อผู้ใช้", "Changed a user's name")
    USER_SET = (
        "accounts:user:set",
        "ตั้งภาษา {language} และธีม {theme}",
        "Set language {language}, theme {theme}",
    )
    USER_LEFT = (
        "accounts:user:left",
        "ผู้ใช้พ้นหน้าที่ สิ้นสุด {roles} บทบาทและ {tokens} โทเคน",
        "User left: {roles} roles and {tokens} tokens ended",
    )
    ROLE_GIVEN = ("accounts:role:given", "ให้บทบาท {role} ถึง {until}", "Gave role {role} until {until}")
    ROLE_ENDED = ("accounts:role:ended", "สิ้นสุดบทบาท {role}", "Ended role {role}")
    PASSWORD_SET = ("accounts:password:set", "ตั้งรหัสผ่านใหม่", "Set a new password")
    SESSIONS_ENDED = ("accounts:sessions:ended", "ออกจากระบบทุกเครื่อง", "Logged out everywhere")
    LOGGED_IN = ("accounts:login:done", "เข้าใช้ระบบ ({method})", "Logged in ({method})")
    LOGGED_OUT = ("accounts:login:left", "ออกจากระบบ", "Logged out")
    LOGIN_LOCKED = (
        "accounts:login:locked",
        "พักการเข้าใช้ {minutes} นาที หลังผิด {failures} ครั้ง",
        "Login rests {minutes} minutes after {failures} failures",
    )
    LOGIN_UNLOCKED = ("accounts:login:unlocked", "ปลดการพักการเข้าใช้", "Released a resting login")
    FACTOR_ADDED = ("accounts:factor:added", "เพิ่มปัจจัยยืนยันตัวตน {kind}", "Added second factor {kind}")
    FACTOR_REMOVED = ("accounts:factor:removed", "ลบปัจจัยยืนยันตัวตน {kind}", "Removed second factor {kind}")
    FACTORS_RESET = (
        "accounts:factor:reset",
        "ล้างปัจจัยยืนยันตัวตนทั้งหมด {count} รายการ",
        "Removed all {count} second factors",
    )
    STAFF_STARTED = (
        "accounts:staff:started",
        "เปิดช่วงสิทธิ์พิเศษ {minutes} นาที เหตุผล: {reason}",
        "Started a staff session of {minutes} minutes: {reason}",
    )
    STAFF_ENDED = ("accounts:staff:ended", "ปิดช่วงสิทธิ์พิเศษ", "Ended a staff session")
    TOKEN_CREATED = ("accounts:token:created", "สร้างโทเคน {name}", "Created token {name}")
    TOKEN_REVOKED = ("accounts:token:revoked", "ยกเลิกโทเคน {name}", "Revoked token {name}")
    LINK_CREATED = (
        "accounts:link:created",
        "ออกลิงก์เข้าใช้ครั้งเดียว ({purpose})",
        "Made a one-time link ({purpose})",
    )
    LINK_USED = ("accounts:link:used", "ใช้ลิงก์เข้าใช้ครั้งเดียว ({purpose})", "Used a one-time link ({purpose})")
