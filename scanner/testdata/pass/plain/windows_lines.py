# Datei mit Zeilenenden von Windows, geschrieben von Jörg.
"""Zerlegt Rechnungen in Kopf, Posten und Summen."""
import re
from decimal import Decimal as D

BETRAG = re.compile(r"(?P<euro>\d{1,3}(?:\.\d{3})*|\d+),(?P<cent>\d{2})\s*(?:€|EUR)")
KOPF = re.compile(r"(?im)^\s*rechnung(?:snummer)?\s*(?:nr\.?)?\s*[:#]?\s*(?P<nummer>[\w/-]+)")
MEHRZEILIG = """Erste Zeile
zweite Zeile mit \"Anführung\" und Größenangaben: 5 × 3 m²
"""


class Posten:
    def __init__(self, text, betrag):
        self.text = text
        self.betrag = betrag

    def __repr__(self):
        return "Posten(%r, %s)" % (self.text, self.betrag)


def beträge(text):
    for m in BETRAG.finditer(text):
        yield m.start(), D(m["euro"].replace(".", "") + "." + m["cent"])


def zerlege(text):
    posten, summe = [], None
    for zeile in text.splitlines():
        treffer = list(beträge(zeile))
        if not treffer:
            continue
        ort, betrag = treffer[-1]
        if re.match(r"\s*(summe|gesamt|total)", zeile, re.I):
            summe = betrag
        else:
            posten.append(Posten(zeile[:ort].strip(), betrag))
    größe = len(posten)
    kopf = KOPF.search(text)
    return {
        "nummer": kopf["nummer"] if kopf else None,
        "posten": posten,
        "anzahl": größe,
        "summe": summe,
        "stimmt": summe is None or summe == sum((p.betrag for p in posten), D(0)),
    }
