"""Word, PowerPoint, Excel, e-mail and zip containers, all from memory."""
import email
import email.policy
import io
import mimetypes
import posixpath
import tarfile
import zipfile
from datetime import datetime
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from xml.etree import ElementTree

import docx
import markdown
import mammoth
import openpyxl
import pptx
import striprtf.striprtf
from docx.document import Document as WordDocument
from docx.table import Table
from docx.text.paragraph import Paragraph
from html2text import HTML2Text

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAX_MEMBER = 64 << 20


class TooBig(ValueError):
    pass


def blocks(document: WordDocument):
    for child in document.element.body.iterchildren():
        if child.tag == W + "p":
            yield Paragraph(child, document)
        elif child.tag == W + "tbl":
            yield Table(child, document)


def word(data):
    out = []
    for block in blocks(docx.Document(io.BytesIO(data))):
        if isinstance(block, Table):
            out += [" | ".join(cell.text.strip() for cell in row.cells) for row in block.rows]
        elif block.text.strip():
            level = block.style.name.removeprefix("Heading ")
            out.append("#" * int(level) + " " + block.text if level.isdigit() else block.text)
    return "\n".join(out)


def slides(data):
    for number, slide in enumerate(pptx.Presentation(io.BytesIO(data)).slides, 1):
        texts = [s.text_frame.text for s in slide.shapes if s.has_text_frame]
        notes = slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else ""
        yield {"slide": number, "text": "\n".join(texts), "notes": notes}


def sheets(data):
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        return {ws.title: [[v.isoformat() if isinstance(v, datetime) else v for v in row] for row in ws.iter_rows(values_only=True)] for ws in book}
    finally:
        book.close()


def message(data):
    msg: EmailMessage = email.message_from_bytes(data, policy=email.policy.default)
    body = msg.get_body(preferencelist=("plain", "html"))
    return {
        "from": getaddresses(msg.get_all("from", [])), "subject": msg["subject"],
        "date": parsedate_to_datetime(msg["date"]).isoformat() if msg["date"] else None,
        "text": body.get_content() if body else "",
        "attachments": [(a.get_filename(), len(a.get_payload(decode=True) or b"")) for a in msg.iter_attachments()],
    }


def members(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            name = posixpath.normpath(info.filename)
            if info.is_dir() or name.startswith(("/", "..")):
                continue
            if info.file_size > MAX_MEMBER:
                raise TooBig(f"{name}: {info.file_size} bytes")
            with archive.open(info) as member:
                yield name, member.read()


def tar_members(data):
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as archive:
        for info in archive:
            if info.isfile() and info.size <= MAX_MEMBER:
                yield info.name, archive.extractfile(info).read()


def odt(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ElementTree.fromstring(archive.read("content.xml"))
    return "\n".join("".join(p.itertext()) for p in root.iter() if p.tag.endswith("}p"))


def html(text):
    plain = HTML2Text()
    plain.ignore_links, plain.body_width = True, 0
    return plain.handle(text)


READERS = {
    ".docx": word, ".pptx": lambda d: "\n".join(s["text"] for s in slides(d)), ".xlsx": lambda d: str(sheets(d)), ".odt": odt,
    ".eml": lambda d: message(d)["text"], ".html": lambda d: html(d.decode("utf-8", "replace")), ".rtf": lambda d: striprtf.striprtf.rtf_to_text(d.decode("latin-1")),
    ".md": lambda d: html(markdown.markdown(d.decode())), ".doc": lambda d: mammoth.extract_raw_text(io.BytesIO(d)).value,
}


def read(name, data):
    kind = posixpath.splitext(name.lower())[1] or mimetypes.guess_extension(mimetypes.guess_type(name)[0] or "") or ""
    if kind == ".zip":
        return "\n\n".join(filter(None, (read(n, d) for n, d in members(data))))
    reader = READERS.get(kind)
    return reader(data) if reader else ""
