"""Idle events and claims: what changes nothing, and what looks at something that nothing changes."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

import numpy as np

from model.arrays import Array, Mask
from model.events import TARGETS
from model.links import OPERATING
from model.measures import MEASURES
from model.openings import shut
from model.parameters import PARAMETERS
from model.quarters import PER_YEAR
from model.world import World
from scenarios.edits import places
from scenarios.problems import Problem, showing
from scenarios.read import Examination
from scenarios.schema import COMPARING, Claim, Event, Scenario
from scenarios.subject import changed

EXPORTS = ("export_share", "export_volume")
"""Measures of what a country sells to buyers of a pole."""
DECISIONS, JOINING = "projects.decisions", "memberships.pace"
"""Switch of what projects do by themselves."""
NOTHING = ("aggression.level", "grievance.incident", "grievance.accounted")
"""What is nothing but where an event sets it or adds to it."""
EXPOSURES = ("remittances.level", "debt.level")
"""What stands in the tables, nothing for many pairs, and does not grow by itself."""
MOST_NAMED = 3
"""Markets that a warning names."""
Idle = Iterator[tuple[str, str, str]]
"""Place within an event, what is named there, and why it changes nothing."""
OPENING = ("open", "tense")
"""States of a pair in which its border is open."""
Labels = Mapping[str, str]
"""Label of each dimension of a claim's measure."""


def idle(found: Examination, world: World) -> Iterator[Problem]:
    """A warning for each thing of an event or claim that is of no account in the world compiled from its scenario."""
    if found.scenario is not None:
        yield from chain(_idle_events(found, found.scenario, world), _idle_claims(found, found.scenario, world))


def _idle_events(found: Examination, scenario: Scenario, world: World) -> Iterator[Problem]:
    """A warning for each thing of an event that carries no trade."""
    for i, event in enumerate(scenario.events):
        for check, find in IDLE.items():
            for inner, word, message in find(event, world):
                yield warning(found, f"events[{i}].{inner}", f"{message}: the event changes nothing there", word, check)
        for check, find in DOUBTED.items():
            for inner, word, message in find(event, world):
                yield warning(found, f"events[{i}].{inner}", message, word, check)


def _idle_claims(found: Examination, scenario: Scenario, world: World) -> Iterator[Problem]:
    """A warning for each claim that compares with the baseline what no run of either can move, or little of what is."""
    for i, claim in enumerate(scenario.expect):
        compared = claim.relation in COMPARING and claim.against == Claim.model_fields["against"].default
        find = CONSTANT.get(claim.measure) if compared else None
        reason, elsewhere = find(claim.where, world) if find else "", _elsewhere(claim, world)
        message = f"{reason}: the difference is 0 in every run" if reason else ""
        if said := "; ".join(filter(None, (message, elsewhere))):
            words = " ".join(claim.where[name] for name in MEASURES[claim.measure].dimensions)
            yield warning(found, f"expect[{i}].where", said, words, "idle-claim" if reason else "claim-elsewhere")


def warning(found: Examination, path: str, message: str, word: str, check: str) -> Problem:
    """A warning with its file and line."""
    shown = path if path in found.origin else path.rpartition("[")[0]
    file, _, line = found.origin[shown].rpartition(":")
    return Problem(file, int(line), shown, message, word, check=check)


def _below_nothing(event: Event, world: World) -> Idle:
    """What of a link or a contract an event takes away more of than there is."""
    links = world.links
    known = {
        "link.cost": links.cost,
        "link.days": links.days,
        "link.capacity": PER_YEAR * links.capacity[0],
        "contract.volume": PER_YEAR * world.contracts.volume,
    }
    taken = changed(event) in known and event.add is not None
    for j, word in enumerate(event.link or event.contract if taken else ()):
        today = float(known[changed(event)][world.axes[event.target].at(word)])
        if today + event.value < 0.0:
            left = f"{today + event.value:.4g} of today's {today:.4g}"
            yield f"{event.target}[{j}]", word, f"{event.add:+g} makes {left}: what is below 0 counts as 0"


def _unlimited(event: Event, world: World) -> Idle:
    """Links without a limit of which an event leaves a part, where no event gives them one."""
    limited = {edit.where[0] for edit in world.edits if edit.target == "link.capacity" and edit.operation == "set"}
    part = changed(event) == "link.open" and 0.0 < event.value < 1.0 and event.add is None
    part |= changed(event) == "link.capacity" and event.set_to is None and event.multiply != 0.0
    for j, word in enumerate(event.link if part else ()):
        if word not in limited and np.isinf(world.links.capacity[0, world.axes["link"].at(word)]):
            remedy = f"`property: capacity` with `set` gives it one, and {showing(f'links {word}')} what goes today"
            yield f"link[{j}]", word, f"has no limit, and so no part of it: {remedy}"


def _behind_borders(event: Event, world: World) -> Idle:
    """Links that an event or a project opens behind a border that is shut at the start and that no event opens."""
    links, dyads = world.axes["link"], world.axes["dyad"]
    let = {edit.where[0] for edit in world.edits if edit.target == "dyad.state" and not shut(np.array(edit.value))}
    closed = [y for y, name in enumerate(dyads) if shut(world.dyad_state[y]) and name not in let]
    behind = world.links.gate.toarray()[:, closed] > 0.0

    def said(touched: Mask) -> str:
        borders = ", ".join(dyads.labels[closed[n]] for n in np.flatnonzero(behind[touched].any(axis=0)))
        return f"shut while the border of {borders} is, which no event here opens" if borders else ""

    if changed(event) == "link.open" and event.multiply is None and event.value > 0.0:
        for j, word in enumerate(event.link):
            if reason := said(np.arange(len(links)) == links.at(word)):
                yield f"link[{j}]", word, f"stays {reason}"
    for j, word in enumerate(event.project if event.becomes == "operating" else ()):
        opens = world.links.adds_capacity.toarray()[:, world.axes["project"].at(word)] > 0.0
        if reason := said(opens):
            left = ", ".join(links.labels[e] for e in np.flatnonzero(opens & behind.any(axis=1)))
            yield f"project[{j}]", word, f"has links that stay {reason}: {left}"


def _laid_up(event: Event, world: World) -> Idle:
    """Idle links that an event gives capacity and none opens."""
    opened = {edit.where[0] for edit in world.edits if edit.target == "link.open"}
    given = changed(event) == "link.capacity" and event.value > 0.0
    for j, word in enumerate(event.link if given else ()):
        if word not in opened and world.links.open[world.axes["link"].at(word)] == 0.0:
            yield f"link[{j}]", word, "is idle, and no event opens it: capacity alone carries nothing"


def _unbuilt(event: Event, world: World) -> Idle:
    """Links that an event opens, by themselves or with a border, or multiplies, not there before a project operates."""
    links, missing = world.axes["link"], _missing(world)
    opens = changed(event) == "link.open" and event.multiply is None and event.value > 0.0
    if opens or (changed(event) == "link.capacity" and event.multiply is not None):
        for j, word in enumerate(event.link):
            if word in missing:
                yield f"link[{j}]", word, f"is not there before {missing[word]} operates, and no event sees to it"
    for j, word in enumerate(event.dyad if event.becomes in OPENING else ()):
        behind = world.links.gate.toarray()[:, world.axes["dyad"].at(word)] > 0.0
        gated = np.flatnonzero(behind & (world.links.congestible > 0.0))
        left = [
            f"{name} before {missing[name]} operates"
            for name in map(links.labels.__getitem__, gated)
            if name in missing
        ]
        if left and len(left) == len(gated):
            yield (
                f"dyad[{j}]",
                word,
                f"opens no road or railway: none is there, {', '.join(left)}, and no event sees to it",
            )


def _missing(world: World) -> dict[str, str]:
    """Links without capacity to the end, each with the projects of which any would make it."""
    stage = {edit.where[0] for edit in world.edits if (edit.target, edit.value) == ("project.stage", OPERATING)}
    given = {edit.where[0] for edit in world.edits if edit.target == "link.capacity" and edit.operation != "multiply"}
    makes = world.links.adds_capacity.toarray() > 0.0
    built = ((world.projects.stage > 0.0) if _decides(world) else (world.projects.stage == OPERATING)) | np.isin(
        world.axes["project"].labels, list(stage)
    )
    absent = (world.links.capacity.max(axis=0) == 0.0) & makes.any(axis=1) & ~makes[:, built].any(axis=1)
    projects, links = np.array(world.axes["project"].labels), world.axes["link"].labels
    found = {links[e]: " or ".join(projects[makes[e]]) for e in np.flatnonzero(absent)}
    return {link: names for link, names in found.items() if link not in given}


def idle_links(event: Event, world: World) -> Idle:
    """Links that no route of a market uses."""
    for j, word in enumerate(event.link):
        if not used(world)[world.axes["link"].at(word)]:
            yield f"link[{j}]", word, "is used by no route of a market"


def used(world: World) -> Mask:
    """Whether a route of a market uses a link, (E,)."""
    routes = (world.freight.routes, world.exchange.pairs.routes)
    return np.asarray(np.logical_or.reduce([part.segments.of_link >= 0 for part in routes]))


def idle_trade(event: Event, world: World) -> Idle:
    """Sellers and buyers that trade nothing of what is named with each other in the base quarter."""
    trade, economy = world.trade, world.economy
    volumes = (
        (trade.freight, world.freight.volume[world.freight.routes.market]),
        (trade.exchange, world.exchange.flow),
        (trade.imports, economy.imports.ravel()),
        (trade.exports, economy.exports.ravel()),
    )
    for labels in places(event, changed(event)) if event.trade else ():
        axes = (world.axes[axis] for axis in TARGETS[changed(event)])
        where = [axis.at(label) for axis, label in zip(axes, labels, strict=True)]
        if not any((volume[relations.of(*where)] > 0.0).any() for relations, volume in volumes):
            yield "trade", " ".join(labels), "is no trade of the base quarter"


def idle_factor(event: Event, world: World) -> Idle:
    """What an event multiplies that is nothing today, and to which no event gives a value."""
    target = changed(event)
    if event.multiply is None or target not in (*NOTHING, *EXPOSURES):
        return
    given = {edit.where for edit in world.edits if edit.target == target and edit.operation != "multiply"}
    for where in places(event, target):
        if where not in given and (target in NOTHING or _exposed(target, where, world) == 0.0):
            yield event.target, " ".join(where), "is nothing today, of which any part is nothing too"


def _exposed(target: str, where: tuple[str, ...], world: World) -> float:
    """What the tables say that a country gets from a pole or owes it."""
    country, pole = (world.axes[axis].at(label) for axis, label in zip(TARGETS[target], where, strict=True))
    return float(getattr(world.economy, target.partition(".")[0])[country, pole])


def unused_link(where: Labels, world: World) -> str:
    """Why nothing flows on a link, if that is so."""
    reached = used(world)[world.axes["link"].at(where["link"])]
    return "" if reached else "is used by no route of a market"


def unused_corridor(where: Labels, world: World) -> str:
    """Why nothing goes by a corridor, if that is so."""
    used = world.freight.corridors @ np.ones(world.freight.corridors.shape[1])
    return "" if used[world.axes["corridor"].at(where["corridor"])] else "is used by no route of a market"


def no_supply(where: Labels, world: World) -> str:
    """Why a country takes nothing from a supplier, if that is so."""
    system = world.exchange
    mine = system.supplier[system.pairs.source] == world.axes["supplier"].at(where["supplier"])
    taken = system.sink_owner @ (system.pairs.to_sink @ (mine & _traded(where, world)))
    return _unconnected(where, world, taken)


def no_export(where: Labels, world: World) -> str:
    """Why a country sells nothing to buyers of a pole, if that is so."""
    system = world.exchange
    bought = system.sold_to[world.axes["pole"].at(where["pole"])][system.pairs.sink]
    sold = system.source_owner @ (system.pairs.from_source @ (bought * system.exported * _traded(where, world)))
    return _unconnected(where, world, sold)


def _elsewhere(claim: Claim, world: World) -> str:
    """What to ask of exports of which the world market, that is of no pole, takes more than the pole of a claim."""
    if claim.measure not in EXPORTS:
        return ""
    system, pairs = world.exchange, world.exchange.pairs
    route = np.flatnonzero(np.diff(system.pair, prepend=-1))  # the first of each pair
    mine = system.source_owner.toarray()[world.axes["country"].at(claim.where["country"])]
    sold = np.where(_traded(claim.where, world)[route], mine[pairs.source[route]], 0.0) * system.flow
    bought = np.bincount(pairs.sink[route], sold, len(system.outlet))
    outlets = bought * system.outlet
    if outlets.sum() <= (bought * system.sold_to[world.axes["pole"].at(claim.where["pole"])]).sum():
        return ""
    markets = world.axes["market"].labels[-len(outlets) :]
    names = [markets[d] for d in np.argsort(-outlets, kind="stable") if outlets[d] > 0.0]
    named = ", ".join(names[:MOST_NAMED])
    return f"leaves out the world market, which is of no pole and takes more: ask `market_volume` of {named}"


def _traded(where: Labels, world: World) -> Mask:
    """Pairs of source and sink that trade the commodity of a claim, (pairs,)."""
    pairs = world.exchange.pairs
    return np.asarray(pairs.source_commodity[pairs.source] == world.axes["commodity"].at(where["commodity"]))


def _unconnected(where: Labels, world: World, by_country: Array) -> str:
    """That no line lets a country trade with the other side of a claim; nothing when one does, `by_country` (C,)."""
    return "" if by_country[world.axes["country"].at(where["country"])] else "is trade for which there is no line"


def _moved_by_events(target: str) -> Callable[[Labels, World], str]:
    """Why nothing moves what events alone can move, if that is so."""

    def reason(where: Labels, world: World) -> str:
        place = tuple(where[axis] for axis in TARGETS[target])
        moved = any((edit.target, edit.where) == (target, place) for edit in world.edits)
        return "" if moved else "changes by events alone, and none changes it here"

    return reason


def never_taken(where: Labels, world: World) -> str:
    """Why a pole is never in a posture: it neither holds it, turns to it by chance, nor takes it by an event."""
    pole, posture = world.axes["pole"].at(where["pole"]), world.axes["posture"].at(where["posture"])
    politics = world.politics
    by_event = ("posture.state", (where["pole"],), float(posture))
    taken = any((edit.target, edit.where, edit.value) == by_event for edit in world.edits)
    by_itself = politics.posture[pole] == posture or politics.turning[pole, :, posture].any()
    return "" if taken or by_itself else "is no posture that this pole takes"


def _decides(world: World) -> bool:
    """Whether projects move by themselves."""
    return world.parameters.get(DECISIONS, PARAMETERS[DECISIONS].default) > 0.0


def undecided(where: Labels, world: World) -> str:
    """Projects move by themselves unless a scenario leaves them to its events."""
    return "" if _decides(world) else _moved_by_events("project.stage")(where, world)


def closed_to(where: Labels, world: World) -> str:
    """Memberships move by themselves where the institution is open to the state; the others by events alone."""
    facts, axes = world.memberships, world.axes
    country, institution = axes["country"].at(where["country"]), axes["institution"].at(where["institution"])
    free = ((facts.country == country) & (facts.institution == institution)).any()
    moves = world.parameters.get(JOINING, PARAMETERS[JOINING].default) > 0.0
    return "" if free and moves else _moved_by_events("membership.state")(where, world)


DOUBTED = {
    "event-beyond": _below_nothing,
    "link-unlimited": _unlimited,
    "link-gated": _behind_borders,
    "link-idle": _laid_up,
    "link-unbuilt": _unbuilt,
}
"""What finds things of which an event makes something else than it says, by name of the check."""
IDLE = {"idle-link": idle_links, "idle-trade": idle_trade, "idle-factor": idle_factor}
CONSTANT: dict[str, Callable[[Labels, World], str]] = {
    **dict.fromkeys(("flow", "shadow_price"), unused_link),
    **dict.fromkeys(("corridor_flow", "corridor_share"), unused_corridor),
    **dict.fromkeys(("supply_share", "supply_volume"), no_supply),
    **dict.fromkeys(EXPORTS, no_export),
    "project_stage": undecided,
    "membership": closed_to,
    "pole_posture": never_taken,
}
"""What tells, by measure, why some labels of it have one value in all runs of a scenario; empty when they have not."""
