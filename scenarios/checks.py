"""Checks of a scenario against the words of the model and the data, one finding each."""

from collections.abc import Iterator

from model.events import STATES
from model.markets import PRICE_RANGE
from model.measures import MEASURES
from model.quarters import format_quarter, parse_quarter
from scenarios.compiling.axes import EXCHANGE_LAYERS
from scenarios.edits import lasts
from scenarios.fields import Window, lag, quarters
from scenarios.horizon import EARLIEST, LATEST
from scenarios.keys import meant
from scenarios.moments import settled
from scenarios.overlay import Place
from scenarios.parameter_checks import PARAMETERS
from scenarios.problems import article, between, listing, nearest
from scenarios.schema import PAIRS, EventFields, Scenario
from scenarios.states import POSTURES, STATE_VALUES
from scenarios.subject import DEFAULT_PROPERTY, Caution, Finding, Subject, chain, changed, into, properties
from scenarios.unknown import unknown_event, unknown_word
from scenarios.vocabulary import Vocabulary

BOUNDED = {
    **{f"{key}.{name}": (0.0, 1.0) for key in PAIRS for name in ("level", "incident", "accounted", "kept")},
    "affinity.level": (-1.0, 1.0),
    "coercion.level": (0.0, 3.0),
    "rivalry.level": (0.0, 1.0),
    "demonstration.level": (0.0, 1.0),
    "link.open": (0.0, 1.0),
    "trade.open": (0.0, 1.0),
    "transit.open": (0.0, 1.0),
    "price.level": PRICE_RANGE,
}
"""Lowest and highest value of what is bounded on both sides; the rest is not below zero."""
UNITS = {
    "offer.level": "share of the country's GDP a year",
    "remittances.level": "share of the country's GDP",
    "debt.level": "share of the country's GDP",
    "security.level": "share of what a country relies on",
    "coercion.level": "rung of the ladder",
    "link.capacity": "unit of the layer a year",
    "market.volume": "unit of the layer a year",
    "contract.volume": "unit of the contract a year",
    "price.level": "factor on its base",
}
"""Units that a message names, since a number alone would not say them."""
LAYERS: dict[str, tuple[str, ...]] = {
    "link.days": ("freight",),
    "link.cost": ("freight", *EXCHANGE_LAYERS, "power"),
    "market.price": EXCHANGE_LAYERS,
}
"""Layers in which a property exists; all of them unless named here."""


KINDS = {
    "gdp": "country",
    "leader": "country",
    "posture": "pole",
    "demonstration": "pole",
    "seller": "trader",
    "buyer": "trader",
    "through": "state or link",
    "party": "party",
    "commodity": "traded commodity",
}
"""Kind of the words under a key, where it is not the key itself."""
CHECKS: dict[str, Caution] = dict(PARAMETERS)


check = into(CHECKS)


@check("horizon")
def the_run_has_a_length(subject: Subject) -> Iterator[Finding]:
    """A run ends after it starts."""
    scenario = subject.scenario
    if parse_quarter(scenario.until) <= parse_quarter(scenario.start):
        yield Finding(("until",), f"is not after the start, {scenario.start}", scenario.until)
    if parse_quarter(scenario.until) > parse_quarter(LATEST):
        yield Finding(("until",), "is too far", scenario.until, f"allowed: up to {LATEST}")
    if parse_quarter(scenario.start) < parse_quarter(EARLIEST):
        yield Finding(
            ("start",), "is before the first quarter of the data", scenario.start, f"allowed: {EARLIEST} or later"
        )


@check("event-date")
def events_begin_in_the_run(subject: Subject) -> Iterator[Finding]:
    """No event begins before the run does."""
    first = parse_quarter(subject.scenario.start)
    for place, event in subject.events:
        if event.at is not None and event.at.first < first:
            shown = format_quarter(event.at.first)
            yield Finding((*place, "at"), "is before the start", shown, f"allowed: {subject.scenario.start} or later")


@check("event-follows")
def events_follow_what_exists(subject: Subject) -> Iterator[Finding]:
    """An event follows another that exists, and in no circle itself."""
    events, told = tuple(event for _, event in subject.events), set[str]()
    for place, event in subject.events:
        if event.follows is not None and event.follows not in subject.parts.ids:
            yield from unknown_event((*place, "follows"), event.follows, subject, event.id)
        circle = [part.id or "" for part in reversed(chain(event, events))]
        if chain(event, events)[0].follows == event.id is not None and not told & set(circle):
            told |= set(circle)
            message = f"closes a circle: {' follows '.join([*circle, circle[0]])}"
            yield Finding((*place, "follows"), message, event.follows or "", "give one of them a date (at) instead")


@check("event-words")
def events_name_what_exists(subject: Subject) -> Iterator[Finding]:
    """Links, markets, projects, pairs, countries and so on exist."""
    for place, event in subject.events:
        for inner, kind, word in _named(event):
            yield from unknown_word((*place, *inner), kind, word, subject.words)


@check("event-property")
def events_say_which_property(subject: Subject) -> Iterator[Finding]:
    """A link or market says which property changes; what has one property says none."""
    for place, event in subject.aimed:
        names = properties(event.target)
        if event.quantity is None and len(names) > 1 and event.target not in DEFAULT_PROPERTY:
            yield Finding((*place, "property"), f"is missing for {article(event.target)}", "", listing(names))
        elif event.quantity is not None and len(names) <= 1:
            yield Finding((*place, "property"), f"has no place beside {event.target}", event.quantity)
        elif event.quantity is not None and event.quantity not in names:
            hint = nearest(event.quantity, names)
            message = f"is not a property of {article(event.target)}"
            yield Finding((*place, "property"), message, event.quantity, listing(names), hint)


@check("event-layer")
def properties_fit_the_layer(subject: Subject) -> Iterator[Finding]:
    """Days exist in freight only, costs not on fibre, prices in oil and gas only."""
    for place, event in subject.aimed:
        layers = LAYERS.get(changed(event))
        for word in (*event.link, *event.market):
            layer = subject.words.layers.get(word, "")
            if layers and layer and layer not in layers:
                message = f"is {article(event.target)} of {layer}, which has no {event.quantity}"
                yield Finding((*place, event.target), message, word, listing(layers))


@check("event-operation")
def states_become_and_numbers_change(subject: Subject) -> Iterator[Finding]:
    """Projects, pairs, memberships and postures become a state; all else is set, added to or multiplied."""
    for place, event in subject.aimed:
        has_states = event.target in STATE_VALUES
        words = "becomes" if has_states else "set, add, multiply"
        for operation in event.operations:
            if has_states != (operation == "becomes"):
                yield Finding((*place, operation), f"does not fit {article(event.target)}", "", f"allowed: {words}")


@check("event-state")
def states_exist(subject: Subject) -> Iterator[Finding]:
    """The new state is one of the target's states; of a posture, one that each pole named may take."""
    for place, event in subject.aimed:
        for whose, states in _states(event, subject.words):
            if event.becomes is not None and event.becomes not in states:
                hint = meant(event.becomes, states)
                yield Finding((*place, "becomes"), f"is not a {whose}", event.becomes, listing(states), hint)


def _states(event: EventFields, words: Vocabulary) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What an event's new state is a state of, and the states that this has; nothing of what has none."""
    if event.target == "posture":
        poles = (pole for pole in event.posture if pole in words.words.get("pole", ()))
        yield from ((f"posture of {pole}", words.postures.get(pole, POSTURES[:1])) for pole in poles)
    elif event.target in STATE_VALUES:
        yield f"state of {article(event.target)}", tuple(STATE_VALUES[event.target])


@check("event-value")
def values_are_possible(subject: Subject) -> Iterator[Finding]:
    """A value set lies in the target's range, and a factor is not below zero."""
    for place, event in subject.events:
        if event.multiply is not None and event.multiply < 0:
            yield Finding((*place, "multiply"), "is below zero", f"{event.multiply:g}", "allowed: 0 or more")
    for place, event in subject.aimed:
        target = changed(event)
        low, high = span(target, subject.words)
        if event.set_to is not None and not low <= event.set_to <= high:
            allowed = between(low, high, UNITS.get(target, ""))
            yield Finding((*place, "set"), "is out of range", f"{event.set_to:g}", allowed)
        elif event.set_to is not None and target == "coercion.level" and not event.set_to.is_integer():
            yield Finding((*place, "set"), "is between two rungs", f"{event.set_to:g}", "allowed: 0, 1, 2, 3")


@check("event-beyond")
def changes_can_stay_in_range(subject: Subject) -> Iterator[Finding]:
    """There is a value in range that a factor or an addend leaves in range."""
    for place, event in subject.changes:
        low, high = span(changed(event), subject.words)
        if leads_out(event, low, high):
            allowed = between(low, high, UNITS.get(changed(event), ""))
            message = "leads out of range from every value in it"
            yield Finding((*place, event.operation), message, f"{event.value:g}", allowed)


def leads_out(event: EventFields, low: float, high: float) -> bool:
    """Whether a factor or an addend leaves no value of a bounded range in it."""
    if high - low == float("inf") or event.operation not in {"multiply", "add"}:
        return False
    ends = [end * event.value if event.multiply is not None else end + event.value for end in (low, high)]
    return max(ends) < low or min(ends) > high


@check("event-ramp")
def changes_that_take_time_can(subject: Subject) -> Iterator[Finding]:
    """What changes by steps is not reached over time, and nothing is reached after it has ended."""
    for place, event in subject.aimed:
        held = lasts(event)
        if event.over is not None and changed(event) in STATES:
            yield Finding((*place, "over"), f"does not fit {article(event.target)}, which changes at once")
        elif event.over is not None and held is not None and event.over > held:
            message = "is longer than the change holds"
            yield Finding((*place, "over"), message, quarters(event.over), f"allowed: up to {quarters(held)}")


@check("event-self")
def nobody_faces_itself(subject: Subject) -> Iterator[Finding]:
    """A country that is a pole holds nothing toward itself, and rivals are two."""
    for place, event in subject.events:
        for key in PAIRS:
            toward = getattr(event, key)
            if toward is not None and toward.pole in toward.country:
                yield Finding((*place, key, "pole"), "is the country itself", toward.pole)
        if event.trade is not None and len({*event.trade.seller, *event.trade.buyer}) == 1:
            yield Finding((*place, "trade", "buyer"), "is the seller itself", event.trade.buyer[0])
        if event.transit is not None:
            for word in sorted({*event.transit.party} & {*event.transit.through}):
                yield Finding((*place, "transit", "party"), "lets its own goods pass: they are not in transit", word)
        if event.rivalry is not None and event.rivalry.pair[0] == event.rivalry.pair[1]:
            yield Finding((*place, "rivalry", "pair"), "is paired with itself", event.rivalry.pair[0])


@check("event-repeats")
def lists_name_each_thing_once(subject: Subject) -> Iterator[Finding]:
    """A list of links, countries and so on repeats nothing."""
    for place, event in subject.events:
        for inner, names in _lists(event):
            for word in sorted({name for name in names if names.count(name) > 1}):
                yield Finding((*place, *inner), "is named twice", word)


@check("claim-measure")
def claims_name_measures(subject: Subject) -> Iterator[Finding]:
    """A claim is about a measure that exists."""
    for place, claim in subject.claims:
        yield from unknown_word((*place, "measure"), "measure", claim.measure, subject.words)


@check("claim-where")
def claims_say_where(subject: Subject) -> Iterator[Finding]:
    """A claim gives one existing label for each dimension of its measure, or of the one it seems to mean."""
    anywhere = tuple(sorted({name for measure in MEASURES.values() for name in measure.dimensions}))
    for place, claim in subject.claims:
        measure = next(iter(subject.words.meant("measure", claim.measure)), "")
        needed = MEASURES[measure].dimensions if measure else anywhere
        missing = [name for name in needed if name not in claim.where]
        if missing and measure:
            allowed = f"{measure} needs {', '.join(needed)}"
            yield Finding((*place, "where"), f"lacks {', '.join(missing)}", "", allowed)
        for name, word in claim.where.items():
            if name not in needed:
                message = f"is not a dimension of {measure or 'a measure'}"
                yield Finding((*place, "where", name), message, name, listing(needed, name), nearest(name, needed))
            else:
                yield from unknown_word((*place, "where", name), name, word, subject.words)


@check("claim-date")
def claims_lie_within_the_run(subject: Subject) -> Iterator[Finding]:
    """A claim looks at quarters of the run."""
    for place, claim in subject.claims:
        if claim.by is not None:
            quarter = parse_quarter(claim.by)
            yield from _outside((*place, "by"), Window(first=quarter, last=quarter), subject.scenario)
        if claim.during is not None:
            yield from _outside((*place, "during"), claim.during, subject.scenario)
        window = settled(claim, (event for _, event in subject.events)) if claim.after is not None else None
        if window is not None and window.first > parse_quarter(subject.scenario.until):
            message = f"after {claim.given} comes lies outside the run"
            allowed = (
                f"it is {format_quarter(window.first)} at the earliest, and the run ends in {subject.scenario.until}"
            )
            yield Finding((*place, "after"), message, lag(claim.after or 0), allowed)


@check("claim-given")
def claims_depend_on_events(subject: Subject) -> Iterator[Finding]:
    """The event a claim depends on exists."""
    for place, claim in subject.claims:
        for key, name in (("given", claim.given), ("while", claim.lasting)):
            if name is not None and name not in subject.parts.ids:
                yield from unknown_event((*place, key), name, subject)


@check("claim-while")
def claims_wait_for_ends(subject: Subject) -> Iterator[Finding]:
    """What a claim looks at while it lasts has an end."""
    known = ((place, event) for place, event in subject.aimed if (*place, "for") not in subject.parts.faulty)
    endless = {event.id for _, event in known if event.id is not None and lasts(event) is None}
    for place, claim in subject.claims:
        if claim.lasting in endless:
            remedy = f"give it an end (for), or ask what is so some time later: given: {claim.lasting}, after: 2 years"
            yield Finding((*place, "while"), "holds for good once it has come", claim.lasting or "", remedy)


@check("claim-repeats")
def claims_have_their_own_names(subject: Subject) -> Iterator[Finding]:
    """No two claims share a name."""
    first: dict[str, int] = {}
    for i, (place, claim) in enumerate(subject.claims):
        if first.setdefault(claim.claim, i) != i:
            yield Finding((*place, "claim"), "is the name of an earlier claim", claim.claim)


def _named(event: EventFields) -> Iterator[tuple[Place, str, str]]:
    """Every word an event uses for a thing: place, kind, word."""
    for place, names in _lists(event):
        for i, word in enumerate(names):
            yield (*place, i) if len(names) > 1 else place, KINDS.get(str(place[-1]), str(place[-1])), word
    for key, kind in (*((key, "pole") for key in PAIRS), ("membership", "institution")):
        facing = getattr(event, key)
        if facing:
            yield (key, kind), kind, getattr(facing, kind)
    for word in event.rivalry.pair if event.rivalry else ():
        yield ("rivalry", "pair"), "pole", word
    if event.parameter:
        yield ("parameter",), "parameter", event.parameter


def _lists(event: EventFields) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """What an event may name several of: the place of the list, and its words."""
    for key in ("link", "market", "contract", "project", "dyad", "posture", "leader", "demonstration", "gdp", "price"):
        yield (key,), getattr(event, key)
    for key in (*PAIRS, "membership"):
        facing = getattr(event, key)
        yield (key, "country"), facing.country if facing else ()
    for key in ("seller", "buyer", "commodity"):
        yield ("trade", key), getattr(event.trade, key) if event.trade else ()
    for key in ("through", "party", "commodity"):
        yield ("transit", key), getattr(event.transit, key) if event.transit else ()


def _outside(place: Place, window: Window, scenario: Scenario) -> Iterator[Finding]:
    """A finding when a window leaves the run."""
    first, last = parse_quarter(scenario.start), parse_quarter(scenario.until)
    for quarter in sorted({window.first, window.last}):
        if not first <= quarter <= last:
            allowed = f"allowed: {scenario.start} to {scenario.until}"
            yield Finding(place, "lies outside the run", format_quarter(quarter), allowed)


def span(target: str, words: Vocabulary) -> tuple[float, float]:
    """Lowest and highest value that can be set."""
    anything = (float("-inf"), float("inf"))
    if target.startswith("parameter."):
        return words.limits.get(target.removeprefix("parameter."), anything)
    return BOUNDED.get(target, (0.0, float("inf")))
