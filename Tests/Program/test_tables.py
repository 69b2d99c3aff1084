#!/usr/bin/env python3
"""Commands on tables of flows from outside: scores, profiles, totals of any axes, components, laws."""
import csv
import io
import json
import math

from program import ROOT, agyn, case, close

AUSTRIA = ROOT / "docs" / "first-hour" / "austria-2006.csv"


def answer(*command, check=0):
    return json.loads(agyn(*command, "--json", check=check).stdout)


def tablesAreHeldAgainstEachOther(folder):
    (folder / "observed.csv").write_text("orig,A,B,C\nA,5,10,0\nB,7,3,20\nC,1,2,9\n")
    (folder / "estimated.csv").write_text(
        "origin,destination,value\nC,A,2\nC,B,2\nA,C,1\nA,B,9\nB,A,8\nB,C,18\n")
    both = ["flows", "score", folder / "observed.csv", folder / "estimated.csv"]
    found = {row["score"]: row["estimated"] for row in answer(*both)["scores"]}
    # By hand over the six pairs AB, AC, BA, BC, CA, CB.
    t, f = [10, 0, 7, 20, 1, 2], [9, 1, 8, 18, 2, 2]
    squares = sum((a - b) ** 2 for a, b in zip(t, f))
    by_hand = {
        "cpc": 2 * sum(map(min, t, f)) / (sum(t) + sum(f)), "cpl": 2 * 5 / 11,
        "ssi": sum(2 * min(a, b) / (a + b) for a, b in zip(t, f)) / 6, "rmse": math.sqrt(squares / 6),
        "srmse": math.sqrt(squares / 6) / (sum(t) / 6), "mae": 1, "bias": 0,
        "mae_departures": (0 + 1 + 1) / 3, "mae_arrivals": (2 + 1 + 1) / 3, "r2": 1 - squares / sum((a - sum(t) / 6) ** 2 for a in t),
        "kl": sum(a / 40 * math.log(a / b) for a, b in zip(t, f) if a),
        "dissimilarity": sum(abs(a - b) for a, b in zip(t, f)) / 80, "total": 40}
    for name, value in by_hand.items():
        assert math.isclose(found[name], value, rel_tol=1e-12, abs_tol=1e-14), (name, found[name], value)
    # A share of a flow of 0 is no number, and said.
    assert found["mape"] is None and answer(*both)["undefined"] == ["mape"]
    assert "mape" in agyn(*both, check=0).stderr
    same = answer("flows", "score", folder / "observed.csv", folder / "observed.csv", "--diagonal")
    for row in same["scores"][:17]:
        assert row["observed_2"] is None or math.isclose(row["observed_2"], row["ideal"], abs_tol=1e-12), row
    assert len(same["pairs"]) == 9
    (folder / "less.csv").write_text("origin,destination,value\nA,B,9\nB,A,8\n")
    said = agyn("flows", "score", folder / "observed.csv", folder / "less.csv", check=65).stderr
    assert "less.csv has no origin C" in said and "less.csv has no destination C" in said, said
    zero = answer("flows", "score", folder / "observed.csv", folder / "less.csv", "--absent-is-zero")
    assert {row["score"]: row["less"] for row in zero["scores"]}["total"] == 17
    (folder / "km.csv").write_text("orig,A,B,C\nA,0,10,30\nB,10,0,20\nC,30,20,0\n")
    far = {row["score"]: row for row in answer(*both, "--distance", folder / "km.csv")["scores"]}["mean_distance"]
    assert math.isclose(far["ideal"], sum(a * d for a, d in zip(t, [10, 30, 10, 20, 30, 20])) / 40), far
    assert math.isclose(far["estimated"], sum(a * d for a, d in zip(f, [10, 30, 10, 20, 30, 20])) / 40), far
    # Half of the pairs in the file of distances: what is not there is not 0 km.
    (folder / "half.csv").write_text("a,b,km\nA,B,3\nB,C,4\nC,A,5\n")
    said = agyn(*both, "--distance", folder / "half.csv", check=65).stderr
    assert "score.no-distance" in said and "half.csv" in said, said


def profilesOfAges(folder):
    rows = ["area,age,moves,people"]
    rates = {"A": lambda x: 0.1 if x == 25 else 0.02 if x < 30 else 0.01, "B": lambda x: 0.05 if x == 40 else 0.01}
    for area, rate in rates.items():
        for age in reversed(range(0, 91)):
            rows.append(f"{area},{age},{rate(age) * 1000},1000")
    (folder / "ages.csv").write_text("\n".join(rows) + "\n")
    by = ["flows", "profile", folder / "ages.csv", "--moves", "moves", "--exposure", "people"]
    found = {row["area"]: row for row in answer(*by, "--by", "area")["profiles"]}
    a, b = found["A"], found["B"]
    assert math.isclose(a["gross_rate"], 0.02 * 29 + 0.1 + 0.01 * 61, rel_tol=1e-12), a
    assert (a["peak_age"], a["largest_rise_age"], a["largest_fall_age"]) == (25, 25, 26)
    assert math.isclose(a["peak_intensity"], 10) and math.isclose(a["asymmetry"], 25 / 26)
    # Ten years around the peak: nine of 2 % and one of 1 % (age 30).
    assert math.isclose(a["peak_breadth"], 10 + 9 * 2 + 1), a
    assert math.isclose(b["peak_share"], 100 * b["peak_breadth"] / (100 * b["gross_rate"])) and b["peak_age"] == 40
    narrow = {row["area"]: row for row in answer(*by, "--by", "area", "--around", "0")["profiles"]}
    assert math.isclose(narrow["A"]["peak_breadth"], 10)
    assert "no peak" in agyn(*by, "--by", "area", "--after", "80", "--before", "81", check=65).stderr
    # Two areas at once have every age twice.
    assert "profile.uneven-ages" in agyn(*by, check=65).stderr
    agyn(*by, "--after", "70", check=64)
    # An age without a figure is not 0, and that it is left out is said.
    lines = [line for line in rows if line.startswith(("area", "A,"))]
    assert lines[1] == f"A,90,{rates['A'](90) * 1000},1000", lines[1]
    (folder / "gap.csv").write_text("\n".join([lines[0], "A,90,,1000", *lines[2:]]) + "\n")
    gap = [*by[:2], folder / "gap.csv", *by[3:]]
    assert math.isclose(answer(*gap)["profiles"][0]["gross_rate"], a["gross_rate"] - rates["A"](90), rel_tol=1e-12)
    assert "1 rows with an empty cell left out" in agyn(*gap, check=0).stderr
    assert "left out" not in agyn(*by, "--by", "area", check=0).stderr.replace("both left out", "")


def totalsOfAnyAxes(folder):
    ages, areas = ("young", "old"), "ABC"
    seed = {(i, j, a): 1 + areas.index(i) + 2 * areas.index(j) + 3 * ages.index(a)
            for i in areas for j in areas for a in ages if i != j}
    true = {cell: value * (1.5 if cell[0] == "A" else 1) * (2 if cell[1:] == ("C", "old") else 1)
            for cell, value in seed.items()}
    def write(name, header, sums):
        (folder / name).write_text(header + ",value\n" + "".join(
            ",".join(key) + f",{value}\n" for key, value in sums.items()))
    def sums(axes):
        total = {}
        for cell, value in true.items():
            key = tuple(cell[k] for k in axes)
            total[key] = total.get(key, 0) + value
        return total
    write("seed.csv", "origin,destination,age", seed)
    write("oa.csv", "origin,age", sums((0, 2)))
    write("da.csv", "destination,age", sums((1, 2)))
    command = ["flows", "balance", folder / "seed.csv", "--margin", folder / "oa.csv", "--margin", folder / "da.csv"]
    found = answer(*command)
    # Both factors are of axes that are held: the table they make of the seed is the answer.
    for row in found["flows"]:
        expected = true[row["origin"], row["destination"], row["age"]]
        assert math.isclose(row["value"], expected, rel_tol=1e-8), row
    assert found["fit"]["stop"] in ("marginsMet", "marginsMetByNewton") and len(found["balancing_factors"]) == 12
    said = agyn(*command, check=0)
    assert "every total" in said.stderr and "B × old" in said.stdout and "A × young" in said.stdout, said.stdout
    # Blocks: two groups of areas across, and one total that nobody knows.
    (folder / "groups.csv").write_text("level,group\nA,west\nB,east\nC,east\n")
    blocks = {("west", "east"): 40, ("east", "west"): 30}
    write("blocks.csv", "origin,destination", blocks)
    (folder / "blocks.csv").write_text((folder / "blocks.csv").read_text() + "east,east,\n")
    grouped = answer("flows", "balance", folder / "seed.csv", "--margin", folder / "blocks.csv", "--groups", folder / "groups.csv")
    side = lambda area: "west" if area == "A" else "east"
    for block, total in blocks.items():
        got = sum(row["value"] for row in grouped["flows"] if (side(row["origin"]), side(row["destination"])) == block)
        assert math.isclose(got, total, rel_tol=1e-9), (block, got)
    for row in grouped["flows"]:
        cell = row["origin"], row["destination"], row["age"]
        if "A" not in cell:
            assert row["value"] == seed[cell], row
    # Stripes: the moves of one origin to a group. A wide seed is a table of two axes.
    (folder / "wide.csv").write_text("origin,A,B,C\nA,0,2,4\nB,5,0,6\nC,7,8,0\n")
    (folder / "stripes.csv").write_text("origin,destination,value\nA,east,12\nB,west,10\nB,east,3\n")
    striped = {(row["origin"], row["destination"]): row["value"] for row in answer(
        "flows", "balance", folder / "wide.csv", "--margin", folder / "stripes.csv", "--groups", folder / "groups.csv")["flows"]}
    assert math.isclose(striped["A", "B"], 4) and math.isclose(striped["A", "C"], 8) and striped["C", "A"] == 7, striped
    assert math.isclose(striped["B", "C"], 3) and math.isclose(striped["B", "A"], 10)
    (folder / "bounds.csv").write_text("origin,destination,age,lower,upper\nA,B,old,11,11\nB,A,young,,3\n")
    bounded = {(row["origin"], row["destination"], row["age"]): row["value"] for row in answer(
        *command, "--bounds", folder / "bounds.csv")["flows"]}
    assert bounded["A", "B", "old"] == 11 and bounded["B", "A", "young"] <= 3, bounded
    # What is wrong is told of all files at once.
    (folder / "bad.csv").write_text("origin,age,value\nA,young,3\nA,yuong,4\nA,young,5\n")
    (folder / "worse.csv").write_text("orgin,value\nA,3\n")
    said = agyn("flows", "balance", folder / "seed.csv", "--margin", folder / "bad.csv", "--margin",
                folder / "worse.csv", check=65).stderr
    for word in ("'yuong'", "'young'", "bad.csv:4", "'orgin'", "'origin'"):
        assert word in said, (word, said)
    (folder / "less.csv").write_text("origin,value\nA,3\nB,4\nC,5\n")
    said = agyn(*command, "--margin", folder / "less.csv", check=65).stderr
    assert "contingency.totals-differ" in said and "less.csv" in said, said
    # Whole numbers keep both ways and the sum of each age; a third way across them is refused.
    write("a.csv", "age", sums((2,)))
    whole = answer(*command, "--margin", folder / "a.csv", "--round")["flows"]
    assert all(row["value"] == int(row["value"]) for row in whole)
    for axes in ((0, 2), (1, 2), (2,)):
        got = {}
        for row in whole:
            key = tuple((row["origin"], row["destination"], row["age"])[k] for k in axes)
            got[key] = got.get(key, 0) + row["value"]
        for key, total in sums(axes).items():
            assert got[key] == total if total == int(total) else abs(got[key] - total) < 1, (key, total, got[key])
    write("o.csv", "origin", sums((0,)))
    write("d.csv", "destination", sums((1,)))
    three = ["flows", "balance", folder / "seed.csv"] + [
        word for name in ("o.csv", "d.csv", "a.csv") for word in ("--margin", folder / name)]
    agyn(*three, check=0)
    said = agyn(*three, "--round", check=64).stderr
    assert "flows.round-crossing" in said and all(name in said for name in ("o.csv", "d.csv", "a.csv")), said
    (folder / "half.csv").write_text("origin,destination,age,lower,upper\nA,B,old,10.5,\n")
    assert "flows.bounds-round" in agyn(*command, "--bounds", folder / "half.csv", "--round", check=64).stderr
    agyn("flows", "balance", folder / "seed.csv", check=64)
    agyn("flows", "balance", folder / "wide.csv", "--rows", folder / "less.csv", check=64)


def componentsGoThereAndBack(folder):
    flows = {("A", "B", "young"): 10, ("A", "B", "old"): 4, ("B", "A", "young"): 6, ("B", "A", "old"): 2,
             ("A", "A", "young"): 0, ("A", "A", "old"): 0, ("B", "B", "young"): 0, ("B", "B", "old"): 1}
    (folder / "flows.csv").write_text("orig,dest,age,n\n" + "".join(
        ",".join(cell) + f",{n}\n" for cell, n in flows.items()))
    found = answer("flows", "components", folder / "flows.csv")
    rows = {(row["component"], row["orig"], row["dest"], row["age"]): row["value"] for row in found["components"]}
    assert found["total"] == rows["total", None, None, None] == 23 and found["axes"] == ["orig", "dest", "age"]
    assert math.isclose(rows["age", None, None, "old"], 7 / 23), rows
    # 10 moves where total and shares alone would give 23 (14/23) (15/23) (16/23).
    assert math.isclose(rows["ratio", "A", "B", "young"], 10 / (14 * 15 * 16 / 23 ** 2)), rows
    two = {(row["component"], row["level"], row["other"]): row["value"] for row in found["two_way"]}
    assert math.isclose(two["orig × age", "B", "old"], 3 / (9 * 7 / 23)), two
    agyn("flows", "components", folder / "flows.csv", "--output", folder / "parts.csv", check=0)
    again = answer("flows", "components", folder / "parts.csv", "--rebuild")
    assert again["fit"] is None
    for row in again["flows"]:
        assert math.isclose(row["value"], flows[row["orig"], row["dest"], row["age"]], rel_tol=1e-14), row
    # Another total and other shares of ages: fitted to both, and said.
    text = (folder / "parts.csv").read_text().splitlines()
    changed = [("total,,,,46" if line.startswith("total") else "age,,,young,0.5" if line.startswith("age,,,young")
                else "age,,,old,0.5" if line.startswith("age,,,old") else line) for line in text]
    (folder / "parts.csv").write_text("\n".join(changed) + "\n")
    fitted = answer("flows", "components", folder / "parts.csv", "--rebuild")
    old = sum(row["value"] for row in fitted["flows"] if row["age"] == "old")
    from_a = sum(row["value"] for row in fitted["flows"] if row["orig"] == "A")
    assert math.isclose(old, 23, rel_tol=1e-9) and math.isclose(from_a, 28, rel_tol=1e-9), fitted
    said = agyn("flows", "components", folder / "parts.csv", "--rebuild", check=0).stderr
    assert "fitted to them" in said and "stopped" in said, said
    # A table in which all grows by a tenth every five years goes on so.
    (folder / "panel.csv").write_text("year,orig,dest,n\n" + "".join(
        f"{2000 + 5 * t},{i},{j},{n * 1.1 ** t!r}\n" for t in range(4) for i, j, n in
        (("A", "B", 14), ("A", "C", 5), ("B", "A", 8), ("B", "C", 2), ("C", "A", 7), ("C", "B", 4))))
    ahead = answer("flows", "components", folder / "panel.csv", "--period", "year", "--horizon", "2")
    last = {(row["orig"], row["dest"]): row["value"] for row in ahead["flows"] if row["year"] == "2025"}
    assert math.isclose(last["A", "B"], 14 * 1.1 ** 5, rel_tol=1e-9) and len(ahead["flows"]) == 12, ahead
    assert {row["kind"] for row in ahead["flows"]} == {"projected"}
    held = answer("flows", "components", folder / "panel.csv", "--period", "year", "--total", "last", "--shares", "mean")
    assert math.isclose(held["totals"][-1]["total"], 40 * 1.1 ** 3, rel_tol=1e-9), held["totals"]
    assert "--horizon changes nothing without --period" in agyn(
        "flows", "components", folder / "panel.csv", "--horizon", "2", check=64).stderr
    agyn("flows", "components", folder / "panel.csv", "--period", "year", "--ratios", "best", check=64)


def netMigrationBySurvival(folder):
    (folder / "cohorts.csv").write_text(
        "area,age,start,end,survival\nX,0-9,,30,\nX,10-19,100,95,0.9\nX,20-29,80,81,0.95\nY,0-9,,40,\n"
        "Y,10-19,50,50,1\nY,20-29,60,57,0.9\n")
    (folder / "mothers.csv").write_text("age,mother,weight\n0-9,10-19,0.5\n0-9,20-29,0.5\n")
    by = ["flows", "estimate", "--method", "survival", "--cohorts", folder / "cohorts.csv"]
    alone = {(row["area"], row["age"]): row for row in answer(*by)["net_migration"]}
    assert alone["X", "0-9"]["net_forward"] is None
    assert math.isclose(alone["X", "10-19"]["net_forward"], 95 - 90)
    assert math.isclose(alone["X", "10-19"]["net_reverse"], 95 / 0.9 - 100)
    assert math.isclose(alone["Y", "20-29"]["net_average"], (3 + 57 / 0.9 - 60) / 2)
    both = {(row["area"], row["age"]): row for row in answer(*by, "--children", folder / "mothers.csv")["net_migration"]}
    # Half of the children, as their mothers moved: 5 + 5 of 95 + 81.
    assert math.isclose(both["X", "0-9"]["net_forward"], 0.5 * 30 / (95 + 81) * (5 + 5)), both
    assert {row["kind"] for row in both.values()} == {"adjusted"}
    said = agyn(*by, check=0).stderr
    assert "4 cohorts, 2 without all figures" in said and "closed form" in said, said
    assert "--start changes nothing" in agyn(*by, "--start", "s.csv", check=64).stderr
    assert "--cohorts changes nothing" in agyn(
        "flows", "estimate", "--method", "net", "--cohorts", "c.csv", check=64).stderr
    (folder / "mothers.csv").write_text("age,mother,weight\n0-9,30-39,0.5\n")
    assert "the mothers of 0-9" in agyn(*by, "--children", folder / "mothers.csv", check=65).stderr


def pairs():
    return [row for row in csv.DictReader(AUSTRIA.open()) if row["orig"] != row["dest"]]


def modelsGiveTheirFlows(folder):
    by = ["flows", "interact", AUSTRIA, "--where", "orig != dest"]
    observed = {(row["orig"], row["dest"]): float(row["flow"]) for row in pairs()}
    far = {(row["orig"], row["dest"]): float(row["distance"]) for row in pairs()}
    out = {i: sum(f for pair, f in observed.items() if pair[0] == i) for i, _ in observed}
    into = {j: sum(f for pair, f in observed.items() if pair[1] == j) for _, j in observed}
    found = answer(*by, "--constraint", "doubly", "--fitted")
    factor = {(row["side"], row["area"]): row["factor"] for row in found["balancing_factors"]}
    theta = found["coefficients"][0]["estimate"]
    assert len(found["pairs"]) == 72 and {row["kind"] for row in found["pairs"]} == {"observed"}
    for row in found["pairs"]:
        i, j = row["origin"], row["destination"]
        # T = A O B D f(c), from the factors that are given.
        made = factor["origin", i] * out[i] * factor["destination", j] * into[j] * far[i, j] ** theta
        assert math.isclose(row["fitted"], made, rel_tol=1e-9), row
        assert row["observed"] == observed[i, j]
        assert math.isclose(row["residual"], (row["observed"] - made) / math.sqrt(made), rel_tol=1e-6, abs_tol=1e-7)
    agyn(*by, "--constraint", "doubly", "--fitted", "--output", folder / "pairs.csv", check=0)
    assert len((folder / "pairs.csv").read_text().splitlines()) == 73
    said = agyn(*by, "--constraint", "doubly", check=0).stderr
    assert "stopped: every score of the likelihood" in said, said

    # Finite radiation by hand: what lies nearer to the origin than the destination comes in between.
    law = answer(*by, "--law", "radiation-finite", "--destination-mass", "inflow", "--fitted")
    mass = {row["dest"]: float(row["inflow"]) for row in pairs()}
    whole = sum(mass.values())
    for row in law["pairs"]:
        i, j = row["origin"], row["destination"]
        s = sum(mass[k] for k in mass if k not in (i, j) and far[i, k] < far[i, j])
        m, n = mass[i], mass[j]
        expected = out[i] * m * n / ((m + s) * (m + n + s)) / (1 - m / whole)
        assert math.isclose(row["fitted"], expected, rel_tol=1e-9), (row, expected)
    assert law["coefficients"][0]["estimate"] is None and law["fit"]["stop"] == "direct"
    for name in ("radiation-infinite", "population-weighted", "schneider", "stouffer"):
        other = answer(*by, "--law", name, "--destination-mass", "inflow", "--fitted")
        assert len(other["pairs"]) == 72 and (other["coefficients"][0]["estimate"] is None) == ("-" in name), name
    held = answer(*by, "--law", "radiation-finite", "--constraint", "doubly", "--destination-mass", "inflow", "--fitted")
    for j in into:
        arrivals = sum(row["fitted"] for row in held["pairs"] if row["destination"] == j)
        assert math.isclose(arrivals, into[j], rel_tol=1e-9), (j, arrivals)
    assert len(held["balancing_factors"]) == 18 and held["fit"]["cpc"] > law["fit"]["cpc"]
    agyn(*by, "--law", "gravity", "--destination-mass", "inflow", check=64)
    agyn(*by, check=64)


def deterrencesOfOnesOwn(folder):
    by = ["flows", "interact", AUSTRIA, "--where", "orig != dest", "--constraint", "doubly"]
    def fit(*options):
        return answer(*by, *options)
    def same(one, other, factor=1):
        a, b = one["coefficients"], other["coefficients"]
        assert math.isclose(one["fit"]["log_likelihood"], other["fit"]["log_likelihood"], rel_tol=1e-12)
        assert math.isclose(a[0]["estimate"], factor * b[0]["estimate"], rel_tol=1e-7), (a, b)
    same(fit("--deterrence", "log(cost)"), fit("--deterrence", "power"))
    same(fit("--deterrence", "log(cost), cost"), fit("--deterrence", "tanner"))
    exponential = fit("--deterrence", "exponential")
    same(fit("--deterrence", "cost / 100"), exponential, 100)
    # ln f is a line between the rows: e^(-cost/200) needs two.
    (folder / "f.csv").write_text(f"cost,value\n0,1\n1000,{math.exp(-5)!r}\n")
    table = fit("--deterrence", folder / "f.csv")
    same(table, exponential, -200)
    assert table["coefficients"][0]["term"] == "log(table)"
    (folder / "f.csv").write_text("cost,value\n0,1\n300,0.1\n")
    said = agyn(*by, "--deterrence", folder / "f.csv", check=65).stderr
    assert "log(table) has no value at the cost" in said, said
    (folder / "f.csv").write_text("cost,value\n0,1\n300,0\n200,0.1\n")
    said = agyn(*by, "--deterrence", folder / "f.csv", check=65).stderr
    assert "f.csv:3" in said and "f.csv:4" in said, said
    assert "no function of cost" in agyn(*by, "--deterrence", "log(cost + distance)", check=64).stderr
    known = agyn(*by, "--deterrence", "steep", check=64).stderr
    assert "tanner" in known and "F.csv" in known, known
    scenario = ["flows", "scenario", AUSTRIA, "--where", "orig != dest", "--constraint", "doubly", "--change",
                "@cost[dest=AT13] * 0.9", "--closure", "partial", "--draws", "10", "--deterrence"]
    one, other = (answer(*scenario, name) for name in ("power", "log(cost)"))
    for a, b in zip(one["pairs"], other["pairs"]):
        assert math.isclose(a["scenario"], b["scenario"], rel_tol=1e-9), (a, b)
    (folder / "f.csv").write_text(f"cost,value\n{min(float(row['distance']) for row in pairs())!r},1\n1000,0.1\n")
    said = agyn(*scenario, folder / "f.csv", check=65).stderr
    assert "log(table) has no value at the cost" in said, said


def everyIterationSaysWhyItEnded(folder):
    (folder / "seed.csv").write_text("orig,A,B,C\nA,0,10,20\nB,5,0,15\nC,25,5,0\n")
    (folder / "net.csv").write_text("area,net\nA,5\nB,-3\nC,-2\n")
    (folder / "r.csv").write_text("area,value\nA,40\nB,30\nC,20\n")
    (folder / "c.csv").write_text("area,value\nA,25\nB,25\nC,40\n")
    for command, reason in (
            (["balance", folder / "seed.csv", "--rows", folder / "r.csv", "--columns", folder / "c.csv"], "balancedBySweeps"),
            (["estimate", "--method", "net", "--seed", folder / "seed.csv", "--net", folder / "net.csv"], "netMet"),
            (["estimate", "--method", "dennett", "--start", folder / "seed.csv", "--end", folder / "seed.csv"], "direct"),
            (["estimate", "--method", "minimum", "--start", folder / "seed.csv", "--end", folder / "seed.csv"], "nativesMet")):
        said = agyn("flows", *command, check=0).stderr
        assert "stopped: " in said, (command, said)
        found = answer("flows", *command)
        assert reason == (found["fit"]["stop"] if "fit" in found else found["stop"]), (reason, found)
    (folder / "ages.csv").write_text("age,rate\n" + "".join(
        f"{x},{0.003 + 0.02 * math.exp(-0.1 * x) + 0.06 * math.exp(-0.1 * (x - 20) - math.exp(-0.4 * (x - 20)))!r}\n"
        for x in range(80)))
    schedule = agyn("flows", "schedule", folder / "ages.csv", "--rate", "rate", check=0)
    assert "stopped after" in schedule.stderr and "labour_asymmetry" in schedule.stdout, schedule.stderr
    likelihood = agyn("flows", "fit", AUSTRIA, "--formula", "flow ~ log(distance)", "--where", "orig != dest", "--family",
                      "negbin1", check=0).stderr
    assert "stopped: the next Newton step" in likelihood, likelihood
    (folder / "links.csv").write_text("area,neighbour\nAT11,AT12\nAT12,AT13\nAT13,AT21\nAT21,AT22\nAT22,AT31\nAT31,AT32\n"
                                      "AT32,AT33\nAT33,AT34\nAT34,AT11\n")
    (folder / "areas.csv").write_text("name,size\n" + "".join(
        f"{area},{k + 1 + k * k % 5}\n" for k, area in enumerate(sorted({row["orig"] for row in pairs()}))))
    spatial = ["flows", "spatial", AUSTRIA, "--where", "orig != dest", "--response", "log(flow)", "--areas", folder / "areas.csv",
               "--area", "name", "--neighbours", folder / "links.csv", "--origin-terms", "log(size)", "--pair-terms", "log(distance)"]
    assert "another could raise the log-likelihood" in agyn(*spatial, check=0).stderr
    assert "solved at once" in agyn(*spatial, "--form", "1", check=0).stderr


def otherShapesAndFormats(folder):
    (folder / "flows.csv").write_text("orig,A,B\nA,1,2\nB,3,4\n")
    (folder / "areas.csv").write_text("area\nB\nC\nA\n")
    by = ["flows", "reshape", folder / "flows.csv"]
    whole = {(row["origin"], row["destination"]): row["value"] for row in answer(*by, "--areas", folder / "areas.csv")["flows"]}
    assert len(whole) == 9 and whole["C", "A"] == 0 and whole["B", "A"] == 3
    gaps = {(row["origin"], row["destination"]): row["value"] for row in answer(
        *by, "--areas", folder / "areas.csv", "--fill", "missing")["flows"]}
    assert gaps["C", "A"] is None and gaps["A", "A"] == 1
    (folder / "areas.csv").write_text("area\nB\nC\n")
    assert "does not name A" in agyn(*by, "--areas", folder / "areas.csv", check=65).stderr
    assert "--fill changes nothing" in agyn(*by, "--fill", "0", check=64).stderr
    # What is read as text is read as Parquet.
    (folder / "o.csv").write_text("orig,A,B,C\nA,0,10,20\nB,5,0,15\nC,25,5.125,0\n")
    agyn("flows", "reshape", folder / "o.csv", "--to", "long", "--output", folder / "o.parquet", check=0)
    # k from two divisions: 65.125 of 80.125 moves cross the border of C, out of a thousand persons.
    (folder / "p.csv").write_text("area,persons\nA,300\nB,300\nC,400\n")
    (folder / "div.csv").write_text("area,north\nA,yes\nB,yes\nC,no\n")
    by = ["flows", "indices", folder / "o.csv", "--divisions", folder / "div.csv"]
    assert "--divisions" in agyn(*by, check=64).stderr
    found = answer(*by, "--population", folder / "p.csv")
    cross = {"areas": (3, 80.125), "north": (2, 65.125)}
    assert {row["division"]: (row["areas"], row["moves"]) for row in found["divisions"]} == cross, found["divisions"]
    x, y = ([2 * math.log(n) for n, _ in cross.values()], [moves / 10 for _, moves in cross.values()])
    k = sum(a * b for a, b in zip(x, y)) / sum(a * a for a in x)
    assert math.isclose(found["courgeau"][0]["courgeau_k"], k, rel_tol=1e-12), found["courgeau"]
    assert found["courgeau"][0]["line_slope"] is None
    assert {row["index"]: row["value"] for row in found["indices"]}["courgeau_k"] == found["courgeau"][0]["courgeau_k"]
    for command in (["indices"], ["components"], ["reshape", "--sums"]):
        one, other = (answer("flows", command[0], folder / name, *command[1:]) for name in ("o.csv", "o.parquet"))
        for table in set(one) - {"timing", "schema", "axes"}:
            assert one[table] == other[table] or table in ("components", "flows"), (command, table)
    scores = answer("flows", "score", folder / "o.csv", folder / "o.parquet")["scores"]
    assert all(row["o"] is None or math.isclose(row["o"], row["ideal"], abs_tol=1e-12)
               for row in scores if row["ideal"] is not None and row["score"] != "mean_distance"), scores


def staysOfOnesOwn(folder):
    rows = ["orig,dest,year,immi,emig,immi_undercount,emig_undercount,immi_accuracy,emig_accuracy,immi_duration,emig_duration,km"]
    for t in range(3):
        for k, (i, j) in enumerate((i, j) for i in "ABC" for j in "ABC" if i != j):
            rows.append(f"{i},{j},{2010 + t},{100 + 30 * k + t},{90 + 25 * k + t},low,medium,high,high,none,6,{100 + 70 * k}")
    (folder / "reports.csv").write_text("\n".join(rows) + "\n")
    (folder / "stay.csv").write_text("criterion,factor\nnone,0.6\n")
    by = ["flows", "estimate", "--method", "double-report", "--reports", folder / "reports.csv", "--covariates", "km",
          "--chains", "2", "--warmup", "60", "--samples", "60"]
    def found(*options):
        done = agyn(*by, *options, "--json")
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)
    standard, own = found(), found("--durations", folder / "stay.csv")
    assert [(row["criterion"], row["reports"], row["factor"]) for row in standard["durations"]] == [
        ("none", 18, 0.53), ("6", 18, 0.73)], standard["durations"]
    assert [row["factor"] for row in own["durations"]] == [0.6, 0.73] and "stay.csv" in own["duration_source"]
    assert own["flows"] != standard["flows"]
    (folder / "stay.csv").write_text("criterion,factor\n12,1.1\n9,0.8\nnone,0\n")
    said = agyn(*by, "--durations", folder / "stay.csv", check=65).stderr
    assert "stay.csv:2" in said and "stay.csv:3" in said and "stay.csv:4" in said, said
    assert "--durations changes nothing" in agyn("flows", "estimate", "--method", "net", "--durations", "s.csv", check=64).stderr


def netMigrationByLinearProgramming(folder):
    n = 12
    names = [f"r{i:02}" for i in range(n)]
    seed = [[0 if i == j else (7 * i + 13 * j + i * j) % 11 for j in range(n)] for i in range(n)]
    net = [(37 * i * i + 11 * i) % 41 - 20 for i in range(n)]
    net[-1] -= sum(net)
    (folder / "m.csv").write_text("orig,dest,value\n" + "".join(
        f"{names[i]},{names[j]},{seed[i][j]}\n" for i in range(n) for j in range(n)))
    (folder / "n.csv").write_text("area,net\n" + "".join(f"{names[i]},{net[i]}\n" for i in range(n)))
    change = {}
    for method in ("net", "net-lp"):
        flows = answer("flows", "estimate", "--method", method, "--seed", folder / "m.csv", "--net",
                       folder / "n.csv")["flows"]
        got, change[method] = [0.0] * n, 0.0
        for row in flows:
            i, j, value = names.index(row["origin"]), names.index(row["destination"]), row["value"]
            assert value >= 0 and (seed[i][j] > 0 or value == 0), row
            got[i], got[j] = got[i] - value, got[j] + value
            change[method] += abs(value - seed[i][j])
        assert all(math.isclose(a, b, abs_tol=1e-9) for a, b in zip(got, net)), (method, got)
    # scipy 1.17.1, optimize.linprog (HiGHS); what the divergence finds changes more.
    assert math.isclose(change["net-lp"], 99, abs_tol=1e-9) and change["net"] > 99, change
    # Nobody can enter the first area, which is to gain.
    (folder / "way.csv").write_text("orig,dest,value\nA,A,0\nA,B,1\nB,A,0\nB,B,0\n")
    (folder / "gain.csv").write_text("area,net\nA,10\nB,-10\n")
    for method in ("net", "net-lp"):
        said = agyn("flows", "estimate", "--method", method, "--seed", folder / "way.csv", "--net",
                    folder / "gain.csv", check=65).stderr
        assert "net.no-way-in" in said and "A should gain 10 in all" in said and "steps" not in said, said
    (folder / "both.csv").write_text("area,net\nA,10\nB,2\n")
    agyn("flows", "estimate", "--method", "net-lp", "--seed", folder / "m.csv", "--net", folder / "both.csv", check=65)


for function in (
        netMigrationByLinearProgramming,
        tablesAreHeldAgainstEachOther, profilesOfAges, totalsOfAnyAxes, componentsGoThereAndBack, netMigrationBySurvival,
        modelsGiveTheirFlows, deterrencesOfOnesOwn, everyIterationSaysWhyItEnded, otherShapesAndFormats, staysOfOnesOwn):
    case(function)
close()
