"""``phithak keys``: the root key on disk, on paper and in shares; the data keys."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable

from phithak.base import keyfiles
from phithak.base.config import Config
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.privacy import keyserver, passphrase, rootkey, shares, words
from phithak.core.privacy.errors import KeyStateError, WrongRootKeyError
from phithak.core.privacy.keyring import ring
from phithak.core.privacy.rootkey import Mode, RootKeys
from phithak.core.privacy.secret import Secret
from phithak.core.privacy.services import keys as key_services
from phithak.core.privacy.services import rotation

EXPORTED = "root.key.exported"
Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse names the type only so


def register(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add ``keys`` and its subcommands."""
    parser = commands.add_parser("keys", help=str(Text("จัดการกุญแจ", "manage the keys")))
    inner = parser.add_subparsers(dest="keys_command", required=True, metavar="ACTION")
    plain: dict[str, tuple[Callable[[argparse.Namespace], int], Text]] = {
        "init": (
            _init,
            Text("สร้างกุญแจหลักและกุญแจระบบถ้ายังไม่มี", "make the root key and instance key if absent"),
        ),
        "status": (
            _status,
            Text("กุญแจหลักอยู่ที่ใด เปิดพวงกุญแจได้หรือไม่", "where the root key lies, whether it fits"),
        ),
        "list": (_list, Text("รายการกุญแจข้อมูล", "list the data keys")),
        "rotate": (_rotate, Text("เปลี่ยนกุญแจหลัก (รันซ้ำได้)", "change the root key (may be run again)")),
        "import-words": (
            _import_words,
            Text("นำกุญแจกลับจากคำบนกระดาษ", "bring the key back from paper words"),
        ),
    }
    for name, (handler, text) in plain.items():
        inner.add_parser(name, help=str(text)).set_defaults(handler=handler)
    export = inner.add_parser(
        "export-words", help=str(Text("พิมพ์กุญแจหลักเป็นคำ ครั้งเดียว", "print the root key as words, once"))
    )
    export.add_argument(
        "--again", action="store_true", help=str(Text("พิมพ์ซ้ำโดยเจตนา", "print again on purpose"))
    )
    export.set_defaults(handler=_export_words)
    destroy = inner.add_parser(
        "destroy", help=str(Text("ดูเหตุที่ยังทำลายไม่ได้ และวิธีทำลาย", "what holds a key, and how to destroy it"))
    )
    destroy.add_argument("key_id", help=str(Text("รหัสกุญแจจาก keys list", "id of the key, from keys list")))
    destroy.set_defaults(handler=_destroy)
    _register_pairs(inner)


def _register_pairs(inner: Commands[argparse.ArgumentParser]) -> None:
    pairs = {
        "shares": (
            Text("แบ่งกุญแจหลัก 3 ส่วน ใช้ 2 ส่วนกู้คืน", "the root key in 3 shares, 2 restore it"),
            {
                "split": (_split, Text("พิมพ์ส่วนแบ่ง 3 ส่วน", "print the 3 shares")),
                "join": (_join, Text("กู้กุญแจจาก 2 ส่วน", "restore the key from 2 shares")),
            },
        ),
        "passphrase": (
            Text("ล็อกกุญแจหลักด้วยวลีผ่าน", "lock the root key under a passphrase"),
            {
                "set": (_passphrase_set, Text("เริ่มใช้วลีผ่าน", "begin to use a passphrase")),
                "remove": (_passphrase_remove, Text("เลิกใช้วลีผ่าน", "stop using the passphrase")),
            },
        ),
    }
    for name, (text, actions) in pairs.items():
        parser = inner.add_parser(name, help=str(text))
        second = parser.add_subparsers(dest=f"{name}_action", required=True, metavar="ACTION")
        for action, (handler, action_text) in actions.items():
            second.add_parser(action, help=str(action_text)).set_defaults(handler=handler)


def _init(_: argparse.Namespace) -> int:
    config = rootkey.config_of(None)
    config.config_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    instance = config.config_dir / "instance.key"
    if not instance.exists():
        keyfiles.create(instance)
        print(Text(f"สร้าง {instance}", f"Made {instance}"))
    if rootkey.mode(config) is not Mode.MISSING:
        print(Text("มีกุญแจหลักอยู่แล้ว", "The root key is there already."))
        return 0
    if ring().entries():
        raise KeyStateError(
            reason_th="มีข้อมูลที่ปิดผนึกด้วยกุญแจหลักเดิม ใช้ keys import-words หรือ keys shares join",
            reason_en="data are sealed under a former root key; use keys import-words or keys shares join",
        )
    keyfiles.create(config.config_dir / rootkey.PLAIN)
    print(
        Text(
            "สร้างกุญแจหลักแล้ว พิมพ์เก็บไว้ด้วย phithak keys export-words",
            "The root key was made. Put it on paper with phithak keys export-words.",
        )
    )
    return 0


def _status(_: argparse.Namespace) -> int:
    config = rootkey.config_of(None)
    mode = rootkey.mode(config)
    print(Text(f"ที่เก็บกุญแจหลัก: {mode}", f"Root key: {mode}"))
    if mode is Mode.PASSPHRASE:
        state = keyserver.status(config)
        print(Text(f"สถานะ: {state}", f"State: {state}"))
        if state != "unlocked":
            return 1
    if mode is Mode.MISSING:
        print(Text("รัน phithak keys init", "Run phithak keys init"))
        return 1
    root = rootkey.current(config)
    fits = ring().fits(root)
    pending = any((config.config_dir / name).exists() for name in (rootkey.NEW, rootkey.NEW_LOCKED))
    print(Text(f"ลายนิ้วมือ: {root.fingerprint}", f"Fingerprint: {root.fingerprint}"))
    print(Text(f"กุญแจข้อมูล: {len(ring().entries())} ดอก", f"Data keys: {len(ring().entries())}"))
    if pending:
        print(
            Text(
                "การเปลี่ยนกุญแจยังไม่จบ รัน phithak keys rotate", "A change is unfinished: run phithak keys rotate"
            )
        )
    if not fits and not pending:
        print(Text("กุญแจหลักไม่ตรงกับพวงกุญแจ", "The root key does not fit the keyring."))
        return 1
    return 0


def _list(_: argparse.Namespace) -> int:
    for entry in ring().entries():
        print(f"{entry.key_id}  {entry.kind:8}  {entry.made_at[:19]}  {entry.label}")
    return 0


def _export_words(arguments: argparse.Namespace) -> int:
    config = rootkey.config_of(None)
    mark = config.config_dir / EXPORTED
    keys = _keys(config)
    root = keys.following or keys.current
    known = mark.read_text(encoding="ascii").split() if mark.exists() else []
    if root.fingerprint in known and not arguments.again:
        raise KeyStateError(
            reason_th="พิมพ์คำของกุญแจนี้แล้ว ถ้ากระดาษหาย ใช้ --again แล้วเปลี่ยนกุญแจ",
            reason_en="the words of this key were printed; if the paper is lost use --again, then rotate",
        )
    print(
        Text(
            "เขียนลงกระดาษแล้วเก็บในที่ล็อก อย่าถ่ายรูป อย่าเก็บในเครื่อง",
            "Write these on paper and lock it away. No photograph, no file.",
        )
    )
    _print_lines(words.encode(root.reveal()))
    mark.write_text(" ".join([*known, root.fingerprint]), encoding="ascii")
    return 0


def _import_words(_: argparse.Namespace) -> int:
    text = _read_text(
        Text("พิมพ์คำทุกบรรทัด จบด้วยบรรทัดว่าง", "Type the words line by line; end with an empty line")
    )
    _take_in(Secret(words.decode(text, keyfiles.KEY_BYTES)))
    return 0


def _split(_: argparse.Namespace) -> int:
    keys = _keys(rootkey.config_of(None))
    for share in shares.split(keys.following or keys.current):
        print(
            Text(
                f"\nส่วนที่ {share.number} จาก 3 (ชุด {share.set_id:04x}) มอบให้คนละคนเก็บ ใช้ 2 ส่วนกู้กุญแจ",
                f"\nShare {share.number} of 3 (set {share.set_id:04x}): one person each; any 2 restore the key",
            )
        )
        _print_lines(share.lines())
    return 0


def _join(_: argparse.Namespace) -> int:
    first = shares.read_share(
        _read_text(Text("พิมพ์ส่วนแรก จบด้วยบรรทัดว่าง", "Type one share; end with an empty line"))
    )
    second = shares.read_share(_read_text(Text("พิมพ์อีกส่วน", "Type another share")))
    _take_in(shares.join([first, second]))
    return 0


def _passphrase_set(_: argparse.Namespace) -> int:
    config = rootkey.config_of(None)
    if rootkey.mode(config) is not Mode.FILE or (config.config_dir / rootkey.NEW).exists():
        raise KeyStateError(
            reason_th="ต้องมี root.key และไม่มีการเปลี่ยนกุญแจค้างอยู่",
            reason_en="root.key must be there, and no change of it pending",
        )
    chosen = _read_passphrase(again=True)
    locked = config.config_dir / rootkey.LOCKED
    locked.unlink(missing_ok=True)  # left by a set that was cut off: root.key is still the truth
    root = rootkey.current(config)
    keyfiles.write(locked, passphrase.lock(root, chosen))
    if passphrase.unlock(keyfiles.read_private(locked), chosen) != root:
        raise KeyStateError(reason_th="เขียนแล้วอ่านกลับไม่ตรง", reason_en="what was written does not read back")
    _overwrite(config)
    rootkey.forget()
    print(
        Text("ต่อไปต้องรัน phithak unlock หลังเริ่มระบบทุกครั้ง", "From now on run phithak unlock after each start.")
    )
    return 0


def _passphrase_remove(_: argparse.Namespace) -> int:
    config = rootkey.config_of(None)
    if rootkey.mode(config) is not Mode.PASSPHRASE or (config.config_dir / rootkey.NEW_LOCKED).exists():
        raise KeyStateError(
            reason_th="ไม่ได้ใช้วลีผ่าน หรือมีการเปลี่ยนกุญแจค้างอยู่",
            reason_en="no passphrase is in use, or a change of the key is pending",
        )
    locked = config.config_dir / rootkey.LOCKED
    root = passphrase.unlock(keyfiles.read_private(locked), _read_passphrase())
    keyfiles.write(config.config_dir / rootkey.PLAIN, root.reveal())
    locked.unlink()
    keyfiles.sync_folder(config.config_dir)
    rootkey.forget()
    print(Text("เลิกใช้วลีผ่านแล้ว", "The passphrase is no longer in use."))
    return 0


def _rotate(_: argparse.Namespace) -> int:
    config = rootkey.config_of(None)
    chosen = _read_passphrase() if rootkey.mode(config) is Mode.PASSPHRASE else ""
    done = rotation.rotate_root_key(actors.system("cli"), chosen)
    print(
        Text(
            f"กุญแจหลักใหม่ {done.root} ห่อกุญแจข้อมูล {done.count} ดอก",
            f"New root key {done.root}; {done.count} data keys wrapped",
        )
    )
    if not done.complete:
        new = config.config_dir / rootkey.NEW
        print(
            Text(
                f"นำเนื้อหาของ {new} ไปใส่ในไฟล์ลับ แล้วรันคำสั่งนี้อีกครั้ง",
                f"Put the content of {new} into the secret, then run this command again.",
            )
        )
        return 1
    print(Text("พิมพ์คำของกุญแจใหม่: phithak keys export-words", "Put it on paper: phithak keys export-words"))
    return 0


def _destroy(arguments: argparse.Namespace) -> int:
    from uuid import UUID  # noqa: PLC0415 - only this command reads an id

    from phithak.core.privacy import queries  # noqa: PLC0415 - needs the database

    try:
        key_id = UUID(arguments.key_id)
    except ValueError:
        key_id = UUID(int=0)
    if key_id not in {entry.key_id for entry in ring().entries()}:
        print(Text("ไม่พบกุญแจนี้", "No such key."), file=sys.stderr)
        return 2
    reasons = queries.holds_on(key_id)
    for reason in reasons:
        print(f"- {reason}")
    key_services.finish_destructions()
    print(
        Text(
            "การทำลายต้องใช้สองคนที่หน้าเว็บ: คนหนึ่งเสนอ อีกคนยืนยัน ที่ /privacy/keys/",
            "Destruction takes two persons on the pages: one proposes, another confirms, at /privacy/keys/",
        )
    )
    return 1


def _take_in(root: Secret) -> None:
    """Put a restored key in its place, unless it does not fit the keyring or another is there."""
    config = rootkey.config_of(None)
    if not ring().fits(root):
        raise WrongRootKeyError(
            wanted=", ".join({e.root for e in ring().entries()}), present=root.fingerprint
        )
    if rootkey.mode(config) is not Mode.MISSING:
        raise KeyStateError(
            reason_th="มีกุญแจหลักอยู่แล้ว ย้ายออกก่อน", reason_en="a root key is there; move it away first"
        )
    config.config_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    keyfiles.write(config.config_dir / rootkey.PLAIN, root.reveal())
    print(Text(f"นำกุญแจหลักกลับมาแล้ว {root.fingerprint}", f"The root key is back: {root.fingerprint}"))


def _keys(config: Config) -> RootKeys:
    if rootkey.mode(config) is Mode.PASSPHRASE:
        return RootKeys(
            passphrase.unlock(keyfiles.read_private(config.config_dir / rootkey.LOCKED), _read_passphrase())
        )
    return rootkey.keys(config)


def _overwrite(config: Config) -> None:
    """Remove ``root.key``; its bytes are overwritten first, which helps on disks that write in place."""
    path = config.config_dir / rootkey.PLAIN
    with path.open("r+b") as stream:
        stream.write(bytes(keyfiles.KEY_BYTES))
        stream.flush()
    path.unlink()
    keyfiles.sync_folder(config.config_dir)


def _read_passphrase(*, again: bool = False) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass(str(Text("วลีผ่าน: ", "Passphrase: ")))
    if again and getpass.getpass(str(Text("อีกครั้ง: ", "Again: "))) != first:
        raise KeyStateError(reason_th="วลีผ่านสองครั้งไม่ตรงกัน", reason_en="the two passphrases differ")
    return first


def _read_text(ask: Text) -> str:
    if sys.stdin.isatty():
        print(ask)
    lines: list[str] = []
    for line in sys.stdin:
        if not line.strip():
            if lines:
                break
            continue
        lines.append(line)
    return " ".join(lines)


def _print_lines(lines: list[str]) -> None:
    for number, line in enumerate(lines, start=1):
        print(f"{number:2}  {line}")
