"""What `watch backtest` found out, before it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from jobs.backtest import Backtest, Sample, Tried
from newsroom.backtest import Day, Difference, Reckoning, difference, per_day
from newsroom.longer_words import short_terms
from newsroom.model import Watchlist
from storage.backtest_reading import Period, first_seen
from storage.database import Database

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one rule would have cost."""

    watchlist: Watchlist
    reckoning: Reckoning
    days: tuple[Day, ...]
    """Every local date from the first stored article of the period to its end."""
    mean: float
    """Alerts a day for each recipient, over the time for which there are articles."""

    @property
    def busiest(self) -> Day | None:
        """The day with the most alerts; of equals the latest."""
        return max(self.days, key=lambda day: (day.alerts, day.date), default=None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A proposed rule against the saved one."""

    old: Cost
    difference: Difference
    only_old: tuple[Sample, ...]
    only_new: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All of it."""

    name: str | None
    """Of the saved watchlist."""
    period: Period
    first: datetime | None
    """When the first stored article of the period came; None: there is none."""
    read: int
    """Articles within the sources and languages of a rule."""
    cost: Cost
    """Of the proposed rule, else of the saved one."""
    samples: tuple[Sample, ...]
    longer_words: Mapping[str, Mapping[str, int]]
    comparison: Comparison | None


def report(
    trial: Backtest,
    tried: Tried,
    db: Database,
    period: Period,
    watchlists: Mapping[str, Watchlist],
    zone: tzinfo,
) -> Report:
    """Put together what came of trying `watchlists`: `old` and `new`, or one of them."""
    first = first_seen(db, period)

    def cost(watchlist: Watchlist, reckoning: Reckoning) -> Cost:
        if first is None:
            return Cost(watchlist, reckoning, (), 0.0)
        days = per_day(reckoning.matched, first, period.until, zone)
        length = max(_DAY, period.until - first)
        return Cost(watchlist, reckoning, tuple(days), len(reckoning.stories) / (length / _DAY))

    costs = {
        which: cost(watchlist, reckoning)
        for (which, watchlist), reckoning in zip(watchlists.items(), tried.reckonings, strict=True)
    }
    shown = "new" if "new" in costs else "old"
    matched = costs[shown].reckoning.matched
    return Report(
        watchlists["old"].name if "old" in watchlists else None,
        period,
        first,
        tried.articles,
        costs[shown],
        tuple(trial.samples(shown, matched)),
        trial.longer_words(short_terms(watchlists[shown]), matched),
        _compared(trial, costs) if len(costs) > 1 else None,
    )


def _compared(trial: Backtest, costs: Mapping[str, Cost]) -> Comparison:
    apart = difference(costs["old"].reckoning, costs["new"].reckoning)
    return Comparison(
        costs["old"],
        apart,
        tuple(trial.samples("old", apart.only_old)),
        tuple(trial.samples("new", apart.only_new)),
    )
