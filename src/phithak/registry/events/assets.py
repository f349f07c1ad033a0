"""What can happen to assets."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of assets."""

    DOMAIN_ADDED = ("registry:domain:added", "เพิ่มโดเมน {name}", "Domain {name} added")
    DOMAIN_CONTESTED = (
        "registry:domain:contested",
        "เพิ่มโดเมน {name} ซึ่งหน่วยงานอื่นถืออยู่ รอศูนย์ตรวจสอบ",
        "Domain {name} added, which another organisation holds; it waits for the centre",
    )
    DOMAIN_CHANGED = (
        "registry:domain:changed",
        "แก้โดเมน {name}: {fields}",
        "Domain {name} changed: {fields}",
    )
    DOMAIN_SETTLED = (
        "registry:domain:settled",
        "ตัดสินการอ้างโดเมน {name}: {settlement}",
        "Claim on domain {name} settled: {settlement}",
    )
    DOMAIN_ENDED = ("registry:domain:ended", "เลิกใช้โดเมน {name}", "Domain {name} ended")
    RANGE_ADDED = ("registry:range:added", "เพิ่มช่วงไอพี {name}", "IP range {name} added")
    RANGE_CONTESTED = (
        "registry:range:contested",
        "เพิ่มช่วงไอพี {name} ซึ่งซ้อนกับของหน่วยงานอื่น รอศูนย์ตรวจสอบ",
        "IP range {name} added, which overlaps another organisation's; it waits for the centre",
    )
    RANGE_CHANGED = (
        "registry:range:changed",
        "แก้ช่วงไอพี {name}: {fields}",
        "IP range {name} changed: {fields}",
    )
    RANGE_SETTLED = (
        "registry:range:settled",
        "ตัดสินการอ้างช่วงไอพี {name}: {settlement}",
        "Claim on IP range {name} settled: {settlement}",
    )
    RANGE_ENDED = ("registry:range:ended", "เลิกใช้ช่วงไอพี {name}", "IP range {name} ended")
    SYSTEM_ADDED = ("registry:system:added", "เพิ่มระบบ {name}", "System {name} added")
    SYSTEM_CHANGED = ("registry:system:changed", "แก้ระบบ {name}: {fields}", "System {name} changed: {fields}")
    SYSTEM_ENDED = ("registry:system:ended", "เลิกใช้ระบบ {name}", "System {name} ended")
    SOFTWARE_ADDED = ("registry:software:added", "เพิ่มซอฟต์แวร์ {name}", "Software {name} added")
    SOFTWARE_PASTED = (
        "registry:software:pasted",
        "เพิ่มซอฟต์แวร์จากรายการที่วาง {number} รายการ",
        "Software added from a pasted list: {number}",
    )
    SOFTWARE_CHANGED = (
        "registry:software:changed",
        "แก้ซอฟต์แวร์ {name}: {fields}",
        "Software {name} changed: {fields}",
    )
    SOFTWARE_ENDED = ("registry:software:ended", "เลิกใช้ซอฟต์แวร์ {name}", "Software {name} ended")
    DEVICE_ADDED = ("registry:device:added", "เพิ่มเครื่องมือ {name}", "Device {name} added")
    DEVICE_CHANGED = (
        "registry:device:changed",
        "แก้เครื่องมือ {name}: {fields}",
        "Device {name} changed: {fields}",
    )
    DEVICE_ENDED = ("registry:device:ended", "เลิกใช้เครื่องมือ {name}", "Device {name} ended")
    STORE_ADDED = ("registry:store:added", "เพิ่มคลังข้อมูล {name}", "Data store {name} added")
    STORE_CHANGED = (
        "registry:store:changed",
        "แก้คลังข้อมูล {name}: {fields}",
        "Data store {name} changed: {fields}",
    )
    STORE_CHECKED = (
        "registry:store:checked",
        "ตรวจการเปิดเผยของคลังข้อมูล {name}: {before} → {exposure} ({how})",
        "Exposure of data store {name} checked: {before} → {exposure} ({how})",
    )
    STORE_ENDED = ("registry:store:ended", "เลิกใช้คลังข้อมูล {name}", "Data store {name} ended")
    LINK_ADDED = ("registry:data_link:added", "เพิ่มการเชื่อมโยงข้อมูล {name}", "Data link {name} added")
    LINK_CHANGED = (
        "registry:data_link:changed",
        "แก้การเชื่อมโยงข้อมูล {name}: {fields}",
        "Data link {name} changed: {fields}",
    )
    LINK_ON = (
        "registry:data_link:on",
        "เปิดการเชื่อมโยงข้อมูล {name} ตามข้อตกลง {agreement}",
        "Data link {name} switched on under agreement {agreement}",
    )
    LINK_OFF = ("registry:data_link:off", "ปิดการเชื่อมโยงข้อมูล {name}", "Data link {name} switched off")
    LINK_ENDED = ("registry:data_link:ended", "เลิกการเชื่อมโยงข้อมูล {name}", "Data link {name} ended")
