#!/usr/bin/env python3
# vim: set ts=4 sw=4 et:
"""Readability and style of a text: old formulas, still useful as features."""
from __future__ import division, print_function

import math
import re
import string
import sys
from collections import defaultdict

import nltk
from nltk.corpus import stopwords, wordnet
from nltk.stem import SnowballStemmer, WordNetLemmatizer
from nltk.tokenize import sent_tokenize, word_tokenize
from nltk.util import ngrams

VOWELS = re.compile(r"[aeiouy]+", re.I)
PUNCT = str.maketrans("", "", string.punctuation)

REPORT = """\
words      %(words)8d
sentences  %(sentences)8d
flesch     %(flesch)8.2f
ttr        %(ttr)8.2f
"""


def ensure(*packages):
    for package in packages:
        nltk.download(package, quiet=True)


def syllables(word):
    word = word.lower().rstrip("e")
    return max(1, len(VOWELS.findall(word)))


class Readability(object):
    def __init__(self, language="english"):
        self.language = language
        self.stemmer = SnowballStemmer(language)
        self.lemmatizer = WordNetLemmatizer()
        self.stop = frozenset(stopwords.words(language))

    def tokens(self, text):
        return [t for t in (w.translate(PUNCT) for w in word_tokenize(text)) if t]

    def flesch(self, words, sentences):
        if not words or not sentences:
            return 0.0
        per_word = sum(map(syllables, words)) / len(words)
        return 206.835 - 1.015 * (len(words) / sentences) - 84.6 * per_word

    def senses(self, word):
        return sorted({lemma.name() for synset in wordnet.synsets(word) for lemma in synset.lemmas()})

    def features(self, text):
        sentences = sent_tokenize(text, language=self.language)
        words = self.tokens(text)
        stems = [self.stemmer.stem(w) for w in words if w.lower() not in self.stop]
        grams = defaultdict(int)
        for gram in ngrams(stems, 2):
            grams[gram] += 1
        total = sum(grams.values()) or 1
        entropy = -sum(n / total * math.log(n / total, 2) for n in grams.values())
        return {
            "words": len(words),
            "sentences": len(sentences),
            "flesch": self.flesch(words, len(sentences)),
            "ttr": len(set(stems)) / (len(stems) or 1),
            "entropy": entropy,
            "lemmas": {w: self.lemmatizer.lemmatize(w) for w in set(words)},
        }


if __name__ == "__main__":
    ensure("punkt", "stopwords", "wordnet")
    print(REPORT % Readability().features(" ".join(sys.argv[1:]) or "An empty text."), file=sys.stderr)
