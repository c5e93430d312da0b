"""Parameters: one row each, with default, unit, range, prior and source.

Nothing in the model is a naked number: what users may tune stands here.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """One tunable number.

    `prior` is a distribution over `low` to `high` in words that the samplers
    understand; `switch` says which value turns the term off, if any does. A
    `solver` setting belongs to the solver, not to the world: it cannot vary
    between the runs of a block or between quarters.
    """

    name: str
    default: float
    unit: str
    low: float
    high: float
    prior: str
    source: str
    switch: float | None = None
    solver: bool = False


_THEORY = "expert prior"
_TESTS = "convergence tests"
_BRENT = "AR(1) of log annual Brent 2000-2024"
_OF_VALUE = "share of value per day"
_ROWS = (
    # clearing
    Parameter("clearing.sweeps_withheld", 600, "sweeps", 60, 3000, "fixed", _TESTS, solver=True),
    Parameter("clearing.sweeps", 11, "sweeps", 5, 100, "fixed", _TESTS, solver=True),
    Parameter("clearing.sweeps_structural", 60, "sweeps", 10, 400, "fixed", _TESTS, solver=True),
    Parameter("routing.theta_freight", 7.0, "theta x mean cost", 3, 15, "loguniform", _THEORY),
    Parameter("routing.theta_oil", 7.0, "theta x mean price gap", 3, 15, "loguniform", _THEORY),
    Parameter("routing.theta_gas", 7.0, "theta x mean price gap", 3, 15, "loguniform", _THEORY),
    Parameter("routing.nest_ratio", 0.4, "mu / theta", 0.2, 1.0, "uniform", _THEORY),
    Parameter("routing.congestion", 0.15, "-", 0.0, 1.0, "fixed", "BPR standard value", 0.0),
    Parameter("routing.day_value_container", 0.012, _OF_VALUE, 0.006, 0.021, "uniform", "Hummels & Schaur 2013"),
    Parameter("routing.day_value_bulk", 0.0015, _OF_VALUE, 0.0005, 0.003, "uniform", _THEORY),
    Parameter("markets.sink_elasticity", 0.25, "-", 0.1, 0.6, "loguniform", _THEORY),
    Parameter("markets.outlet_elasticity", 20.0, "-", 5.0, 50.0, "loguniform", "expert: outlets are price takers"),
    Parameter("markets.field_limits", 1.0, "on or off", 0.0, 1.0, "fixed", "fields.csv", 0.0),
    Parameter("markets.reserve_price", 0.3, "share of base price", 0.0, 0.6, "uniform", _THEORY, 0.0),
    Parameter("markets.contracts", 1.0, "on or off", 0.0, 1.0, "fixed", "contracts.csv", 0.0),
    Parameter("markets.contract_term", 5.0, "years", 1.0, 15.0, "loguniform", "renewals in contracts.csv: 3 to 10"),
    Parameter("markets.renewal_worth", 1.0, "-", 0.0, 2.0, "uniform", "random utility: 1", 0.0),
    Parameter("markets.renewal_alignment", 2.0, "-", 0.0, 5.0, "halfnormal", _THEORY, 0.0),
    Parameter("markets.income_elasticity", 1.0, "-", 0.6, 1.4, "normal", "gravity literature", 0.0),
    Parameter("markets.energy_income_elasticity", 0.3, "-", 0.0, 0.8, "uniform", _THEORY, 0.0),
    Parameter("markets.alignment_trade", 0.13, "-", 0.0, 0.4, "halfnormal", _THEORY, 0.0),
    Parameter("markets.trend", 1.0, "share of trend growth", 0.0, 1.5, "fixed", "switch for zero-shock runs", 0.0),
    Parameter("markets.gdp_noise", 0.008, "sd per quarter", 0.0, 0.02, "uniform", _THEORY, 0.0),
    Parameter("markets.price_persistence", 0.937, "per quarter", 0.8, 0.99, "uniform", _BRENT),
    Parameter("markets.price_noise", 0.145, "sd per quarter, log", 0.0, 0.3, "uniform", _BRENT, 0.0),
    Parameter("markets.surplus_feedback", 1.0, "-", 0.0, 1.0, "fixed", "accounting identity", 0.0),
    Parameter(
        "markets.remittances_feedback", 0.2, "-", 0.0, 0.6, "uniform", "Tajikistan 2009, 2015 (decision 60)", 0.0
    ),
    # dependence
    Parameter("dependence.scale", 0.15, "share of GDP", 0.05, 0.30, "fixed", "convention"),
    Parameter("dependence.rent_kept", 0.33, "share", 0.0, 1.0, "beta(2,4)", _THEORY),
    Parameter("dependence.trade_elasticity", 5.0, "sigma", 3.0, 8.0, "normal", "Head & Mayer 2014"),
    Parameter("dependence.exports_reallocated", 0.5, "share", 0.0, 1.0, "beta(5,5)", "embargo episodes 2006-2022"),
    Parameter("dependence.remittances_replaced", 0.25, "share", 0.0, 1.0, "beta(2,6)", "embargo episodes 2006-2022"),
    Parameter("dependence.debt_spread", 0.03, "share", 0.0, 0.10, "uniform", _THEORY),
    Parameter("dependence.security_loss", 0.032, "share of GDP", 0.01, 0.10, "loguniform", _THEORY),
    Parameter("dependence.resolve_above", 0.005, "share of GDP", 0.0, 0.02, "fixed", "smaller: closed form"),
    # postures
    Parameter("postures.pace", 1.0, "-", 0.0, 2.0, "fixed", "1: as often as posture_dates.csv says", 0.0),
    # leaders and guarantors
    Parameter("leaders.pace", 1.0, "-", 0.0, 2.0, "fixed", "1: as often as leader_changes.csv says", 0.0),
    Parameter("leaders.spread", 0.17, "points of affinity", 0.0, 0.5, "halfnormal", "Mattes et al. 2015", 0.0),
    Parameter("leaders.loosening", 0.5, "share", 0.0, 1.0, "uniform", _THEORY, 0.0),
    Parameter("credibility.update", 0.4, "share", 0.0, 1.0, "beta(4,6)", "crises 2020-2023", 0.0),
    # statecraft
    Parameter(
        "statecraft.coercion",
        1.0,
        "-",
        0.0,
        2.0,
        "fixed",
        "1: as often as coercion_episodes.csv says",
        0.0,
    ),
    Parameter("statecraft.offers", 1.0, "-", 0.0, 3.0, "fixed", "1: as theory has it", 0.0),
    Parameter("statecraft.offers_to_lost", 0.8, "-", 0.0, 3.0, "halfnormal", _THEORY, 0.0),
    Parameter("statecraft.offers_to_contested", 0.02, "-", 0.0, 0.1, "halfnormal", _THEORY, 0.0),
    Parameter("statecraft.dependence", 0.8, "-", 0.0, 3.0, "halfnormal", _THEORY, 0.0),
    Parameter("statecraft.lost_alignment", 0.8, "-", 0.0, 3.0, "halfnormal", _THEORY, 0.0),
    Parameter("statecraft.contest", 0.8, "-", 0.0, 3.0, "halfnormal", _THEORY, 0.0),
    Parameter("statecraft.own_cost", 0.8, "-", 0.0, 3.0, "halfnormal", _THEORY, 0.0),
    Parameter("statecraft.accommodation", 0.8, "-", 0.0, 3.0, "halfnormal", _THEORY, 0.0),
    Parameter("statecraft.settled", 0.8, "-", 0.0, 3.0, "halfnormal", _THEORY, 0.0),
    Parameter("statecraft.stake_scale", 0.00125, "share of the pole's GDP", 0.0005, 0.005, "loguniform", _THEORY),
    Parameter("statecraft.patience", 2.0, "quarters", 1.0, 4.0, "fixed", _THEORY),
    Parameter("statecraft.cost_of_target", 0.8, "-", 0.0, 3.0, "halfnormal", _THEORY, 0.0),
    Parameter("statecraft.fear", 0.8, "-", 0.0, 3.0, "halfnormal", _THEORY, 0.0),
    Parameter("statecraft.alternatives", 0.1, "-", 0.0, 0.5, "halfnormal", _THEORY, 0.0),
    Parameter("statecraft.will", 0.8, "-", 0.0, 3.0, "halfnormal", _THEORY, 0.0),
    Parameter("statecraft.compliance", 0.08, "points of alignment", 0.0, 0.3, "halfnormal", _THEORY, 0.0),
    Parameter("statecraft.backlash", 0.08, "-", 0.0, 0.3, "halfnormal", _THEORY, 0.0),
    Parameter("statecraft.memory", 0.9, "per quarter", 0.7, 0.97, "fixed", _THEORY),
    Parameter("statecraft.pause", 8.0, "quarters", 4.0, 12.0, "fixed", _THEORY),
    # threat
    Parameter("threat.persistence", 0.95, "per quarter", 0.8, 0.99, "beta(38,2)", "half-life 1 to 8 years"),
    Parameter("threat.own_coercion", 0.10, "-", 0.0, 0.4, "halfnormal", "2008, 2014, 2022", 0.0),
    Parameter("threat.seen_aggression", 0.07, "-", 0.0, 0.3, "halfnormal", "2008, 2014, 2022", 0.0),
    Parameter("threat.war", 0.05, "-", 0.0, 0.2, "halfnormal", "expert: half of full coercion; 2008, 2020", 0.0),
    Parameter("threat.noise", 0.01, "sd per quarter", 0.0, 0.03, "uniform", _THEORY, 0.0),
    Parameter("grievance.retention_unsettled", 0.98, "per quarter", 0.9, 1.0, "fixed", "half-life 8.6 years", 1.0),
    Parameter("grievance.retention_settled", 0.80, "per quarter", 0.5, 0.95, "fixed", "half-life 3 quarters"),
    # alignment
    Parameter("alignment.half_life", 3.0, "years", 1.0, 8.0, "loguniform", "spread of UN-vote ideal points"),
    Parameter("alignment.curvature", 1.0, "-", 1.0, 1.0, "fixed", "normalisation m0"),
    Parameter("alignment.anchoring", 0.45, "-", 0.1, 2.0, "loguniform", _THEORY, 0.0),
    Parameter("alignment.anchor_drift", 0.01, "per quarter", 0.0, 0.02, "uniform", _THEORY, 0.0),
    Parameter("alignment.peer_weight", 0.2, "-", 0.0, 0.8, "halfnormal", _THEORY, 0.0),
    Parameter("alignment.peer_restraint", 1.0, "-", 0.0, 1.0, "fixed", "row-stochastic peers"),
    Parameter("alignment.rivalry_weight", 0.2, "-", 0.0, 0.8, "halfnormal", "dispersion around 2014, 2022", 0.0),
    Parameter("alignment.offers", 0.13, "-", 0.0, 0.5, "halfnormal", "aid and vote literature", 0.0),
    Parameter("alignment.surplus", 0.07, "-", 0.0, 0.3, "halfnormal", _THEORY, 0.0),
    Parameter("alignment.affinity", 0.34, "-", 0.0, 1.2, "halfnormal", _THEORY, 0.0),
    Parameter("alignment.institutions", 0.20, "-", 0.0, 0.8, "halfnormal", _THEORY, 0.0),
    Parameter("alignment.deference", 0.10, "-", 0.0, 0.4, "halfnormal", "Flores-Macias & Kreps 2013; mass near 0", 0.0),
    Parameter("alignment.autonomy", 0.27, "-", 0.0, 1.0, "halfnormal", _THEORY, 0.0),
    Parameter("alignment.threat", 0.20, "-", 0.0, 0.8, "halfnormal", _THEORY, 0.0),
    Parameter("alignment.grievance", 0.20, "-", 0.0, 0.8, "halfnormal", "episodes", 0.0),
    Parameter("alignment.security", 0.20, "-", 0.0, 0.8, "halfnormal", "episodes", 0.0),
    Parameter("alignment.vacuum", 0.5, "-", 0.0, 1.0, "uniform", _THEORY, 0.0),
    Parameter("alignment.noise", 0.022, "sd per quarter", 0.0, 0.05, "lognormal(0.35)", "UN-vote points, 2.5 = 1", 0.0),
    # arms and soft power
    Parameter("arms.turnover", 0.02, "share per quarter", 0.01, 0.03, "uniform", "SIPRI transfers", 0.0),
    Parameter("arms.alignment", 0.67, "-", 0.0, 2.0, "halfnormal", _THEORY, 0.0),
    Parameter("arms.lock_in", 0.67, "-", 0.0, 2.0, "halfnormal", _THEORY, 0.0),
    Parameter("arms.demonstration", 0.67, "-", 0.0, 2.0, "halfnormal", "drones 2020-2023", 0.0),
    Parameter("arms.fame_kept", 0.9, "per quarter", 0.8, 0.97, "uniform", _THEORY),
    Parameter("arms.alarm", 1.0, "-", 0.0, 3.0, "halfnormal", _THEORY, 0.0),
    Parameter("soft_power.weight", 0.13, "points of affinity", 0.0, 0.5, "halfnormal", _THEORY, 0.0),
    Parameter("soft_power.fading", 0.01, "per quarter", 0.005, 0.02, "uniform", _THEORY),
    # adaptation and openings
    Parameter("adaptation.trade_speed", 0.06, "per quarter", 0.03, 0.12, "uniform", "trade panel", 0.0),
    Parameter("adaptation.cost_elasticity", 4.0, "-", 2.0, 7.0, "normal", "Head & Mayer 2014", 0.0),
    Parameter("adaptation.alignment_trade", 0.13, "-", 0.0, 0.4, "halfnormal", _THEORY, 0.0),
    Parameter("adaptation.widening", 0.01, "share per quarter", 0.0, 0.03, "uniform", _THEORY, 0.0),
    Parameter("dyads.trade_barrier", 0.5, "share", 0.2, 0.8, "uniform", "Glick & Taylor 2010 (war: 0.8), expert", 0.0),
    Parameter("dyads.pace", 1.0, "factor on rates", 0.0, 2.0, "fixed", "dyad_rates.csv", 0.0),
    Parameter("dyads.war_memory", 10.0, "years", 3.0, 30.0, "loguniform", "expert: a decade"),
    Parameter("dyads.opening", 10.0, "quarters", 6.0, 16.0, "uniform", "Glick & Taylor 2010"),
    Parameter("memberships.pace", 1.0, "factor on rates", 0.0, 2.0, "fixed", "membership_rates.csv", 0.0),
    Parameter("memberships.lag", 3.0, "years", 1.0, 8.0, "loguniform", "expert: a treaty from signing to practice"),
    # projects
    Parameter("projects.decisions", 1.0, "on or off", 0.0, 1.0, "fixed", "off: projects move by events alone", 0.0),
    Parameter("projects.hazard", 0.15, "most per year", 0.05, 0.25, "uniform", "projects announced 1995-2024", 0.0),
    Parameter("projects.steepness", 1.0, "-", 0.5, 2.0, "loguniform", "expert: the low end of theory"),
    Parameter("projects.discount", 0.095, "per year", 0.07, 0.12, "uniform", "Dixit & Pindyck 1994"),
    Parameter("projects.payout", 0.06, "per year", 0.04, 0.08, "uniform", "Dixit & Pindyck 1994"),
    Parameter("projects.volatility", 0.22, "sd per year", 0.15, 0.30, "uniform", "Dixit & Pindyck 1994"),
    Parameter("projects.life", 25.0, "years", 15.0, 40.0, "fixed", "expert: usual term of finance and concession"),
    Parameter("projects.optimism", 1.5, "-", 1.0, 2.0, "uniform", "Flyvbjerg: benefits half of promised", 1.0),
    Parameter("projects.security_premium", 0.45, "-", 0.1, 2.0, "loguniform", _THEORY, 0.0),
    Parameter("projects.subsidy", 0.3, "most of cost", 0.0, 0.6, "uniform", _THEORY, 0.0),
    Parameter("projects.earmark", 0.1, "share of offers", 0.0, 0.3, "uniform", _THEORY, 0.0),
    Parameter("projects.consent", 2.0, "log odds", 1.0, 3.0, "uniform", _THEORY),
    Parameter("projects.own_gain", 50.0, "per share of GDP", 0.0, 100.0, "halfnormal", _THEORY, 0.0),
    Parameter("projects.sponsored", 1.0, "-", 0.0, 2.0, "halfnormal", _THEORY, 0.0),
    Parameter("projects.confidence", 1.0, "-", 0.0, 2.0, "halfnormal", _THEORY, 0.0),
    Parameter("projects.opposed", 3.0, "-", 0.0, 6.0, "halfnormal", _THEORY, 0.0),
    Parameter("projects.leverage", 1.0, "-", 0.0, 2.0, "halfnormal", _THEORY, 0.0),
    Parameter("projects.stake", 0.001, "share of GDP", 0.0003, 0.003, "loguniform", "half a per cent of exports"),
    Parameter("projects.delay", 0.3, "log, mean", 0.2, 0.4, "normal", "Flyvbjerg 2014", 0.0),
    Parameter("projects.delay_spread", 0.4, "log, sd", 0.2, 0.6, "fixed", "Flyvbjerg 2014"),
    Parameter("projects.cancellation", 0.05, "per year stalled", 0.0, 0.15, "uniform", _THEORY, 0.0),
    # transit
    Parameter("transit.fee_share", 0.30, "share of tariff", 0.15, 0.50, "uniform", "expert: no split published"),
)

PARAMETERS: dict[str, Parameter] = {row.name: row for row in _ROWS}
SOLVER = tuple(row.name for row in _ROWS if row.solver)
OFFER_SCALE = 0.005  # o-bar: half a per cent of GDP (theory 7.17)

MOTION = (
    "markets.trend",
    "markets.contracts",
    "markets.gdp_noise",
    "markets.price_noise",
    "threat.noise",
    "leaders.pace",
    "postures.pace",
    "alignment.noise",
    "alignment.anchor_drift",
    "adaptation.widening",
    "dyads.pace",
    "memberships.pace",
    "projects.decisions",
    "grievance.retention_unsettled",
    "statecraft.coercion",
    "statecraft.offers",
)
"""What moves without a shock: growth, noise, leaders, postures, pairs, memberships, anchors, investment, grievance."""
QUIET = {row.name: row.switch for row in _ROWS if row.name in MOTION and row.switch is not None}
"""Values with which nothing moves unless something is done: the base is at rest."""
