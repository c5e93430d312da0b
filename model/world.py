"""World: the read-only facts of one scenario variant, as arrays.

Axis lengths: C countries, P poles, K controllers, E links, S segments, H
routes, W one-sided markets, A sources, D sinks, T quarters, J projects, Y
dyads, M institutions. Volumes are per quarter, money is million USD.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from hashlib import sha256

import numpy as np

from model.arrays import Array, Indices, Mask, Sparse
from model.axes import Axis
from model.events import Edit
from model.exchange import Pairs
from model.network import Routes
from model.politics import Dyads, Memberships, Politics, Projects


@dataclass(frozen=True)
class Links:
    """Links of all layers.

    (T, E): `capacity`, dated, unit per quarter, inf where not scarce and 0
    for planned links. (E,): `open` is 0 for idle links; `cost` USD/unit;
    `days`; `congestible` marks links with a congestion time, `soft` those
    that ordinary investment widens, `ocean` those that cost what world sea
    freight costs. `gate` (E, Y) ties links to pairs of states;
    `adds_capacity`, `adds_cost`, `adds_days` (E, J) are what projects change,
    in the units of `capacity`, `cost` and `days`. `earns` (C, E) is the share of
    a country's soil in a link, times million USD per unit and USD.
    """

    capacity: Array
    open: Array
    cost: Array
    days: Array
    congestible: Array
    soft: Array
    ocean: Array
    gate: Sparse
    adds_capacity: Sparse
    adds_cost: Sparse
    adds_days: Sparse
    earns: Sparse


@dataclass(frozen=True)
class Freight:
    """One-sided markets: freight, power and fibre.

    (W,): `volume` carried at base; `served`, the carried share of potential;
    `margin` USD/unit (nan: from the nest ratio); `unit_value` USD/unit;
    `bulk`, 1 where time is cheap; `sells`, 1 where the volume is what an owner
    has to sell, not what it wants; `money`, million USD per unit and USD;
    `layer`, `exporter`, `importer`, positions on the layer and economy axes
    (-1: none);
    `trade`, position on (imports, exports) x countries, -1 in transit;
    `pair`, the pair of states it joins, -1 for none; `watch`, weight of a
    market in what others can see of its owner.
    (H,): `constant` USD/unit. `corridors` (corridor, H) marks the routes that
    use one; `fees` (C, H) are tariffs in transit, USD/unit, a share of which
    is earned; `owners` (H, C) marks routes of a country's markets; `gate`
    (H, Y) ties routes to pairs of states whose soil their owners may not
    cross.
    `incidence` (C, W) splits surplus; `owner` (C, W) marks a country's markets;
    `partner` (C * P, W) weighs markets into delivered-cost factors;
    `affinity` (W, C * P) says which alignment moves a market.
    """

    routes: Routes
    volume: Array
    served: Array
    margin: Array
    unit_value: Array
    bulk: Array
    sells: Array
    money: Array
    layer: Indices
    corridors: Sparse
    constant: Array
    incidence: Sparse
    exporter: Indices
    importer: Indices
    trade: Indices
    pair: Indices
    fees: Sparse
    owner: Sparse
    owners: Array
    gate: Sparse
    partner: Sparse
    affinity: Sparse
    watch: Array


@dataclass(frozen=True)
class Exchange:
    """Two-sided oil and gas.

    `flow` (N,) base flow of each pair, unit per quarter; `pair` (H,) of each
    route. Sources (A,) and sinks (D,): `*_price` USD/unit, `source_margin`
    USD/unit, `source_spare` share of its base quantity by which a source can
    put out more (inf: not scarce), `*_unseen` potential of ends without any
    open route at base, unit per quarter; `outlet` (D,) marks world-market
    outlets; `serves_home` (commodity,) is 1 where what cannot be sold abroad
    serves buyers at home, 0 where it would need plant that the network does
    not hold; `sink_goods` (D,) numbers the sets of goods that sinks buy;
    `sink_economy` (D,), position on the economy axis of the buyer,
    -1 for none.
    `source_owner` (C, A), `sink_owner` (C, D) say whose surplus it is;
    `supplier` (A,), whose source it is on the axis of suppliers;
    `sold_to` (P, D) marks the poles' own sinks; `exported` (H,) marks routes
    that leave their source's country; `fees` (C, H), `owners` (H, C) and
    `gate` (H, Y) as for freight.
    """

    pairs: Pairs
    pair: Indices
    flow: Array
    source_unseen: Array
    sink_unseen: Array
    source_price: Array
    sink_price: Array
    source_margin: Array
    source_spare: Array
    outlet: Array
    serves_home: Array
    sink_goods: Indices
    sink_economy: Indices
    source_owner: Sparse
    sink_owner: Sparse
    supplier: Indices
    sold_to: Array
    exported: Array
    fees: Sparse
    owners: Array
    gate: Sparse


@dataclass(frozen=True)
class Contracts:
    """Supply contracts K of oil and gas.

    (K,): `starts` and `expires`, first and last quarter in force (ordinals);
    `volume`, unit per quarter, and `at_start`, the same for those in force at
    the start and else 0; `prior`, probability of renewal in the relations of
    the base quarter.
    `about` (K, N) marks the pairs of a contract and `routes` (K, H) their
    routes; `spread` (N, K) shares a contract out among its pairs as they
    trade; `excludes` (N, K) marks the pairs of other sellers that an exclusive
    contract holds to their base trade; `affinity` (K, C * P) says which
    alignment moves a renewal. `pairs` are those that contracts can limit, in
    the order of their segments among the last of oil and gas.
    """

    starts: Array
    expires: Array
    volume: Array
    at_start: Array
    prior: Array
    about: Sparse
    routes: Sparse
    spread: Sparse
    excludes: Sparse
    affinity: Sparse
    pairs: Indices


@dataclass(frozen=True)
class Relations:
    """What events may bar: N relations, and on each axis of the event's target which labels they have.

    `marks` holds an array (axis, N) for each axis. Of `trade.open` these mark
    the seller, the buyer and the poles they belong to, and what is traded and
    whatever it is part of; nothing where an end is not known or both are one
    state. Of `transit.open`, the links passed over and the states passed over
    that are no party to the trade, its parties, and the goods.
    """

    marks: tuple[Array, ...]

    def of(self, *places: int) -> Mask:
        """Relations with a label on each axis, (N,), given positions on these."""
        found: Mask = np.logical_and.reduce(
            [marks[place] > 0.0 for marks, place in zip(self.marks, places, strict=True)]
        )
        return found


@dataclass(frozen=True)
class TradeRelations:
    """Relations that events may bar.

    `freight`, each route of one-sided markets; `exchange`, each pair of oil and gas;
    `imports` and `exports`, each country's trade with each pole off the
    network, (C * P) both. `banned` names the sellers, buyers and goods of oil
    and gas that are barred from the start.
    """

    freight: Relations
    exchange: Relations
    imports: Relations
    exports: Relations
    banned: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Transit:
    """Routes of one-sided markets, and of oil and gas, by what they pass over and whose goods they carry."""

    freight: Relations
    exchange: Relations


@dataclass(frozen=True)
class Economy:
    """Output and exposures not routed on the network.

    `gdp` (N,) million USD a quarter and `growth` (N,) a quarter along the
    economy axis (countries, then poles); (C, P): `imports` share of
    absorption, `exports`, `remittances`, `debt` share of GDP, `security`
    reliance in [0, 1], and `arms`, share in the stock of arms; `arms_weight` (C,), how much of the reliance on a
    pole hangs on its share in the arms; `gross_*` count routed trade too, `total_*` (C,) is
    trade with the whole world.
    """

    gdp: Array
    growth: Array
    imports: Array
    exports: Array
    gross_imports: Array
    gross_exports: Array
    total_imports: Array
    total_exports: Array
    remittances: Array
    debt: Array
    security: Array
    arms: Array
    arms_weight: Array


@dataclass(frozen=True)
class World:
    """All facts of one scenario variant.

    `start` is the ordinal of the first of `quarters`; `dyad_state` (Y,) are
    coded states; `pole_pair` (C, P) the pair of states a country
    forms with a pole, -1 for none.
    """

    scenario: str
    axes: dict[str, Axis]
    start: int
    quarters: int
    links: Links
    freight: Freight
    exchange: Exchange
    contracts: Contracts
    trade: TradeRelations
    transit: Transit
    politics: Politics
    economy: Economy
    memberships: Memberships
    dyads: Dyads
    dyad_state: Array
    pole_pair: Indices
    projects: Projects
    edits: tuple[Edit, ...] = ()
    parameters: dict[str, float] = field(default_factory=dict)

    def digest(self) -> str:
        """Hex hash of the whole content; equal worlds have equal digests."""
        hasher = sha256()
        for part in _content(self):
            hasher.update(part)
        return hasher.hexdigest()


def _content(value: object) -> Iterator[bytes]:
    """Bytes of a tree of dataclasses, mappings, arrays and plain values, in a fixed order."""
    named = _parts(value)
    if isinstance(value, np.ndarray):
        yield f"{value.dtype.str}{value.shape}".encode()
        yield np.ascontiguousarray(value).tobytes()
    elif named is None:
        yield repr(value).encode()
    else:
        for name, part in named:
            yield name.encode()
            yield from _content(part)


def _parts(value: object) -> list[tuple[str, object]] | None:
    """What a value is made of, by name; None for a plain value."""
    if isinstance(value, Sparse):
        return [("", part) for part in (value.data, value.indices.astype(np.int64), value.indptr.astype(np.int64))]
    if is_dataclass(value):
        return [(item.name, getattr(value, item.name)) for item in fields(value)]
    if isinstance(value, dict):
        return [(str(key), value[key]) for key in sorted(value)]
    if isinstance(value, tuple | list):
        return [("", part) for part in value]
    return None
