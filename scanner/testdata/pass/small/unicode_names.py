"""Größe, 名前 and 😀: identifiers and strings that are not ASCII."""
import math
π = math.pi
größe = {"höhe": 1.8, "länge": 2.0}
名前 = "テスト"
FLAGS = {"de": "🇩🇪", "family": "👨‍👩‍👧", "heart": "❤️", "fa": "می‌خواهم"}

def fläche(r: float) -> float:
    return π * r ** 2

class Übung:
    naïve = True
    def __init__(self, élan=1):
        self.élan = élan

print(fläche(2), Übung().élan, 名前, sum(größe.values()), "\u200b" in 名前, f"{größe['höhe']:>8.2f}")
