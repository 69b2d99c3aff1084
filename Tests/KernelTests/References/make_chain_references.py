#!/usr/bin/env python3
"""Writes chain_diagnostics.csv: R-hat, effective counts and Monte Carlo errors of seven sets of chains.

Computed by ArviZ 0.23.4 (numpy 2.4.6), on chains that a generator of whole numbers makes the same
everywhere: s = (1103515245 s + 12345) mod 2^31 from s = 1 + 7919 c for chain c, u = (s + 1/2) / 2^31,
x = rho x + (u - 1/2), the first 20 values left out.
"""
import os
import arviz
import numpy as np


def chains(rho, n=500):
    out = []
    for c in range(4):
        s, x, values = 1 + c * 7919, 0.0, []
        for k in range(n + 20):
            s = (s * 1103515245 + 12345) % 2**31
            x = rho * x + ((s + 0.5) / 2**31 - 0.5)
            if k >= 20:
                values.append(x)
        out.append(values)
    return np.array(out)


cases = {"persistent": chains(0.6), "alternating": chains(-0.5), "sticky": chains(0.95)}
cases["shifted"] = chains(0.6)
cases["shifted"][3] += 0.3
cases["scaled"] = chains(0.6)
cases["scaled"][2] *= 3
cases["cubed"] = chains(0.6) ** 3
cases["odd"] = chains(0.6, 501)

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "chain_diagnostics.csv")
with open(path, "w") as out:
    out.write("# chain diagnostics; make_chain_references.py, arviz %s\n" % arviz.__version__)
    out.write("case,rhat,bulk,tail,mean,mcse\n")
    for name, x in cases.items():
        figures = [arviz.rhat(x, method="rank"), arviz.ess(x, method="bulk")]
        figures += [arviz.ess(x, method="tail"), arviz.ess(x, method="mean")]
        figures += [arviz.mcse(x, method="mean")]
        out.write(",".join([name] + [repr(float(f)) for f in figures]) + "\n")
