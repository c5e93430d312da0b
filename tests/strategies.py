"""Small random cases for the laws of the model: networks with markets, pairs of sources and sinks, countries.

Each case holds plain arrays with the run axis last, so a test can compute its
oracle without the kernels. The `*_case` functions build one from given numbers, the strategies
draw those numbers.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from hypothesis import strategies as st

from model import exchange, freight
from model.arrays import sparse
from model.exchange import Pairs
from model.network import Routes, resistance
from scenarios.compiling.paths import build_routes, route_power


def column(values):
    """A column of one run from a flat list."""
    return np.asarray(values, dtype=float)[:, None]


def positive(low, high):
    """Floats with few digits: counterexamples stay readable."""
    return st.integers(round(low * 100), round(high * 100)).map(lambda n: n / 100)


def steepest(routes, theta):
    """Largest theta among the routes of each segment, (S, 1)."""
    return column([theta[used > 0.0].max() for used in routes.carries.toarray()])


# --- networks ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Network:
    """Links and the link sequences that routes follow; `market` groups routes, contiguous from 0."""

    paths: tuple[tuple[int, ...], ...]
    market: tuple[int, ...]
    capacity: tuple[float, ...]
    cost: tuple[float, ...]
    days: tuple[float, ...]
    power: np.ndarray

    def routes(self, size=None) -> Routes:
        """Routes over contracted segments; `size` (H,) replaces the path-size factors."""
        market = np.array(self.market)
        made = build_routes(
            self.paths,
            market,
            route_power(self.paths, self.power),
            np.ones(len(self.cost)),
            np.ones(len(self.cost), dtype=bool),
        )
        return made if size is None else replace(made, log_size=np.log(column(size)))


def path_lists(links, markets, most=4):
    """Distinct routes of one to four links for each market, as a list of lists."""
    path = st.lists(st.integers(0, links - 1), min_size=1, max_size=4, unique=True).map(tuple)
    routes = st.lists(path, min_size=1, max_size=most, unique_by=frozenset)
    return st.lists(routes, min_size=markets, max_size=markets)


@st.composite
def networks(draw, *, limited=True, most=4, controllers=3):
    """Up to eight links and four markets; links may be without limit, control may be partial."""
    links, markets = draw(st.integers(3, 8)), draw(st.integers(1, 4))
    found = draw(path_lists(links, markets, most))
    limit = st.one_of(st.just(np.inf), positive(1, 60)) if limited else st.just(np.inf)
    per_link = lambda values: tuple(draw(st.lists(values, min_size=links, max_size=links)))  # noqa: E731
    share = st.sampled_from([0.0, 0.0, 0.25, 0.6, 1.0])
    power = draw(st.lists(st.lists(share, min_size=controllers, max_size=controllers), min_size=links, max_size=links))
    return Network(
        paths=tuple(path for routes in found for path in routes),
        market=tuple(w for w, routes in enumerate(found) for _ in routes),
        capacity=per_link(limit),
        cost=per_link(positive(0.5, 10)),
        days=per_link(positive(0, 5)),
        power=np.array(power),
    )


# --- one-sided markets ---------------------------------------------------------------------------


@dataclass(frozen=True)
class FreightCase:
    """One-sided markets on a network, ready to solve."""

    network: Network
    routes: Routes = field(repr=False)
    given: freight.Conditions = field(repr=False)

    def solve(self, sweeps=60, **changes):
        """Equilibrium from an empty network, under changed conditions if any."""
        given = replace(self.given, **changes)
        width = max(np.asarray(v).shape[-1] for v in vars(given).values() if np.ndim(v) > 0)
        empty = np.zeros((len(self.routes.segments), width))
        return freight.solve(self.routes, given, empty, empty, sweeps)


def freight_case(network, *, theta, mu, outside, potential, alpha=0.0, size=None, day_value=0.1):  # noqa: PLR0913
    """A case from flat lists by market; every link can be congested."""
    routes = network.routes(size)
    segments = routes.segments
    capacity, days = column(network.capacity), column(network.days)
    limit = segments.smallest(capacity)
    theta = np.asarray(theta, dtype=float)
    given = freight.Conditions(
        capacity=limit,
        cost=segments.total(column(network.cost)),
        days=segments.total(days),
        resistance=resistance(segments, days, capacity, np.ones_like(days)),
        steepness=steepest(routes, theta[routes.market]),
        extra=np.zeros((len(routes), 1)),
        day_value=np.full((len(routes), 1), day_value),
        allowed=routes.open(limit),
        theta=column(theta),
        mu=column(mu),
        outside=column(outside),
        potential=column(potential),
        alpha=alpha,
    )
    return FreightCase(network, routes, given)


@st.composite
def freight_cases(draw, *, limited=True, alpha=0.0, most=4):
    """Markets with theta times cost between mild and sharp, and mu at most theta."""
    network = draw(networks(limited=limited, most=most))
    markets = network.market[-1] + 1
    per_market = lambda values: draw(st.lists(values, min_size=markets, max_size=markets))  # noqa: E731
    theta = per_market(positive(0.1, 2))
    nest = per_market(positive(0.05, 1))
    return freight_case(
        network,
        theta=theta,
        mu=[t * k for t, k in zip(theta, nest, strict=True)],
        outside=per_market(positive(2, 30)),
        potential=per_market(positive(1, 50)),
        alpha=alpha,
    )


# --- two-sided markets ---------------------------------------------------------------------------


@dataclass(frozen=True)
class ExchangeCase:
    """Sources and sinks on a network, ready to solve from their base prices."""

    network: Network
    pairs: Pairs = field(repr=False)
    given: exchange.Conditions = field(repr=False)

    def start(self, width=1):
        """Base prices and no shadow price."""
        empty = np.zeros((len(self.pairs.routes.segments), width))
        wide = lambda values: np.repeat(values, width, axis=1)  # noqa: E731
        ends = wide(self.given.source_price), wide(self.given.sink_price)
        return exchange.Outcome(np.zeros((len(self.pairs.routes), width)), empty, empty, *ends, *ends, 0.0 * ends[0])

    def solve(self, sweeps=200, start=None, **changes):
        """Equilibrium under changed conditions if any."""
        return exchange.solve(self.pairs, replace(self.given, **changes), start or self.start(), sweeps)

    def without(self, source, share):
        """`allowed` when a `share` (H,) of the routes of one source is withheld."""
        hit = (self.pairs.source == source) * np.asarray(share, dtype=float)
        return self.given.allowed * (1.0 - hit)[:, None]


def sums(group, groups):
    """Matrix that sums rows by group number."""
    return sparse(group, np.arange(len(group)), np.ones(len(group)), (groups, len(group)))


def exchange_case(network, ends, *, theta, source, sink, spare=None, commodity=None):  # noqa: PLR0913
    """A case whose pairs all pull alike at equal prices.

    `ends` gives (source, sink) of each pair, the network's `market`; `source`
    and `sink` are lists of (mu, q0, p0); `spare` is the share of q0 by which
    each source can put out more, no limit by default; `commodity` numbers the sources' and
    the sinks' commodities, one by default.
    """
    routes = network.routes()
    limit = routes.segments.smallest(column(network.capacity))
    from_, to = (np.array(side)[routes.market] for side in zip(*ends, strict=True))
    goods = commodity or ([0] * len(source), [0] * len(sink))
    pairs = Pairs(
        routes=routes,
        source=from_,
        sink=to,
        from_source=sums(from_, len(source)),
        to_sink=sums(to, len(sink)),
        source_commodity=np.array(goods[0]),
        sink_commodity=np.array(goods[1]),
    )
    source, sink = np.array(source, dtype=float), np.array(sink, dtype=float)
    given = exchange.Conditions(
        capacity=limit,
        cost=routes.segments.total(column(network.cost)),
        steepness=np.full((len(routes.segments), 1), theta),
        attraction=routes.log_size,
        allowed=routes.open(limit),
        source_theta=np.full((len(source), 1), theta),
        sink_theta=np.full((len(sink), 1), theta),
        source_mu=source[:, :1],
        sink_mu=sink[:, :1],
        source_quantity=source[:, 1:2],
        sink_quantity=sink[:, 1:2],
        source_price=source[:, 2:],
        sink_price=sink[:, 2:],
        source_limit=source[:, 1:2] * (1.0 + column(spare or [np.inf] * len(source))),
        source_reserve=np.full((len(source), 1), -np.inf),
    )
    return ExchangeCase(network, pairs, given)


def three_by_three(capacity=6.0, nest=0.1, theta=0.5, spare=None):
    """Three sources, three sinks, a link of their own for each pair, and one trunk that three pairs share."""
    rng = np.random.default_rng(1)
    trunk = 9
    paths = tuple((n, trunk) if n in {0, 4, 5} else (n,) for n in range(9))
    network = Network(
        paths=paths,
        market=tuple(range(9)),
        capacity=(np.inf,) * 9 + (capacity,),
        cost=(*rng.uniform(1.0, 4.0, 9), 1.0),
        days=(0.0,) * 10,
        power=np.zeros((10, 1)),
    )
    mu = nest * theta
    return exchange_case(
        network,
        [(a, d) for a in range(3) for d in range(3)],
        theta=theta,
        source=[(mu, 20.0, 10.0), (mu, 12.0, 11.0), (mu, 8.0, 9.0)],
        sink=[(mu, 15.0, 14.0), (mu, 10.0, 13.0), (mu, 15.0, 15.0)],
        spare=spare,
    )


@st.composite
def exchange_cases(draw, *, limited=True):
    """Up to three sources and three sinks, every pair joined by one or two routes."""
    sources, sinks = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    ends = [(a, d) for a in range(sources) for d in range(sinks)]
    links = draw(st.integers(3, 7))
    found = draw(path_lists(links, len(ends), most=2))
    limit = st.one_of(st.just(np.inf), positive(2, 30)) if limited else st.just(np.inf)
    per_link = lambda values: tuple(draw(st.lists(values, min_size=links, max_size=links)))  # noqa: E731
    network = Network(
        paths=tuple(path for routes in found for path in routes),
        market=tuple(n for n, routes in enumerate(found) for _ in routes),
        capacity=per_link(limit),
        cost=per_link(positive(0.5, 5)),
        days=(0.0,) * links,
        power=np.zeros((links, 1)),
    )
    theta = draw(positive(0.1, 1))
    spare = st.one_of(st.just(np.inf), positive(0.0, 0.5)) if limited else st.just(np.inf)
    end = lambda price: st.tuples(positive(0.02, 0.5).map(lambda k: k * theta), positive(5, 40), price)  # noqa: E731
    return exchange_case(
        network,
        ends,
        theta=theta,
        source=draw(st.lists(end(positive(5, 15)), min_size=sources, max_size=sources)),
        sink=draw(st.lists(end(positive(15, 30)), min_size=sinks, max_size=sinks)),
        spare=draw(st.lists(spare, min_size=sources, max_size=sources)),
    )
