"""Politics: who leans where at the start, pairs of states and projects, as read-only arrays.

Axis lengths as in world.py.
"""

from dataclasses import dataclass

from model.arrays import Array, Indices, Mask, Sparse


@dataclass(frozen=True)
class Politics:
    """Who leans where at the start, and what shapes it; (C, P) unless said.

    `alignment` and `anchor` in [-1, 1]; `active` is 0 where a country is the
    pole itself; `threat`, `affinity`, `credibility`, `grievance` in [0, 1];
    `offers` share of GDP. `peers` and `similarity` (C, C); `rivalry` (P, P);
    `loads` (M, P) of institutions on poles; `membership` (C, M) in [0, 1].
    `regions` (region, C) marks the countries of each group whose mean is recorded.
    `posture` (P,) is that of each pole at the start, coded; what a pole does in
    each of its postures: `budget` (P, posture), its offers relative to those at
    the start, `demand` (P, commodity, posture), its use of oil and gas likewise,
    and `warmth` (P, C, P, posture), what it adds to affinities of countries with poles.
    `turning` (P, posture, posture) are the chances of turning from one to another in a quarter.
    `succession` (C,), chance that a leader changes in a quarter, and `coalition` (C,), how many carry one, in [0, 1].
    `strategic_value` to a pole and `will` to resist it, in [0, 1]. `consents` (C, J) and `opposes` (P, J) mark whose
    consent a project needs and which poles oppose it. `escalation` (P, posture), how readily a pole coerces relative
    to the start; `begins` (P,), mean chance over countries that it begins within a quarter; `climbs` and `releases` (),
    chances that coercion once begun rises or falls by a rung, and `success` (), that its target complies.
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
    regions: Sparse
    posture: Array
    budget: Array
    demand: Array
    warmth: Array
    turning: Array
    succession: Array
    coalition: Array
    strategic_value: Array
    will: Array
    consents: Array
    opposes: Array
    escalation: Array
    begins: Array
    climbs: Array
    releases: Array
    success: Array


@dataclass(frozen=True)
class Dyads:
    """How pairs of states move by chance.

    `rates` (becomes, Y, state) a year in the relations of the start, 0 for
    what cannot come; `loads` (covariate, becomes, Y, state) on their logarithms. `order`
    (N, 4): pair and the state it may become only once another pair is in a
    state. (Y,): `war`, quarters since the last war at the start; `agreement`,
    what both sides belong to at the start. `sides` (Y, 2), positions among
    countries, then poles, then nobody. `guarantors` (Y, C * P) weighs each
    side's relation with the other's guarantors, and `threatens` (C * P, Y) is
    its transpose; `mediators` (Y, C * P) and `prices` (Y, world price) likewise;
    `trade` (Y, W), value of a unit of the markets that join the pair. (Y,):
    `freight` marks pairs behind which ways or markets of freight lie.
    """

    rates: Array
    loads: Array
    order: Indices
    war: Array
    agreement: Array
    sides: Indices
    guarantors: Sparse
    threatens: Sparse
    mediators: Sparse
    prices: Sparse
    trade: Sparse
    freight: Mask


@dataclass(frozen=True)
class Memberships:
    """How states join institutions and leave them by chance; N of each state and institution open to it.

    `country`, `institution` (N,) are their positions. `rates` (becomes, N,
    rung) a year by the record, 0 for what cannot come; `loads` (up or down,
    covariate, N) on their logarithms, counted from `mean` (up or down, N), that of
    the states at risk at the start. Covariates: `pull` (N, C * P) weighs alignments; `peers`
    (N, C * M) memberships of others, `ties` (N, C * M) those of its own that are no security. `heard`
    (N, V) sums the voices of members on a state: `voice` (V,) the membership, that of a country in C * M or else of a
    pole in P * M, 1 in `behind` (P * M,) where it stands behind the institution, and `pair` (V,) what stands between
    the two. `excludes` and `requires` (N, C * M) mark what bars joining by being held, or by being missing.
    """

    country: Indices
    institution: Indices
    rates: Array
    loads: Array
    mean: Array
    pull: Sparse
    peers: Sparse
    ties: Sparse
    heard: Sparse
    voice: Indices
    pair: Indices
    behind: Array
    excludes: Sparse
    requires: Sparse


@dataclass(frozen=True)
class Grouping:
    """Rows of a project by the market, source or sink they serve, G groups.

    `project`, `end` (G,) of each group and `row` (rows,), the group of each
    row; `sums` (G, rows) adds rows up, `credit` (J * N, G) shares what a group
    gains among economies.
    """

    project: Indices
    end: Indices
    row: Indices
    sums: Sparse
    credit: Sparse


@dataclass(frozen=True)
class Reached:
    """Routes of one clearing system that projects open or widen: a row for each project and route.

    `project`, `route` (rows,); `uses` (rows, S) its segments and `touches`
    (rows, K) those of them that the project changes. (K,): `segment`, `owner`
    the project, ascending, `first` the first of each project that has any,
    `start` the first of its links in `link`, to which the project adds the
    capacity `adds`, unit per quarter; `adds_cost`, `adds_days` in all.
    `fees` (J * N, rows) are tariffs in transit, USD/unit; `ends` groups rows by
    market, or by source and by sink.
    """

    project: Indices
    route: Indices
    uses: Sparse
    touches: Sparse
    segment: Indices
    owner: Indices
    first: Indices
    link: Indices
    start: Indices
    adds: Array
    adds_cost: Array
    adds_days: Array
    fees: Sparse
    ends: tuple[Grouping, ...]


@dataclass(frozen=True)
class Projects:
    """Projects J: who decides on them, what they take, what they change.

    (J,): coded `stage` and quarters of `worked` at the start; `ramp`, quarters
    from opening to full capacity; `build`, quarters of work as planned; `capex`
    million USD, 0 for a permission. (J, N) along the economy axis: `consents`
    of states that must agree, `sponsors`. (J, P): `backing` poles among the
    sponsors, `opposed` those against. `opens_freight` (J,) marks those with
    links of their own for freight, power or fibre. `gate` (J, Y) are borders that its
    links lie behind, `rivals` (J, J) projects of which only one is built.
    """

    stage: Array
    ramp: Array
    build: Array
    worked: Array
    capex: Array
    consents: Array
    sponsors: Array
    backing: Array
    opposed: Array
    opens_freight: Mask
    gate: Sparse
    rivals: Sparse
    freight: Reached
    exchange: Reached
