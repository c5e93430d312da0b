"""Cautions: what is no mistake in a scenario and may yet not be meant, one finding each."""

from collections import Counter
from collections.abc import Iterator
from math import exp

from model.measures import ANYWHERE, BOUNDS, MEASURES
from model.quarters import PER_YEAR, format_quarter, parse_quarter
from scenarios.borders import BORDERS
from scenarios.edits import NEUTRAL, lasts, places
from scenarios.fields import Distribution, Window, quarters
from scenarios.files import library_names
from scenarios.horizon import LATEST
from scenarios.moments import settled, too_fine
from scenarios.problems import between, nearest, showing
from scenarios.schema import COMPARING, ClaimFields, EventFields
from scenarios.sizes import SIZES
from scenarios.states import PROJECT_STAGES
from scenarios.subject import Caution, Finding, Subject, begins, changed, into

CAUTIONS: dict[str, Caution] = {**BORDERS, **SIZES}
ABSENT = {"membership": "none"}
"""State of what the tables do not hold."""
PAIRED = ("falls", "rises")
BEGUN = ("committed", "building")
STAGES = PROJECT_STAGES[:4]
"""Stages of a project in their order, without its end."""
FAR = 3.0  # standard deviations: one draw of 370 lies farther out
LAST_OF_YEAR = 3
QUARTERLY = "run with --record quarterly"
LARGEST_EXPONENT = 100.0  # beyond, nothing is in any range


caution = into(CAUTIONS)


@caution("event-late")
def events_begin_before_the_end(subject: Subject) -> Iterator[Finding]:
    """An event that begins after the last quarter does not come to pass."""
    events = tuple(event for _, event in subject.events)
    last = parse_quarter(subject.scenario.until)
    for place, event in subject.events:
        window = begins(event, events)
        if window is not None and window.last > last:
            begun = "begins after" if window.first > last else "may begin after"
            window = Window(first=window.first, last=window.first) if window.first > last else window
            shown = format_quarter(window.last)
            key = "at" if event.follows is None else "follows"
            message = f"{begun} the last quarter, {subject.scenario.until}"
            reckoned = f"; {shown} is {_reckoned(event, window)}" if event.after and event.follows else ""
            yield Finding((*place, key), message, shown, f"it does not come to pass then{reckoned}")


@caution("event-unripe")
def changes_are_reached_before_the_end(subject: Subject) -> Iterator[Finding]:
    """What takes time to be reached shows little when it begins late."""
    events = tuple(event for _, event in subject.events)
    last = parse_quarter(subject.scenario.until)
    for place, event in subject.changes:
        window, takes = begins(event, events), _takes(event, subject)
        if window is not None and window.last <= last < window.last + takes - 1:
            shown, then = format_quarter(window.last), format_quarter(window.last + takes - 1)
            leaves = "leaves" if window.certain else "as its latest date leaves"
            message = f"{leaves} no time for all of the change by the last quarter, {subject.scenario.until}"
            remedy = f"it takes {quarters(takes)}, until {then}"
            yield Finding((*place, "at" if event.follows is None else "follows"), message, shown, remedy)


def _takes(event: EventFields, subject: Subject) -> int:
    """Quarters until all of a change is reached: what the event says, or the tables of a project that operates."""
    ramps = [subject.words.ramps.get(word, 1) for word in event.project if event.becomes == "operating"]
    return max([event.over or 1, *ramps])


def _reckoned(event: EventFields, window: Window) -> str:
    """How the last quarter in which an event may begin comes about."""
    leader = format_quarter(window.last - (event.after or 0))
    at_the_latest = "" if window.certain else " at the latest"
    return f"{quarters(event.after or 0)} after {leader}, when {event.follows} begins{at_the_latest}"


@caution("event-idle")
def events_change_something(subject: Subject) -> Iterator[Finding]:
    """A factor of 1, an addend of 0, or the state that a thing has already and is not held in, changes nothing."""
    for place, event in subject.changes:
        if event.value == NEUTRAL.get(event.operation):
            yield Finding((*place, event.operation), "changes nothing", f"{event.value:g}")
    told = Counter((event.target, *where) for _, event in subject.changes for where in places(event, changed(event)))
    for place, event in subject.changes:
        state = event.becomes or ""
        for where in places(event, changed(event)) if state and event.duration is None else ():
            key = (event.target, *where)
            if told[key] == 1 and subject.words.states.get(key, ABSENT.get(event.target)) == state:
                yield Finding((*place, "becomes"), f"is what {' '.join(where)} is at the start", state)


@caution("project-back")
def projects_move_on(subject: Subject) -> Iterator[Finding]:
    """A project that is further at the start falls back by an event that comes first."""
    for place, event in subject.changes:
        for word in event.project if event.becomes in STAGES and _comes_first(event, subject) else ():
            today = subject.words.states.get(("project", word), "")
            if today in STAGES and STAGES.index(event.becomes or "") < STAGES.index(today):
                yield Finding(
                    (*place, "becomes"), f"is a step back: {word} is {today} at the start", event.becomes or ""
                )


@caution("project-unopened")
def projects_begun_are_opened(subject: Subject) -> Iterator[Finding]:
    """Where projects do not move by themselves one carries nothing until an event makes it operating."""
    if subject.parameter("projects.decisions"):
        return
    last, events = parse_quarter(subject.scenario.until), tuple(event for _, event in subject.events)
    opened = {
        word
        for event in events
        if event.becomes == "operating" and (window := begins(event, events)) and window.first <= last
        for word in event.project
    }
    for place, event in subject.changes:
        window = begins(event, events)
        if event.becomes not in BEGUN or window is None:
            continue
        for word in (project for project in event.project if project not in opened):
            years = subject.words.builds.get(word, 0.0)
            done = format_quarter(window.last + round(PER_YEAR * years))
            message = f"carries nothing until an event makes it operating, and none does by {subject.scenario.until}"
            yield Finding((*place, "project"), message, word, f"it takes {years:g} years to build, until {done}")


def _comes_first(event: EventFields, subject: Subject) -> bool:
    """Whether no other event may change before it what an event changes."""
    events = tuple(other for _, other in subject.events)
    mine = begins(event, events)
    others = [begins(o, events) for o in events if o is not event and set(o.project) & set(event.project)]
    return mine is not None and all(other is None or mine.last <= other.first for other in others)


@caution("price-seaborne")
def dearer_ships_turn_no_cargo(subject: Subject) -> Iterator[Finding]:
    """What goes by sea all the way is no market of the tables, so that dearer ships send nothing over land."""
    for place, event in subject.changes:
        if "sea_freight" in event.price and event.value > NEUTRAL.get(event.operation, 1.0):
            message = "is what ocean legs of routes over land cost: dearer ships turn no cargo from the sea to land"
            remedy = f"`market` with `volume` adds such cargo: {showing('markets')}"
            yield Finding((*place, "price"), message, "sea_freight", remedy)


@caution("cost-unearned")
def costs_are_no_fees(subject: Subject) -> Iterator[Finding]:
    """What an event adds to the cost of a link is borne by the shipper and no income of the state it crosses."""
    for place, event in subject.changes:
        earning = subject.words.earning if changed(event) == "link.cost" else {}
        states = sorted({state for word in event.link for state in earning.get(word, ())})
        if states:
            message = f"is borne by shippers alone: what {', '.join(states)} takes in fees for a tonne stays"
            yield Finding((*place, event.operation), message, "", "fees go by `tariff` in links.csv: --data changes it")


@caution("contract-ended")
def contracts_edited_may_run_still(subject: Subject) -> Iterator[Finding]:
    """A contract that has expired before an event may have lapsed: there is nothing left to change."""
    events = tuple(event for _, event in subject.events)
    for place, event in subject.changes:
        window = begins(event, events)
        for i, word in enumerate(event.contract if window else ()):
            end = subject.words.expires.get(word)
            if end is not None and window is not None and window.first > end + 1:
                over = "has ended" if end < parse_quarter(subject.scenario.start) else "may have lapsed"
                where = ("contract", i) if len(event.contract) > 1 else ("contract",)
                message = f"expires in {format_quarter(end)} and {over} before {format_quarter(window.first)}"
                yield Finding((*place, *where), message, word, "`set` makes it anew, other changes are of nothing then")


@caution("trade-twice")
def traders_are_named_once(subject: Subject) -> Iterator[Finding]:
    """A pole stands for its members, so that one named beside it is meant twice."""
    for place, event in subject.events:
        for key in ("seller", "buyer") if event.trade else ():
            side = getattr(event.trade, key)
            for word in side:
                pole = subject.words.poles.get(word, word)
                if pole != word and pole in side:
                    message = f"belongs to {pole}, which is named beside it: the change comes twice to its trade"
                    yield Finding((*place, "trade", key), message, word, "name one of the two")


@caution("trade-share")
def trade_is_opened_not_measured(subject: Subject) -> Iterator[Finding]:
    """Trade that stays open in part is barred in part of its ways, which have room."""
    for place, event in subject.changes:
        if (event.trade or event.transit) and event.operation != "add" and 0.0 < event.value < 1.0:
            message = "is how open the ways are, no share of the volume: ways have room, and less than that is lost"
            remedy = (
                f"`contract` (of oil and gas) or `market` with `volume` takes a volume away: {showing('contracts')}"
            )
            yield Finding((*place, event.operation), message, f"{event.value:g}", remedy)


@caution("claim-early")
def claims_look_at_what_an_event_can_change(subject: Subject) -> Iterator[Finding]:
    """Before the first event a scenario is its baseline, so nothing can have risen or fallen."""
    events = tuple(event for _, event in subject.events)
    firsts = [window.first for window in (begins(event, events) for event in events) if window]
    if not (firsts and subject.dated) or subject.scenario.parameters or subject.scenario.sample:
        return
    for place, claim in subject.claims:
        window = settled(claim, events)
        if window is not None and window.last < min(firsts) and claim.relation in PAIRED:
            message = f"lies before the first event, in {format_quarter(min(firsts))}: nothing has changed yet"
            yield Finding((*place, "by" if claim.by else "during"), message, format_quarter(window.last))


@caution("claim-after-end")
def claims_look_at_what_still_holds(subject: Subject) -> Iterator[Finding]:
    """Once the only event is over, a claim looks at what it left behind, which may be nothing."""
    if len(subject.events) > 1 or not subject.dated or subject.scenario.parameters or subject.scenario.sample:
        return
    for _, event in subject.aimed:
        window, held = begins(event, (event,)), lasts(event)
        last = window.last + held - 1 if window is not None and held is not None else parse_quarter(LATEST)
        for place, claim in subject.claims:
            if claim.by is not None and last < parse_quarter(claim.by) and claim.relation in PAIRED:
                message = f"lies after the end of the only event, {format_quarter(last)} at the latest"
                remedy = f"`while: {event.id or 'its id'}` looks at the time in which it holds"
                yield Finding((*place, "by"), message, claim.by, remedy)


@caution("claim-beyond")
def claims_look_before_the_end(subject: Subject) -> Iterator[Finding]:
    """Some time after an event may lie beyond the last quarter where the event comes late."""
    last, events = parse_quarter(subject.scenario.until), tuple(event for _, event in subject.events)
    for place, claim in subject.claims:
        window = settled(claim, events)
        if claim.after is not None and window is not None and window.first <= last < window.last:
            shown = f"{quarters(claim.after)} after {claim.given}"
            message = (
                f"is {format_quarter(window.last)} at the latest, beyond the last quarter, {subject.scenario.until}"
            )
            yield Finding((*place, "after"), message, shown, "runs in which it lies beyond do not count")


@caution("claim-annual")
def claims_look_at_recorded_quarters(subject: Subject) -> Iterator[Finding]:
    """A batch keeps its ends and the fourth quarter of each year, unless it is recorded quarterly."""
    fine = too_fine((claim for _, claim in subject.claims), (event for _, event in subject.events))
    for place, claim in () if fine else subject.claims:  # what is too fine has every quarter kept
        last = parse_quarter(claim.by) if claim.by is not None else LAST_OF_YEAR
        if last % PER_YEAR != LAST_OF_YEAR and claim.by not in (subject.scenario.start, subject.scenario.until):
            kept = format_quarter(last - (last + 1) % int(PER_YEAR))
            message = f"is no fourth quarter: an annual batch has {kept} instead"
            yield Finding((*place, "by"), message, claim.by or "", f"{QUARTERLY} for the quarter itself")


@caution("claim-against")
def claims_compare_with_a_scenario_there_is(subject: Subject) -> Iterator[Finding]:
    """A claim is tested where what it is compared with is in the batch."""
    told: set[str] = set()
    for place, claim in ((place, claim) for place, claim in subject.claims if claim.relation in COMPARING):
        if claim.against in told:  # one finding on all claims that compare with the same
            continue
        told.add(claim.against)
        if claim.against == subject.scenario.scenario:
            yield Finding((*place, "against"), "is this scenario: the claim is never tested", claim.against)
        elif not subject.scenario.extends:
            message = "joins no batch of a file that extends nothing: the claim is tested only where both are named"
            yield Finding((*place, "against"), message, claim.against, f"extends: {claim.against}")
        elif claim.against not in (*library_names(), *subject.scenario.extends):
            message = "is no library scenario: the claim is tested only beside a scenario of that name"
            hint = nearest(claim.against, library_names())
            yield Finding((*place, "against"), message, claim.against, "name its file beside this one", hint)


@caution("claim-impossible")
def claims_ask_for_what_can_be(subject: Subject) -> Iterator[Finding]:
    """A size wider than the scale of a measure, or a level or range beside it, leaves a claim one verdict."""
    for place, claim in subject.claims:
        low, high = BOUNDS.get(MEASURES[claim.measure].unit, ANYWHERE) if claim.measure in MEASURES else ANYWHERE
        scale = f"{claim.measure} lies between {low:g} and {high:g}"
        if claim.size > high - low:
            yield Finding((*place, "size"), f"is more than {claim.measure} can change by", f"{claim.size:g}", scale)
        if claim.level is not None and not low <= claim.level <= high:
            yield Finding((*place, "level"), "is a value that is never taken", f"{claim.level:g}", scale)
        if claim.range is not None and (max(claim.range) < low or min(claim.range) > high):
            shown = f"[{claim.range[0]:g}, {claim.range[1]:g}]"
            yield Finding((*place, "range"), "holds no value that is ever taken", shown, scale)


@caution("claim-masked")
def claims_look_at_cells_with_values(subject: Subject) -> Iterator[Finding]:
    """Nobody faces itself, prices stand at oil and gas, and a share of exports needs exports."""
    for place, claim in subject.claims:
        for key, reason in _masked(claim, subject):
            if key in claim.where:  # a place that is not whole has a mistake
                yield Finding((*place, "where", key), reason, claim.where[key])


@caution("sample-tail")
def samples_stay_in_range(subject: Subject) -> Iterator[Finding]:
    """A distribution without bounds may draw what the parameter cannot be."""
    for name, law in subject.scenario.sample.items():
        low, high = subject.words.limits.get(name, (float("-inf"), float("inf")))
        first, last = _reach(law)
        if law.kind in {"normal", "lognormal"} and not low <= first <= last <= high:
            shown = f"{law.kind} [{law.values[0]:g}, {law.values[1]:g}]"
            yield Finding(("sample", name), "may draw what the parameter cannot be", shown, between(low, high))


def _masked(claim: ClaimFields, subject: Subject) -> Iterator[tuple[str, str]]:
    """Labels of a claim for which its measure has no value, and why."""
    dimensions = MEASURES[claim.measure].dimensions if claim.measure in MEASURES else ()
    where = {key: word for key, word in claim.where.items() if key in dimensions}
    for key in ("pole", "controller"):
        if key in where and where[key] == where.get("country"):
            yield key, "is the country itself: there is no value"
    layer = subject.words.layers.get(where.get("market", ""), "")
    if claim.measure == "price" and layer and layer not in subject.words.words["commodity"]:
        yield "market", f"is a market of {layer}, which has no price"
    sold = f"{where.get('country')} {where.get('commodity')}"
    if claim.measure == "export_share" and sold not in subject.words.words.get("seller", (sold,)):
        yield "country", f"sells no {where.get('commodity')} in the model: there is no share"


def _reach(law: Distribution) -> tuple[float, float]:
    """About the lowest and highest value that a distribution draws."""
    if law.kind == "normal":
        mean, deviation = law.values
        return mean - FAR * deviation, mean + FAR * deviation
    if law.kind == "lognormal":
        median, deviation = law.values
        factor = exp(min(FAR * deviation, LARGEST_EXPONENT))
        return median / factor, median * factor
    return min(law.values), max(law.values)
