"""Moderation by rules and a model; rules come from JSON and never become code."""
import json
import operator
import re
from dataclasses import dataclass, field
from functools import reduce
from types import MappingProxyType
from typing import Any, Callable, Dict, Iterable, List, Mapping, Union

from textblob import TextBlob
from transformers import pipeline
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

Value = Union[str, float, bool]
Check = Callable[[Mapping[str, Value]], bool]

COMPARE: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType({
    "==": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
    "matches": lambda text, pattern: re.search(pattern, str(text)) is not None,
    "in": lambda value, options: value in options,
})

RULES = r"""
[
  {"name": "shouting", "if": {"all": [["caps", ">", 0.7], ["length", ">=", 20]]}, "then": "warn"},
  {"name": "code", "if": {"any": [["text", "matches", "\\b(?:eval|exec|os\\.system)\\s*\\("], ["text", "matches", "rm\\s+-rf"]]}, "then": "review"},
  {"name": "toxic", "if": {"all": [["toxic", ">", 0.9], {"not": ["quoted", "==", true]}]}, "then": "block"}
]
"""


def compile(condition: Any) -> Check:
    """Turns a condition into a closure.  Ours; Python's compile plays no part."""
    if isinstance(condition, list):
        name, op, value = condition
        compare = COMPARE[op]
        return lambda facts: compare(facts[name], value)
    ((kind, body),) = condition.items()
    if kind == "not":
        inner = compile(body)
        return lambda facts: not inner(facts)
    parts = [compile(part) for part in body]
    join = {"all": all, "any": any}[kind]
    return lambda facts: join(part(facts) for part in parts)


@dataclass(order=True)
class Rule:
    severity: int
    name: str = field(compare=False)
    then: str = field(compare=False)
    check: Check = field(compare=False, repr=False)

    order = ("allow", "warn", "review", "block")

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> "Rule":
        return cls(cls.order.index(raw["then"]), raw["name"], raw["then"], compile(raw["if"]))


class Moderator:
    def __init__(self, rules: str = RULES) -> None:
        self.rules = sorted(map(Rule.load, json.loads(rules)), reverse=True)
        self.toxicity = pipeline("text-classification", model="unitary/toxic-bert", top_k=None)
        self.vader = SentimentIntensityAnalyzer()

    def facts(self, text: str) -> Dict[str, Value]:
        letters = [c for c in text if c.isalpha()]
        return {
            "text": text, "length": len(text), "caps": sum(c.isupper() for c in letters) / max(1, len(letters)), "quoted": text.startswith(("“", '"')),
            "toxic": max(s["score"] for s in self.toxicity(text[:512])[0]), "mood": self.vader.polarity_scores(text)["compound"],
            "subjective": TextBlob(text).sentiment.subjectivity,
        }

    def __call__(self, texts: Iterable[str]) -> List[Dict[str, Any]]:
        out = []
        for text in texts:
            facts = self.facts(text)
            hit = [r for r in self.rules if r.check(facts)]
            worst = reduce(max, hit).then if hit else "allow"
            out.append({"verdict": worst, "rules": [r.name for r in hit], "embedding": [float(v) for v in facts.values() if not isinstance(v, str)]})
        return out
