# ruff: noqa: RUF009 - _setting() only wraps dataclasses.field()
"""The settings of an instance, typed.

Order: built-in default < ``phithak.toml`` in the configuration folder < environment variable
``PHITHAK_<NAME>`` < ``PHITHAK_<NAME>_FILE`` (a file that holds the value, for secrets). A wrong value stops
the start with the setting's name, where it came from and what would be right.
"""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from phithak.base.errors import InvalidInputError
from phithak.base.text import Text

PREFIX = "PHITHAK_"


class ConfigError(InvalidInputError):
    """A setting cannot be used."""

    code = "config.invalid"
    text = Text(
        "ค่าตั้ง {name} (จาก {origin}) ใช้ไม่ได้: {reason_th}",
        "Setting {name} (from {origin}) cannot be used: {reason_en}",
    )


def _setting(default: Any, th: str, en: str, *, secret: bool = False) -> Any:
    """Declare one setting: its default (or what makes it), and a sentence for the operator."""
    metadata = {"text": Text(th, en), "secret": secret}
    if isinstance(default, type(lambda: None)):
        return dataclasses.field(default_factory=default, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def _user_folder(variable: str, fallback: str) -> Callable[[], Path]:
    return lambda: Path(os.environ.get(variable) or Path.home() / fallback) / "phithak"


@dataclass(frozen=True, kw_only=True)
class Config:
    """Every setting, with its default and a sentence for the operator in both languages."""

    config_dir: Path = _setting(
        _user_folder("XDG_CONFIG_HOME", ".config"),
        "โฟลเดอร์ค่าตั้งและกุญแจ อยู่นอกโฟลเดอร์ข้อมูล",
        "Folder of settings and keys, outside the data folder",
    )
    data_dir: Path = _setting(
        _user_folder("XDG_DATA_HOME", ".local/share"),
        "โฟลเดอร์ข้อมูลทั้งหมดของระบบ",
        "Folder of all data of the instance",
    )
    backup_dir: Path | None = _setting(
        None,
        "โฟลเดอร์เก็บข้อมูลสำรอง (ว่าง = data_dir/backups)",
        "Folder of backups (empty = data_dir/backups)",
    )
    root_key_file: Path | None = _setting(
        None,
        "ไฟล์ลับที่เก็บกุญแจหลัก 32 ไบต์ (ว่าง = root.key ใน config_dir)",
        "Secret file that holds the root key of 32 bytes (empty = root.key in config_dir)",
    )
    instance: str = _setting(
        "PHT", "ชื่อย่อของศูนย์ ใช้นำหน้าเลขที่", "Short name of this instance, leads every number"
    )
    name_th: str = _setting(
        "ศูนย์ประสานความมั่นคงปลอดภัยไซเบอร์รายภาคส่วน", "ชื่อศูนย์ภาษาไทย", "Name of the centre in Thai"
    )
    name_en: str = _setting("Sector CERT", "ชื่อศูนย์ภาษาอังกฤษ", "Name of the centre in English")
    host: str = _setting("127.0.0.1", "ที่อยู่ที่เปิดรับ", "Address to listen on")
    port: int = _setting(8000, "พอร์ตของหน้าเว็บและ API", "Port of pages and API")
    base_url: str = _setting(
        "",
        "ที่อยู่เว็บที่ผู้ใช้เห็น เช่น https://cert.example.th (ว่าง = http://host:port)",
        "Address that users see, such as https://cert.example.th (empty = http://host:port)",
    )
    allowed_hosts: tuple[str, ...] = _setting(
        (),
        "ชื่อโฮสต์อื่นที่ยอมรับ นอกจาก base_url และ loopback",
        "Other host names accepted besides base_url and loopback",
    )
    trusted_proxies: tuple[str, ...] = _setting(
        (),
        "ที่อยู่พร็อกซีที่เชื่อ X-Forwarded-* (นอกนั้นไม่อ่าน)",
        "Proxy addresses whose X-Forwarded-* is believed (all others are ignored)",
    )
    tls_certificate: Path | None = _setting(None, "ไฟล์ใบรับรอง TLS", "TLS certificate file")
    tls_key: Path | None = _setting(None, "ไฟล์กุญแจ TLS", "TLS key file")
    tls_authority: Path | None = _setting(
        None,
        "ไฟล์ใบรับรองผู้ออกที่เซนเซอร์เชื่อถือ (ว่าง = ใบสุดท้ายใน tls_certificate)",
        "Authority that sensors trust (empty = the last one in tls_certificate)",
    )
    web_processes: int = _setting(
        0,
        "จำนวนโพรเซสของหน้าเว็บ (0 = สองต่อแกนประมวลผล ไม่เกินสี่)",
        "Processes that serve pages (0 = two for each core, four at most)",
    )
    web_threads: int = _setting(
        4, "จำนวนเธรดของแต่ละโพรเซสของหน้าเว็บ", "Threads of each process that serves pages"
    )
    ingest_host: str = _setting(
        "", "ที่อยู่ที่เปิดรับเหตุการณ์ (ว่าง = host)", "Address that takes events (empty = host)"
    )
    ingest_url: str = _setting(
        "",
        "ที่อยู่ที่ผู้ส่งเห็น เช่น https://intake.example.th (ว่าง = ตาม base_url และ ingest_port)",
        "Address that senders see, such as https://intake.example.th (empty = by base_url and ingest_port)",
    )
    ingest_port: int = _setting(8001, "พอร์ตที่รับเหตุการณ์ (0 = ไม่รับ)", "Port that takes events (0 = takes none)")
    ingest_reserve_mb: int = _setting(
        512,
        "เหลือที่ว่างบนดิสก์น้อยกว่ากี่ MB จึงหยุดรับเหตุการณ์ (ผู้ส่งเก็บไว้เอง)",
        "Free disk space in MB below which no events are taken (senders keep theirs)",
    )
    event_days: tuple[str, ...] = _setting(
        (),
        "เก็บเหตุการณ์แต่ละชนิดกี่วันเต็ม เช่น windows=180, dns=30 (ชนิดอื่น 90 วัน)",
        "Full days that events of a kind are kept, such as windows=180, dns=30 (90 for all others)",
    )
    database_url: str = _setting(
        "",
        "postgresql://… สำหรับฐานข้อมูลแบบขยาย (ว่าง = SQLite ใน data_dir)",
        "postgresql://… for the grown database (empty = SQLite in data_dir)",
        secret=True,
    )
    worker_lease_seconds: int = _setting(
        30,
        "งานเบื้องหลังที่ตัวทำงานหายไปกี่วินาที จึงให้ตัวอื่นทำต่อ",
        "Seconds after which another worker takes over a job whose worker is gone",
    )
    worker_heavy_memory_mb: int = _setting(
        2048,
        "หน่วยความจำสูงสุดของช่องงานหนัก (MB, 0 = ไม่จำกัด)",
        "Most memory of the heavy lane (MB, 0 = no limit)",
    )
    jobs_keep_days: int = _setting(
        30,
        "เก็บประวัติงานที่เสร็จแล้วกี่วัน",
        "Days that finished jobs are kept",
    )
    language: str = _setting(
        "th", "ภาษาเริ่มต้นของหน้าเว็บและคำสั่ง (th หรือ en)", "First language of pages and commands (th or en)"
    )
    session_hours: int = _setting(12, "อายุการเข้าใช้ (ชั่วโมง)", "Length of a login session (hours)")
    staff_session_minutes: int = _setting(
        30, "อายุช่วงสิทธิ์พิเศษของผู้ดูแล (นาที)", "Length of a staff session with extra rights (minutes)"
    )
    password_min_length: int = _setting(12, "ความยาวรหัสผ่านขั้นต่ำ", "Shortest password accepted")
    password_max_age_days: int = _setting(
        0,
        "อายุรหัสผ่าน 0-365 วัน (0 = ไม่บังคับเปลี่ยน)",
        "Password age, 0 to 365 days (0 = no forced change)",
    )
    login_failures: int = _setting(8, "ใส่รหัสผิดกี่ครั้งจึงพักการเข้าใช้", "Failed logins before an account rests")
    login_rest_minutes: int = _setting(15, "พักการเข้าใช้กี่นาที", "Minutes that an account rests")
    oidc_name: str = _setting("", "ชื่อผู้ให้บริการ OIDC ที่แสดงบนปุ่ม", "Name of the OIDC provider on the button")
    oidc_url: str = _setting("", "ที่อยู่ผู้ออก OIDC (issuer)", "Issuer address of the OIDC provider")
    oidc_client_id: str = _setting("", "รหัสไคลเอนต์ OIDC", "OIDC client id")
    oidc_client_secret: str = _setting("", "รหัสลับ OIDC", "OIDC client secret", secret=True)
    mail_url: str = _setting(
        "null:",
        "ตัวส่งอีเมล: null: หรือ smtp(s)://ผู้ใช้:รหัส@โฮสต์:พอร์ต",
        "Mail adapter: null: or smtp(s)://user:password@host:port",
        secret=True,
    )
    mail_from: str = _setting("phithak@localhost", "ที่อยู่ผู้ส่งอีเมล", "Sender address of mail")
    sms_url: str = _setting(
        "null:",
        "ตัวส่ง SMS: null: หรือ http(s)://… ของผู้ให้บริการ",
        "SMS adapter: null: or http(s)://… of the provider",
        secret=True,
    )
    sms_sender: str = _setting("PHITHAK", "ชื่อผู้ส่ง SMS ที่จดทะเบียน", "Registered SMS sender name")
    sms_secret: str = _setting(
        "",
        "กุญแจลับที่ผู้ให้บริการ SMS ใช้ลงนามใบตอบรับ (ว่าง = ไม่รับใบตอบรับ)",
        "Secret that the SMS provider signs its receipts with (empty = no receipts are taken)",
        secret=True,
    )
    chat_url: str = _setting("null:", "เว็บฮุกของห้องแชต", "Webhook address of the chat room", secret=True)
    webhook_url: str = _setting(
        "null:", "เว็บฮุกที่รับข้อความของเรา", "Webhook address that receives our messages", secret=True
    )
    webhook_secret: str = _setting(
        "",
        "กุญแจลับที่ลงนามเว็บฮุกทั้งขาออกและใบตอบรับ",
        "Secret that signs webhooks, outgoing ones and their receipts",
        secret=True,
    )
    hotline: str = _setting(
        "", "เบอร์สายด่วนของศูนย์ที่แสดงต่อสาธารณะ", "Hotline number of the centre as the public sees it"
    )
    mail_per_minute: int = _setting(600, "ส่งอีเมลได้กี่ฉบับต่อนาที", "Most mails that leave in a minute")
    sms_per_minute: int = _setting(3000, "ส่ง SMS ได้กี่ข้อความต่อนาที", "Most SMS that leave in a minute")
    sms_part_satang: int = _setting(
        0,
        "ราคา SMS ต่อส่วน (สตางค์) ใช้ประมาณค่าใช้จ่ายก่อนแจ้ง 0 = ไม่ทราบ",
        "Price of one part of an SMS in satang, for the cost that is shown before a campaign; 0 = not known",
    )
    chat_per_minute: int = _setting(60, "ส่งแชตได้กี่ข้อความต่อนาที", "Most chat messages that leave in a minute")
    webhook_per_minute: int = _setting(600, "ส่งเว็บฮุกได้กี่ครั้งต่อนาที", "Most webhook calls that leave in a minute")
    outbox_lease_seconds: int = _setting(
        60,
        "ข้อความที่ตัวส่งหายไปกี่วินาที จึงตรวจและทำต่อ (ผู้ให้บริการมีเวลาตอบครึ่งหนึ่ง)",
        "Seconds after which a message whose sender is gone is taken up again (a provider has half of them to answer)",
    )
    exercise_mode: bool = _setting(
        False,  # noqa: FBT003 - the default of the setting
        "โหมดฝึกซ้อม: ไม่มีข้อความใดออกถึงคนจริง",
        "Exercise mode: no message can reach a real person",
    )
    unmask_per_hour: int = _setting(
        60, "คนหนึ่งเปิดดูข้อมูลส่วนบุคคลได้กี่รายการต่อชั่วโมง", "Personal data items that one person may open in an hour"
    )
    files_url: str = _setting(
        "",
        "ที่เก็บไฟล์ปิดผนึก: s3://ชื่อถัง?endpoint=https://… (ว่าง = โฟลเดอร์ files ใน data_dir)",
        "Store of sealed files: s3://bucket?endpoint=https://… (empty = folder files in data_dir)",
        secret=True,
    )
    upload_max_mb: int = _setting(1024, "ไฟล์ที่อัปโหลดใหญ่ได้กี่ MB", "Largest uploaded file, in MB")
    drill_monthly: bool = _setting(
        True,  # noqa: FBT003 - the default of the setting
        "ซ้อมติดต่อผู้ประสานงานทุกเดือนโดยอัตโนมัติ (วันที่ 5 เวลา 09:00 น.)",
        "Contact drill each month by itself (on the 5th at 09:00)",
    )
    contact_change_all: bool = _setting(
        False,  # noqa: FBT003 - the default of a setting
        "เดินนาฬิกาแจ้งเปลี่ยนผู้ประสานงาน 15 วันกับทุกหน่วยงาน (ปกติเฉพาะโครงสร้างพื้นฐานสำคัญ)",
        "Run the 15-day clock of changed contacts for every organisation (else critical infrastructure alone)",
    )
    contact_stale_days: int = _setting(
        35,
        "ผู้ประสานงานที่ไม่ตอบเกินกี่วัน จึงแสดงว่าขาดการยืนยัน",
        "Days without an answer after which a contact is flagged stale",
    )
    self_registration: bool = _setting(
        True,  # noqa: FBT003 - the default of a setting
        "เปิดให้ผู้ที่ยังไม่มีบัญชีขึ้นทะเบียนเองที่ /registry/join/",
        "Strangers may register by themselves at /registry/join/",
    )
    calls_per_hour: int = _setting(
        120,
        "คนหนึ่งเปิดเบอร์ผู้ประสานงานเพื่อโทรได้กี่ครั้งต่อชั่วโมง",
        "Numbers of contacts that one person may open in an hour to call them",
    )
    witness_urls: tuple[str, ...] = _setting(
        (),
        "ที่อยู่ของพยานที่ลงนามจุดตรวจของเรา เช่น https://peer.example.th/api/v1/journal/witness",
        "Witnesses that sign our journal's checkpoints, such as https://peer.example.th/api/v1/journal/witness",
    )
    witness_keys: tuple[str, ...] = _setting(
        (),
        "กุญแจสาธารณะของพยานแต่ละราย เรียงตรงกับ witness_urls (พยานดูได้จาก phithak audit witness-key)",
        "Public key of each witness, in the order of witness_urls (it prints it with phithak audit witness-key)",
    )
    witness_logs: tuple[str, ...] = _setting(
        (),
        "กุญแจสาธารณะของบันทึกที่เราเป็นพยานให้ (เจ้าของดูได้จาก phithak audit witness-key)",
        "Public keys of the journals that we witness (their owner prints it with phithak audit witness-key)",
    )
    log_level: str = _setting("INFO", "ระดับบันทึกของระบบ", "Log level")

    @property
    def public_url(self) -> str:
        """The address that users see, without a trailing slash."""
        scheme = "https" if self.tls_certificate else "http"
        return (self.base_url or f"{scheme}://{self.host}:{self.port}").rstrip("/")

    @property
    def intake_url(self) -> str:
        """The address that senders post to, without a trailing slash."""
        if self.ingest_url:
            return self.ingest_url.rstrip("/")
        scheme = "https" if self.tls_certificate else "http"
        host = urlsplit(self.public_url).hostname or self.host
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.ingest_port}"

    @property
    def ingest_address(self) -> str:
        """The address that takes events."""
        return self.ingest_host or self.host

    @property
    def events(self) -> Path:
        """The folder of the event store."""
        return self.data_dir / "events"

    @property
    def backups(self) -> Path:
        """The folder that backups go to."""
        return self.backup_dir or self.data_dir / "backups"


@dataclass(frozen=True)
class Loaded:
    """A configuration and where each value came from: ``default``, a file, or a variable's name."""

    config: Config
    origins: Mapping[str, str]


def load(environ: Mapping[str, str] | None = None, file: Path | None = None) -> Loaded:
    """Read the settings.

    Args:
        environ: environment to read; the process's own when None.
        file: settings file; ``<config_dir>/phithak.toml`` when None and present.

    Raises:
        ConfigError: unknown name, unreadable file, or a value of the wrong kind.
    """
    env = os.environ if environ is None else environ
    fields = {field.name: field for field in dataclasses.fields(Config)}
    values: dict[str, Any] = {}
    origins = dict.fromkeys(fields, "default")
    if file is None:
        folder = env.get(PREFIX + "CONFIG_DIR")
        candidate = (Path(folder) if folder else Config().config_dir) / "phithak.toml"
        file = candidate if candidate.is_file() else None
    if file is not None:
        for name, raw in _read_toml(file).items():
            if name not in fields:
                raise ConfigError(name=name, origin=file, reason_th="ไม่รู้จักชื่อนี้", reason_en="unknown name")
            values[name] = _convert(fields[name], raw, str(file))
            origins[name] = str(file)
    for name, field in fields.items():
        variable = PREFIX + name.upper()
        if variable in env:
            values[name] = _convert(field, env[variable], variable)
            origins[name] = variable
        if variable + "_FILE" in env:
            path = Path(env[variable + "_FILE"])
            try:
                raw = path.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigError(
                    name=name,
                    origin=f"{variable}_FILE",
                    reason_th=f"อ่านไฟล์ไม่ได้: {error}",
                    reason_en=str(error),
                ) from error
            values[name] = _convert(field, raw, f"{variable}_FILE")
            origins[name] = f"{variable}_FILE"
    config = Config(**values)
    _check(config, origins)
    return Loaded(config, origins)


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(
            name="*", origin=file, reason_th=f"อ่านไฟล์ไม่ได้: {error}", reason_en=str(error)
        ) from error


def _convert(field: dataclasses.Field[Any], raw: Any, origin: str) -> Any:
    kind = str(field.type)
    if kind == "bool":
        words = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        found = words.get(str(raw).strip().lower())
        if found is None:
            raise ConfigError(
                name=field.name, origin=origin, reason_th="ใช้ true หรือ false", reason_en="use true or false"
            )
        return found
    if kind == "int":
        try:
            return int(str(raw))
        except ValueError as error:
            raise ConfigError(
                name=field.name, origin=origin, reason_th="ต้องเป็นจำนวนเต็ม", reason_en="must be a whole number"
            ) from error
    if kind.startswith("tuple") and isinstance(raw, str | list):
        parts = raw if isinstance(raw, list) else str(raw).split(",")
        return tuple(part for part in (str(part).strip() for part in parts) if part)
    if not isinstance(raw, str):
        raise ConfigError(
            name=field.name,
            origin=origin,
            reason_th="ต้องเป็นข้อความในเครื่องหมายคำพูด",
            reason_en="must be text in quotes",
        )
    if kind.startswith("Path"):
        if raw:
            return Path(raw).expanduser()
        if "None" in kind:
            return None
        raise ConfigError(
            name=field.name, origin=origin, reason_th="ต้องเป็นที่อยู่โฟลเดอร์", reason_en="must name a folder"
        )
    return raw


def _check(config: Config, origins: Mapping[str, str]) -> None:
    bounds = {
        "port": (1, 65535),
        "web_processes": (0, 64),
        "ingest_port": (0, 65535),
        "ingest_reserve_mb": (0, 10_000_000),
        "web_threads": (1, 256),
        "worker_lease_seconds": (1, 3600),
        "worker_heavy_memory_mb": (0, 1_048_576),
        "jobs_keep_days": (1, 3650),
        "session_hours": (1, 720),
        "staff_session_minutes": (1, 480),
        "password_min_length": (8, 128),
        "password_max_age_days": (0, 365),
        "login_failures": (3, 100),
        "login_rest_minutes": (1, 1440),
        "unmask_per_hour": (1, 100_000),
        "calls_per_hour": (1, 100_000),
        "upload_max_mb": (1, 1_000_000),
        "mail_per_minute": (1, 1_000_000),
        "sms_per_minute": (1, 1_000_000),
        "sms_part_satang": (0, 100_000),
        "chat_per_minute": (1, 1_000_000),
        "webhook_per_minute": (1, 1_000_000),
        "outbox_lease_seconds": (1, 3600),
        "contact_stale_days": (1, 3650),
    }
    for name, (low, high) in bounds.items():
        if not low <= getattr(config, name) <= high:
            raise ConfigError(
                name=name, origin=origins[name], reason_th=f"ต้องอยู่ระหว่าง {low} ถึง {high}",
                reason_en=f"must lie between {low} and {high}",
            )  # fmt: skip
    if config.language not in {"th", "en"}:
        raise ConfigError(
            name="language", origin=origins["language"], reason_th="ใช้ th หรือ en", reason_en="use th or en"
        )
    try:
        days_kept(config.event_days)
    except ValueError as error:
        raise ConfigError(
            name="event_days",
            origin=origins["event_days"],
            reason_th="ใช้ ชนิด=วัน ตั้งแต่ 1 ถึง 3650 เช่น windows=180",
            reason_en="use kind=days from 1 to 3650, such as windows=180",
        ) from error
    inner = config.data_dir.resolve()
    if inner == config.config_dir.resolve() or inner in config.config_dir.resolve().parents:
        raise ConfigError(
            name="config_dir",
            origin=origins["config_dir"],
            reason_th="ต้องอยู่นอกโฟลเดอร์ข้อมูล เพื่อไม่ให้กุญแจติดไปกับข้อมูลสำรอง",
            reason_en="must lie outside the data folder, so that keys never travel in a backup",
        )


_LONGEST_KEPT = 3650


def days_kept(told: Iterable[str]) -> dict[str, int]:
    """Return full days by kind of event from texts such as ``windows=180``.

    Raises:
        ValueError: a text says something else, or of days that are none.
    """
    found: dict[str, int] = {}
    for one in told:
        kind, _, days = one.partition("=")
        if not kind.strip() or not 1 <= int(days) <= _LONGEST_KEPT:
            raise ValueError(one)
        found[kind.strip()] = int(days)
    return found
