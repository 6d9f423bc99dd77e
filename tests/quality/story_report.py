"""Measure story grouping over the labelled articles.

python -m tests.quality.story_report
"""

import time

from tests.corpus.paths import CORPUS
from tests.quality.story_batches import reprints, rounds, roundups
from tests.quality.story_measure import by, measured
from tests.quality.story_texts import economy, originals

t = time.time()
found = originals(CORPUS) + economy(CORPUS)
batches = [*rounds(found), reprints(found), roundups(found)]
print("built", time.time() - t, [len(b.items) for b in batches])
t = time.time()
m = measured(batches)
print("grouped", time.time() - t, m.apart, len(m.pulled), m.roundups)
for key in (
    lambda p: p.set + " " + p.language,
    lambda p: p.kind if p.batch != "reprints" else "reprints",
):
    for k, s in by(m.pairs, key).items():
        print(f"{k:30} {s.tp:6} {s.fp:6} {s.fn:6} {s.precision:.4f} {s.recall:.4f}")
