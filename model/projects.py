"""Projects: decided once a year, built, opened, or given up (theory 7.9, eq. 20; 7.17, confidence and veto).

The states that must agree and the sponsors weigh what a project would bring
them against its cost. Work goes on each quarter while all agree; what lies
behind a shut border opens when the border does.
"""

from dataclasses import replace

import numpy as np
from scipy.special import expit, ndtr, ndtri

from model.appraisal import Appraisal, appraised
from model.arrays import Array, Indices, Mask, compressed, mix, summing
from model.dependence import index
from model.now import Now
from model.openings import shut
from model.setting import Setting, Value
from model.state import State

PROPOSED, COMMITTED, BUILDING, OPERATING, CANCELLED = range(5)
PER_YEAR = 4
LAST_OF_YEAR = 3
WILLING = 0.5  # a chance of consent below which the states would rather not
LEAST = 1e-12


def projects(state: State, now: Now) -> State:
    """Stages, work done and consents at the end of the quarter; events show the stages in the next.

    ODD 7.10.
    """
    clock = state.project_clock + 1.0
    if not np.any(now.value("projects.decisions")):
        return replace(state, project_clock=clock)
    deciding = now.quarter % PER_YEAR == LAST_OF_YEAR
    hazard, agreed = decision(state, now) if deciding else (0.0, state.agreed)
    free = ~held(now) & (now.value("projects.decisions") > 0.0)
    own = state.own["project.stage"]
    worked = state.worked + (free & (own == BUILDING) & willing(agreed))
    luck = now.setting.luck.decisions[now.index // PER_YEAR]
    moved = own
    if deciding:
        moved = np.where(chosen(own, luck < contested(hazard, own, now), now), COMMITTED, moved)
        moved = np.where(
            stalled(own, agreed, state, now) & (luck < now.value("projects.cancellation")), CANCELLED, moved
        )
    moved = np.where((own == COMMITTED) & (moved == COMMITTED) & willing(agreed), BUILDING, moved)
    moved = np.where(finished(own, worked, state, now) & (moved == BUILDING), OPERATING, moved)
    stage = np.where(free, moved, own)
    return replace(state, own=state.own | {"project.stage": stage}, project_clock=clock, worked=worked, agreed=agreed)


def opening(state: State, stage: Array, new: Mask) -> Mask:
    """Runs in which one of the projects that are `new` (J,) begins or ceases to operate, `stage` (J, R)."""
    moved = (stage == OPERATING) != (state.project == OPERATING)
    return np.asarray((moved & new[:, None]).any(axis=0))


def held(now: Now) -> Mask:
    """Projects that an event holds at a stage for a while, (J, R): the model does not move them meanwhile."""
    unknown = np.full((len(now.world.projects.stage), now.runs), np.nan)
    return ~np.isnan(now.edited("project.stage", unknown, windows=True))


def willing(agreed: Array) -> Mask:
    """Whether those that must agree still do, (J, R)."""
    return agreed >= WILLING


def walled(state: State, now: Now) -> Mask:
    """Projects that lie behind a border which is shut, (J, R)."""
    return mix(now.world.projects.gate, shut(state.dyad).astype(np.float64)) > 0.0


def stalled(own: Array, agreed: Array, state: State, now: Now) -> Mask:
    """Begun, not finished, and without the consent or the border that it needs, (J, R)."""
    begun = (own == COMMITTED) | ((own == BUILDING) & (state.worked < duration(now.setting)))
    idle: Mask = begun & (~willing(agreed) | walled(state, now))
    return idle


def contested(hazard: Value, own: Array, now: Now) -> Array:
    """Chance of commitment beside proposed rivals, ways of doing the same: each in proportion to its own, (J, R).

    Together they are then chosen as often as one of them, not as often as all.
    """
    proposed = np.where(own == PROPOSED, hazard, 0.0)
    rival = mix(now.world.projects.rivals, proposed)
    return np.where(rival > 0.0, hazard * proposed / np.maximum(proposed + rival, LEAST), hazard)


def chosen(own: Array, wanted: Mask, now: Now) -> Mask:
    """Proposed projects that are committed, (J, R): none beside a rival, the first of the table before the others."""
    rivals = now.world.projects.rivals
    taken = mix(rivals, ((own > PROPOSED) & (own < CANCELLED)).astype(np.float64)) > 0.0
    eligible = wanted & (own == PROPOSED) & ~taken
    earlier = compressed(np.tril(rivals.toarray(), -1))
    first: Mask = eligible & ~(mix(earlier, eligible.astype(np.float64)) > 0.0)
    return first


def finished(own: Array, worked: Array, state: State, now: Now) -> Mask:
    """Works that are done and open: no border shut before them, no rival in use, (J, R)."""
    rival = mix(now.world.projects.rivals, (own == OPERATING).astype(np.float64)) > 0.0
    done: Mask = (own == BUILDING) & (worked >= duration(now.setting)) & ~walled(state, now) & ~rival
    return done


def duration(setting: Setting) -> Array:
    """Quarters of work that each project takes, (J, R): as planned times exp(N(mu, sigma)).

    What is being built at the start takes longer than the work then done, so
    its luck is drawn among the times that are left.
    """
    works, mean = setting.world.projects, setting.value("projects.delay")
    spread = setting.value("projects.delay_spread")
    done = works.worked[:, None] > 0.0
    planned = np.maximum(works.build, LEAST)[:, None]
    passed = np.where(done, ndtr((np.log(np.maximum(works.worked[:, None], LEAST) / planned) - mean) / spread), 0.0)
    luck = passed + (1.0 - passed) * ndtr(setting.luck.building)
    return np.where(works.build[:, None] > 0.0, planned * np.exp(mean + spread * ndtri(luck)), 0.0)


def decision(state: State, now: Now) -> tuple[Array, Array]:
    """Chance of commitment this year and the chance that all agree, (J, R)."""
    found = appraised(state, now)
    agreed = consent(found, state, now)
    return decision_of(found, agreed, state, now), agreed


def decision_of(found: Appraisal, agreed: Array, state: State, now: Now) -> Array:
    """Most of a year x sigma(k (ln PV/K - ln threshold)) x consents, (J, R) (eq. 20).

    A permission, which costs nothing, needs consent alone.
    """
    odds = now.value("projects.steepness") * (worth(found, state, now) - np.log(threshold(now)))
    sound = np.where(now.world.projects.capex[:, None] > 0.0, expit(odds), 1.0)
    return now.value("projects.hazard") * sound * agreed


def worth(found: Appraisal, state: State, now: Now) -> Array:
    """ln(PV / K) as those who decide see it, (J, R); -inf for what is worth nothing."""
    works, rate = now.world.projects, now.value("projects.discount")
    party = np.maximum(works.consents, works.sponsors)
    gain = _over(party, found.gain)
    countries = len(now.world.axes["country"])
    premium = sum(
        _over(party[:, :countries], state.threat[None, :, pole] * found.safety[:, :, pole])
        for pole in range(len(now.world.axes["pole"]))
    )
    income = PER_YEAR * (gain + found.toll + now.value("projects.security_premium") * premium)
    present = income * (1.0 - (1.0 + rate) ** -now.value("projects.life")) / rate
    cost = np.maximum(works.capex[:, None] * (1.0 - subsidy(state, now)), LEAST)
    with np.errstate(divide="ignore"):
        return np.log(np.maximum(now.value("projects.optimism") * present, 0.0) / cost)


def _over(weights: Array, values: Array) -> Array:
    """Weighted sum over the second axis, (J, N) x (J, N, R) -> (J, R), in one order whatever the runs."""
    return np.asarray(sum(weights[:, [n]] * values[:, n] for n in range(weights.shape[1])))


def threshold(now: Now) -> Value:
    """V / K above which waiting is worth less than building (Dixit & Pindyck 1994)."""
    rate, payout, spread = (now.value(f"projects.{name}") for name in ("discount", "payout", "volatility"))
    drift = (rate - payout) / spread**2
    root = 0.5 - drift + np.sqrt((drift - 0.5) ** 2 + 2.0 * rate / spread**2)
    return root / (root - 1.0)


def subsidy(state: State, now: Now) -> Array:
    """Share of the cost that sponsoring poles bear out of their offers to those who must agree, (J, R)."""
    works, countries = now.world.projects, len(now.world.axes["country"])
    given = state.offers * state.gdp[:countries][:, None]
    offered = sum(
        works.backing[:, [pole]] * mix(compressed(works.consents[:, :countries]), given[:, pole])
        for pole in range(works.backing.shape[1])
    )
    budget = now.value("projects.earmark") * offered * np.maximum(works.build, 1.0)[:, None]
    return np.minimum(budget / np.maximum(works.capex[:, None], LEAST), now.value("projects.subsidy"))


def consent(found: Appraisal, state: State, now: Now) -> Array:
    """Chance that all who must agree do, (J, R): the product over them."""
    works, poles = now.world.projects, len(now.world.axes["pole"])
    project, party = np.nonzero(works.consents)
    odds = now.value("projects.consent") + now.value("projects.sponsored") * works.sponsors[project, party][:, None]
    odds = odds + now.value("projects.own_gain") * found.gain[project, party] / state.gdp[party]
    against = opposition(found, state, now)
    for pole in range(poles):
        pressed, drawn = _pressure(party, pole, state, now), _tie(party, pole, state, now)
        odds = odds - now.value("projects.opposed") * against[project, pole] * pressed
        odds = odds + works.backing[project, pole][:, None] * drawn
    together: Array = np.exp(mix(summing(project, len(works.stage)), np.log(expit(odds))))
    return together


def opposition(found: Appraisal, state: State, now: Now) -> Array:
    """Opposition: opp x stake / (stake + s0): no market at stake, no veto, (J, P, R)."""
    countries = len(now.world.axes["country"])
    scale = now.value("projects.stake") * state.gdp[countries:]
    against: Array = now.world.projects.opposed[:, :, None] * found.stake / (found.stake + scale)
    return against


def _pressure(party: Indices, pole: int, state: State, now: Now) -> Array:
    """Coercion and dependence that an opposing pole can bring on each party, (M, R); a pole obeys itself."""
    countries = len(now.world.axes["country"])
    own = (party == countries + pole)[:, None].astype(np.float64)
    felt = state.coercion[:, pole] + now.value("projects.leverage") * index(np.maximum(state.loss[:, pole], 0.0), now)
    pressed: Array = own + np.where(party[:, None] < countries, felt[np.minimum(party, countries - 1)], 0.0)
    return pressed


def _tie(party: Indices, pole: int, state: State, now: Now) -> Array:
    """Alignment and security ties of each party with a sponsoring pole, (M, R)."""
    countries, credible = len(now.world.axes["country"]), now.world.politics.credibility[:, pole, None]
    tie = now.value("projects.sponsored") * state.alignment[:, pole]
    tie = tie + now.value("projects.confidence") * state.security[:, pole] * credible
    return np.where(party[:, None] < countries, tie[np.minimum(party, countries - 1)], 0.0)
