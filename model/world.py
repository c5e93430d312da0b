"""World: the read-only facts of one scenario variant, as arrays.

Axis lengths: C countries, P poles, K controllers, E links, S segments, H
routes, W one-sided markets, A sources, D sinks, T quarters, J projects, Y
dyads, M institutions. Volumes are per quarter, money is million USD.
"""

from dataclasses import dataclass, field, fields, is_dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import scipy.sparse as sp

from model.arrays import Array, Indices, Sparse
from model.axes import Axis
from model.events import Edit
from model.exchange import Pairs
from model.network import Routes


@dataclass(frozen=True)
class Links:
    """Links of all layers.

    `capacity` (T, E) is dated, in unit per quarter, inf where not scarce and
    0 for planned links; `open` (E,) is 0 for idle links. `cost` USD/unit,
    `days`; `congestible` marks links with a congestion time, `soft`
    those that ordinary investment widens, `ocean` those that cost what
    world sea freight costs. `gate` (E, Y)
    ties links to pairs of states; `adds_*` (E, J) are project bundles.
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


@dataclass(frozen=True)
class Freight:
    """One-sided markets: freight, power and fibre.

    (W,): `volume` carried at base, `served` share of potential, `margin`
    surplus per unit (nan: from the nest ratio), `unit_value` USD/unit,
    `bulk` 1 where time is cheap, `money` million USD per unit and USD,
    `steepness` index of the theta parameter. `corridors` (corridor, H) marks
    freight routes; `constant` (H,) USD/unit. `incidence` (C, W) and `pole_incidence` (P, W) split surplus;
    `exporter`, `importer` (W,) are positions on the economy axis (-1: none),
    `trade` (W,) on (imports, exports) x countries, -1 in transit, `pair` (W,) the pair of states it joins (-1: none); `fees`
    (C, H) USD/unit of tariffs in transit, a share of which is earned; `owner` (C, W) marks a country's
    markets and `owners` (H, C) its routes; `gate` (H, Y)
    ties routes to pairs of states whose soil their owners may not cross; `partner` (C * P, W) weighs markets into delivered-cost factors.
    """

    routes: Routes
    volume: Array
    served: Array
    margin: Array
    unit_value: Array
    bulk: Array
    money: Array
    layer: Indices
    corridors: Sparse
    constant: Array
    incidence: Sparse
    pole_incidence: Sparse
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

    `flow` (N,) base flow of each pair and `pair` (H,) of each route;
    `source_unseen` (A,), `sink_unseen` (D,) potential of ends without any
    open route at base; `price`
    and `margin` of sources (A,), `price` and elasticity of sinks (D,);
    `outlet` (D,) marks world-market outlets;  `source_owner` (C, A), `sink_owner` (C, D)
    and the pole versions (P, .) say whose surplus it is; `sold_to` (P, D)
    marks the poles' own sinks; `fees` (C, H);
    `owners` (H, C) marks the routes of a country's sources and sinks; `gate`
    (H, Y) as for freight.
    """

    pairs: Pairs
    pair: Indices
    flow: Array
    source_unseen: Array
    sink_unseen: Array
    source_price: Array
    sink_price: Array
    source_margin: Array
    sink_elasticity: Array
    outlet: Array
    sink_economy: Indices
    source_owner: Sparse
    sink_owner: Sparse
    source_pole: Sparse
    sink_pole: Sparse
    sold_to: Array
    exported: Array
    fees: Sparse
    owners: Array
    gate: Sparse


@dataclass(frozen=True)
class Politics:
    """Who leans where at the start, and what shapes it; (C, P) unless said.

    `active` is 0 where a country is the pole itself. `peers` and
    `similarity` (C, C); `rivalry` (P, P); `loads` (M, P); `membership` (C, M).
    """

    alignment: Array
    anchor: Array
    active: Array
    threat: Array
    affinity: Array
    credibility: Array
    grievance: Array
    offers: Array
    peers: Sparse
    similarity: Sparse
    rivalry: Array
    loads: Array
    membership: Array


@dataclass(frozen=True)
class Economy:
    """Output and exposures not routed on the network.

    `gdp` (N,) million USD a quarter and `growth` (N,) a quarter along the
    economy axis (countries, then poles); (C, P): `imports` share of
    absorption, `exports`, `remittances`, `debt` share of GDP, `security`
    reliance in [0, 1]; `gross_*` count routed trade too, `total_*` (C,) is
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


@dataclass(frozen=True)
class World:
    """All facts of one scenario variant; `pole_pair` (C, P) is the pair a country forms with a pole, -1 for none."""

    scenario: str
    axes: dict[str, Axis]
    start: int
    quarters: int
    links: Links
    freight: Freight
    exchange: Exchange
    politics: Politics
    economy: Economy
    dyad_state: Array
    pole_pair: Indices
    project_stage: Array
    project_ramp: Array
    edits: tuple[Edit, ...] = ()
    parameters: dict[str, float] = field(default_factory=dict)

    def digest(self) -> str:
        """Hex hash of the whole content; equal worlds have equal digests."""
        hasher = sha256()
        _feed(hasher, self)
        return hasher.hexdigest()


def _feed(hasher: Any, value: object) -> None:
    """Hash a tree of dataclasses, mappings, arrays and plain values in a fixed order."""
    if isinstance(value, np.ndarray):
        hasher.update(f"{value.dtype.str}{value.shape}".encode())
        hasher.update(np.ascontiguousarray(value).tobytes())
    elif sp.issparse(value):
        for part in (value.data, value.indices.astype(np.int64), value.indptr.astype(np.int64)):
            _feed(hasher, part)
    elif is_dataclass(value):
        for item in fields(value):
            hasher.update(item.name.encode())
            _feed(hasher, getattr(value, item.name))
    elif isinstance(value, dict):
        for key in sorted(value):
            hasher.update(str(key).encode())
            _feed(hasher, value[key])
    elif isinstance(value, tuple | list):
        for item in value:
            _feed(hasher, item)
    else:
        hasher.update(repr(value).encode())
