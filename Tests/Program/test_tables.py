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
        "r2": 1 - squares / sum((a - sum(t) / 6) ** 2 for a in t),
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
    assert "--round changes nothing" in agyn(*command, "--round", check=64).stderr
    agyn("flows", "balance", folder / "seed.csv", check=64)
    agyn("flows", "balance", folder / "wide.csv", "--rows", folder / "less.csv", check=64)


for function in (tablesAreHeldAgainstEachOther, profilesOfAges, totalsOfAnyAxes):
    case(function)
close()
