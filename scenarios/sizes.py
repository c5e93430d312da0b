"""Sizes: values of events that are possible and yet far from what stands in the tables."""

from collections import Counter
from collections.abc import Iterator
from math import nan

from scenarios.checks import leads_out, span
from scenarios.edits import places
from scenarios.problems import between
from scenarios.schema import EventFields
from scenarios.subject import Caution, Finding, Subject, changed, into

SIZES: dict[str, Caution] = {}
SHARES_OF_GDP = ("remittances.level", "debt.level")
OPEN = 1.0
"""What trade between any two states, and the base of a world price, is at the start."""
MANY = 3.0
"""How many times the largest offer of the tables is hardly meant."""
VAST = 100.0
"""A factor that is hardly meant: a percentage, or a figure of another unit."""
caution = into(SIZES)


@caution("factor-vast")
def factors_are_no_percentages(subject: Subject) -> Iterator[Finding]:
    """A factor of 110 is hardly what is meant by a tenth more."""
    for place, event in subject.changes:
        if event.multiply is not None and event.multiply >= VAST:
            message = "is a factor: what it meets grows that many times"
            yield Finding((*place, "multiply"), message, f"{event.multiply:g}", "a tenth more is 1.1")


@caution("offer-low")
def offers_set_are_more_than_there_are(subject: Subject) -> Iterator[Finding]:
    """An offer that is set replaces today's, so one that is no larger takes away."""
    for place, event in subject.changes:
        value = event.set_to or 0.0  # an offer of 0 is plainly an end of it
        countries, pole = (event.offer.country, event.offer.pole) if event.offer and value else ((), "")
        for country in countries:
            today = subject.words.values.get(("offer.level", country, pole), 0.0)
            if value <= today:
                message = f"is no more than {pole} offers {country} today, {today:g} of GDP a year"
                yield Finding((*place, "set"), message, f"{value:g}", "`add` offers more than today")


@caution("offer-large")
def offers_are_of_the_size_of_those_there_are(subject: Subject) -> Iterator[Finding]:
    """An offer is a share of GDP, so that one per cent is 0.01; several times the largest of all is hardly meant."""
    largest = max((value for (name, *_), value in subject.words.values.items() if name == "offer.level"), default=nan)
    for place, event in subject.changes:
        value = event.value if changed(event) == "offer.level" and event.operation in ("set", "add") else 0.0
        if value > MANY * largest:
            message = f"is a share of GDP a year, and the largest offer of the tables is {largest:g}"
            yield Finding((*place, event.operation), message, f"{value:g}", "one per cent is 0.01")


@caution("share-raised")
def shares_set_are_no_factors(subject: Subject) -> Iterator[Finding]:
    """What is set of remittances or debt is a share of GDP, so that half of today's is `multiply: 0.5`."""
    for place, event in subject.changes:
        target, value = changed(event), event.set_to or 0.0
        for where in places(event, target) if target in SHARES_OF_GDP else ():
            today = subject.words.values.get((target, *where), 0.0)
            if value > today:
                message = f"is more than the {today:g} of GDP of {' '.join(where)} today"
                yield Finding((*place, "set"), message, f"{value:g}", "`multiply` takes a part of today's")


@caution("event-beyond")
def changes_stay_in_range(subject: Subject) -> Iterator[Finding]:
    """A factor or an addend may lead today's value out of range, unless another event moves it too."""
    told = Counter((changed(event), *where) for _, event in subject.changes for where in places(event, changed(event)))
    for place, event in subject.changes:
        low, high = span(changed(event), subject.words)
        alone = () if leads_out(event, low, high) else places(event, changed(event))
        for where in (where for where in alone if told[changed(event), *where] == 1):
            today, then = _today_and_then(event, where, subject)
            if low <= today <= high and not low <= then <= high:
                of = f" of {' '.join(where)}" if where else ""
                message = f"makes {then:g} of today's {today:g}{of}"
                yield Finding((*place, event.operation), message, f"{event.value:g}", between(low, high))


def _today_and_then(event: EventFields, where: tuple[str, ...], subject: Subject) -> tuple[float, float]:
    """Value at the start of what an event changes, nan when it is not known, and what the event makes of it."""
    known = subject.words.values if event.parameter not in subject.scenario.sample else {}
    usual = OPEN if event.target in ("trade", "transit", "price") else nan
    today = subject.scenario.parameters.get(event.parameter or "", known.get((changed(event), *where), usual))
    if event.operation == "multiply":
        return today, today * event.value
    return today, today + event.value if event.operation == "add" else today
