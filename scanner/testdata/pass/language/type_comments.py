# -*- coding: utf-8 -*-
# Written when Python 2 was still alive; the comments carry the types.
from __future__ import absolute_import, division, print_function, unicode_literals

import itertools
import operator
import re

try:
    from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple  # noqa: F401
except ImportError:  # pragma: no cover
    pass

try:
    import simplejson as json
except ImportError:
    import json

try:
    unicode
except NameError:
    unicode = str

_WORD = re.compile(r'\w+', re.UNICODE)


class Index(object):
    """An inverted index with positions."""

    def __init__(self, stop=()):
        # type: (Iterable[str]) -> None
        self.stop = frozenset(stop)
        self.postings = {}  # type: Dict[str, List[Tuple[int, int]]]
        self.documents = 0  # type: int

    def add(self, text):
        # type: (str) -> int
        number = self.documents
        for position, match in enumerate(_WORD.finditer(text.lower())):
            word = match.group(0)
            if word in self.stop:
                continue
            self.postings.setdefault(word, []).append((number, position))
        self.documents += 1
        return number

    def search(self, query, limit=10):
        # type: (str, int) -> List[Tuple[int, int]]
        hits = {}  # type: Dict[int, int]
        for word in _WORD.findall(query.lower()):
            for number, _ in self.postings.get(word, ()):
                hits[number] = hits.get(number, 0) + 1
        return sorted(hits.items(), key=operator.itemgetter(1), reverse=True)[:limit]

    def to_json(self, indent=None):
        # type: (Optional[int]) -> str
        return json.dumps({'documents': self.documents, 'postings': self.postings}, indent=indent, sort_keys=True)

    @classmethod
    def from_json(cls, text):
        # type: (str) -> Index
        raw = json.loads(text)
        self = cls()
        self.documents = raw['documents']
        self.postings = dict((k, [tuple(p) for p in v]) for k, v in raw['postings'].items())
        return self

    def __contains__(self, word):
        return word in self.postings

    def __iter__(self):
        return iter(sorted(self.postings))

    def __unicode__(self):
        return '<Index of %d documents, %d words>' % (self.documents, len(self.postings))

    __str__ = __unicode__
    __repr__ = __unicode__


def pairs(iterable):
    # type: (Iterable[Any]) -> Iterable[Tuple[Any, Any]]
    a, b = itertools.tee(iterable)
    next(b, None)
    return zip(a, b)


def compose(*functions):
    # type: (*Callable[[Any], Any]) -> Callable[[Any], Any]
    def composed(x):  # type: (Any) -> Any
        for function in functions:
            x = function(x)
        return x
    return composed


if __name__ == '__main__':
    index = Index(stop='a an the'.split())
    for line in (u'The cat sat.', u'A dog, a cat.', u'Ünïcode wörds'):
        index.add(line)
    print(index.search('cat'), unicode(index), list(pairs(index)))
