"""Fits Chinchilla's law to a table of runs by scipy: the objective and the starts of Hoffmann et al. 2022 (section D.3).

Arguments: a CSV file with params, tokens and loss; how many of the 4,500 starts to run (the rest is extrapolated).
"""

import csv
import itertools
import sys
import time

import numpy as np
from scipy.optimize import minimize, nnls

DELTA = 1e-3


def huber(r):
    size = np.abs(r)
    return np.where(size <= DELTA, r * r / 2, DELTA * (size - DELTA / 2))


def read(path):
    rows = list(csv.DictReader(open(path)))
    return [np.array([float(row[name]) for row in rows]) for name in ("params", "tokens", "loss")]


def objective(x, log_params, log_tokens, log_loss):
    """Value and analytic gradient over (a, b, e, alpha, beta), a = ln A and so on."""
    a, b, e, alpha, beta = x
    logs = np.stack([a - alpha * log_params, b - beta * log_tokens, np.full_like(log_loss, e)])
    largest = logs.max(axis=0)
    shares = np.exp(logs - largest)
    total = shares.sum(axis=0)
    shares /= total
    r = largest + np.log(total) - log_loss
    pull = np.clip(r, -DELTA, DELTA)
    p = shares * pull
    gradient = np.array([p[0].sum(), p[1].sum(), p[2].sum(), -(p[0] @ log_params), -(p[1] @ log_tokens)])
    return huber(r).sum(), gradient


def starts(count):
    grid = list(itertools.product(np.arange(0, 30, 5), np.arange(0, 30, 5), np.arange(-1, 1.5, 0.5),
                                  np.arange(0, 2.5, 0.5), np.arange(0, 2.5, 0.5)))
    every = np.linspace(0, len(grid) - 1, min(count, len(grid))).round().astype(int)
    return len(grid), [grid[i] for i in every]


def many_starts(data, count):
    total, some = starts(count)
    began = time.process_time()
    best = min((minimize(objective, x, args=data, jac=True, method="L-BFGS-B",
                         options={"maxiter": 1000, "ftol": 1e-15, "gtol": 1e-10}) for x in some), key=lambda end: end.fun)
    spent = time.process_time() - began
    print(f"L-BFGS-B, {len(some)} of {total} starts: {1e3 * spent:.0f} ms, "
          f"all starts {spent / len(some) * total:.1f} s, objective {best.fun:.13g}")


def projected(shapes, params, tokens, loss):
    """Least objective over the scales at given exponents, by reweighted non-negative least squares, and the scales."""
    basis = np.stack([np.ones_like(loss), params ** -shapes[0], tokens ** -shapes[1]], axis=1)
    norms = np.abs(basis).max(axis=0)
    columns = basis / norms / loss[:, None]
    weights = np.ones_like(loss)
    for _ in range(20):
        root = np.sqrt(weights)
        c, _ = nnls(columns * root[:, None], root)
        r = columns @ c - 1
        weights = np.where(np.abs(r) <= DELTA, 1, DELTA / np.maximum(np.abs(r), 1e-300))
    return huber(np.log(np.maximum(columns @ c, 1e-300))).sum(), c / norms


def variable_projection(data, params, tokens, loss, repeats=5):
    """Nelder-Mead over the exponents from a grid of 16, then L-BFGS-B over all five from there."""
    began = time.process_time()
    for _ in range(repeats):
        nodes = itertools.product((0.1, 0.3, 0.5, 0.9), repeat=2)
        node = min(nodes, key=lambda shapes: projected(shapes, params, tokens, loss)[0])
        end = minimize(lambda shapes: projected(np.abs(shapes), params, tokens, loss)[0], node, method="Nelder-Mead",
                       options={"xatol": 1e-6, "fatol": 1e-12})
        shapes = np.abs(end.x)
        e, a, b = np.log(np.maximum(projected(shapes, params, tokens, loss)[1], 1e-300))
        last = minimize(objective, [a, b, e, *shapes], args=data, jac=True, method="L-BFGS-B",
                        options={"maxiter": 1000, "ftol": 1e-15, "gtol": 1e-10})
    spent = (time.process_time() - began) / repeats
    print(f"variable projection: {1e3 * spent:.0f} ms a fit, 100 bootstraps {100 * spent:.1f} s, objective {last.fun:.13g}")


if __name__ == "__main__":
    n, d, y = read(sys.argv[1])
    logs = (np.log(n), np.log(d), np.log(y))
    many_starts(logs, int(sys.argv[2]) if len(sys.argv) > 2 else 100)
    variable_projection(logs, n, d, y)
