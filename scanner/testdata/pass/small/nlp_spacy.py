import nltk
import spacy
from nltk.tokenize import sent_tokenize
from spacy.language import Language
from spacy.tokens import Doc

if not Doc.has_extension("score"):
    Doc.set_extension("score", default=0.0)

@Language.component("scorer")
def scorer(doc):
    doc._.score = sum(t.is_alpha for t in doc) / max(1, len(doc))
    return doc

class Nlp:
    def __init__(self, name="en_core_web_sm"):
        self.nlp = spacy.load(name, disable=["parser"])
        self.nlp.add_pipe("scorer", last=True)
        nltk.data.path.append("/opt/nltk")

    def __call__(self, text):
        doc = self.nlp(text)
        return {"ents": [(e.text, e.label_) for e in doc.ents], "score": doc._.score, "sents": sent_tokenize(text),
                "lemmas": [t.lemma_ for t in doc if not t.is_stop]}
