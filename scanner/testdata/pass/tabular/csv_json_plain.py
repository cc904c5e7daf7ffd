"""Records from CSV, JSON lines, XML, YAML and TOML that are in memory already."""
import configparser
import csv
import datetime
import io
import json
import tomllib
import xml.etree.ElementTree as ET
from collections import Counter
from decimal import Decimal, InvalidOperation
from enum import Enum
from itertools import islice
from xml.sax.saxutils import escape

import chardet
import defusedxml.ElementTree
import ftfy
import jsonlines
import openpyxl
import toml
import xmltodict
import yaml


class Encoder(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, (datetime.date, datetime.datetime)):
            return o.isoformat()
        if isinstance(o, Decimal):
            return float(o)
        if isinstance(o, Enum):
            return o.value
        if isinstance(o, (set, frozenset)):
            return sorted(o)
        return super().default(o)


class dialect(csv.excel):
    delimiter = ";"
    quoting = csv.QUOTE_MINIMAL
    skipinitialspace = True


csv.register_dialect("ours", dialect)
csv.field_size_limit(1 << 20)


def text_of(data):
    guess = chardet.detect(data[:4096])
    return ftfy.fix_text(data.decode(guess["encoding"] or "utf-8", errors="replace"))


def from_csv(data, limit=None):
    stream = io.StringIO(text_of(data), newline="")
    sample = stream.read(2048)
    stream.seek(0)
    try:
        found = csv.Sniffer().sniff(sample, delimiters=",;\t|")
    except csv.Error:
        found = "ours"
    return list(islice(csv.DictReader(stream, dialect=found), limit))


def from_jsonl(data):
    with jsonlines.Reader(io.BytesIO(data)) as reader:
        yield from reader.iter(type=dict, skip_invalid=True)


def from_xml(data):
    root = defusedxml.ElementTree.fromstring(data)
    for item in root.iter("item"):
        yield {child.tag: (child.text or "").strip() for child in item}


def from_xlsx(data):
    sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True).active
    rows = sheet.iter_rows(values_only=True)
    names = [str(c) for c in next(rows)]
    return [dict(zip(names, row)) for row in rows if any(v is not None for v in row)]


def settings(data, kind):
    match kind:
        case "yaml" | "yml":
            return yaml.safe_load(data)
        case "toml":
            return tomllib.loads(data.decode()) or toml.loads(data.decode())
        case "ini":
            parser = configparser.ConfigParser(interpolation=None)
            parser.read_string(data.decode())
            return {s: dict(parser[s]) for s in parser.sections()}
        case "xml":
            return xmltodict.parse(data)
        case _:
            return json.loads(data, parse_float=Decimal, object_pairs_hook=dict)


def number(text):
    try:
        return Decimal(text.replace("\u202f", "").replace(" ", "").replace(",", "."))
    except (InvalidOperation, AttributeError):
        return None


def profile(rows):
    names = Counter(name for row in rows for name in row)
    return {
        name: {"filled": n, "numeric": sum(number(r.get(name)) is not None for r in rows), "top": Counter(str(r.get(name)) for r in rows).most_common(3)}
        for name, n in names.items()
    }


def to_csv(rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=sorted({k for r in rows for k in r}), extrasaction="ignore", dialect="ours")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def to_xml(rows):
    root = ET.Element("rows")
    for row in rows:
        item = ET.SubElement(root, "item", {"n": str(len(row))})
        for k, v in row.items():
            ET.SubElement(item, escape(str(k))).text = str(v)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + json.dumps(rows[:1], cls=Encoder, ensure_ascii=False)
