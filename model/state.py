"""State: everything with memory, and what this quarter's clearing produced."""

from dataclasses import dataclass

from model.arrays import Array
from model.exchange import Outcome as ExchangeOutcome
from model.freight import Outcome as FreightOutcome


@dataclass(frozen=True)
class State:
    """One quarter of a block of runs, run axis last.

    Memory: `alignment`, `anchor`, `threat`, `grievance`, `imports`,
    `exports`, `remittances`, `debt`, `security`, `offers`, `coercion`
    (C, P, R); `gdp` (N, R); `world_price` (3, R) factors; `dyad`,
    `dyad_clock` (Y, R); `project`, `project_clock` (J, R); `membership`
    (C, M, R); `correction` (C, P, R), re-solved over closed-form loss;
    `surplus_history` (4, C, P, R).

    This quarter: `capacity`, `cost`, `days` (E, R); `structural` (R,);
    `freight`, `exchange` outcomes; `loss_channel` (C, P, channel, R) and
    `loss`, `visibility` (C, K, R), shares of GDP; `rent` (C, R) million USD a
    quarter; `moves`, the alignment law's terms (C, P, R).
    """

    alignment: Array
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
    gdp: Array
    world_price: Array
    dyad: Array
    dyad_clock: Array
    project: Array
    project_clock: Array
    membership: Array
    correction: Array
    surplus_history: Array
    settled: Array
    capacity: Array
    cost: Array
    days: Array
    structural: Array
    potential: Array
    source_quantity: Array
    sink_quantity: Array
    source_price: Array
    sink_price: Array
    source_mu: Array
    sink_mu: Array
    freight: FreightOutcome
    exchange: ExchangeOutcome
    loss: Array
    loss_channel: Array
    visibility: Array
    rent: Array
    surplus: Array
    benefit: Array
    benefit_change: Array
    moves: dict[str, Array]
