"""Files of each format, written here: all hold the same two people unless they say otherwise."""

from __future__ import annotations

import io
import json
import sqlite3
import struct
import zipfile
from email.message import EmailMessage
from pathlib import Path

HEADER = ("氏名", "メール", "電話番号", "住所")
TARO = ("山田太郎", "taro@example.jp", "090-1234-5678", "東京都千代田区千代田1-1-1")
HANAKO = ("鈴木花子", "hanako@example.com", "03-1234-5678", "大阪府大阪市北区梅田2-3-4")
ROWS = (HEADER, TARO, HANAKO)
FORM = "お名前：山田太郎\nメール：taro@example.jp\n電話番号：090-1234-5678\n住所：東京都千代田区千代田1-1-1\n"
FORMS = f"{FORM}\n----\n\n" + (
    "お名前：鈴木花子\nメール：hanako@example.com\n電話番号：03-1234-5678\n住所：大阪府大阪市北区梅田2-3-4\n"
)


def delimited(separator: str = ",") -> bytes:
    return "\r\n".join(separator.join(row) for row in ROWS).encode("cp932")


def spreadsheet() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("顧客")
    sheet.write(0, 0, "2026年 顧客一覧")
    for n, row in enumerate(ROWS):
        for m, cell in enumerate(row):
            sheet.write(n + 2, m, cell)
    hidden = book.add_worksheet("古い一覧")
    hidden.hide()
    hidden.write_row(0, 0, HEADER)
    hidden.write_row(1, 0, TARO)
    book.close()
    return out.getvalue()


def word() -> bytes:
    import docx

    document = docx.Document()
    document.add_paragraph("名簿")
    for line in FORM.splitlines():
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=4)
    for row in (HEADER, HANAKO):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def slides() -> bytes:
    def slide(text: str) -> str:
        lines = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.splitlines())
        return f'<p:sld xmlns:a="a" xmlns:p="p"><p:txBody>{lines}</p:txBody></p:sld>'

    first, second = FORMS.split("----")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("ppt/presentation.xml", "<p:presentation/>")
        archive.writestr("ppt/slides/slide1.xml", slide(first))
        archive.writestr("ppt/notesSlides/notesSlide1.xml", slide(second))
    return out.getvalue()


def pdf(*pages: str, encrypted: bool = False) -> bytes:
    """A PDF of such pages in Helvetica; an empty page stands for a scan."""
    count = len(pages)
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(count))
    bodies = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {count} >>"]
    font = 3 + 2 * count
    for n, text in enumerate(pages):
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {4 + 2 * n} 0 R"
            f" /Resources << /Font << /F1 {font} 0 R >> >> >>"
        )
        lines = "".join(f"({line}) Tj 0 -20 Td " for line in text.split("\n") if line)
        stream = f"BT /F1 12 Tf 50 700 Td {lines}ET" if text else "0 0 100 100 re f"
        bodies.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    bodies.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    if encrypted:
        key = "<" + "41" * 32 + ">"
        bodies.append(f"<< /Filter /Standard /V 1 /R 2 /O {key} /U {key} /P -4 >>")
    out, places = b"%PDF-1.4\n", []
    for n, body in enumerate(bodies):
        places.append(len(out))
        out += f"{n + 1} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    lock = f" /Encrypt {len(bodies)} 0 R /ID [<41> <41>]" if encrypted else ""
    return out + f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R{lock} >>\nstartxref\n{start}\n%%EOF\n".encode()


def html() -> bytes:
    head = "".join(f"<th>{one}</th>" for one in HEADER)
    rows = "".join("<tr>" + "".join(f"<td>{one}</td>" for one in row) + "</tr>" for row in (TARO, HANAKO))
    return f"<!DOCTYPE html><html><body><h1>名簿</h1><table><tr>{head}</tr>{rows}</table></body></html>".encode(
        "euc-jp"
    )


def message(attached: bytes | None = None) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = "山田太郎 <taro@example.jp>", "鈴木花子 <hanako@example.com>"
    mail["Subject"], mail["Date"] = "ご連絡", "Mon, 23 Nov 2026 10:00:00 +0900"
    mail.set_content("TEL：090-1234-5678\n東京都千代田区千代田1-1-1\n山田太郎\n", charset="iso-2022-jp")
    if attached:
        mail.add_attachment(attached, maintype="application", subtype="octet-stream", filename="名簿.xlsx")
    return mail


def mbox() -> bytes:
    return b"".join(b"From a@b Mon Nov 23 10:00:00 2026\n" + bytes(message()) + b"\n\n" for _ in range(2))


def sqlite(folder: Path) -> bytes:
    path = folder / "made.db"
    base = sqlite3.connect(path)
    base.execute('CREATE TABLE "お客様" ("氏名" TEXT, "メール" TEXT, "電話番号" TEXT, "住所" TEXT)')
    base.executemany('INSERT INTO "お客様" VALUES (?, ?, ?, ?)', [TARO, HANAKO])
    base.commit()
    base.close()
    return path.read_bytes()


def rtf() -> bytes:
    """Half in the bytes of the code page, half in Unicode numbers, as Word and WordPad write it; a font of no use."""
    first, _, second = FORMS.partition("----")
    escaped = "".join(f"\\'{byte:02x}" if byte > 127 else chr(byte) for byte in first.encode("cp932"))
    numbers = "".join(f"\\u{ord(c)}?" if ord(c) > 127 else c for c in second)
    body = f"{escaped}----{numbers}".replace("\n", "\\par\n")
    fonts = "{\\fonttbl{\\f0 font@example.jp;}}{\\*\\generator 090-0000-1111;}"
    return f"{{\\rtf1\\ansi\\ansicpg932{fonts}\\pard {body}}}".encode("ascii")


def mysql() -> bytes:
    rows = ",".join("(" + ",".join(f"'{cell}'" for cell in row) + ")" for row in (TARO, HANAKO))
    return (
        "-- MySQL dump 10.13  Distrib 8.0\n\nDROP TABLE IF EXISTS `users`;\n"
        "CREATE TABLE `users` (\n  `name` varchar(99),\n"
        "  `email` varchar(99),\n  `tel` varchar(20),\n  `address` text,\n  KEY `k` (`name`)\n) ENGINE=InnoDB;\n"
        f"INSERT INTO `users` VALUES {rows};\n"
    ).encode()


def postgresql() -> bytes:
    rows = "".join("\t".join(row) + "\n" for row in (TARO, HANAKO))
    return (
        "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE public.users (\n    name text\n);\n\n"
        f"COPY public.users (name, email, tel, address) FROM stdin;\n{rows}\\.\n\n"
    ).encode()


def listed() -> bytes:
    keys = ("name", "email", "tel", "address")
    people = [dict(zip(keys, row, strict=True)) for row in (TARO, HANAKO)]
    return json.dumps({"at": "2026-11-23", "customers": people}, ensure_ascii=False, indent=1).encode()


def wordpress() -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="c"><channel>
<wp:author><wp:author_email><![CDATA[taro@example.jp]]></wp:author_email>
<wp:author_display_name><![CDATA[山田太郎]]></wp:author_display_name></wp:author>
<item><title>お知らせ</title><content:encoded><![CDATA[<p>{TARO[1]}</p><p>{TARO[1]}</p><p>{TARO[2]}</p><p>{TARO[3]}</p>]]></content:encoded>
<wp:comment><wp:comment_author><![CDATA[鈴木花子]]></wp:comment_author>
<wp:comment_author_email>hanako@example.com</wp:comment_author_email>
<wp:comment_content><![CDATA[電話は 03-1234-5678 です]]></wp:comment_content></wp:comment></item>
</channel></rss>""".encode()


def vcards() -> bytes:
    return "".join(
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nEMAIL:{mail}\r\nTEL:{tel}\r\nADR:;;{place};;;;\r\nEND:VCARD\r\n"
        for name, mail, tel, place in (TARO, HANAKO)
    ).encode()


def ldif() -> bytes:
    """As Thunderbird writes an address book: names in base64, long lines folded, the type on either side."""
    import base64

    def entry(name: str, mail: str, tel: str, place: str) -> str:
        coded = base64.b64encode(name.encode()).decode()
        where = base64.b64encode(place.encode()).decode()
        return (
            f"dn:: {coded}\nobjectclass: top\nobjectclass: person\ncn:: {coded}\nmail: {mail[:6]}\n {mail[6:]}\n"
            f"telephoneNumber: {tel}\nmozillaHomeStreet:: {where}\n\n"
        )

    return f"version: 1\n# people\n{entry(*TARO)}{entry(*HANAKO)}".encode()


def uuencoded(data: bytes, name: str, *, whole: bool = True) -> bytes:
    """A mail of the old kind, with a file in its text."""
    import binascii

    lines = b"".join(binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45))
    block = b"begin 644 " + name.encode() + b"\n" + lines + (b"`\nend\n" if whole else b"")
    return b"From: info@shop.test\nTo: support@shop.test\nSubject: list\n\nSee below.\n\n" + block


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file [MS-CFB] of these streams, folders by "/"; small ones in the mini stream."""
    tree: dict[str, list[str]] = {"": []}
    for path in streams:
        for depth in range(path.count("/") + 1):
            part = "/".join(path.split("/")[: depth + 1])
            above = part.rpartition("/")[0]
            if part not in tree.setdefault(above, []):
                tree[above].append(part)
    order = [""] + [part for parts in list(tree.values()) for part in parts]
    mini, mini_fat, big, fat = b"", [], b"", []
    places = {}
    for path, data in streams.items():
        if len(data) < 4096:
            first, count = len(mini) // 64, max(1, -(-len(data) // 64))
            mini += data.ljust(count * 64, b"\0")
            mini_fat += [*range(first + 1, first + count), 0xFFFFFFFE]
        else:
            first, count = len(big) // 512, -(-len(data) // 512)
            big += data.ljust(count * 512, b"\0")
            fat += [*range(first + 1, first + count), 0xFFFFFFFE]
        places[path] = (first, len(data))

    def chain(data: bytes) -> int:
        nonlocal big
        first, count = len(big) // 512, max(1, -(-len(data) // 512))
        big += data.ljust(count * 512, b"\0")
        fat.extend([*range(first + 1, first + count), 0xFFFFFFFE])
        return first

    root = (chain(mini), len(mini))
    mini_table = chain(struct.pack(f"<{len(mini_fat)}I", *mini_fat))
    entries = b""
    for number, path in enumerate(order):
        inside = [order.index(one) for one in tree.get(path, [])]
        siblings = [order.index(one) for one in tree[path.rpartition("/")[0]]] if path else []
        right = next((one for one in siblings if one > number), 0xFFFFFFFF)
        kind = 5 if not path else 1 if path in tree else 2
        start, size = root if not path else places.get(path, (0, 0))
        name = (path.rpartition("/")[2] or "Root Entry").encode("utf-16-le")
        entries += name.ljust(64, b"\0") + struct.pack("<HBB", len(name) + 2, kind, 1)
        entries += struct.pack("<III", 0xFFFFFFFF, right, inside[0] if inside else 0xFFFFFFFF).ljust(48, b"\0")
        entries += struct.pack("<IQ", start, size)
    directory = chain(entries)
    tables = 1 + (len(fat) + 2) // 128
    fat += [0xFFFFFFFD] * tables
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(tables * 512, b"\xff")
    first = len(big) // 512
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, tables, directory, 0, 4096, mini_table, 1, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", *range(first, first + tables), *[0xFFFFFFFF] * (109 - tables))
    return head + big + table


def old_spreadsheet(locked: bool = False) -> bytes:
    """The same customers in Excel's old form (.xls), [MS-XLS]: labels only; `locked` as with a password."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def label(row: int, column: int, text: str) -> bytes:
        return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))

    def begin(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))

    end, name = record(0x000A, b""), "顧客"
    cells = b"".join(label(n + 2, m, cell) for n, row in enumerate(ROWS) for m, cell in enumerate(row))
    password = record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48)) if locked else b""
    place = len(begin(5)) + len(password) + 4 + 8 + 2 * len(name) + len(end)
    sheet = record(0x0085, struct.pack("<IHBB", place, 0, len(name), 1) + name.encode("utf-16-le"))
    return compound({"Workbook": begin(5) + password + sheet + end + begin(16) + cells + end})


def outlook(attached: bytes = b"") -> bytes:
    def wide(text: str) -> bytes:
        return text.encode("utf-16-le")

    streams = {
        "__properties_version1.0": b"\0" * 32,
        "__substg1.0_0037001F": wide("ご連絡"),
        "__substg1.0_1000001F": wide("TEL：090-1234-5678\r\n東京都千代田区千代田1-1-1\r\n山田太郎\r\n"),
        "__substg1.0_0C1A001F": wide("山田太郎"),
        "__substg1.0_0C1F001F": wide("taro@example.jp"),
        "__recip_version1.0_#00000000/__substg1.0_3001001F": wide("鈴木花子"),
        "__recip_version1.0_#00000000/__substg1.0_39FE001F": wide("hanako@example.com"),
    }
    if attached:
        streams["__attach_version1.0_#00000000/__substg1.0_37010102"] = attached
        streams["__attach_version1.0_#00000000/__substg1.0_3707001F"] = wide("名簿.xlsx")
    return compound(streams)
