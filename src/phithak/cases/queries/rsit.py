"""Classes of incidents: the reference taxonomy of the European CERTs, version 1003, with Thai words of our own."""

from __future__ import annotations

from phithak.base.text import Text

CLASSES: dict[str, Text] = {
    "abusive-content.spam": Text("เนื้อหาไม่พึงประสงค์: สแปม", "Abusive content: spam"),
    "abusive-content.harmful-speech": Text("เนื้อหาไม่พึงประสงค์: วาจาทำร้าย", "Abusive content: harmful speech"),
    "abusive-content.violence": Text("เนื้อหาไม่พึงประสงค์: ความรุนแรง", "Abusive content: violence"),
    "malicious-code.infected-system": Text("มัลแวร์: เครื่องติดเชื้อ", "Malicious code: infected system"),
    "malicious-code.c2-server": Text("มัลแวร์: เครื่องสั่งการ", "Malicious code: command server"),
    "malicious-code.malware-distribution": Text("มัลแวร์: จุดแพร่", "Malicious code: distribution"),
    "malicious-code.malware-configuration": Text("มัลแวร์: ไฟล์ตั้งค่า", "Malicious code: configuration"),
    "information-gathering.scanner": Text("สอดแนม: สแกน", "Information gathering: scanning"),
    "information-gathering.sniffing": Text("สอดแนม: ดักฟัง", "Information gathering: sniffing"),
    "information-gathering.social-engineering": Text(
        "สอดแนม: หลอกถามข้อมูล", "Information gathering: social engineering"
    ),
    "intrusion-attempts.ids-alert": Text("พยายามบุกรุก: ช่องโหว่ที่รู้จัก", "Intrusion attempt: known weakness"),
    "intrusion-attempts.brute-force": Text(
        "พยายามบุกรุก: เดารหัสผ่าน", "Intrusion attempt: guessing of passwords"
    ),
    "intrusion-attempts.exploit": Text("พยายามบุกรุก: วิธีใหม่", "Intrusion attempt: new weakness"),
    "intrusions.privileged-account-compromise": Text("บุกรุกสำเร็จ: บัญชีผู้ดูแล", "Intrusion: privileged account"),
    "intrusions.unprivileged-account-compromise": Text("บุกรุกสำเร็จ: บัญชีผู้ใช้", "Intrusion: ordinary account"),
    "intrusions.application-compromise": Text("บุกรุกสำเร็จ: แอปพลิเคชัน", "Intrusion: application"),
    "intrusions.system-compromise": Text("บุกรุกสำเร็จ: ระบบ", "Intrusion: system"),
    "intrusions.burglary": Text("บุกรุกสำเร็จ: งัดสถานที่", "Intrusion: burglary"),
    "availability.dos": Text("ใช้งานไม่ได้: โจมตีให้ล่ม", "Availability: denial of service"),
    "availability.ddos": Text("ใช้งานไม่ได้: โจมตีให้ล่มจากหลายแหล่ง", "Availability: distributed denial"),
    "availability.misconfiguration": Text("ใช้งานไม่ได้: ตั้งค่าผิด", "Availability: misconfiguration"),
    "availability.sabotage": Text("ใช้งานไม่ได้: ก่อวินาศกรรม", "Availability: sabotage"),
    "availability.outage": Text("ใช้งานไม่ได้: ระบบขัดข้อง", "Availability: outage"),
    "information-content-security.unauthorised-information-access": Text(
        "ข้อมูล: เข้าถึงโดยไม่มีสิทธิ์", "Information: unauthorised access"
    ),
    "information-content-security.unauthorised-modification": Text(
        "ข้อมูล: แก้ไขโดยไม่มีสิทธิ์", "Information: unauthorised modification"
    ),
    "information-content-security.data-loss": Text("ข้อมูล: สูญหาย", "Information: loss"),
    "information-content-security.data-leak": Text("ข้อมูล: รั่วไหล", "Information: leak"),
    "fraud.unauthorised-use-of-resources": Text(
        "ฉ้อโกง: ใช้ทรัพยากรโดยไม่มีสิทธิ์", "Fraud: unauthorised use of resources"
    ),
    "fraud.copyright": Text("ฉ้อโกง: ละเมิดลิขสิทธิ์", "Fraud: copyright"),
    "fraud.masquerade": Text("ฉ้อโกง: แอบอ้างตัว", "Fraud: masquerade"),
    "fraud.phishing": Text("ฉ้อโกง: ฟิชชิง", "Fraud: phishing"),
    "vulnerable.weak-crypto": Text("จุดอ่อน: เข้ารหัสอ่อน", "Vulnerable: weak cryptography"),
    "vulnerable.ddos-amplifier": Text("จุดอ่อน: ขยายการโจมตี", "Vulnerable: amplifier"),
    "vulnerable.potentially-unwanted-accessible": Text(
        "จุดอ่อน: บริการเปิดโดยไม่ควร", "Vulnerable: service that should not be open"
    ),
    "vulnerable.information-disclosure": Text("จุดอ่อน: เปิดเผยข้อมูล", "Vulnerable: discloses information"),
    "vulnerable.vulnerable-system": Text("จุดอ่อน: ระบบมีช่องโหว่", "Vulnerable: system with a weakness"),
    "other.other": Text("อื่น ๆ", "Other"),
    "test.test": Text("ทดสอบ", "Test"),
}


def text_of(code: str) -> Text:
    """Return the words of a class; of one that is not on the list, its code."""
    return CLASSES.get(code) or Text(code, code)
