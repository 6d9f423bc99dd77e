"""What `watch backtest` prints: one JSON object, or lines and bars for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from newsroom.matching_json import hit_json
from wirewatch.cli.out import Json, one_line, say, table
from wirewatch.cli.sentences import console, show_article
from wirewatch.cli.times import local
from wirewatch.cli.watch_words import say_words

if TYPE_CHECKING:
    from jobs.backtest import Sample
    from newsroom.backtest import Difference, TermShare
    from newsroom.model import Watchlist
    from wirewatch.cli.backtest_report import Comparison, Cost, Report

_BAR = 40
_TERMS = 30
"""Terms shown to people, those that bring most; JSON has all."""


def report_json(report: Report) -> Json:
    """All of it as one object."""
    words = {term: dict(found) for term, found in report.longer_words.items()}
    return {
        "watchlist": report.name,
        "since": report.period.since.isoformat(),
        "until": report.period.until.isoformat(),
        "first_seen_at": report.first.isoformat() if report.first else None,
        "read": report.read,
        **_cost_json(report.cost),
        "samples": [_sample_json(sample) for sample in report.samples],
        "longer_words": words,
        "old": _cost_json(report.comparison.old) if report.comparison else None,
        "difference": _difference_json(report.comparison) if report.comparison else None,
    }


def _cost_json(cost: Cost) -> Json:
    reckoning, stories = cost.reckoning, len(cost.reckoning.stories)
    busiest = cost.busiest
    return {
        "rule": _rule_json(cost.watchlist),
        "articles": len(reckoning.matched),
        "stories": stories,
        "alerts_per_recipient": stories,
        "alerts_per_day": {
            "mean": round(cost.mean, 2),
            "max": busiest.alerts if busiest else 0,
            "max_date": busiest.date.isoformat() if busiest and busiest.alerts else None,
        },
        "undecided": reckoning.undecided,
        "per_day": [
            {"date": day.date.isoformat(), "articles": day.articles, "alerts": day.alerts}
            for day in cost.days
        ],
        "terms": [
            {
                "term": term.term,
                "articles": term.articles,
                "lost_articles": term.lost_articles,
                "lost_stories": term.lost_stories,
            }
            for term in reckoning.terms
        ],
        "never_found": [term.term for term in reckoning.terms if not term.articles],
        "kept_out": [
            {"term": bar.term, "articles": bar.articles, "stories": bar.stories}
            for bar in reckoning.bars
        ],
    }


def _rule_json(watchlist: Watchlist) -> Json:
    return {
        "any": list(watchlist.any),
        "all": list(watchlist.all),
        "none": list(watchlist.none),
        "query": watchlist.query,
        "in": list(watchlist.fields),
        "sources": list(watchlist.sources),
        "languages": list(watchlist.languages),
    }


def _sample_json(sample: Sample) -> Json:
    return sample.listed | {
        "sentence": sample.excerpt.text,
        "marks": [list(mark) for mark in sample.excerpt.marks],
        "hits": [hit_json(hit) for hit in sample.hits],
    }


def _difference_json(comparison: Comparison) -> Json:
    apart = comparison.difference
    return {
        "only_old": {
            "articles": len(apart.only_old),
            "stories": apart.stories_only_old,
            "samples": [_sample_json(sample) for sample in comparison.only_old],
        },
        "only_new": {
            "articles": len(apart.only_new),
            "stories": apart.stories_only_new,
            "samples": [_sample_json(sample) for sample in comparison.only_new],
        },
        "both": {"articles": apart.both, "stories": apart.stories_both},
    }


def say_report(report: Report, timezone: str) -> None:
    """Print it for people."""
    since, until = (
        local(at.isoformat(), timezone) for at in (report.period.since, report.period.until)
    )
    say(f"{report.read:,} articles first seen from {since} to {until}")
    if report.first and report.first - report.period.since > timedelta(days=1):
        say(f"the first of them came at {local(report.first.isoformat(), timezone)}")
    if report.comparison:
        _say_sums([("saved", report.comparison.old), ("proposed", report.cost)])
        _say_difference(report.comparison, timezone)
    else:
        _say_sums([("", report.cost)])
    _say_days(report.cost)
    if report.samples:
        say("\nsamples")
        _say_samples(report.samples, timezone)
    _say_terms(report.cost)
    if report.longer_words:
        say()
        say_words(report.longer_words)


def _say_sums(costs: Sequence[tuple[str, Cost]]) -> None:
    for label, cost in costs:
        articles, stories = len(cost.reckoning.matched), len(cost.reckoning.stories)
        matched = f"{_many(articles, 'article')} in {_many(stories, 'story', 'stories')}"
        say(f"{label + ': ' if label else ''}{matched} would have matched")
        say(f"  for each recipient {_many(stories, 'alert')}, {_rate(cost)}")
        if cost.reckoning.undecided:
            say(f"  {cost.reckoning.undecided:,} of the articles match only if undecided letters")
            say("  are the term: Korean morphology could not be asked")


def _rate(cost: Cost) -> str:
    busiest = cost.busiest
    if busiest is None or not busiest.alerts:
        return "none a day"
    return f"{cost.mean:.1f} a day, {busiest.alerts} at most ({busiest.date})"


def _say_difference(comparison: Comparison, timezone: str) -> None:
    apart: Difference = comparison.difference
    for what, articles, stories, samples in (
        ("only the saved rule", len(apart.only_old), apart.stories_only_old, comparison.only_old),
        ("only the proposed one", len(apart.only_new), apart.stories_only_new, comparison.only_new),
        ("both", apart.both, apart.stories_both, ()),
    ):
        found = f"{_many(articles, 'article')}, {_many(stories, 'story', 'stories')}"
        say(f"\n{what} {'match' if what == 'both' else 'matches'} {found}")
        _say_samples(samples, timezone)


def _say_days(cost: Cost) -> None:
    most = cost.busiest.alerts if cost.busiest else 0
    if not most:
        return
    say("\nalerts a day")
    width = len(str(most))
    for day in cost.days:
        bar = "█" * max(round(_BAR * day.alerts / most), 1) if day.alerts else ""
        say(f"{day.date}  {day.alerts:>{width}}  {bar}".rstrip())


def _say_samples(samples: Iterable[Sample], timezone: str) -> None:
    on: Any = console()
    for sample in samples:
        show_article(on, sample.listed, sample.excerpt, timezone, brackets=True)


def _say_terms(cost: Cost) -> None:
    found: list[TermShare] = [term for term in cost.reckoning.terms if term.articles]
    if found:
        say("\nwhat removing one term alone would lose")
        columns = ("term", "found in articles", "lost articles", "lost stories")
        rows = [(t.term, t.articles, t.lost_articles, t.lost_stories) for t in found[:_TERMS]]
        table(columns, rows, flexible="term")
        if len(found) > _TERMS:
            say(f"and {_many(len(found) - _TERMS, 'more term', 'more terms')}; --json shows all")
    never = [one_line(term.term) for term in cost.reckoning.terms if not term.articles]
    if never:
        more = f" and {len(never) - _TERMS:,} more" if len(never) > _TERMS else ""
        say(f"\nnever found: {', '.join(never[:_TERMS])}{more}")
    if cost.reckoning.bars:
        say("\nwhat one denied term alone keeps out")
        kept = [(bar.term, bar.articles, bar.stories) for bar in cost.reckoning.bars[:_TERMS]]
        table(("term", "articles", "stories"), kept, flexible="term")


def _many(count: int, one: str, several: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else several or one + 's'}"
