"""Entities, noun chunks and keyphrases with spaCy, and rules of our own on top."""
from collections import Counter, namedtuple
from typing import Dict, Iterable, List

import spacy
from spacy.language import Language
from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc, Span

Entity = namedtuple("Entity", "text label start end")

if not Doc.has_extension("invoice_numbers"):
    Doc.set_extension("invoice_numbers", default=[])


@Language.component("invoice_numbers")
def invoice_numbers(doc: Doc) -> Doc:
    matcher = Matcher(doc.vocab)
    matcher.add("INV", [[{"LOWER": {"IN": ["invoice", "inv"]}}, {"IS_PUNCT": True, "OP": "?"}, {"TEXT": {"REGEX": r"^\d{4,}$"}}]])
    doc._.invoice_numbers = [doc[end - 1].text for _, _, end in matcher(doc)]
    return doc


class EntityExtractor:
    def __init__(self, name: str = "en_core_web_sm", brands: Iterable[str] = ()):
        self.nlp = spacy.load(name, exclude=["lemmatizer"])
        self.nlp.add_pipe("invoice_numbers", last=True)
        self.brands = PhraseMatcher(self.nlp.vocab, attr="LOWER")
        self.brands.add("BRAND", [self.nlp.make_doc(b) for b in brands])

    def _entities(self, doc: Doc) -> List[Entity]:
        spans = list(doc.ents) + [Span(doc, s, e, label="BRAND") for _, s, e in self.brands(doc)]
        return [Entity(s.text, s.label_, s.start_char, s.end_char) for s in spacy.util.filter_spans(spans)]

    def _phrases(self, doc: Doc, k: int = 10) -> List[str]:
        chunks = (
            " ".join(t.text.lower() for t in chunk if not (t.is_stop or t.is_punct or t.is_space))
            for chunk in doc.noun_chunks
        )
        return [p for p, _ in Counter(filter(None, chunks)).most_common(k)]

    def pipe(self, texts: Iterable[str]) -> Iterable[Dict]:
        for doc in self.nlp.pipe(texts, batch_size=64):
            yield {
                "entities": [e._asdict() for e in self._entities(doc)],
                "keyphrases": self._phrases(doc),
                "invoices": doc._.invoice_numbers,
                "sentences": sum(1 for _ in doc.sents),
                "embedding": doc.vector.tolist(),
            }


class RealtimeHandler:
    def __init__(self):
        self.extractor = EntityExtractor(brands=["Acme", "Globex"])

    def predict(self, request):
        return next(iter(self.extractor.pipe([request["text"]])))
