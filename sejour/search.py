"""Finding a card by its name, whatever the fingers did to it: RapidFuzz compares the words, we weigh them.

A query's words are looked for among all the words of the catalogue, by edit distance and by their beginning; rare words count more than
common ones (idf), and a name that the query covers wholly comes before one that it only touches. Word order, accents and case do not count.
"""

import math
import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from sejour.domain.offer import Offer

ALIKE = 62.0  # RapidFuzz ratio (0-100) from which two words may be the same: two edits in a word of six letters
LONGEST_QUERY = 80  # characters
OF_TOWN = 0.4  # what a word of the town counts beside one of the name
STOP = frozenset(["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "of", "sur", "the", "und", "von"])


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """`words` the distinct words, sorted, of all names and towns; `postings[starts[w]:starts[w+1]]` the offers that have word w, `named` 1 where it is in
    their name and OF_TOWN where only in their town's; `idf` the weight of a word; `total` the sum of those of an offer's own name."""

    words: tuple[str, ...]
    starts: NDArray[np.int64]
    postings: NDArray[np.int64]
    named: NDArray[np.float64]
    idf: NDArray[np.float64]
    total: NDArray[np.float64]

    def find(self, query: str, limit: int) -> list[int]:
        """Indices of the offers that answer `query`, best first; none when no word is alike."""
        asked = words_of(query[:LONGEST_QUERY])
        if not asked or not self.words:
            return []
        score = np.zeros(len(self.total))
        alike = process.cdist(asked, self.words, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype=np.float32).astype(np.float64) / 100
        for word, row in zip(asked, alike, strict=True):
            if len(word) >= 3:  # the words are sorted: those that begin with this one stand together
                first, last = bisect_left(self.words, word), bisect_left(self.words, word + "\U0010ffff")
                row[first:last] = np.where(row[first:last] >= 1.0, 1.0, 0.85)
            exact = row >= 1.0
            weight = np.minimum(self.idf, self.idf[exact].max(initial=0.0)) if exact.any() else self.idf  # a rare look-alike is no better
            best = np.zeros(len(self.total))
            for w in np.flatnonzero(row):
                part = slice(self.starts[w], self.starts[w + 1])
                np.maximum.at(best, self.postings[part], row[w] ** 3 * weight[w] * self.named[part])
            score += best
        found = np.flatnonzero(score > 0)
        ranked = score[found] + score[found] / np.maximum(self.total[found], 1e-9)  # covered wholly comes first
        return [int(i) for i in found[np.lexsort((found, -ranked))][:limit]]


def build_index(offers: Sequence[Offer]) -> SearchIndex:
    """The words of every offer's names in all languages, and of its town."""
    having: defaultdict[str, dict[int, float]] = defaultdict(dict)
    own: list[set[str]] = []
    for i, offer in enumerate(offers):
        own.append(set(words_of(offer.names.choose("fr")[0])))
        for word in words_of((offer.address and offer.address.city) or ""):
            having[word][i] = OF_TOWN
        for name in offer.names.texts.values():
            having.update({word: having[word] | {i: 1.0} for word in words_of(name)})
    words = tuple(sorted(having))
    idf = np.array([math.log(1 + len(offers) / len(having[word])) for word in words])
    weight = dict(zip(words, idf.tolist(), strict=True))
    lengths = [len(having[word]) for word in words]
    return SearchIndex(
        words=words,
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        postings=np.array([i for word in words for i in having[word]], dtype=np.int64),
        named=np.array([share for word in words for share in having[word].values()]),
        idf=idf,
        total=np.array([sum(weight[word] for word in name) for name in own]),
    )


def words_of(text: str) -> list[str]:
    """The words that count: lower case, without accents; "d'" and "le" do not."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    found = re.findall(r"[^\W_]+", plain)
    return [word for word in found if word not in STOP] or found
