"""State: everything with memory, and what this quarter's clearing produced."""

from dataclasses import dataclass

from model.arrays import Array, Mask
from model.exchange import Outcome as ExchangeOutcome
from model.freight import Outcome as FreightOutcome


@dataclass(frozen=True)
class State:
    """One quarter of a block of runs, run axis last.

    Memory, (C, P, R) unless said: `alignment`, `anchor`; `threat`,
    `grievance`, `settled` (1 once accounted for); `imports`, `exports`,
    `remittances`, `debt`, `security` exposures; `offers` share of GDP;
    `coercion` level 0 to 3, `coerced` quarters under it, `complied` 1 in the quarter in which a target does,
    `backlash` what resisting takes from the benefit of a pole; `alignment_history` (4, C, P, R);
    `paused` (J, R) quarters for which contested projects still rest;
    `surplus_history` (4, C, P, R), the last four quarters of `surplus`;
    `added` (C, P, term, R), the sum of `moves` since the opening;
    `reallocation` (2, C, R) factors of imports and exports; `expansion`,
    `busy` (E, R), widening of soft links and quarters at capacity; `output`
    and `gdp`, which adds the gain, (N, R) million USD a quarter;
    `world_price` (3, R) factors; `dyad`, `dyad_clock`, quarters since a pair was last shut,
    `dyad_war`, since it was last at war (Y, R); `project`, `project_clock`,
    quarters of work done, `worked`, and `agreed`, the chance that all who must consent did when last asked (J, R);
    `membership`, `membership_lagged`, what of it has settled (C, M, R); `posture` (P, R);
    `leader`, how many have come since the start, `tenure`, quarters since the last did (C, R);
    `credibility` (C, P, R) of guarantors; `arms`, shares of poles in the arms of a country, `soft_power` (C, P, R);
    `fame` (P, R) of arms; `contract`, volume under each supply contract (unit/quarter), and `contract_end`, the last
    quarter of its term (contracts, R).

    This quarter: `capacity` (unit/quarter), `cost` (USD/unit), `days` (E, R);
    `structural` (R,) runs whose network changed, and `rerouted` those in which
    a border with ways for freight shut or opened; `potential` (W, R) and
    `*_quantity` (unit/quarter), `*_price` (USD/unit at world prices of
    the base quarter) of sources and sinks (A, R), (D, R) before clearing; `freight`, `exchange`
    outcomes. Shares of GDP: `loss`, `visibility` (C, P, R; visibility a share
    of flow) and `loss_channel` (C, P, channel, R). `rent` (C, R) and `surplus` at stake
    toward each pole (C, P, R), `gain` (C, R), surplus and rent above the base
    quarter's, million USD a quarter; `moves`, the alignment law's terms
    (C, P, R). `own`: what states, threat and contracts and world prices are without the
    edits that hold for a while, by target.
    """

    alignment: Array
    added: Array
    anchor: Array
    threat: Array
    grievance: Array
    imports: Array
    exports: Array
    reallocation: Array
    expansion: Array
    busy: Array
    remittances: Array
    debt: Array
    security: Array
    offers: Array
    coercion: Array
    coerced: Array
    complied: Array
    backlash: Array
    alignment_history: Array
    paused: Array
    output: Array
    gdp: Array
    world_price: Array
    dyad: Array
    dyad_clock: Array
    dyad_war: Array
    project: Array
    project_clock: Array
    worked: Array
    agreed: Array
    membership: Array
    membership_lagged: Array
    posture: Array
    leader: Array
    tenure: Array
    credibility: Array
    arms: Array
    fame: Array
    soft_power: Array
    contract: Array
    contract_end: Array
    surplus_history: Array
    settled: Array
    capacity: Array
    cost: Array
    days: Array
    structural: Mask
    rerouted: Mask
    potential: Array
    source_quantity: Array
    sink_quantity: Array
    source_price: Array
    sink_price: Array
    freight: FreightOutcome
    exchange: ExchangeOutcome
    loss: Array
    loss_channel: Array
    visibility: Array
    rent: Array
    surplus: Array
    gain: Array
    moves: dict[str, Array]
    own: dict[str, Array]
