"""The convex dual of two-sided clearing as an oracle: total surplus written out route by route and link by link."""

import numpy as np
from scipy.optimize import minimize


def dual(case):
    """Total surplus as a function of (p_a, p_d, lambda), with its gradient; routes and links written out."""
    given, pairs = case.given, case.pairs
    uses = pairs.routes.uses.toarray()
    theta = given.source_theta[0, 0]
    limited = np.isfinite(given.capacity[:, 0])
    sources, sinks = len(given.source_mu), len(given.sink_mu)

    def value(x):
        p_a, p_d, price = np.split(x, [sources, sources + sinks])
        shadow = np.zeros(len(limited))
        shadow[limited] = price
        cost = uses @ (given.cost[:, 0] + shadow)
        log_flow = given.attraction[:, 0] + theta * (p_d[pairs.sink] - p_a[pairs.source] - cost)
        flow = np.where(given.allowed[:, 0] > 0.0, given.allowed[:, 0] * np.exp(log_flow), 0.0)
        most, mu_a = given.source_limit[:, 0], given.source_mu[:, 0]
        wanted = given.source_quantity[:, 0] * np.exp(mu_a * (p_a - given.source_price[:, 0]))
        q_a = np.minimum(wanted, most)
        rent = np.where(wanted > q_a, q_a * np.log(wanted / q_a) / mu_a, 0.0)  # area where supply is vertical
        q_d = given.sink_quantity[:, 0] * np.exp(-given.sink_mu[:, 0] * (p_d - given.sink_price[:, 0]))
        room = given.capacity[limited, 0]
        total = flow.sum() / theta + (q_a / mu_a + rent).sum() + (q_d / given.sink_mu[:, 0]).sum() + price @ room
        slope = [
            q_a - np.bincount(pairs.source, flow, sources),
            np.bincount(pairs.sink, flow, sinks) - q_d,
            room - (uses.T @ flow)[limited],
        ]
        return total, np.concatenate(slope)

    return value, limited


def dual_point(case, solved):
    _, limited = dual(case)
    return np.concatenate([solved.source_price[:, 0], solved.sink_price[:, 0], solved.price[limited, 0]])


def solve_dual(case):
    """Prices that minimise the dual, by a general-purpose optimiser."""
    value, limited = dual(case)
    start = dual_point(case, case.start())
    free = len(start) - limited.sum()
    bounds = [(None, None)] * free + [(0.0, None)] * int(limited.sum())
    options = {"ftol": 1e-15, "gtol": 1e-10, "maxiter": 5000, "maxfun": 50000}
    return minimize(value, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)


def residual(case, solved):
    """Largest violation of the first-order conditions of the dual, relative to the volume traded."""
    value, limited = dual(case)
    ends = np.concatenate([solved.source_quantity[:, 0], solved.sink_quantity[:, 0]])
    slope = value(dual_point(case, solved))[1]
    free = len(ends)
    slope[:free] *= ends > 0.0  # an end without any open route keeps its price and trades nothing
    price, room = solved.price[limited, 0], slope[free:]
    slack = np.where(price > 0.0, np.abs(room), np.maximum(-room, 0.0))
    return max(np.abs(slope[:free]).max(), slack.max(initial=0.0)) / max(solved.flow.sum(), 1e-9)
