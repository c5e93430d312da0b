"""One quarter: the processes in their order, each State -> State."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from model import alignment as law
from model import threat as fear
from model.adaptation import expanded, next_exposure, next_reallocation, reallocation, trade_pull
from model.arrays import Array, grouped_sum
from model.axes import TERMS
from model.clearing import clearing, closure, delivered_cost
from model.contracts import contracts
from model.dependence import dependence, index
from model.dyads import next_dyad, war_clock, war_threat
from model.events import STATES
from model.leaders import hold, leaders, leaning
from model.links import border_thaw, links
from model.markets import alignment_change, markets
from model.memberships import next_lagged, next_membership
from model.now import Now
from model.openings import shut
from model.parameters import OFFER_SCALE
from model.postures import lever, next_posture
from model.procurement import armed, procured
from model.projects import opening, projects
from model.soft_power import cultivated
from model.state import State
from model.statecraft import STRONGEST, statecraft
from model.trade import trade_share
from model.world import Relations

NO_CRISIS = -1.0  # share of a promise kept where none was called in
SETTLING = 0.6  # accountability with compensation closes a grievance (theory 7.17)


@dataclass(frozen=True)
class Process:
    """A named step of the quarter, with the state fields it reads and writes."""

    name: str
    run: Callable[[State, Now], State]
    reads: tuple[str, ...]
    writes: tuple[str, ...]


def events(state: State, now: Now) -> State:
    """Scenario edits of states due this quarter, and which runs change structure: by these or by a border."""
    capacity = now.world.links.capacity
    dated = bool(now.index) and bool((capacity[now.index] != capacity[now.index - 1]).any())
    structural = now.setting.plan.structural(now.quarter, now.runs) | dated
    own = state.own | {"posture.state": next_posture(state, now)}
    standing = {target: now.edited(target, own[target], windows=False) for target in STATES}
    held = {target: now.edited(target, values, windows=True) for target, values in standing.items()}
    dyad, project = held["dyad.state"], held["project.stage"]
    works, closing, posture = now.world.projects, shut(dyad) & ~shut(state.dyad), held["posture.state"]
    coercion = np.clip(held["coercion.level"], 0.0, STRONGEST)
    reshut = (closure(coercion) != closure(state.coercion)).any(axis=(0, 1))
    return replace(
        state,
        own=state.own | standing,
        structural=structural | reshut,
        rerouted=(closing & now.world.dyads.freight[:, None]).any(axis=0)
        | opening(state, project, works.opens_freight),
        dyad=dyad,
        dyad_clock=np.where(shut(state.dyad) & ~shut(dyad), 0.0, state.dyad_clock),
        project=project,
        project_clock=np.where(project == state.project, state.project_clock, 0.0),
        membership=held["membership.state"],
        posture=posture,
        coercion=coercion,
        remittances=held_to("remittances", now),
        debt=held_to("debt", now),
        security=held_to("security", now, armed(state, now)),
    )


def held_to(exposure: str, now: Now, grown: Array | float = 0.0) -> Array:
    """What a country gets from each pole or owes it: by the tables, grown since and changed by events, (C, P, R)."""
    base = getattr(now.world.economy, exposure)[:, :, None] + grown
    changed = np.broadcast_to(now.edited(f"{exposure}.level", base), (*base.shape[:2], now.runs))
    return np.clip(changed, 0.0, 1.0) * now.world.politics.active[:, :, None]


def threat(state: State, now: Now) -> State:
    """Perceived threat and grievance."""
    politics, active = now.world.politics, now.world.politics.active[:, :, None]
    zero = np.zeros_like(state.threat)
    pressure = now.value("threat.own_coercion") * state.coercion / 3.0 + now.value(
        "threat.seen_aggression"
    ) * fear.observed_aggression(politics.similarity, now.edited("aggression.level", zero))
    pressure = pressure + now.value("threat.war") * war_threat(state, now)
    noise = now.value("threat.noise") * now.setting.luck.threat[now.index]
    moved = fear.next_threat(
        state.own["threat.level"], politics.threat[:, :, None], now.value("threat.persistence"), pressure, noise
    )
    retention = (now.value("grievance.retention_unsettled"), now.value("grievance.retention_settled"))
    accounted = now.edited("grievance.accounted", zero)
    settled = np.maximum(state.settled, (accounted >= SETTLING).astype(np.float64))
    grievance = fear.next_grievance(
        state.grievance, settled, now.edited("grievance.incident", zero), accounted, retention
    )
    return replace(
        state,
        own=state.own | {"threat.level": moved * active},
        threat=np.clip(now.edited("threat.level", moved), 0.0, 1.0) * active,
        grievance=grievance * active,
        settled=settled,
        credibility=credibility(state, now),
    )


def credibility(state: State, now: Now) -> Array:
    """How far countries trust what poles promise them, after the crises of this quarter, (C, P, R)."""
    politics = now.world.politics
    kept = now.edited("promise.kept", np.full_like(state.credibility[:, :, :1], NO_CRISIS))
    update = now.value("credibility.update")
    return fear.next_credibility(state.credibility, kept, politics.similarity, update) * politics.active[:, :, None]


def pull(state: State, now: Now) -> law.Pull:
    """Everything that draws countries to poles this quarter."""
    politics = now.world.politics
    reliance = index(np.maximum(state.loss, 0.0), now)
    fear_level = state.threat
    gained = state.surplus - state.surplus_history[0]
    output = state.gdp[: len(now.world.axes["country"])][:, None]
    felt = np.clip(gained / (now.value("dependence.scale") * output), -1.0, 1.0)
    belonging = institution_share(state, now)
    benefits = {
        "offers": now.value("alignment.offers")
        * law.effective_offers(state.offers, OFFER_SCALE, now.value("alignment.vacuum")),
        "surplus": now.value("alignment.surplus") * felt,
        "affinity": now.value("alignment.affinity") * affinity(state, now),
        "institutions": now.value("alignment.institutions") * belonging,
        "deference": now.value("alignment.deference") * reliance * (1.0 - fear_level),
        "autonomy": -now.value("alignment.autonomy") * reliance * fear_level,
        "threat": -now.value("alignment.threat") * fear_level,
        "grievance": -now.value("alignment.grievance") * state.grievance,
        "security": now.value("alignment.security") * state.security * state.credibility,
        "coercion": now.value("statecraft.compliance") * state.complied / adjustment(now) - state.backlash,
    }
    return law.Pull(
        benefits=benefits,
        rivalry=now.edited("rivalry.level", politics.rivalry[:, :, None]),
        peers=politics.peers,
        anchor=state.anchor,
        residual=now.base.residual,
    )


def affinity(state: State, now: Now) -> Array:
    """Affinity of countries to poles with postures and edits in force, (C, P, R), in [-1, 1]."""
    politics = now.world.politics
    warmed = politics.affinity[:, :, None] + sum(lever(politics.warmth, state.posture)) + leaning(state, now)
    warmed += now.value("soft_power.weight") * state.soft_power
    return np.clip(now.edited("affinity.level", warmed), -1.0, 1.0)


def institution_share(state: State, now: Now) -> Array:
    """ins_ip: load of memberships held over the load of all institutions, (C, P, R)."""
    loads = now.world.politics.loads
    total = np.maximum(loads.sum(axis=0), 1e-12)
    share = np.zeros((state.membership.shape[0], loads.shape[1], state.membership.shape[2]))
    for institution in range(len(loads)):
        share += state.membership[:, institution][:, None] * (loads[institution] / total)[None, :, None]
    return share


def shape(now: Now) -> law.Shape:
    """Constants of the alignment law now."""
    return law.Shape(
        curvature=now.value("alignment.curvature"),
        anchoring=now.value("alignment.anchoring"),
        peer_weight=now.value("alignment.peer_weight"),
        peer_restraint=now.value("alignment.peer_restraint"),
        rivalry_weight=now.value("alignment.rivalry_weight"),
    )


def adjustment(now: Now) -> Array | float:
    """tau_A, the share of a pull that alignment follows within a quarter."""
    return law.speed(4.0 * now.value("alignment.half_life"), shape(now))


def alignment(state: State, now: Now) -> State:
    """Alignment climbs the hedging utility; the anchor follows slowly."""
    active, form = now.world.politics.active, shape(now)
    tau = adjustment(now)
    noise = now.value("alignment.noise") * now.setting.luck.alignment[now.index]
    loosened = replace(form, anchoring=form.anchoring * hold(state, now))
    terms = law.drive(state.alignment, pull(state, now), loosened, active)
    moved, moves = law.step(state.alignment, terms, tau, noise, active)
    drift = now.value("alignment.anchor_drift") * (state.alignment - state.anchor)
    history = np.concatenate([state.surplus_history[1:], state.surplus[None]])
    return replace(
        state,
        alignment=moved,
        added=state.added + np.stack([moves[term] for term in TERMS], axis=2),
        anchor=state.anchor + drift * active[:, :, None],
        moves=moves,
        surplus_history=history,
    )


def transitions(state: State, now: Now) -> State:
    """Pairs of states and memberships move by chance; projects are decided, built and given up where that is on."""
    moved = projects(state, now)
    return replace(
        moved,
        own=moved.own | {"dyad.state": next_dyad(state, now), "membership.state": next_membership(state, now)},
        dyad_clock=state.dyad_clock + 1.0,
        dyad_war=war_clock(state),
        membership_lagged=next_lagged(state.membership_lagged, state.membership, now.value("memberships.lag")),
    )


def adaptation(state: State, now: Now) -> State:
    """Trade moves to partners that grow, come nearer or align; soft bottlenecks are widened."""
    economy = now.world.economy
    attraction = partner_pull(state, now)
    bought, sold = (attraction * poles_open(part, now) for part in (now.world.trade.imports, now.world.trade.exports))
    pace = now.value("adaptation.trade_speed")
    factors = [
        reallocation(gross[:, :, None], total[:, None], drawn)
        for gross, total, drawn in (
            (economy.gross_imports, economy.total_imports, bought),
            (economy.gross_exports, economy.total_exports, sold),
        )
    ]
    growth, busy = expanded(
        state.expansion, state.busy, link_load(state, now), state.capacity, now.value("adaptation.widening")
    )
    arms, fame = procured(state, now)
    soft = now.world.links.soft[:, None] > 0.0
    return replace(
        state,
        imports=next_exposure(state.imports, economy.imports[:, :, None] * bought * factors[0][:, None], pace),
        exports=next_exposure(state.exports, economy.exports[:, :, None] * sold * factors[1][:, None], pace),
        reallocation=next_reallocation(state.reallocation, np.stack(factors), pace),
        expansion=np.where(soft, growth, 1.0),
        busy=busy,
        arms=arms,
        fame=fame,
        soft_power=cultivated(state, now),
    )


def poles_open(relations: Relations, now: Now) -> Array:
    """Share of each country's trade with each pole that events leave open, (C, P, R)."""
    return trade_share(relations, now).reshape(*now.world.politics.active.shape, -1)


def partner_pull(state: State, now: Now) -> Array:
    """How much each pole's size, delivered cost and alignment pull a country's trade, (C, P, R), 1 at base."""
    economy = now.world.economy
    countries = len(now.world.axes["country"])
    relative = state.gdp / economy.gdp[:, None]
    whole = grouped_sum(state.gdp, np.zeros(1, dtype=np.intp)) / economy.gdp.sum()  # .sum(axis=0) would pair a lone run
    size = (relative[countries:] / whole)[None]
    return border_thaw(state, now)[now.world.pole_pair] * trade_pull(
        size,
        delivered_cost(state, now) - now.base.delivered,
        alignment_change(state, now).reshape(countries, -1, now.runs),
        now.value("adaptation.cost_elasticity"),
        now.value("adaptation.alignment_trade"),
    )


def link_load(state: State, now: Now) -> Array:
    """Freight load of links, unit per quarter, (E, R)."""
    return now.world.freight.routes.segments.to_links(state.freight.load)


BORDERS = ("dyad", "dyad_clock")
WORKS = ("project", "project_clock")
AGREEMENTS = ("contract", "contract_end")
LEADERS = ("leader", "tenure")
ARMS = ("arms", "fame")
LINKS = ("capacity", "cost", "days")
ENDS = ("source_quantity", "sink_quantity", "source_price", "sink_price")
FLOWS = ("freight", "exchange")
GIVEN = ("remittances", "debt", "security")
"""Exposures that only events change."""
EXPOSURES = ("imports", "exports", *GIVEN)

# What each reads and writes is tested: tests/model/test_processes.py.
SEQUENCE: tuple[Process, ...] = (
    Process(
        "events",
        events,
        reads=("own", "arms", "coercion", *BORDERS, *WORKS),
        writes=(
            *("own", "structural", "rerouted", *BORDERS, *WORKS),
            *("membership", "posture", "coercion", *GIVEN),
        ),
    ),
    Process(
        "markets",
        markets,
        reads=("own", "output", "gain", "gdp", "alignment", "reallocation", "remittances", "posture", *BORDERS),
        writes=("own", "output", "gdp", "world_price", "potential", *ENDS),
    ),
    Process(
        "contracts",
        contracts,
        reads=("own", *AGREEMENTS, "exchange", "alignment"),
        writes=("own", *AGREEMENTS),
    ),
    Process("links", links, reads=("expansion", "world_price", *BORDERS, *WORKS), writes=LINKS),
    Process(
        "clearing",
        clearing,
        reads=(
            "structural",
            "rerouted",
            "coercion",
            "contract",
            *BORDERS,
            *LINKS,
            "potential",
            *ENDS,
            *FLOWS,
        ),
        writes=FLOWS,
    ),
    Process(
        "dependence",
        dependence,
        reads=(
            *("output", "gdp", "capacity", "contract", "potential", "source_quantity", "world_price"),
            *("expansion", *BORDERS, *WORKS, *FLOWS, *EXPOSURES),
        ),
        writes=("loss", "loss_channel", "visibility", "rent", "surplus", "gain"),
    ),
    Process(
        "threat",
        threat,
        reads=("own", "threat", "grievance", "settled", "credibility", "coercion", "dyad"),
        writes=("own", "threat", "grievance", "settled", "credibility"),
    ),
    Process(
        "statecraft",
        statecraft,
        reads=(
            *("own", "coercion", "coerced", "backlash", "alignment_history", "alignment", "anchor", "offers", "threat"),
            *("loss", "gdp", "posture", "project", "paused", "settled"),
        ),
        writes=("own", "offers", "coerced", "complied", "backlash", "paused", "alignment_history"),
    ),
    Process("leaders", leaders, reads=LEADERS, writes=LEADERS),
    Process(
        "alignment",
        alignment,
        reads=(
            *("alignment", "added", "anchor", "threat", "grievance", "security", "offers", "membership", "posture"),
            *("credibility", *LEADERS, "soft_power", "gdp", "complied", "backlash"),
            *("loss", "surplus", "surplus_history"),
        ),
        writes=("alignment", "added", "anchor", "moves", "surplus_history"),
    ),
    Process(
        "transitions",
        transitions,
        reads=(
            *("own", *BORDERS, "dyad_war", "project_clock", "worked", "agreed", *LINKS, *FLOWS, "potential", *ENDS),
            *("gdp", "contract", "coercion", "offers", "threat", "security", "alignment", "loss"),
            *("grievance", "membership", "membership_lagged", "world_price"),
        ),
        writes=("own", "dyad_clock", "dyad_war", "membership_lagged", "project_clock", "worked", "agreed"),
    ),
    Process(
        "adaptation",
        adaptation,
        reads=(
            *("gdp", "alignment", "freight", "capacity", *BORDERS),
            *("imports", "exports", "reallocation", "expansion", "busy"),
            *(*ARMS, "threat", "offers", "soft_power"),
        ),
        writes=("imports", "exports", "reallocation", "expansion", "busy", *ARMS, "soft_power"),
    ),
)


def all_but(frozen: frozenset[str]) -> tuple[Process, ...]:
    """The processes in their order without those named."""
    return tuple(process for process in SEQUENCE if process.name not in frozen)


def advance(state: State, now: Now, processes: tuple[Process, ...] = SEQUENCE) -> State:
    """One quarter of the given processes, in their order."""
    for process in processes:
        state = process.run(state, now)
    return state
