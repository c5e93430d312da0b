"""Appraisal: what each project is worth to whom, and whom it costs, in closed form (theory 7.9).

Every project is held against this quarter's flows and prices as if it came
alone, with its own capacity and at no scarcity price on what it widens.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from model.arrays import Array, Indices, Sparse, rows_of, summing
from model.clearing import TRACE, exchange_conditions, freight_conditions, source_limit
from model.exchange import Conditions as ExchangeConditions
from model.exchange import draw, offer
from model.links import dyad_openness
from model.losses import ALMOST_NONE
from model.network import resistance, transit_time
from model.now import Now
from model.openings import gated
from model.politics import Grouping, Reached
from model.state import State

LARGEST = 300.0  # exponent: e^300 is more than any route outweighs another
ROUNDS = 4  # after which own capacity is filled within a few per cent
LEAST = 1e-130
SHUT = 30.0  # log odds at which a market without a way counts as not served


@dataclass(frozen=True)
class Appraisal:
    """What projects would bring each quarter, million USD.

    `gain` (J, N, R) to economies, surplus and tariffs in transit; `safety` (J, C, P, R), what a country would
    lose less if a pole withheld; `stake` (J, P, R), revenue that a pole would lose; `toll` (J, R), what its own
    full capacity would fetch.
    """

    gain: Array
    safety: Array
    stake: Array
    toll: Array

    def __add__(self, other: "Appraisal") -> "Appraisal":
        """What two systems bring together."""
        return Appraisal(**{name: part + getattr(other, name) for name, part in vars(self).items()})


def appraised(state: State, now: Now) -> Appraisal:
    """What every project would bring if it came now."""
    boundless = replace(state, capacity=np.full_like(state.capacity, np.inf))
    found = _nothing(now)
    for reached, part in ((now.world.projects.freight, _freight), (now.world.projects.exchange, _exchange)):
        found = found + part(state, boundless, now) if len(reached.route) else found
    return found


def _nothing(now: Now) -> Appraisal:
    """Projects that bring nothing, since no route of a market comes their way."""
    axes, projects = now.world.axes, len(now.world.projects.stage)
    economies, countries, poles = (len(axes[name]) for name in ("economy", "country", "pole"))
    shapes = ((economies,), (countries, poles), (poles,), ())
    return Appraisal(*(np.zeros((projects, *shape, now.runs)) for shape in shapes))


def with_project(reached: Reached, state: State, now: Now) -> Array:
    """Capacity of changed segments with the project, unit per quarter, (K, R); none behind a shut border."""
    facts = now.world.links
    factor = gated(facts.gate, dyad_openness(state, now)) * np.clip(
        now.edited("link.open", facts.open[:, None]), 0, None
    )
    added = reached.adds[:, None] * factor[reached.link]
    return np.minimum.reduceat(state.capacity[reached.link] + added, reached.start, axis=0)


def passable(reached: Reached, capacity: Array, widened: Array) -> tuple[Array, Array]:
    """Whether each row's route is open without and with its project, (rows, R); `capacity` (S, R)."""
    shut = (capacity <= 0.0).astype(np.float64)
    closed = reached.uses @ shut
    still = closed + reached.touches @ ((widened <= 0.0) - shut[reached.segment])
    return (closed <= 0.0).astype(np.float64), (still <= 0.0).astype(np.float64)


def fitting(reached: Reached, widened: Array, load: Array, more: Array, projects: int) -> Array:
    """Share of each project's new flow that its own capacity holds, (J, R); `more` (rows, R) is that flow."""
    wanted = np.asarray(reached.touches.T @ more)
    room = np.maximum(widened - load[reached.segment], 0.0)
    share = np.where(wanted > room, room / np.maximum(wanted, ALMOST_NONE), 1.0)
    held = np.ones((projects, more.shape[1]))
    held[reached.owner[reached.first]] = np.minimum.reduceat(share, reached.first, axis=0)
    return held


def shared(credit: Sparse, values: Array, projects: int) -> Array:
    """Values of groups or rows shared out, (J, N, R)."""
    return np.asarray(credit @ values).reshape(projects, -1, values.shape[1])


@dataclass(frozen=True)
class Row:
    """Routes of projects: weights without and with the project (rows, R), and capacity of what it changes (K, R)."""

    old: Array
    new: Array
    widened: Array

    @property
    def more(self) -> Array:
        """Weight that the project adds."""
        return self.new - self.old


def filled(row: Row, flows: Callable[[Row], Array], reached: Reached, load: Array, projects: int) -> tuple[Row, Array]:
    """Rows at the price that fills a project's own capacity and no more, and ln of what it takes off, (J, R).

    `flows` gives the new flow of rows, (rows, R): it falls less than their weight, so each round comes nearer.
    """
    log = np.zeros((projects, row.new.shape[1]))
    part = row
    for _ in range(ROUNDS):
        log += np.log(np.maximum(fitting(reached, row.widened, load, flows(part), projects), LEAST))
        part = replace(row, new=row.old + np.exp(log)[reached.project] * row.more)
    return part, log


@dataclass(frozen=True)
class Ends:
    """Markets, sources or sinks of projects, (G, R): what each gains, and how old flows thin out.

    `gain` million USD a quarter; `thinned`, the factor by which flows on old routes fall; `exposed`, USD lost if
    a share X (G, R) of flow is withheld, without and with the project.
    """

    gain: Array
    thinned: Array
    before: "Exposure"
    after: "Exposure"


@dataclass(frozen=True)
class Exposure:
    """Loss under withholding in closed form: of a market (eq. 9) or, with `served` None, of an end (eq. 9')."""

    worth: Array
    nest: Array
    served: Array | None = None

    def loss(self, blocked: Array) -> Array:
        """Million USD a quarter lost when a share of flow is blocked, (G, R)."""
        left = np.maximum(1.0 - blocked, ALMOST_NONE) ** self.nest
        return self.worth * (1.0 - left if self.served is None else -np.log1p(-self.served * (1.0 - left)))


def _freight(state: State, boundless: State, now: Now) -> Appraisal:
    """One-sided markets: gain S(I+) - S(I) (eq. 19)."""
    market, reached = now.world.freight, now.world.projects.freight
    routes, solved, (group,) = market.routes, state.freight, reached.ends
    logsum = np.where(solved.served > 0.0, solved.cost, now.base.freight.outside + SHUT / now.base.freight.mu)
    row, tariff = _freight_rows(state, boundless, now, logsum)
    projects = len(now.world.projects.stage)
    flows = partial(_freight_flow, state=state, now=now, logsum=logsum)
    row, log = filled(row, flows, reached, solved.load, projects)
    extra = np.maximum(group.sums @ row.more, 0.0)
    ends, _, _ = _market_ends(state, now, logsum, extra)
    flow = flows(row)
    held = fitting(reached, row.widened, solved.load, flow, projects)
    money = market.money[routes.market]
    toll = -log[reached.project] / now.base.freight.theta[routes.market[reached.route]] * flow
    toll = _over_rows(reached, money[reached.route][:, None] * toll, projects)
    power = [routes.power[:, pole][:, None] for pole in range(len(now.world.axes["pole"]))]
    blocked = [np.minimum(routes.market_sum(solved.share * own), 1.0)[group.end] for own in power]
    mixed = [
        (part + group.sums @ (own[reached.route] * row.more)) / (1.0 + extra)
        for part, own in zip(blocked, power, strict=True)
    ]
    revenue = [routes.market_sum(money[:, None] * solved.flow * own * tariff)[group.end] for own in power]
    fees = _earned(reached, now, money[reached.route][:, None] * flow)
    return _appraisal(now, group, held, ends, (fees, toll), (blocked, mixed, revenue))


def _freight_flow(row: Row, *, state: State, now: Now, logsum: Array) -> Array:
    """What projects add to the flow of their rows, unit per quarter, (rows, R)."""
    (group,) = now.world.projects.freight.ends
    extra = np.maximum(group.sums @ row.more, 0.0)
    _, carried, was = _market_ends(state, now, logsum, extra)
    return row.new * carried[group.row] - row.old * was[group.row]


def _over_rows(reached: Reached, values: Array, projects: int) -> Array:
    """Sum of rows by project, none below zero, (J, R)."""
    return np.asarray(np.maximum(summing(reached.project, projects) @ values, 0.0))


def _freight_rows(state: State, boundless: State, now: Now, logsum: Array) -> tuple[Row, Array]:
    """Weights of routes relative to those of their market as it is, and what every route pays in tariffs, (H, R)."""
    market, reached, solved = now.world.freight, now.world.projects.freight, state.freight
    routes, given = market.routes, freight_conditions(boundless, now)
    widened = with_project(reached, state, now)
    before, after = passable(reached, routes.segments.smallest(state.capacity), widened)
    slow = resistance(routes.segments, state.days, state.capacity, now.world.links.congestible[:, None])
    days = transit_time(given.days, slow, solved.load, given.alpha)
    price, of_row, place = rows_of(given.day_value, reached.route), routes.market[reached.route], reached.segment
    cost = (
        reached.uses @ (given.cost + solved.price) + price * (reached.uses @ days) + rows_of(given.extra, reached.route)
    )
    saved = reached.touches @ (solved.price[place] - reached.adds_cost[:, None])
    saved += price * (reached.touches @ (days[place] - given.days[place] - reached.adds_days[:, None]))
    theta = given.theta[of_row]
    level = routes.log_size[reached.route] - theta * (cost - logsum[of_row])
    usable = rows_of(given.allowed, reached.route)
    return Row(
        usable * before * _exp(level), usable * after * _exp(level + theta * saved), widened
    ), routes.uses @ given.cost


def _market_ends(state: State, now: Now, logsum: Array, extra: Array) -> tuple[Ends, Array, Array]:
    """Surplus of markets with routes that weigh `extra` more, and carried volume without and with them, (G, R)."""
    market, base = now.world.freight, now.base.freight
    group = now.world.projects.freight.ends[0].end
    mu, nest = base.mu[group], base.mu[group] / base.theta[group]
    odds = mu * (base.outside[group] - logsum[group])
    raised = odds + nest * np.log1p(extra)
    potential = state.potential[group]
    worth = market.money[group][:, None] * potential / mu
    was, served = 1.0 / (1.0 + np.exp(-odds)), 1.0 / (1.0 + np.exp(-raised))
    thinned = served / (np.maximum(was, ALMOST_NONE) * (1.0 + extra))
    gain = worth * (np.logaddexp(0.0, raised) - np.logaddexp(0.0, odds))
    ends = Ends(gain, thinned, Exposure(worth, nest, was), Exposure(worth, nest, served))
    return ends, potential * served / (1.0 + extra), potential * was


def _exp(level: Array) -> Array:
    """Exponential within what floats hold."""
    return np.asarray(np.exp(np.minimum(level, LARGEST)))


def _earned(reached: Reached, now: Now, paid: Array) -> Array:
    """Tariffs in transit that economies earn on the new flow of projects, million USD a quarter, (J, N, R)."""
    earned = shared(reached.fees, np.maximum(paid, 0.0), len(now.world.projects.stage))
    return now.value("transit.fee_share") * earned


def _appraisal(  # noqa: PLR0913 - what a group gains, pays and is exposed to
    now: Now,
    group: Grouping,
    held: Array,
    ends: Ends,
    paid: tuple[Array, Array],
    exposed: tuple[list[Array], list[Array], list[Array]],
) -> Appraisal:
    """What the groups of one kind of end bring their projects, as far as `held` (J, R) lets them."""
    projects, countries = len(now.world.projects.stage), len(now.world.axes["country"])
    leaving = np.clip(1.0 - ends.thinned, 0.0, 1.0)
    safety = [
        shared(group.credit, ends.before.loss(before) - ends.after.loss(after), projects)[:, :countries]
        for before, after in zip(*exposed[:2], strict=True)
    ]
    stake = [_by_project(group, leaving * revenue, projects) for revenue in exposed[2]]
    return Appraisal(
        held[:, None] * (shared(group.credit, ends.gain, projects) + paid[0]),
        held[:, None, None] * np.stack(safety, axis=2),
        held[:, None] * np.stack(stake, axis=1),
        held * paid[1],
    )


def _by_project(group: Grouping, values: Array, projects: int) -> Array:
    """Sum of groups by project, (J, R)."""
    return np.asarray(summing(group.project, projects) @ values)


def _exchange(state: State, boundless: State, now: Now) -> Appraisal:
    """Oil and gas: each side gains at fixed prices of the other."""
    reached, pairs, solved = now.world.projects.exchange, now.world.exchange.pairs, state.exchange
    given = exchange_conditions(boundless, now)
    row = _exchange_rows(state, now, given)
    source, sink = reached.ends
    projects = len(now.world.projects.stage)
    row, log, sold, bought = _settled(row, given, state, now)
    flow = row.new * sold.thinned[source.row] * bought.thinned[sink.row] - row.old
    held = fitting(reached, row.widened, solved.load, flow, projects)
    toll = -log[reached.project] / rows_of(given.source_theta, pairs.source[reached.route]) * flow
    paid = (_earned(reached, now, flow), _over_rows(reached, toll, projects))
    tariff = pairs.routes.uses @ given.cost
    sales = [given.sink_price[pairs.sink] * own for own in _supplied(now)]
    transit = [tariff * np.maximum(pairs.routes.power[:, [p]] - own, 0.0) for p, own in enumerate(_supplied(now))]
    parts = []
    for group, ends, sums, quantity, revenue in (
        (source, sold, pairs.from_source, solved.source_quantity, transit),
        (sink, bought, pairs.to_sink, solved.sink_quantity, sales),
    ):
        exposed = _blocked_ends(group, reached.route, row, (sums, quantity), state, now)
        at_risk = [(sums @ (solved.flow * value))[group.end] for value in revenue]
        parts.append(_appraisal(now, group, held, ends, paid, (*exposed, at_risk)))
        paid = (0.0 * paid[0], 0.0 * paid[1])  # tariffs and tolls count once, not on both ends
    return parts[0] + parts[1]


def _settled(row: Row, given: ExchangeConditions, state: State, now: Now) -> tuple[Row, Array, Ends, Ends]:
    """Rows at the price that fills own capacity, ln of what that takes off (J, R), sources and sinks as they agree.

    Each side answers what the other offers it: at fixed prices of the other, both would count the whole flow.
    """
    reached, solved = now.world.projects.exchange, state.exchange
    source, sink = reached.ends
    log = np.zeros((len(now.world.projects.stage), now.runs))
    drawn, whole = np.ones_like(row.new), row
    for _ in range(ROUNDS):
        sold = _sources(row.more * drawn, given, state, now)
        offered = sold.thinned[source.row]
        bought = _sinks(row.more * offered, given, state, now)
        drawn = bought.thinned[sink.row]
        flow = row.new * offered * drawn - row.old
        log += np.log(np.maximum(fitting(reached, row.widened, solved.load, flow, len(log)), LEAST))
        row = replace(row, new=whole.old + np.exp(log)[reached.project] * whole.more)
    return row, log, sold, bought


def _sources(more: Array, given: ExchangeConditions, state: State, now: Now) -> Ends:
    """Sources that `more` (rows, R) is asked of."""
    group = now.world.projects.exchange.ends[0]
    most = source_limit(state, now)[group.end]
    slopes = (given.source_mu, given.source_theta)
    return _end(group, more, state.exchange.source_quantity, given.source_quantity, slopes, most)


def _sinks(more: Array, given: ExchangeConditions, state: State, now: Now) -> Ends:
    """Sinks that `more` (rows, R) is offered."""
    group = now.world.projects.exchange.ends[1]
    slopes = (given.sink_mu, given.sink_theta)
    return _end(group, more, state.exchange.sink_quantity, given.sink_quantity, slopes, np.inf)


def _exchange_rows(state: State, now: Now, given: ExchangeConditions) -> Row:
    """Flows of routes at the prices of now, without and with the project, unit a quarter."""
    reached, pairs, solved = now.world.projects.exchange, now.world.exchange.pairs, state.exchange
    widened = with_project(reached, state, now)
    before, after = passable(reached, pairs.routes.segments.smallest(state.capacity), widened)
    seller, buyer, place = pairs.source[reached.route], pairs.sink[reached.route], reached.segment
    theta = rows_of(given.source_theta, seller)
    gap = given.sink_price[buyer] - given.source_price[seller]
    level = rows_of(given.attraction, reached.route) + theta * (gap - reached.uses @ (given.cost + solved.price))
    saved = theta * (reached.touches @ (solved.price[place] - reached.adds_cost[:, None]))
    ends = offer(given, solved.source_price)[seller] * draw(given, solved.sink_price)[buyer]
    usable = rows_of(given.allowed, reached.route) * ends
    return Row(usable * before * _exp(level), usable * after * _exp(level + saved), widened)


def _end(  # noqa: PLR0913 - a group of ends: its rows, quantities, slopes and limit
    group: Grouping, more: Array, quantity: Array, at_base: Array, slopes: tuple[Array, Array], most: Array | float
) -> Ends:
    """Q' = q (1 + x)^k at fixed partner prices, up to the most it can put out, beyond which it earns a rent."""
    mu, theta = (rows_of(slope, group.end) for slope in slopes)
    extra, nest, now = np.maximum(group.sums @ more, 0.0), mu / (theta + mu), quantity[group.end]
    trades = now > TRACE
    ratio = np.where(trades, extra / np.where(trades, now, 1.0), 0.0)
    first = at_base[group.end] ** (1.0 - nest) * extra**nest  # an end without a way yet
    wanted = np.where(trades, now * (1.0 + ratio) ** nest, first)
    then = np.minimum(wanted, np.maximum(most, now))
    old = np.where(trades, now, 0.0)
    rent = np.log(np.maximum(wanted, TRACE) / np.maximum(then, TRACE)) * (1.0 / mu + 1.0 / theta)
    thinned = np.where(old + extra > 0.0, then / np.maximum(old + extra, ALMOST_NONE), 1.0)
    return Ends((then - old) / mu + then * rent, thinned, Exposure(old / mu, nest), Exposure(then / mu, nest))


def _supplied(now: Now) -> list[Array]:
    """1 for the routes of each pole's own sources, (H, 1)."""
    axes, pairs = now.world.axes, now.world.exchange.pairs
    numbers = [axes["supplier"].at(pole) if pole in axes["supplier"] else -1 for pole in axes["pole"]]
    return [(now.world.exchange.supplier == number)[pairs.source][:, None].astype(np.float64) for number in numbers]


def _blocked_ends(  # noqa: PLR0913 - a group, its rows, its ends, where and when
    group: Grouping, route: Indices, row: Row, end: tuple[Sparse, Array], state: State, now: Now
) -> tuple[list[Array], list[Array]]:
    """Share of an end's trade that each pole can block, without and with the project, (G, R) each."""
    sums, quantity = end
    traded = np.maximum(quantity[group.end], ALMOST_NONE)
    extra = np.maximum(group.sums @ row.more, 0.0)
    before, after = [], []
    for pole in range(len(now.world.axes["pole"])):
        power = now.world.exchange.pairs.routes.power[:, pole][:, None]
        held = (sums @ (power * state.exchange.flow))[group.end]
        before.append(np.clip(held / traded, 0.0, 1.0))
        after.append(np.clip((held + group.sums @ (power[route] * row.more)) / (traded + extra), 0.0, 1.0))
    return before, after
