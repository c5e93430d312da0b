"""Dependence recomputed market by market, end by end and route by route: whose loss, by whom, in which system."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from model.axes import CHANNELS
from model.dependence import all_controllers, dependence, layer_losses, network_loss
from model.rents import scarcity_rent
from model.withholding import LARGEST_RATIO, correction, exchange_losses, freight_losses
from scenarios.tables import shipped_tables
from tests.worlds import stirred

MOST_GROWTH = 1e6  # of a route, where nothing limits it
MOST_DRAWN = 10.0  # times its flow that a route may gain when others are shut
RUNS = (0, 1)


@pytest.fixture(scope="module")
def scene(baseline_world):
    """State before dependence and view of the quarter."""
    return stirred(baseline_world)


@pytest.fixture(scope="module")
def found(scene):
    return dependence(*scene)


@pytest.fixture(scope="module", params=RUNS)
def run(scene, request):
    """One run by itself, as numbers."""
    return One(*scene, request.param)


class One:
    """What a withdrawal costs in one run, by loops over routes, markets and ends."""

    def __init__(self, state, now, run):
        self.world, self.state, self.run, self.base, self.now = now.world, state, run, now.base, now
        self.links = shipped_tables("2025Q1")["links"].set_index("id").loc[list(now.world.axes["link"])]
        self.countries, self.controllers = now.world.axes["country"].labels, now.world.axes["controller"].labels
        self.value = lambda name: float(np.broadcast_to(now.value(name), (2,))[run])
        self.market, self.system = now.world.freight, now.world.exchange
        self.freight_room = self.room(self.market.routes, self.of(state.freight.flow))
        flow = self.of(state.exchange.flow)
        self.selling_room = self.within_contracts(self.room(self.system.pairs.routes, flow), flow)
        self.buying_room = [min(room, self.supplied(h, flow[h])) for h, room in enumerate(self.selling_room)]

    def of(self, values):
        """This run's part of an array, run axis last; a lone column serves all runs."""
        return np.broadcast_to(values, (*values.shape[:-1], 2))[..., self.run]

    def room(self, routes, flow):
        """Most that each route could carry with its share of every link on it."""
        uses, capacity = routes.uses.toarray() > 0.0, self.of(self.state.capacity)
        segment = routes.segments.of_link
        links = [[e for e in np.flatnonzero(segment >= 0) if row[segment[e]]] for row in uses]
        load = np.zeros(len(capacity))
        for h, passed in enumerate(links):
            load[passed] += flow[h]
        growth = [min((capacity[e] / load[e] for e in passed if load[e] > 0.0), default=np.inf) for passed in links]
        return [f * min(g, MOST_GROWTH) for f, g in zip(flow, growth, strict=True)]

    def within_contracts(self, room, flow):
        """Room of each route held to its part of what contracts let its pair trade."""
        signed, held = self.world.contracts, self.of(self.state.contract)
        names, about, excludes = range(len(signed.volume)), signed.about.toarray(), signed.excludes.toarray()
        bound = list(room)
        for n, base in enumerate(self.system.flow):
            mine = [k for k in names if about[k, n] and signed.at_start[k] > 0.0]
            later = sum(held[k] for k in names if about[k, n] and k not in mine)
            limits = [base] if any(excludes[n, k] and held[k] > 0.0 for k in names) else []
            if any(held[k] < signed.at_start[k] for k in mine):
                free = max(base - sum(signed.at_start[k] for k in mine), 0.0)
                limits.append(sum(held[k] for k in mine) + max(free, later))
            if limits:
                most = min(limits)
                routes = np.flatnonzero(self.system.pair == n)
                growth = most / max(flow[routes].sum(), 1e-12)
                for h in routes:
                    bound[h] = min(bound[h], flow[h] * min(growth, MOST_GROWTH))
        return bound

    def supplied(self, h, flow):
        """Most that a route could carry with its share of what its source can put out."""
        a = self.system.pairs.source[h]
        limit = self.of(self.state.source_quantity)[a] * (1.0 + self.system.source_spare[a])
        sold = self.of(self.state.exchange.source_quantity)[a]
        return flow * min(max(limit / sold, 1.0), MOST_GROWTH) if sold > 0.0 else 0.0

    def lost(self, controller):
        """Surplus and transit fees that countries lose to a controller, million USD a quarter, (C,) each."""
        markets, freight_fees = self.lost_freight(controller)
        sources, sinks, exchange_fees = self.lost_exchange(controller)
        surplus = [
            sum(self.market.incidence[c, w] * lost for w, lost in enumerate(markets))
            + sum(self.system.source_owner[c, a] * lost for a, lost in enumerate(sources))
            + sum(self.system.sink_owner[c, d] * lost for d, lost in enumerate(sinks))
            for c in range(len(self.countries))
        ]
        return np.array(surplus), self.value("transit.fee_share") * (freight_fees + exchange_fees)

    def lost_freight(self, controller):
        """Loss of each market, and tariffs lost in transit by country."""
        routes, solved, base = self.market.routes, self.state.freight, self.base.freight
        share, flow, power = self.of(solved.share), self.of(solved.flow), routes.power[:, controller]
        losses, fees = [], np.zeros(len(self.countries))
        tariff = self.market.fees.toarray()
        for w, money in enumerate(self.market.money):
            mine = np.flatnonzero(routes.market == w)
            shut = min(sum(share[h] * power[h] for h in mine), 1.0)
            room = sum((1.0 - power[h]) * self.freight_room[h] for h in mine)
            mu, theta = self.of(base.mu)[w], self.of(base.theta)[w]
            losses.append(money * self.market_loss(w, shut, room, mu, theta))
            for h in mine:
                gone = flow[h] * (1.0 - (1.0 - power[h]) * drawn(shut, mu / theta))
                fees += tariff[:, h] * money * gone
        return losses, fees

    def market_loss(self, w, shut, room, mu, theta):
        """Eq. 10 in plain numbers."""
        size, carried = self.of(self.state.potential)[w], self.of(self.state.freight.served)[w]
        if shut == 0.0 or size == 0.0:
            return 0.0
        cost, outside = self.of(self.state.freight.cost)[w], self.of(self.base.freight.outside)[w]
        odds = np.exp(-mu * (cost - outside))
        left = odds * max(1.0 - shut, 1e-12) ** (mu / theta)
        after = min(left / (1.0 + left), room / size, carried)
        dearer = cost - np.log(max(1.0 - shut, 1e-12)) / theta

        def worth(served, price):
            held = min(max(served, 1e-12), 1.0 - 1e-12)
            rent = max(outside - np.log(held / (1.0 - held)) / mu - price, 0.0)
            return size * (-np.log(1.0 - held) / mu + self.value("dependence.rent_kept") * held * rent)

        return max(worth(carried, cost) - worth(after, dearer), 0.0)

    def lost_exchange(self, controller):
        """Loss of each source and sink, and tariffs lost in transit by country."""
        pairs, solved, base = self.system.pairs, self.state.exchange, self.base.exchange
        flow, power = self.of(solved.flow), pairs.routes.power[:, controller]
        sellers = (solved.source_quantity, base.source_mu, base.source_theta, solved.source_rent)
        buyers = (solved.sink_quantity, base.sink_mu, base.sink_theta, np.zeros_like(solved.sink_quantity))
        sold, unsold = self.lost_ends(pairs.source, sellers, power, self.selling_room)
        sold = [self.dearness(pairs.source_commodity)[a] * lost for a, lost in enumerate(sold)]
        bought, _ = self.lost_ends(pairs.sink, buyers, power, self.buying_room)
        mu, theta = self.of(base.source_mu), self.of(base.source_theta)
        fees, tariff = np.zeros(len(self.countries)), self.system.fees.toarray()
        for h, a in enumerate(pairs.source):
            fees += tariff[:, h] * flow[h] * (1.0 - (1.0 - power[h]) * drawn(unsold[a], mu[a] / (mu[a] + theta[a])))
        return sold, bought, fees

    def dearness(self, commodity):
        """World price of each end's commodity over the base quarter's."""
        return self.of(self.state.world_price)[commodity]

    def lost_ends(self, end, ends, power, within):
        """Eqs. 9' and 10' in plain numbers: loss and blocked share of each end; `ends` are q, mu, theta and rent."""
        flow, kept = self.of(self.state.exchange.flow), self.value("dependence.rent_kept")
        losses, blocked = [], []
        for n, (q, mu, theta, rent) in enumerate(zip(*map(self.of, ends), strict=True)):
            mine = np.flatnonzero(end == n)
            left = sum((1.0 - power[h]) * flow[h] for h in mine)
            room = sum((1.0 - power[h]) * within[h] for h in mine)
            shut = min(max(1.0 - left / q, 0.0), 1.0) if q > 1e-12 else 0.0
            blocked.append(shut)
            losses.append(end_loss(q, shut, room, mu, theta, kept, rent))
        return losses, blocked


def drawn(shut, nest):
    """How many times its flow an open route carries when others are shut."""
    return min(max(1.0 - shut, 1e-12) ** (nest - 1.0), MOST_DRAWN)


def end_loss(quantity, shut, room, mu, theta, kept, rent):  # noqa: PLR0913 - the letters of the equation
    """Fall of a source's or sink's surplus, less the rent it keeps of the cap; a full source first loses its rent."""
    least = quantity * (1.0 - shut)
    asked = min(least * np.exp(theta * rent), quantity)  # at the price at which it is full
    after = min(quantity * (asked / quantity) ** (mu / (mu + theta)), max(room, least)) if quantity > 0.0 else 0.0
    if after <= 0.0 or shut >= 1.0 - 1e-12:
        return max(quantity, 0.0) * (1.0 / mu + rent)
    shadow = np.log(asked / after) / theta - np.log(after / quantity) / mu
    left = max(rent + np.log(1.0 - shut) / theta, 0.0)
    whole = quantity * (1.0 / mu + rent) - after * (1.0 / mu + left)
    return max(whole - kept * after * max(shadow, 0.0), 0.0)


# --- the network channel


def test_what_a_controller_withholds_is_lost_by_the_owners_of_what_it_blocks(scene, run):
    losses = network_loss(*scene, np.arange(len(run.controllers)))
    for k, controller in enumerate(run.controllers):
        surplus, transit = run.lost(k)
        for name, expected in (("surplus", surplus), ("transit", transit)):
            ours = getattr(losses, name)[:, k, run.run]
            assert_allclose(ours, expected, rtol=1e-6, atol=1e-4, err_msg=f"{name} {controller}")


def test_every_part_of_the_network_loss_counts_somewhere(run):
    """Else the law above would not see it dropped."""
    parts = [(*run.lost_freight(k), *run.lost_exchange(k)) for k in range(len(run.controllers))]
    for part in zip(*parts, strict=True):
        assert max(np.abs(values).max() for values in part) > 10.0


def test_layers_add_up_to_the_network_loss(scene):
    every = np.arange(len(scene[1].world.axes["controller"]))
    assert_allclose(layer_losses(*scene, every).sum(axis=0), network_loss(*scene, every).surplus, rtol=1e-9, atol=1e-9)


def parts_of(system, sold, bought, country):
    """Losses of a country's sources and sinks by commodity."""
    own, other = system.source_owner.toarray()[country], system.sink_owner.toarray()[country]
    return [
        sum(own[a] * sold[a] for a in np.flatnonzero(system.pairs.source_commodity == k))
        + sum(other[d] * bought[d] for d in np.flatnonzero(system.pairs.sink_commodity == k))
        for k in range(system.pairs.commodities)
    ]


def test_the_correction_of_each_part_is_what_owners_lose_in_the_full_solve_over_the_closed_form(scene):
    state, now = scene
    axes = now.world.axes
    every = np.arange(len(axes["controller"]))
    closed, solved = network_loss(state, now, every), freight_losses(state, now, every)
    market, system = now.world.freight.incidence.toarray(), now.world.exchange
    worth = now.value("dependence.resolve_above") * state.gdp[: len(closed.surplus), None]
    large = (closed.surplus > worth).any(axis=-1)
    large &= np.array([[country != controller for controller in axes["controller"]] for country in axes["country"]])
    assert 10 < large.sum() < large.size
    ratios, seen = correction(state, now)
    assert_allclose(seen * state.gdp[: len(closed.surplus), None], closed.parts, rtol=1e-12)
    assert_array_equal(ratios[:, ~large], 1.0)
    for c, p in np.argwhere(large):
        sold, bought = exchange_losses(state, now, np.array([c]), np.array([p]))
        lost = [market[c] @ solved[:, p], *parts_of(system, sold[:, 0], bought[:, 0], c)]
        small = closed.surplus[c, p] <= worth[c, 0]
        for part, values in enumerate(lost):
            shut = closed.parts[part, c, p]
            expected = np.where(shut > 0.0, np.clip(values / np.where(shut > 0.0, shut, 1.0), 0.0, LARGEST_RATIO), 1.0)
            assert_allclose(ratios[part, c, p], np.where(small, 1.0, expected), rtol=1e-9)


# --- channels


def corrected(network, state, now, *cell):
    """A part of a loss times its ratio, which above one holds up to the loss at which it was found, (R,)."""
    (ratio, seen), closed = (values[cell] for values in now.base.correction(state, now)), network.parts[cell]
    lost = np.maximum(closed, 0.0)
    most = np.minimum(lost, seen * state.gdp[cell[1]])
    return np.where(ratio > 1.0, lost + (ratio - 1.0) * most, ratio * lost)


def test_each_channel_is_its_formula_and_nothing_toward_oneself(scene, found):
    state, now = scene
    poles, output = now.world.axes["pole"].labels, state.gdp
    armington = now.value("dependence.trade_elasticity")
    network = network_loss(state, now, np.arange(len(poles)))
    parts = range(len(network.parts))
    for c, country in enumerate(now.world.axes["country"]):
        for p, pole in enumerate(poles):
            cell = (c, p)
            expected = {
                "network": sum(corrected(network, state, now, n, c, p) for n in parts) / output[c],
                "transit": network.transit[cell] / output[c],
                "imports": 1.0 - (1.0 - state.imports[cell]) ** (1.0 / (armington - 1.0)),
                "exports": state.exports[cell] * (1.0 - now.value("dependence.exports_reallocated")),
                "remittances": state.remittances[cell] * (1.0 - now.value("dependence.remittances_replaced")),
                "finance": state.debt[cell] * now.value("dependence.debt_spread"),
                "security": state.security[cell] * now.value("dependence.security_loss"),
            }
            rows = np.array([expected[name] for name in CHANNELS]) * (country != pole)
            assert_allclose(found.loss_channel[cell], rows, rtol=1e-12, atol=1e-15, err_msg=f"{country} {pole}")
            whole = rows.sum(axis=0) - np.minimum(rows[CHANNELS.index("transit")], 0.0)
            assert_allclose(found.loss[cell], whole, rtol=1e-9, atol=1e-15)
    assert_array_equal(found.surplus, network.surplus)


def test_controllers_that_are_no_pole_act_through_network_and_transit_alone(scene, found):
    _, now = scene
    whole, axes = all_controllers(found, now), now.world.axes
    losses = network_loss(found, now, np.arange(len(axes["controller"])))
    for k, controller in enumerate(axes["controller"]):
        for c, country in enumerate(axes["country"]):
            surplus = sum(corrected(losses, found, now, part, c, k) for part in range(len(losses.parts)))
            both = surplus + np.maximum(losses.transit[c, k], 0.0)
            expected = found.loss[c, k] if controller in axes["pole"] else both / found.gdp[c]
            assert_allclose(whole[c, k], 0.0 if country == controller else expected, rtol=1e-12)


def test_a_pole_sees_the_watched_flow_on_the_routes_it_controls(run, found):
    market, routes = run.market, run.market.routes
    share, owner = run.of(run.state.freight.share), market.owner.toarray()
    for c in range(len(run.countries)):
        weight = owner[c, routes.market] * market.watch[routes.market] * share
        for p in range(found.visibility.shape[1]):
            expected = (weight * routes.power[:, p]).sum() / weight.sum() if weight.sum() > 0.0 else 0.0
            assert found.visibility[c, p, run.run] == pytest.approx(expected, rel=1e-9)


# --- rent and gain


def rents(run):
    """Transit fees that countries earn, million USD a quarter, (C,)."""
    money = run.market.money[run.market.routes.market]
    freight = run.market.fees.toarray() @ (money * run.of(run.state.freight.flow))
    exchange = run.system.fees.toarray() @ run.of(run.state.exchange.flow)
    assert min(freight.max(), exchange.max()) > 1.0
    return run.value("transit.fee_share") * (freight + exchange)


def of_full_links(run):
    """What countries keep of the earnings of full links, million USD a quarter, (C,)."""
    found, sizes = np.zeros(len(run.countries)), run.of(run.state.capacity)
    for routes, solved in ((run.market.routes, run.state.freight), (run.system.pairs.routes, run.state.exchange)):
        for segment, price in enumerate(run.of(solved.price)):
            links = np.flatnonzero(routes.segments.of_link == segment)
            narrow = [e for e in links if sizes[e] == sizes[links].min()]
            for e in narrow:
                row = run.links.iloc[e]
                unit = {"power": 1e-3, "fibre": 0.0}.get(row["layer"], 1.0)
                for state in set(row["territories"]) & set(run.countries):
                    part = unit * price * run.of(solved.load)[segment] / len(row["territories"]) / len(narrow)
                    found[run.countries.index(state)] += part
    assert (found > 1.0).sum() > 3
    return run.value("dependence.rent_kept") * found


def test_full_links_earn_the_states_they_touch_what_these_keep(run):
    assert_allclose(run.of(scarcity_rent(run.state, run.now)), of_full_links(run), rtol=1e-12)


def test_the_rent_is_a_share_of_all_tariffs_paid_in_transit(run, found):
    assert_allclose(found.rent[:, run.run], rents(run), rtol=1e-12)


def test_the_gain_is_surplus_and_rent_above_the_base_without_mere_growth(run, found):
    """Sources in USD; markets, sinks and rent at the volumes of the base quarter, times growth.

    A world price above the base quarter's is a gain of who sells and a loss of who buys.
    """
    state, base, countries = run.state, run.base, len(run.countries)
    solved, ends, pairs = state.exchange, base.exchange, run.system.pairs
    earned = run.of(solved.source_quantity) * run.of(solved.source_rent)
    assert earned.max() > 1.0
    dearer = [run.dearness(commodity) - 1.0 for commodity in (pairs.source_commodity, pairs.sink_commodity)]
    assert min(abs(dearer[0]).max(), abs(dearer[1]).max()) > 0.01
    margin = 1.0 / run.of(ends.source_mu) + run.of(solved.source_price) * dearer[0]
    sellers = run.system.source_owner.toarray() @ (run.of(solved.source_quantity) * margin + earned)
    size = run.of(state.gdp) / run.world.economy.gdp
    elastic, buyer = run.value("markets.energy_income_elasticity"), run.system.sink_economy
    demand = np.array([size[n] ** elastic if n >= 0 else 1.0 for n in buyer])
    kept = 1.0 / run.of(ends.sink_mu) - run.of(solved.sink_price) * dearer[1]
    bought = run.system.sink_owner.toarray() @ (run.of(solved.sink_quantity) * kept / demand)
    unserved = 1.0 - np.minimum(run.of(state.freight.served), 1.0 - 1e-12)
    markets = -run.market.money * run.of(base.freight.potential) / run.of(base.freight.mu) * np.log(unserved)
    others = run.market.incidence.toarray() @ markets + bought + (rents(run) + of_full_links(run)) / size[:countries]
    growth = (run.of(state.output) / run.world.economy.gdp)[:countries]
    expected = sellers - run.of(base.sellers) + growth * (others - run.of(base.others))
    assert_allclose(found.gain[:, run.run], expected, rtol=1e-9, atol=1e-6)
