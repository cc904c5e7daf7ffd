"""Which language is it?  Script first, then a model, then a guess."""
import re
import unicodedata
from functools import lru_cache

import fasttext
import langdetect
import pycld2
from langdetect import DetectorFactory

DetectorFactory.seed = 0

# Beispiele, damit man beim Lesen sieht, worum es geht.
SAMPLES = {
    "de": "Größe, Übung und Straße: drei Wörter mit Umlauten.",
    "ru": "Съешь же ещё этих мягких французских булок, да выпей чаю.",
    "el": "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία.",
    "he": "דג סקרן שט בים מאוכזב ולפתע מצא חברה.",
    "ar": "نص حكيم له سر قاطع وذو شأن عظيم.",
    "fa": "می‌خواهم کتاب‌ها را بخوانم.",
    "hi": "ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण का सर्वनाश.",
    "th": "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า",
    "zh": "我能吞下玻璃而不伤身体。",
    "ja": "いろはにほへと　ちりぬるを",
    "ko": "키스의 고유조건은 입술끼리 만나야 하고",
    "emoji": "👩‍💻 ❤️ 🏳️‍🌈 👍🏽",
}

SCRIPTS = (
    ("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko"), ("CJK", "zh"), ("THAI", "th"),
    ("HEBREW", "he"), ("DEVANAGARI", "hi"), ("GREEK", "el"),
)
URLS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\w+")


@lru_cache(maxsize=None)
def script_of(char):
    try:
        return unicodedata.name(char).split(" ")[0]
    except ValueError:
        return ""


def by_script(text):
    counts = {}
    for ch in text:
        if ch.isalpha():
            counts[script_of(ch)] = counts.get(script_of(ch), 0) + 1
    for script, language in SCRIPTS:
        if counts.get(script, 0) > 0.3 * max(1, sum(counts.values())):
            return language
    return None


class Detector:
    def __init__(self, model_path=None):
        self.model = fasttext.load_model(str(model_path)) if model_path else None

    def __call__(self, text):
        text = URLS.sub(" ", text).replace("\n", " ").strip()
        if len(text) < 3:
            return "und", 0.0
        if language := by_script(text):
            return language, 1.0
        if self.model is not None:
            (label,), (score,) = self.model.predict(text, k=1)
            return label.removeprefix("__label__"), float(score)
        try:
            reliable, _, details = pycld2.detect(text)
            if reliable:
                return details[0][1], details[0][2] / 100
        except pycld2.error:
            pass
        best = langdetect.detect_langs(text)[0]
        return best.lang, best.prob


def selfcheck(detector=None):
    detector = detector or Detector()
    return {want: detector(sample) for want, sample in SAMPLES.items()}
