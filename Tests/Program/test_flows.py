#!/usr/bin/env python3
"""The flow commands from outside, on the files of a researcher's first hour."""
import csv
import io
import json
import math
import re

from program import ROOT, agyn, case, close

AUSTRIA = ROOT / "docs" / "first-hour" / "austria-2006.csv"
PANEL = ROOT / "docs" / "first-hour" / "central-asia.csv"
DOUBLY = "flow ~ log(distance) | orig + dest"
MASSES = "flow ~ log(distance) + log(outflow) + log(inflow)"


def panelColumns():
    return ["--origin", "from", "--destination", "to", "--period", "period", "--flow", "migrants"]


def modelsStandSideBySide(folder):
    answer = agyn("flows", "compare", AUSTRIA, "--formula", MASSES, "--formula", DOUBLY, "--stars", check=0)
    lines = answer.stdout.splitlines()
    row = next(line for line in lines if line.startswith("log(distance)"))
    # statsmodels 0.14 on the same file (golden G01).
    assert "−1.2641***" in row, row
    assert "72" in next(line for line in lines if line.startswith("Observations")), answer.stdout
    for word in ("Log-likelihood", "AIC", "BIC", "Pseudo R²", "CPC", "SRMSE", "RESET", "Fixed effects"):
        assert word in answer.stdout, word
    assert "orig + dest" in answer.stdout and "ATTENTION" not in answer.stderr, answer.stderr


def everyFormSaysTheSame(folder):
    command = ["flows", "compare", AUSTRIA, "--formula", DOUBLY, "--family", "poisson", "--family", "negbin2"]
    rows = list(csv.DictReader(io.StringIO(agyn(*command, "--format", "csv", check=0).stdout)))
    models = json.loads(agyn(*command, "--format", "json", check=0).stdout)["models"]
    latex = agyn(*command, "--format", "latex", check=0).stdout
    agyn(*command, "--output", "t.tex", cwd=folder, check=0)
    for k, model in enumerate(models):
        found = {row["term"]: row for row in rows if row["model"] == str(k + 1)}
        assert math.isclose(float(found["aic"]["estimate"]), model["aic"], rel_tol=1e-15)
        estimate = model["coefficients"][0]["estimate"]
        assert f"${estimate:.4f}$" in latex, (estimate, latex)
    assert latex.count("\\begin{") == latex.count("\\end{") == 2 and "\\toprule" in latex
    assert (folder / "t.tex").read_text() == latex


def otherSamplesAreSaidAloud(folder):
    file = folder / "flows.csv"
    rows = ["orig,dest,flow,d,x"]
    for i in range(6):
        for j in range(6):
            if i != j:
                flow = 0 if (i, j) == (1, 2) else (i + 2) * (j + 3)
                rows.append(f"r{i},r{j},{flow},{abs(i - j) * 100 + j},{'' if i == 5 and j < 2 else i + j * j}")
    file.write_text("\n".join(rows) + "\n")
    both = ["flows", "compare", file, "--formula", "flow ~ log(d)", "--formula", "flow ~ log(d) + x"]
    common = agyn(*both, check=0)
    assert "(1): 2 rows left out" in common.stderr and "ATTENTION" not in common.stderr, common.stderr
    own = agyn(*both, "--sample", "own", check=0)
    assert "ATTENTION" in own.stderr and "30, 28" in own.stderr, own.stderr
    assert json.loads(agyn(*both, "--sample", "own", "--json", check=0).stdout)["same_rows"] is False
    logs = agyn("flows", "compare", file, "--formula", "flow ~ log(d)", "--formula", "log(flow) ~ log(d)",
                "--family", "poisson", "--family", "gaussian", check=0)
    assert "explain different quantities" in logs.stderr, logs.stderr
    agyn("flows", "compare", file, "--formula", "flow ~ d", "--formula", "flow ~ x", "--family", "poisson",
         "--family", "negbin2", "--family", "gaussian", check=64)


def fitsThatWereKeptAreCompared(folder):
    for name, formula in (("a.json", MASSES), ("b.json", DOUBLY)):
        agyn("flows", "fit", AUSTRIA, "--formula", formula, "--save", name, cwd=folder, check=0)
    kept = json.loads(agyn("flows", "compare", "a.json", "b.json", "--json", cwd=folder, check=0).stdout)
    fresh = json.loads(agyn(
        "flows", "compare", AUSTRIA, "--formula", MASSES, "--formula", DOUBLY, "--json", check=0).stdout)
    assert kept["models"] == fresh["models"] and kept["same_rows"] is True
    (folder / "c.json").write_text("{}")
    agyn("flows", "compare", "a.json", "c.json", cwd=folder, check=65)


def everyCovarianceIsReachedAndNamed(folder):
    file = folder / "panel.csv"
    rows = ["orig,dest,year,flow,d,lat,lon"]
    for t in range(6):
        for i in range(8):
            for j in range(8):
                if i != j:
                    flow = (i + 1) * (j + 2) * 40 // (abs(i - j) + 1) + (i * 7 + j * 11 + t * 13) % 17
                    rows.append(f"r{i},r{j},{2010 + t},{flow},{abs(i - j) * 100 + 3 * j + t},{40 + i},{50 + 2 * i}")
    file.write_text("\n".join(rows) + "\n")
    errors = {}
    for vcov in ("iid", "hetero", "hc0", "hc1", "hc2", "hc3", "cluster:orig", "cluster:orig,dest,year",
                 "cluster:pair(orig,dest)", "dyadic:orig,dest", "conley:lat,lon,300", "driscoll-kraay:year,1",
                 "newey-west:orig^dest,year"):
        command = ["flows", "fit", file, "--formula", "flow ~ log(d) | orig + dest", "--vcov", vcov]
        shown = agyn(*command, check=0)
        assert f"errors {vcov.split('(')[0]}" in shown.stderr, (vcov, shown.stderr)
        answer = json.loads(agyn(*command, "--json", check=0).stdout)
        assert answer["covariance"]["kind"] == vcov and answer["covariance"]["rule"] == "fixest"
        errors[vcov] = answer["coefficients"][0]["std_error"]
        if answer["covariance"]["repaired"]:
            assert "eigenvalues" in shown.stderr, vcov
        beside = vcov.startswith(("cluster:", "hetero", "hc", "dyadic"))
        assert (answer["few_clusters"] is not None) == beside, vcov
        if beside and not vcov.startswith("cluster:"):
            # Eight areas: whoever takes flows as unrelated is told, and sees what to read instead.
            by = answer["few_clusters_by"]
            assert (by["unit"], by["column"], by["count"]) == ("areas", "orig, dest", 8), by
            assert "only 8 areas" in shown.stderr and "CR3" in shown.stdout, (vcov, shown.stderr)
            without = agyn(*command, "--few-clusters", "none", check=0)
            assert "areas" not in without.stderr and "CR3" not in without.stdout, without.stderr
    # The fixest rule makes hetero White's HC1; no other two are the same.
    assert errors.pop("hc1") == errors["hetero"]
    assert len({round(error, 12) for error in errors.values()}) == len(errors), errors
    asked = agyn("flows", "fit", file, "--formula", "flow ~ log(d) | orig + dest", "--few-clusters",
                 "orig^dest", "--draws", "199", check=0)
    assert "56" in asked.stderr and "CR3" in asked.stdout, asked.stderr
    # Full likelihoods and the negative binomial have the jackknife alone, and say how it was made.
    for family, formula, how in (("clogit", "flow ~ log(distance) | orig", "refit"),
                                 ("negbin2", "flow ~ log(distance) | orig + dest", "refit")):
        command = ["flows", "fit", AUSTRIA, "--where", "orig != dest", "--family", family, "--formula", formula,
                   "--vcov", "hetero"]
        answer = json.loads(agyn(*command, "--json", check=0).stdout)
        by = answer["few_clusters_by"]
        assert (by["unit"], by["count"], by["jackknife"], by["method"]) == ("areas", 9, how, None), by
        assert answer["few_clusters"][0]["std_error_cr3"] > 0, answer["few_clusters"]
        assert "p_value_bootstrap" not in answer["few_clusters"][0], answer["few_clusters"]
        said = agyn(*command, check=0).stderr
        assert "only 9 areas" in said and "no bootstrap" in said and ("one Newton step" in said) == (how == "one_step"), said
        assert "--draws changes nothing" in agyn(*command, "--draws", "99", check=64).stderr
        clusters = json.loads(agyn(*command, "--few-clusters", "orig^dest", "--json", check=0).stdout)
        assert clusters["few_clusters_by"]["count"] == 72, clusters["few_clusters_by"]
        none = json.loads(agyn(*command, "--few-clusters", "none", "--json", check=0).stdout)
        assert none["few_clusters"] is None and none["few_clusters_by"] is None
    mixed = ["flows", "fit", file, "--family", "poisson-mixed", "--random", "orig", "--formula", "flow ~ log(d)"]
    assert "fit.few-clusters-family" in agyn(*mixed, "--few-clusters", "orig", check=64).stderr
    # A third column with the areas of both ends: which go together is not guessed.
    lines = file.read_text().splitlines()
    turned = [f"{line},{'via' if k == 0 else 'r' + str(k % 8)}" for k, line in enumerate(lines)]
    (folder / "via.csv").write_text("\n".join(turned) + "\n")
    by = ["flows", "fit", folder / "via.csv", "--formula", "flow ~ log(d)"]
    done = agyn(*by, check=0)
    assert "CR3" not in done.stdout and "areas(ORIG,DEST)" in done.stderr, done.stderr
    assert "CR3" in agyn(*by, "--few-clusters", "areas(orig,dest)", check=0).stdout
    help = agyn("flows", "fit", "--help", check=0).stdout
    for name in ("hc0", "hc3", "pair(A,B)", "dyadic", "conley", "driscoll-kraay", "newey-west", "CR3"):
        assert name in help, name


def weightsSingletonsAndLevelsAreSaid(folder):
    file = folder / "w.csv"
    rows = ["orig,dest,flow,d,n"]
    for i in range(5):
        for j in range(5):
            if i != j:
                rows.append(f"r{i},r{j},{(i + 2) * (j + 3) + (i * j) % 5},{abs(i - j) * 100 + j},{1 + (i + j) % 3}")
    rows.append("r7,r0,4,90,1")
    file.write_text("\n".join(rows) + "\n")
    command = ["flows", "fit", file, "--formula", "flow ~ log(d) | orig + dest", "--few-clusters", "none"]
    kept = agyn(*command, check=0)
    assert "1 rows are alone" in kept.stderr and "21 rows with them, 20 without" in kept.stderr, kept.stderr
    dropped = agyn(*command, "--singletons", "drop", check=0)
    assert "20 of 21 rows are used" in dropped.stderr, dropped.stderr
    agyn(*command, "--singletons", "some", check=64)
    sampling = agyn(*command, "--weights", "n", check=0)
    frequency = agyn(*command, "--weights", "n", "--weighting", "frequency", check=0)
    assert "sampling weights n" in sampling.stderr and "frequency weights n" in frequency.stderr, frequency.stderr
    assert "analytic weights n" in agyn(*command, "--weights", "n", "--vcov", "iid", check=0).stderr
    whole = json.loads(agyn(*command, "--weights", "n", "--weighting", "frequency", "--json", check=0).stdout)["fit"]
    assert whole["counted_observations"] == whole["weights"]["sum"] > whole["observations"] == 21
    agyn(*command, "--weighting", "frequency", check=64)
    agyn(*command, "--weights", "n/2", "--weighting", "frequency", check=65)
    shown = agyn(*command, "--fixed-effects", "table", check=0)
    assert "orig holds the height" in shown.stderr and "1 levels are redundant" in shown.stderr, shown.stderr
    agyn(*command, "--fixed-effects", "levels.csv", cwd=folder, check=0)
    levels = list(csv.DictReader((folder / "levels.csv").open()))
    assert [row["effect"] for row in levels] == ["orig"] * 6 + ["dest"] * 5, levels
    assert abs(sum(float(row["estimate"]) for row in levels if row["effect"] == "dest")) < 1e-9
    own = json.loads(agyn(*command, "--fixed-effects", "table", "--json", check=0).stdout)["fixed_effects"]
    assert own["redundant"] == 1 and [row["level"] for row in own["levels"]] == [row["level"] for row in levels]
    agyn("flows", "fit", file, "--formula", "flow ~ log(d)", "--fixed-effects", "table", check=64)


def theCorrectionStandsBesideTheFit(folder):
    file = folder / "panel.csv"
    rows = ["orig,dest,year,flow,agreement"]
    for t in range(4):
        for i in range(7):
            for j in range(7):
                if i != j:
                    flow = (i + 2) * (j + 1) * 9 + (i * 5 + j * 3 + t * 7) % 23 + 12 * t * ((i + j) % 2)
                    rows.append(f"r{i},r{j},{t},{flow},{int(t > 1 and (i * j) % 3 == 0)}")
    file.write_text("\n".join(rows) + "\n")
    answer = json.loads(agyn(
        "flows", "fit", file, "--formula", "flow ~ agreement | orig^year + dest^year + orig^dest",
        "--correction", "weidner-zylkin", "--json", check=0).stdout)
    found, fitted = answer["bias_correction"][0], answer["coefficients"][0]
    assert math.isclose(found["estimate"], fitted["estimate"], rel_tol=1e-15)
    assert math.isclose(found["corrected"], found["estimate"] - found["incidental_bias"], rel_tol=1e-12)
    assert found["incidental_bias"] != 0
    agyn("flows", "fit", AUSTRIA, "--formula", "flow ~ log(distance)", "--correction", "jackknife", check=64)


def byHand(baseline, beta):
    """The closures in plain loops: what two pairs with 0.8 of their distance do to the fitted table."""
    names = sorted({pair[0] for pair in baseline})
    moved = {pair: flow * (0.8 ** beta if set(pair) == {"AT12", "AT13"} else 1) for pair, flow in baseline.items()}
    def scaled(flows, side):
        sums = {name: (sum(f for pair, f in flows.items() if pair[side] == name),
                       sum(f for pair, f in baseline.items() if pair[side] == name)) for name in names}
        return {pair: flow * sums[pair[side]][1] / sums[pair[side]][0] for pair, flow in flows.items()}
    both = moved
    for _ in range(500):
        both = scaled(scaled(both, 0), 1)
    return {"partial": moved, "production": scaled(moved, 0), "doubly": both}


def scenariosAgreeWithNumpyAndByHand(folder):
    """Golden G22: doubly-constrained power model, distance AT12–AT13 × 0.8 both ways; numpy on statsmodels.

    The golden distances have all their digits, those of this file are rounded to metres; that moves
    flows by less than a millionth. Against loops over the fitted table there is no such difference.
    """
    expected = {
        "partial": (20393.855702223464, 25090.311318269574, 100754.12221557353),
        "production": (16320.017982024983, 20708.257464626262, 89575),
        "doubly": (15928.256126501259, 19591.357074790329, 89575)}
    fit = json.loads(agyn("flows", "fit", AUSTRIA, "--formula", DOUBLY, "--json", check=0).stdout)
    beta = fit["coefficients"][0]["estimate"]
    change = [
        "--change", "{}[orig=AT12, dest=AT13] * 0.8", "--change", "{}[orig=AT13, dest=AT12] * 0.8",
        "--closure", "partial", "--closure", "production", "--closure", "doubly", "--draws", "200", "--json"]
    for model, name in ((["--constraint", "doubly"], "@cost"), (["--formula", DOUBLY], "distance")):
        answer = json.loads(agyn(
            "flows", "scenario", AUSTRIA, *model, *(part.format(name) for part in change), check=0).stdout)
        pairs = {(row["closure"], row["origin"], row["destination"]): row for row in answer["pairs"]}
        areas = {(row["closure"], row["area"], row["measure"]): row for row in answer["areas"]}
        for closure, (there, back, total) in expected.items():
            one, other = pairs[closure, "AT12", "AT13"], pairs[closure, "AT13", "AT12"]
            assert math.isclose(one["scenario"], there, rel_tol=1e-6), (model, closure, one)
            assert math.isclose(other["scenario"], back, rel_tol=1e-6), (model, closure, other)
            assert math.isclose(areas[closure, "", "total"]["scenario"], total, rel_tol=1e-6)
            assert one["lower"] < one["difference"] < one["upper"], one
            assert math.isclose(one["difference"], one["scenario"] - one["baseline"], rel_tol=1e-9)
        hand = byHand({key[1:]: row["baseline"] for key, row in pairs.items() if key[0] == "partial"}, beta)
        for (closure, *pair), row in pairs.items():
            assert math.isclose(row["scenario"], hand[closure][tuple(pair)], rel_tol=1e-8), (model, closure, row)
        # What a closure holds does not move, and its interval has no width.
        held = areas["production", "AT12", "departures"]
        assert abs(held["difference"]) < 1e-6 and abs(held["upper"] - held["lower"]) < 1e-6, held
        parts = [row["arrivals"] for row in answer["changes"]
                 if row["closure"] == "doubly" and row["area"] == "AT13"]
        assert len(parts) == 3 and abs(sum(parts)) < 1e-6, parts
    done = agyn("flows", "scenario", AUSTRIA, "--formula", DOUBLY, "--closure", "partial",
                "--change", "distance[dest=AT99] * 2", check=64)
    assert "AT99" in done.stderr, done.stderr
    agyn("flows", "scenario", AUSTRIA, "--formula", DOUBLY, "--closure", "partial", "--change", "distance", check=64)
    # The term of an exponential deterrence is called cost and is no covariate: @cost is what changes it.
    exponential = ["flows", "scenario", AUSTRIA, "--constraint", "doubly", "--deterrence", "exponential", "--closure",
                   "partial", "--change"]
    said = agyn(*exponential, "cost[dest=AT13] * 0.9", check=64).stderr
    assert "closure.no-term" in said, said
    agyn(*exponential, "@cost[dest=AT13] * 0.9", check=0)


def chartsAreDrawnFromWhatIsShown(folder):
    fit = ["flows", "fit", AUSTRIA, "--formula", MASSES]
    agyn(*fit, "--chart", folder / "fit.vl.json", check=0)
    rows = json.loads((folder / "fit.vl.json").read_text())["datasets"]["rows"]
    assert len(rows) == 72 and {"y", "f", "r", "n", "z"} == set(rows[0]), rows[0]
    assert rows[0]["n"] == "AT11 → AT12" and rows[0]["y"] == 1131
    agyn("flows", "backtest", PANEL, *panelColumns(), "--origins", "2", "--chart", folder / "b.vl.json", check=0)
    agyn("flows", "forecast", PANEL, *panelColumns(), "--horizon", "2", "--chart", folder / "f.vl.json", check=0)
    text = (folder / "f.vl.json").read_text()
    assert "persistence" in text and "KAZ → RUS" in text
    long = folder / "long.csv"
    with long.open("w") as out, AUSTRIA.open() as source:
        out.writelines(f"{r['orig']},{r['dest']},{r['flow']}\n" for r in [
            {"orig": "orig", "dest": "dest", "flow": "flow"}, *csv.DictReader(source)])
    for kind in ("heatmap", "chord"):
        agyn("flows", "chart", long, "--kind", kind, "--output", folder / f"{kind}.json", check=0)
        assert "AT34" in (folder / f"{kind}.json").read_text()
    agyn(*fit, "--chart", folder / "fit.bmp", check=64)
    agyn("flows", "chart", long, "--kind", "pie", "--output", folder / "x.json", check=64)


def tablesChangeTheirShape(folder):
    (folder / "f.csv").write_text("orig,dest,flow\nA,B,10.4\nA,C,0.3\nB,A,20.3\nB,C,0.2\nC,A,0.3\nC,B,0.2\n")
    wide = agyn("flows", "reshape", "f.csv", "--to", "wide", "--format", "csv", cwd=folder, check=0).stdout
    assert wide.splitlines()[0] == "origin,B,C,A" and len(wide.splitlines()) == 4, wide
    (folder / "w.csv").write_text(wide)
    back = agyn("flows", "reshape", "w.csv", "--to", "long", "--format", "csv", cwd=folder, check=0).stdout
    flows = {(r["origin"], r["destination"]): float(r["value"]) for r in csv.DictReader(io.StringIO(back))}
    assert flows["B", "A"] == 20.3 and flows["A", "A"] == 0
    sums = agyn("flows", "reshape", "f.csv", "--lump", "5", "--round", "--sums", "--json", cwd=folder, check=0).stdout
    answer = json.loads(sums)
    assert [row["area"] for row in answer["areas"]] == ["A", "B", "Other"], answer["areas"]
    assert all(row["value"] == round(row["value"]) for row in answer["flows"])
    (folder / "g.csv").write_text("area,group\nA,north\nC,north\n")
    grouped = json.loads(agyn("flows", "reshape", "f.csv", "--groups", "g.csv", "--json", cwd=folder, check=0).stdout)
    assert {row["area"]: row["departures"] for row in grouped["areas"]} == {"north": 10.6, "B": 20.5}
    (folder / "g.csv").write_text("area,group\nZ,north\n")
    agyn("flows", "reshape", "f.csv", "--groups", "g.csv", cwd=folder, check=65)


def balancingTakesATolerance(folder):
    (folder / "s.csv").write_text("orig,A,B,C\nA,1,2,3\nB,4,1,6\nC,7,8,1\n")
    (folder / "r.csv").write_text("code,value\nA,10\nB,20\nC,30\n")
    (folder / "c.csv").write_text("code,value\nA,25\nB,20\nC,15\n")
    command = ["flows", "balance", "s.csv", "--rows", "r.csv", "--columns", "c.csv"]
    loose = json.loads(agyn(*command, "--tolerance", "1e-3", "--json", cwd=folder, check=0).stdout)["fit"]
    close_ = json.loads(agyn(*command, "--json", cwd=folder, check=0).stdout)["fit"]
    assert close_["max_relative_margin_error"] <= 1e-11 < loose["max_relative_margin_error"] <= 1e-3, (loose, close_)
    whole = json.loads(agyn(*command, "--round", "--json", cwd=folder, check=0).stdout)["flows"]
    assert all(row["value"] == round(row["value"]) for row in whole)
    for code, total in (("A", 10), ("B", 20), ("C", 30)):
        assert sum(row["value"] for row in whole if row["orig"] == code) == total
    agyn(*command, "--tolerance", "0", cwd=folder, check=64)
    agyn(*command, "--chart", "b.json", cwd=folder, check=0)
    assert set(json.loads((folder / "b.json").read_text())["datasets"]) == {"before", "after"}


def faultsComeLineByLine(folder):
    file = folder / "flows.csv"
    file.write_text("orig,dest,flow,d\nA,B,12,one\nB,A,x,100\nA,C,3,two\nC,A,-7,200\n")
    done = agyn("flows", "fit", file, "--formula", "flow ~ log(d)", check=65)
    lines = [int(n) for n in re.findall(r"flows\.csv:(\d+):", done.stderr)]
    assert lines == sorted(lines) and len(set(lines)) > 1, done.stderr


def predictionsAreNamed(folder):
    text = agyn("flows", "predict", AUSTRIA, "--formula", DOUBLY, "--format", "csv", check=0).stdout
    row = next(csv.DictReader(io.StringIO(text)))
    assert list(row)[:5] == ["line", "orig", "dest", "observed", "predicted"], list(row)
    assert row["orig"] == "AT11" and row["dest"] == "AT12" and float(row["observed"]) == 1131


def weightedRowsAreTestedOrSaidNotToBe(folder):
    command = ["flows", "test", AUSTRIA, "--formula", MASSES, "--weights", "distance", "--against", DOUBLY]
    answer = json.loads(agyn(*command, "--json", check=0).stdout)
    assert {row["test"] for row in answer["tests"]} >= {"reset", "hpc"}, answer["tests"]
    assert {"park", "gnr", "vuong-aic"} <= set(answer["not_applicable"]), answer["not_applicable"]
    said = agyn(*command, check=0).stderr
    assert "the test park is not defined for rows with weights (distance)" in said, said
    said = agyn(*command, "--residuals", "quantile", check=64).stderr
    assert "residuals 'quantile' are not defined for rows with weights (distance)" in said, said


def tablesThatSayTooLittleAreRefused(folder):
    """Columns that are no axes, rows that are as few as parameters, and responses that are fitted exactly."""
    rows = list(csv.DictReader(AUSTRIA.open()))
    wide = folder / "wide.csv"
    wide.write_text("orig,dest,flow,distance,n\n" + "".join(
        f"{r['orig']},{r['dest']},{r['flow']},{r['distance']},{k}\n" for k, r in enumerate(rows) if r["orig"] != r["dest"]))
    told = agyn("flows", "components", wide, check=65).stderr
    assert "components.sparse" in told and "leave out other columns" in told, told
    (folder / "few.csv").write_text("orig,dest,flow,d\nA,B,5,1\nB,A,6,2\n")
    told = agyn("flows", "fit", folder / "few.csv", "--formula", "flow ~ log(d) | orig + dest", check=65).stderr
    assert "fit.saturated" in told, told
    (folder / "same.csv").write_text("orig,dest,flow,d\n" + "".join(
        f"{a},{b},7,{1 + k}\n" for k, (a, b) in enumerate((a, b) for a in "ABCD" for b in "ABCD" if a != b)))
    told = agyn("flows", "fit", folder / "same.csv", "--family", "gaussian", "--formula", "flow ~ log(d)", check=65).stderr
    assert "fits every row exactly" in told, told
    (folder / "ages.csv").write_text("age,rate\n1,0.1\n3,0.2\n")
    told = agyn("flows", "profile", folder / "ages.csv", "--rate", "rate", check=65).stderr
    assert "profile.uneven-ages]: age 1" in told, told


def optionsThatChangeNothingAreRefused(folder):
    change = ["--closure", "partial", "--change"]
    commands = [
        (["scenario", AUSTRIA, "--constraint", "doubly", *change, "@cost * 0.9"], ["--family", "poisson"]),
        (["scenario", AUSTRIA, "--constraint", "doubly", *change, "@cost * 0.9"], ["--vcov", "iid"]),
        (["scenario", AUSTRIA, "--constraint", "doubly", *change, "@cost * 0.9"], ["--ssc", "none"]),
        (["scenario", AUSTRIA, "--formula", DOUBLY, *change, "distance * 0.9"], ["--cost", "distance"]),
        (["scenario", AUSTRIA, "--formula", DOUBLY, *change, "distance * 0.9"], ["--deterrence", "power"]),
        (["interact", AUSTRIA, "--law", "radiation", "--destination-mass", "inflow"],
         ["--level", "90"]),
        (["forecast", PANEL, *panelColumns(), "--model", "reversion"], ["--chains", "2"]),
        (["forecast", PANEL, *panelColumns(), "--model", "reversion"], ["--random-seed", "2"]),
        (["backtest", PANEL, *panelColumns(), "--models", "reversion", "--origins", "1"], ["--samples", "50"]),
        (["estimate", "--method", "net", "--net", "n.csv", "--seed", "s.csv"], ["--warmup", "50"]),
        (["estimate", "--method", "net", "--net", "n.csv", "--seed", "s.csv"], ["--random-seed", "5"]),
        (["fit", AUSTRIA, "--formula", MASSES, "--few-clusters", "none"], ["--random-seed", "5"]),
        (["fit", AUSTRIA, "--formula", MASSES, "--family", "negbin1"], ["--random-seed", "5"]),
    ]
    for command, option in commands:
        done = agyn("flows", *command, *option, check=64)
        assert f"{option[0]} changes nothing with" in done.stderr, (command, option, done.stderr)
    for option, needed in [("--origin", "--neighbours"), ("--destination", "--neighbours"),
                           ("--random-seed", "--residuals")]:
        value = "3" if option == "--random-seed" else "orig"
        said = agyn("flows", "test", AUSTRIA, "--formula", MASSES, option, value, check=64).stderr
        assert f"{option} changes nothing without {needed}" in said, said
    both = agyn("flows", "forecast", PANEL, *panelColumns(), "--model", "reversion", "--chains", "2", "--warmup",
                "50", check=64).stderr
    assert "--chains changes" in both and "--warmup changes" in both, both


def samplersAreScoredAsTheyAreAsked(folder):
    command = ["flows", "backtest", PANEL, *panelColumns(), "--models", "hierarchical", "--origins", "1",
               "--chains", "2", "--warmup", "50", "--samples", "50"]
    # A hundred draws are too few to mix, which is what exit code 1 says.
    one, other = (agyn(*command, "--random-seed", seed, check=1) for seed in ("1", "2"))
    assert one.stdout != other.stdout
    assert "no exposures given" in one.stderr, one.stderr
    # A file of people at risk of one area leaves the others without: a fault, no empty score.
    (folder / "e.csv").write_text("area,period,value\nKAZ,1990,16000000\n")
    agyn(*command, "--exposure", folder / "e.csv", check=66)


def boundsSayTheirLevel(folder):
    command = ["flows", "fit", AUSTRIA, "--formula", DOUBLY]
    for more, level in (([], "95"), (["--level", "90"], "90")):
        done = agyn(*command, *more, check=0)
        assert "lower bound" in done.stdout and "95" not in done.stdout.splitlines()[0], done.stdout
        assert f"lower and upper bounds hold {level}%" in done.stderr, done.stderr


def pairsWithMoreColumnsAreOneFault(folder):
    done = agyn("flows", "chart", AUSTRIA, "--output", folder / "c.html", check=65)
    assert done.stderr.count("austria-2006.csv:") == 1 and "three columns" in done.stderr, done.stderr


def scatteredFlows(folder):
    """Flows between twelve areas, overdispersed, a third of them zero; the same on every machine."""
    state = 12345
    def uniform():
        nonlocal state
        state = (1103515245 * state + 12345) % 2**31
        return (state + 0.5) / 2**31
    lines = ["orig,dest,flow,ld,near,block"]
    for i in range(12):
        for j in range(12):
            if i == j:
                continue
            ld, near = round(2 * uniform(), 3), int(uniform() < 0.3)
            mean = math.exp(3 - 0.8 * ld + 0.6 * near) * -math.log(uniform())
            flow = 0 if uniform() < 0.2 + 0.15 * ld else math.floor(mean)
            lines.append(f"A{i:02},A{j:02},{flow},{ld},{near},{j % 3}")
    file = folder / "scattered.csv"
    file.write_text("\n".join(lines) + "\n")
    return file


LIKELIHOODS = {
    "clogit": [], "nested-logit": [], "negbin1": [], "zip": ["--zero", "ld"], "zinb": ["--zero", "ld"],
    "hurdle-poisson": ["--zero", "ld"], "hurdle-negbin2": ["--zero", "ld"], "poisson-lognormal": [],
    "poisson-mixed": ["--random", "orig"], "negbin2-mixed": ["--random", "orig"]}


def everyFamilyIsFollowedThrough(folder):
    file = scatteredFlows(folder)
    rows = list(csv.DictReader(file.open()))
    (folder / "new.csv").write_text("orig,dest,ld,near,block\nA00,A01,0.5,1,1\nA00,A02,1.5,0,2\nZ9,A02,1,0,2\n")
    (folder / "far.csv").write_text("orig,dest,ld,near,block\nA00,A01,1e300,1,1\nA00,A02,-1e300,0,2\n")
    replaced = set()
    for family, more in LIKELIHOODS.items():
        effects = {"clogit": " | orig", "nested-logit": " | orig + block"}
        formula = "flow ~ ld + near" + effects.get(family, "")
        command = [file, "--formula", formula, "--family", family, *more]
        kept = folder / f"{family}.json"
        agyn("flows", "fit", *command, "--save", kept, "--chart", folder / f"{family}.vl.json", check=0)
        drawn = (folder / f"{family}.vl.json").read_text()
        assert "A00 → A01" in drawn or family not in effects, drawn[:400]
        record = json.loads(kept.read_text())
        assert record["family"] == family and math.isfinite(record["aic"]) and 0 < record["cpc"] < 1, record
        own = json.loads(agyn("flows", "predict", *command, "--json", check=0).stdout)["predictions"]
        assert len(own) == len(rows) == 132, (family, len(own))
        assert all(row["conf_low"] < row["predicted"] < row["conf_high"] for row in own), family
        assert ("zero_probability" in own[0]) == (family in ("negbin1",) or "--zero" in more), family
        other = agyn("flows", "predict", *command, "--rows", folder / "new.csv", "--unseen", "missing", "--json", check=0)
        found = json.loads(other.stdout)["predictions"]
        assert found[0]["predicted"] > found[1]["predicted"] > 0, (family, found)
        # An origin that was not fitted: no total to be shared out, or an effect integrated out.
        assert (found[2]["predicted"] is None) == (family in effects), (family, found)
        far = agyn("flows", "predict", *command, "--rows", folder / "far.csv", "--json", check=0)
        found = json.loads(far.stdout)["predictions"]
        assert all(row["predicted"] is None or family in effects for row in found), (family, found)
        tests = agyn("flows", "test", *command, "--residuals", "pearson,quantile", "--random-seed", "5", "--json", check=0)
        answer = json.loads(tests.stdout)
        assert len(answer["residuals"]) == 132 and "reset" in answer["not_applicable"], answer["not_applicable"]
        # Errors that CR3 should replace are said to be replaced only where it has any.
        clustered = [*command] if "mixed" in family or "lognormal" in family else [*command, "--vcov", "cluster:orig"]
        few = json.loads(agyn("flows", "fit", *clustered, "--json", check=0).stdout)["few_clusters"]
        said = agyn("flows", "fit", *clustered, check=0).stderr
        without = bool(few) and all(row["std_error_cr3"] is None for row in few)
        assert ("and is to be read in their place" in said) == (bool(few) and not without), (family, said)
        assert ("no coefficient has a CR3 error" in said) == without, (family, said)
        replaced.add(without)
    # Each is fitted anew without every origin; without one row in which the flow is far off NB1 has no maximum.
    assert replaced == {False}, replaced
    (folder / "off.csv").write_text("g,flow,x\n" + "".join(
        f"g{k},{flow},{k % 5 + 1}\n" for k, flow in enumerate((9, 11, 8, 12, 10, 9, 11, 10, 400, 10))))
    off = ["flows", "fit", folder / "off.csv", "--family", "negbin1", "--formula", "flow ~ x", "--few-clusters", "g"]
    assert all(row["std_error_cr3"] is None for row in json.loads(agyn(*off, "--json", check=0).stdout)["few_clusters"])
    assert "without g8 Newton" in agyn(*off, check=0).stderr
    records = [folder / f"{family}.json" for family in LIKELIHOODS]
    table = agyn("flows", "compare", *records, check=0)
    assert "zero: ld" in table.stdout and "not of the same rows" not in table.stderr, table.stderr
    refused = agyn("flows", "predict", file, "--formula", "flow ~ ld | orig", "--family", "negbin1", "--rows",
                   folder / "new.csv", check=65).stderr
    assert "Z9" in refused, refused


def nestsAreNoFixedEffects(folder):
    file = scatteredFlows(folder)
    command = ["flows", "compare", file, "--formula", "flow ~ ld + near | orig", "--formula",
               "flow ~ ld + near | orig + block", "--formula", "flow ~ ld + near | orig", "--family", "clogit",
               "--family", "nested-logit", "--family", "poisson"]
    shown = agyn(*command, check=0)
    lines = {line.split("  ")[0].strip(): line.split() for line in shown.stdout.splitlines() if line.strip()}
    assert lines["Fixed effects"][-3:] == ["orig"] * 3 and lines["Nests"][-3:] == ["–", "block", "–"], shown.stdout
    assert "(1), (2): the likelihood is that of choices" in shown.stderr, shown.stderr
    model = json.loads(agyn(*command, "--json", check=0).stdout)["models"][1]
    fit = json.loads(agyn("flows", "fit", file, "--formula", "flow ~ ld + near | orig + block", "--family",
                          "nested-logit", "--json", check=0).stdout)
    found = fit["dispersion"][0]
    assert model["effects"] == ["orig"] and model["nests"] == "block", model
    assert model["nest_parameter"]["estimate"] == found["estimate"] > 0, model["nest_parameter"]
    assert model["nest_parameter"]["std_error"] == found["std_error"] > 0, model["nest_parameter"]
    assert lines["lambda"][1] == f"{found['estimate']:.4f}", lines["lambda"]
    # Without a model with nests the table has no line of them.
    assert "Nests" not in agyn("flows", "compare", file, "--formula", "flow ~ ld | orig", "--family", "clogit",
                               "--family", "poisson", check=0).stdout
    agyn("flows", "fit", file, "--formula", "flow ~ ld | orig + block", "--family", "nested-logit", "--save",
         folder / "n.json", check=0)
    assert "lambda" in agyn("flows", "compare", folder / "n.json", folder / "n.json", check=0).stdout
    # Nests whose rows are less alike than rows of others.
    rows = list(csv.DictReader(file.open()))
    with (folder / "above.csv").open("w") as out:
        out.write("orig,dest,flow,ld,block,all\n")
        for row in rows:
            own = [float(r["ld"]) for r in rows if r["orig"] == row["orig"] and r["block"] == row["block"]]
            inclusive = math.log(sum(math.exp(-ld / 2) for ld in own))
            share = math.exp(-float(row["ld"]) / 2 + inclusive)
            out.write(f"{row['orig']},{row['dest']},{share!r},{row['ld']},{row['block']},x\n")
    above = ["flows", "fit", folder / "above.csv", "--formula", "flow ~ ld | orig + block", "--family", "nested-logit"]
    said = agyn(*above, check=0).stderr
    assert "lambda = 2 (" in said and "not consistent with utility maximisation" in said, said
    beside = agyn("flows", "compare", folder / "above.csv", "--formula", "flow ~ ld | orig + block", "--family",
                  "nested-logit", "--family", "nested-logit", check=0).stderr
    assert "(2): lambda = 2 (" in beside and "not consistent with utility maximisation" in beside, beside
    # One nest of all rows: the quotient of coefficient and λ alone is told.
    above[4] = "flow ~ ld | orig + all"
    refused = agyn(*above, check=3).stderr
    assert "fit.nest-single" in refused and "lambda, the parameter of the nests, cannot be told" in refused, refused
    assert "utility" not in agyn("flows", "fit", file, "--formula", "flow ~ ld", check=0).stderr


def familiesOfBothKindsAreCompared(folder):
    file = scatteredFlows(folder)
    command = ["flows", "compare", file, "--formula", "flow ~ ld + near", "--zero", "ld", "--random", "orig"]
    families = ["poisson", "negbin2", "zinb", "poisson-lognormal", "poisson-mixed"]
    for family in families:
        command += ["--family", family]
    done = agyn(*command, "--json", check=0)
    answer = json.loads(done.stdout)
    models = {model["family"]: model for model in answer["models"]}
    assert list(models) == families and answer["same_rows"]
    assert models["poisson"]["covariance"] == "hetero" and models["zinb"]["covariance"] == "iid"
    assert models["zinb"]["aic"] < models["negbin2"]["aic"] < models["poisson"]["aic"]
    assert all(0 < model["cpc"] < 1 and model["srmse"] > 0 for model in models.values())
    # Rows share the effects of their origins in the mixed models: no likelihoods of their own.
    pairs = {(row["first"], row["second"], row["test"]): row for row in answer["vuong"]}
    assert set(key[:2] for key in pairs) == {(1, 2), (1, 3), (2, 3)} and len(pairs) == 9, pairs.keys()
    assert pairs[1, 3, "vuong-bic"]["statistic"] < -3 and pairs[1, 3, "vuong-bic"]["p_value"] < 0.01
    for one, rival, sign in (("poisson", "zinb", 1), ("zinb", "poisson", -1)):
        tests = json.loads(agyn("flows", "test", file, "--formula", "flow ~ ld + near", "--family", one, "--zero", "ld",
                                "--against-family", rival, "--json", check=0).stdout)["tests"]
        vuong = next(row for row in tests if row["test"] == "vuong-bic")
        assert math.isclose(vuong["statistic"], sign * pairs[1, 3, "vuong-bic"]["statistic"], rel_tol=1e-9), vuong
    unused = agyn("flows", "compare", file, "--formula", "flow ~ ld", "--family", "poisson", "--zero", "ld", check=64)
    assert "poisson" in unused.stderr, unused.stderr
    text = agyn(*command, check=0)
    assert "first model" in text.stdout and "neither of which is a special case" in text.stderr, text.stdout
    agyn("flows", "test", file, "--formula", "flow ~ ld", "--residuals", "quantil", check=64)


def mapsAreFiltered(folder):
    file = scatteredFlows(folder)
    links = folder / "links.csv"
    links.write_text("area,neighbour\n" + "".join(
        f"A{i:02},A{(i + step) % 12:02}\n" for i in range(12) for step in (1, 11)))
    done = agyn("flows", "filter", file, "--neighbours", links, "--output", folder / "wider.csv", check=0)
    assert "12 areas · 4 patterns" in done.stderr, done.stderr
    rows = list(csv.DictReader((folder / "wider.csv").open()))
    assert len(rows) == 132 and "origin_E4" in rows[0] and "destination_E4" in rows[0], rows[0]
    patterns = json.loads(agyn("flows", "filter", file, "--neighbours", links, "--json", check=0).stdout)["patterns"]
    assert all(math.isclose(row["moran"], math.cos(math.tau * k / 12), rel_tol=1e-9)
               for row, k in zip(patterns, (1, 1, 2, 2))), patterns
    tests = json.loads(agyn("flows", "test", folder / "wider.csv", "--formula", "flow ~ ld + origin_E1", "--neighbours",
                            links, "--json", check=0).stdout)["tests"]
    found = {row["term"]: row for row in tests if row["test"] == "moran"}
    assert set(found) == {"I(origin)", "I(destination)", "I(both)"}, found
    assert all(0 <= row["p_value"] <= 1 for row in found.values()), found
    again = agyn("flows", "filter", folder / "wider.csv", "--neighbours", links, check=64)
    assert "origin_E1" in again.stderr, again.stderr
    agyn("flows", "filter", file, "--neighbours", links, "--least", "2", check=64)
    links.write_text("area,neighbour\nA00,B01\n")
    assert "B01" in agyn("flows", "filter", file, "--neighbours", links, check=65).stderr


def interactionsTakeCovariates(folder):
    rows = list(csv.DictReader(AUSTRIA.open()))
    distance = {(row["orig"], row["dest"]): float(row["distance"]) for row in rows}
    mass = {row["dest"]: float(row["inflow"]) for row in rows}
    walls = {("AT11", "AT33"), ("AT33", "AT11"), ("AT34", "AT11")}
    lines = ["orig,dest,flow,distance,inflow,near,wall,walled"]
    for row in rows:
        i, j = row["orig"], row["dest"]
        if i == j:
            continue
        near = sum(mass[k] / distance[j, k] for k in mass if k not in (i, j))
        wall = int((i, j) in walls)
        flow = row["flow"]
        lines.append(f"{i},{j},{flow},{distance[i, j]},{mass[j]},{near!r},{wall},{0 if wall else flow}")
    file = folder / "a.csv"
    file.write_text("\n".join(lines) + "\n")
    command = ["flows", "interact", file, "--constraint", "production", "--destination-mass", "inflow"]
    found = json.loads(agyn(*command, "--competing", "--covariates", "wall", "--json", check=0).stdout)["coefficients"]
    same = json.loads(agyn("flows", "fit", file, "--formula",
                           "flow ~ log(inflow) + log(distance) + log(near) + wall | orig", "--json",
                           check=0).stdout)["coefficients"]
    estimates = sorted(row["estimate"] for row in found)
    assert {row["term"] for row in found} >= {"log(competing)", "wall"}, found
    assert all(math.isclose(a, b, rel_tol=1e-7)
               for a, b in zip(estimates, sorted(row["estimate"] for row in same))), (found, same)
    spaced = json.loads(agyn(*command, "--covariates", "wall, near", "--json", check=0).stdout)["coefficients"]
    assert {row["term"] for row in spaced} >= {"wall", "near"}, spaced
    # No flow crosses a wall: no finite estimate, said with the pairs that make it so.
    said = agyn(*command, "--flow", "walled", "--covariates", "wall", check=3).stderr
    assert "no finite estimate exists: wall is above 0" in said and "AT11 → AT33" in said, said
    # Competitors are seen from every destination: only the distance that is missing is named.
    gap = file.read_text().replace(f",{distance['AT11', 'AT12']},", ",,", 1)
    assert gap != file.read_text()
    (folder / "gap.csv").write_text(gap)
    said = agyn("flows", "interact", folder / "gap.csv", *command[3:], "--competing", check=65).stderr
    assert said.count("error[") == 1 and "the cost from AT11 to AT12 is" in said, said
    assert "--covariates" in agyn("flows", "interact", file, "--law", "radiation", "--destination-mass", "inflow",
                                  "--covariates", "wall", check=64).stderr


def totalsAndAMeanCostAreEnough(folder):
    rows = [row for row in csv.DictReader(AUSTRIA.open()) if row["orig"] != row["dest"]]
    fit = json.loads(agyn("flows", "interact", AUSTRIA, "--constraint", "doubly", "--deterrence", "exponential", "--json",
                          "--where", "orig != dest", check=0).stdout)
    flows = {(row["orig"], row["dest"]): float(row["flow"]) for row in rows}
    mean = sum(float(row["flow"]) * float(row["distance"]) for row in rows) / sum(flows.values())
    (folder / "d.csv").write_text("orig,dest,distance\n" + "".join(
        f"{row['orig']},{row['dest']},{row['distance']}\n" for row in rows))
    for name, end in (("out", 0), ("in", 1)):
        areas = sorted({pair[end] for pair in flows})
        (folder / f"{name}.csv").write_text("area,value\n" + "".join(
            f"{area},{sum(flow for pair, flow in flows.items() if pair[end] == area)!r}\n" for area in areas))
    command = ["flows", "interact", folder / "d.csv", "--constraint", "doubly", "--deterrence", "exponential",
               "--mean-cost", repr(mean), "--rows", folder / "out.csv", "--columns", folder / "in.csv"]
    found = json.loads(agyn(*command, "--json", check=0).stdout)
    # The mean is the condition of maximum likelihood (Evans 1971).
    assert math.isclose(found["coefficients"][0]["estimate"], fit["coefficients"][0]["estimate"], rel_tol=1e-9), found
    assert math.isclose(sum(row["value"] for row in found["flows"]), sum(flows.values()), rel_tol=1e-9)
    assert {row["kind"] for row in found["flows"]} == {"modelled"}
    again = json.loads(agyn("flows", "interact", AUSTRIA, "--where", "orig != dest", *command[3:9], "--json", check=0).stdout)
    assert math.isclose(again["coefficients"][0]["estimate"], found["coefficients"][0]["estimate"], rel_tol=1e-9), again
    assert "no parameter gives the mean 1000000" in agyn(*command[:8], "1e6", *command[9:], check=65).stderr
    said = agyn(*command[:7], *command[9:], check=64).stderr
    assert "--rows changes nothing without --mean-cost" in said and "--columns changes" in said, said
    # One side's totals are all that a model with one constraint reads.
    one = ["flows", "interact", folder / "m.csv", "--constraint", "production", "--deterrence", "exponential",
           "--destination-mass", "inflow", "--mean-cost", repr(mean), "--rows", folder / "out.csv"]
    (folder / "m.csv").write_text("orig,dest,distance,inflow\n" + "".join(
        f"{row['orig']},{row['dest']},{row['distance']},{row['inflow']}\n" for row in rows))
    single = json.loads(agyn(*one, "--json", check=0).stdout)
    assert math.isclose(sum(row["value"] for row in single["flows"]), sum(flows.values()), rel_tol=1e-9)
    assert "--columns changes nothing" in agyn(*one, "--columns", folder / "in.csv", check=64).stderr
    assert "interaction.too-few" in agyn("flows", "interact", AUSTRIA, *command[3:9], "--where", "flow > 1e9",
                                         check=65).stderr


def boundsHoldAndResidualsAddUp(folder):
    (folder / "seed.csv").write_text("origin,A,B,C\nA,0,10,20\nB,5,0,15\nC,25,5,0\n")
    (folder / "r.csv").write_text("area,value\nA,40\nB,30\nC,20\n")
    (folder / "c.csv").write_text("area,value\nA,25\nB,25\nC,40\n")
    (folder / "b.csv").write_text("origin,destination,lower,upper\nA,B,18,18\nC,A,,14\n")
    command = ["flows", "balance", folder / "seed.csv", "--rows", folder / "r.csv", "--columns", folder / "c.csv"]
    free = {(row["orig"], row["dest"]): row["value"]
            for row in json.loads(agyn(*command, "--json", check=0).stdout)["flows"]}
    held = {(row["orig"], row["dest"]): row["value"] for row in json.loads(
        agyn(*command, "--bounds", folder / "b.csv", "--json", check=0).stdout)["flows"]}
    assert held["A", "B"] == 18 != free["A", "B"] and held["C", "A"] <= 14, held
    for area, total in (("A", 40), ("B", 30), ("C", 20)):
        assert math.isclose(sum(v for pair, v in held.items() if pair[0] == area), total, rel_tol=1e-9), held
    (folder / "b.csv").write_text("origin,destination,lower,upper\nA,D,18,18\nB,C,-1,\n")
    said = agyn(*command, "--bounds", folder / "b.csv", check=65).stderr
    assert "b.csv:3" in said, said
    (folder / "b.csv").write_text("origin,destination,lower,upper\nA,D,18,18\nA,B,50,\n")
    assert "D" in agyn(*command, "--bounds", folder / "b.csv", check=65).stderr
    (folder / "b.csv").write_text("origin,destination,lower,upper\nA,B,50,\n")
    assert agyn(*command, "--bounds", folder / "b.csv", check=65).stderr
    (folder / "b.csv").write_text("origin,destination,lower,upper\nA,B,18.5,18.5\nC,A,9,8\nB,A,-1,\n")
    said = agyn(*command, "--bounds", folder / "b.csv", check=65).stderr
    assert "exclude each other: 9 to 8" in said and "b.csv:3" in said and "b.csv:4" in said, said
    (folder / "b.csv").write_text("origin,destination,lower,upper\nA,B,18.5,18.5\n")
    assert "--round makes whole" in agyn(*command, "--bounds", folder / "b.csv", "--round", check=64).stderr
    # Manual VI: what births and deaths leave of the change.
    for name, values in (("p0", (1000, 2000)), ("p1", (1100, 1950)), ("births", (60, 90)), ("deaths", (20, 40))):
        (folder / f"{name}.csv").write_text("area,value\n" + "".join(
            f"{area},{value}\n" for area, value in zip("AB", values)))
    estimate = ["flows", "estimate", "--method", "residual", "--start", folder / "p0.csv", "--end", folder / "p1.csv",
                "--births", folder / "births.csv"]
    net = json.loads(agyn(*estimate, "--deaths", folder / "deaths.csv", "--json", check=0).stdout)["net_migration"]
    assert [row["net"] for row in net] == [60, -100] and {row["kind"] for row in net} == {"adjusted"}, net
    assert math.isclose(net[0]["per_1000"], 60 / 1.05), net
    assert "--deaths is needed for residual" in agyn(*estimate, check=64).stderr
    # Net migration at the least change: twelve more from B to A than from A to B, at half the price by C.
    (folder / "seed.csv").write_text("origin,destination,value\n" + "".join(
        f"{a},{b},10\n" for a in "ABC" for b in "ABC" if a != b))
    (folder / "nets.csv").write_text("area,net\nA,13\nB,-12\nC,0\n")
    (folder / "cost.csv").write_text("origin,destination,value\n" + "".join(
        f"{a},{b},{5 if {a, b} == {'A', 'B'} else 1}\n" for a in "ABC" for b in "ABC" if a != b))
    lp = ["flows", "estimate", "--method", "net-lp", "--seed", folder / "seed.csv", "--net", folder / "nets.csv"]
    assert "adds up to 1" in agyn(*lp, check=65).stderr
    done = agyn(*lp, "--rescale", "no-switches", "--cost", folder / "cost.csv", "--json", check=0)
    flows = {(r["origin"], r["destination"]): r["value"] for r in json.loads(done.stdout)["flows"]}
    assert flows["A", "B"] == flows["B", "A"] == 10, flows
    net = [sum(flows[b, a] - flows[a, b] for b in "ABC" if b != a) for a in "ABC"]
    assert [round(x, 9) for x in net] == [12.5, -12.5, 0], net
    assert "cost 25" in agyn(*lp, "--rescale", "no-switches", "--cost", folder / "cost.csv", check=0).stderr
    # The least movement takes of the seed only where nobody moves: everybody goes from B to A, at the price by C.
    least = [*lp, "--rescale", "no-switches", "--criterion", "movement"]
    flows = {(r["origin"], r["destination"]): r["value"] for r in json.loads(agyn(*least, "--json", check=0).stdout)["flows"]}
    assert flows["B", "A"] == 12.5 and sum(flows.values()) == 12.5, flows
    done = agyn(*least, "--cost", folder / "cost.csv", check=0).stderr
    assert "least movement" in done and "cost 25" in done, done
    assert "change, movement" in agyn(*lp, "--rescale", "no-switches", "--criterion", "moves", check=64).stderr
    assert "--criterion changes nothing" in agyn(*estimate, "--criterion", "movement", check=64).stderr
    # Nets are rescaled where people are exchanged: A with B, C with D, E with nobody.
    (folder / "parts.csv").write_text("origin,destination,value\nA,B,10\nB,A,10\nC,D,10\nD,C,10\nE,E,1\n")
    (folder / "five.csv").write_text("area,net\nA,5\nB,-3\nC,4\nD,-2\nE,0\n")
    for method in ("net", "net-lp"):
        parts = ["flows", "estimate", "--method", method, "--seed", folder / "parts.csv", "--net", folder / "five.csv"]
        assert "take --rescale" in agyn(*parts, check=65).stderr
        for way in ("switches", "no-switches"):
            done = agyn(*parts, "--rescale", way, "--json", check=0)
            flows = {(r["origin"], r["destination"]): r["value"] for r in json.loads(done.stdout)["flows"]}
            net = [sum(flows[b, a] - flows[a, b] for b in "ABCDE" if b != a) for a in "ABCDE"]
            assert [round(x, 9) for x in net] == [4, -4, 3, -3, 0], (method, way, net)
        assert "3 groups of areas" in agyn(*parts, "--rescale", "switches", check=0).stderr
    (folder / "cost.csv").write_text("origin,destination,value\nA,B,1\nB,A,-1\n")
    said = agyn(*lp, "--rescale", "switches", "--cost", folder / "cost.csv", check=65).stderr
    assert "negative cost: -1" in said and "cost.csv:3" in said and "two directions" not in said, said
    assert "net-lp --seed" in agyn("flows", "estimate", "--help", check=0).stdout
    assert "--start changes nothing" in agyn(*lp, "--start", folder / "p0.csv", check=64).stderr
    assert "--total changes nothing" in agyn(*lp, "--total", "5", check=64).stderr
    assert "--rescale changes nothing" in agyn(*estimate, "--rescale", "switches", check=64).stderr
    assert "--seed changes nothing" in agyn(*estimate, "--deaths", folder / "deaths.csv", "--seed", "s.csv", check=64).stderr


def schedulesAreFittedByAge(folder):
    # The fundamental schedule of Rogers and Castro (1981) at the middles of the years of age.
    true = {"c": 0.003, "a1": 0.02, "alpha1": 0.1, "a2": 0.06, "alpha2": 0.1, "mu2": 20, "lambda2": 0.4}

    def rate(x):
        past = x - true["mu2"]
        return (true["c"] + true["a1"] * math.exp(-true["alpha1"] * x)
                + true["a2"] * math.exp(-true["alpha2"] * past - math.exp(-true["lambda2"] * past)))

    file = folder / "ages.csv"
    file.write_text("age,rate,moves,people\n" + "".join(
        f"{x},{rate(x + 0.5)!r},{rate(x + 0.5) * (1000 + x)!r},{1000 + x}\n" for x in range(91)) + "91,,,500\n")
    by = ["flows", "schedule", file, "--age", "age + 0.5"]
    for columns in (["--rate", "rate"], ["--moves", "moves", "--exposure", "people"]):
        answer = json.loads(agyn(*by, *columns, "--json", check=0).stdout)
        found = {row["parameter"]: row["estimate"] for row in answer["parameters"]}
        assert all(math.isclose(found[name], true[name], rel_tol=1e-5) for name in true), found
        assert answer["fit"]["missing"] == [93] and answer["fit"]["ages"] == 91, answer["fit"]
        assert math.isclose(answer["shape"]["labour_asymmetry"], 4, rel_tol=1e-5), answer["shape"]
        assert all(math.isclose(row["observed"], row["fitted"], rel_tol=1e-6) for row in answer["rates"])
    said = agyn(*by, "--rate", "rate", "--parameters", "13", "--starts", "20", check=0)
    assert "1 rows with an empty cell" in said.stderr and "alpha4" in said.stdout, said.stderr
    again = agyn(*by, "--rate", "rate", "--parameters", "13", "--starts", "20", check=0)
    assert said.stdout == again.stdout
    assert "schedule.bad-age" in agyn(*by[:3], "--age", "log(age)", "--rate", "rate", check=65).stderr
    assert "give --rate, or" in agyn(*by, "--rate", "rate", "--moves", "moves", check=64).stderr
    agyn(*by, "--rate", "rate", "--parameters", "8", check=64)


def spatialModelsPredictAndDraw(folder):
    file = scatteredFlows(folder)
    (folder / "links.csv").write_text("area,neighbour\n" + "".join(
        f"A{i:02},A{(i + step) % 12:02}\n" for i in range(12) for step in (1, 11)))
    (folder / "areas.csv").write_text("name,size\n" + "".join(
        f"A{i:02},{1 + (5 * i) % 12}\n" for i in range(12)))
    by = ["flows", "spatial", file, "--response", "log(flow + 1)", "--areas", folder / "areas.csv", "--area", "name",
          "--neighbours", folder / "links.csv", "--origin-terms", "log(size)", "--pair-terms", "ld"]

    def answer(*options):
        return json.loads(agyn(*by, *options, "--json", check=0).stdout)

    for form in ("9", "1"):
        found = answer("--form", form, "--predict", "signal")
        rest = [row["observed"] - row["predicted"] for row in found["predictions"]]
        assert len(rest) == 132 and found["predictions"][0]["origin"] == "A00", found["predictions"][0]
        assert math.isclose(sum(e * e for e in rest) / 132, found["fit"]["variance"], rel_tol=1e-9)
    # Without dependence all predictors, and both estimators, are least squares.
    plain = answer("--form", "1", "--predict", "signal")
    for predictor in ("trend", "best"):
        other = answer("--form", "1", "--predict", predictor, "--estimator", "s2sls")
        assert other["fit"]["estimator"] == "s2sls"
        for a, b in zip(plain["predictions"], other["predictions"]):
            assert math.isclose(a["predicted"], b["predicted"], rel_tol=1e-9, abs_tol=1e-9), (predictor, a, b)
        for a, b in zip(plain["coefficients"], other["coefficients"]):
            assert math.isclose(a["estimate"], b["estimate"], rel_tol=1e-8, abs_tol=1e-10), (a, b)
    drawn = answer("--form", "1", "--samples", "4000", "--warmup", "100", "--random-seed", "3")
    for a, b in zip(plain["coefficients"], drawn["posterior"]):
        assert a["term"] == b["term"] and abs(a["estimate"] - b["mean"]) < 5 * b["error_of_mean"], (a, b)
        # Student's spread with 132 - k degrees beside the root of e'e/N.
        assert 0.95 < b["std_error"] / a["std_error"] < 1.12, (a, b)
        assert b["conf_low"] < b["mean"] < b["conf_high"]
    first = agyn(*by, "--samples", "200", check=0)
    assert first.stdout == agyn(*by, "--samples", "200", check=0).stdout and "200 draws" in first.stderr, first.stderr
    assert "--warmup changes nothing without --samples" in agyn(*by, "--warmup", "5", check=64).stderr
    assert "two-stage" in agyn(*by, "--form", "8", "--estimator", "s2sls", check=64).stderr
    agyn(*by, "--predict", "worst", check=64)
    for level in ("nan", "0", "100"):
        assert "option.wrong" in agyn(*by, f"--level={level}", check=64).stderr, level
    agyn(*by, "--samples", "5", check=64)
    # Impacts have errors and bounds, the coefficients' own without dependence; why the search ended is said.
    shown = agyn(*by, "--form", "9", check=0)
    # Without a diagonal areas are solved one by one, with fewer draws.
    assert "from 100 draws" in shown.stderr and "Newton steps" in shown.stderr, shown.stderr
    assert "outside" in shown.stderr and "standard error" in shown.stdout.split("impact")[1], shown.stdout
    full = answer("--form", "1", "--impact-draws", "4000")
    errors = {row["impact"]: row for row in full["impact_errors"]}
    size = next(row for row in full["coefficients"] if row["term"] == "O_log(size)")
    lag = full["impacts"][0]["origin"]
    assert math.isclose(errors["origin"]["estimate"], lag, rel_tol=1e-12)
    assert errors["origin"]["conf_low"] < lag < errors["origin"]["conf_high"], errors
    assert errors["origin"]["std_error"] > 0 and full["fit"]["stop_reason"] == "solved" and size
    without = answer("--form", "1", "--impact-draws", "0")
    assert without["impact_errors"] is None and without["impacts"] == full["impacts"]
    assert agyn(*by, "--impact-draws", "0", "--random-seed", "3", check=64)
    agyn(*by, "--impact-draws", "1", check=64)


def fitsAreRepeatedOnDrawsAndDeals(folder):
    by = ["flows", "fit", AUSTRIA, "--formula", "flow ~ log(distance) | orig", "--few-clusters", "none"]
    said = agyn(*by, "--bootstrap", "areas(orig,dest)", "--randomise", "log(distance)", "--randomise-over",
                "areas(orig,dest)", "--resamples", "199", check=0)
    assert "199 fits to 9 units" in said.stderr and "dealt out anew 199 times" in said.stderr, said.stderr
    assert "error bootstrap" in said.stdout, said.stdout
    answer = json.loads(agyn(*by, "--bootstrap", "orig", "--randomise", "log(distance)", "--resamples", "99", "--json",
                             check=0).stdout)
    row, = answer["bootstrap"]
    assert row["conf_low_bootstrap"] < row["estimate"] < row["conf_high_bootstrap"] and row["draws_without"] == 0, row
    assert answer["randomisation"][0]["p_value"] == 0.01, answer["randomisation"]
    agyn(*by, "--resamples", "99", check=64)
    # --draws are those beside few clusters, --resamples those of --bootstrap.
    said = agyn(*by[:-2], "--bootstrap", "orig", "--draws", "99", check=64).stderr
    assert "--draws changes nothing" in said, said
    agyn(*by, "--randomise", "log(dist)", check=64)
    agyn(*by, "--randomise", "log(distance)", "--randomise-over", "somewhere", check=64)
    agyn(*by, "--family", "negbin1", "--bootstrap", "rows", check=64)


def coefficientsStayWhereImpactsDoNot(folder):
    """Two-stage least squares of flows that obey a dependence outside the region: no impacts, but estimates."""
    n, rho = 12, 1.3
    names = [f"B{i:02}" for i in range(n)]
    (folder / "links.csv").write_text("area,neighbour\n" + "".join(
        f"{names[i]},{names[(i + step) % n]}\n" for i in range(n) for step in (1, n - 1)))
    (folder / "areas.csv").write_text("name,size\n" + "".join(f"{names[i]},{1 + (5 * i * i) % 11}\n" for i in range(n)))

    def solved(right):
        rows = [[float(i == j) - rho * 0.5 * ((i - j) % n in (1, n - 1)) for j in range(n)] + [right[i]] for i in range(n)]
        for k in range(n):
            pivot = max(range(k, n), key=lambda r: abs(rows[r][k]))
            rows[k], rows[pivot] = rows[pivot], rows[k]
            for r in range(n):
                if r != k:
                    factor = rows[r][k] / rows[k][k]
                    rows[r] = [a - factor * b for a, b in zip(rows[r], rows[k])]
        return [rows[k][n] / rows[k][k] for k in range(n)]

    lines = ["orig,dest,y,d"]
    for i in range(n):
        apart = [((3 * i + 7 * j) % 13) / 5 for j in range(n)]
        flows = solved([2 + 0.5 * (1 + (5 * j * j) % 11) - apart[j] for j in range(n)])
        lines += [f"{names[i]},{names[j]},{flows[j]!r},{apart[j]}" for j in range(n)]
    (folder / "flows.csv").write_text("\n".join(lines) + "\n")
    by = ["flows", "spatial", folder / "flows.csv", "--response", "y", "--areas", folder / "areas.csv", "--area", "name",
          "--neighbours", folder / "links.csv", "--destination-terms", "size", "--pair-terms", "d", "--form", "2",
          "--estimator", "s2sls"]
    found = agyn(*by, check=65)
    assert "rho_d" in found.stdout and "1.30" in found.stdout and "spatial.outside" in found.stderr, found.stdout
    # Destinations that are no origins: two tables, two neighbourhoods.
    rows = ["orig,dest,y"]
    for i in range(n):
        for k in range(7):
            rows.append(f"{names[i]},X{k},{3 + 0.4 * (1 + (5 * i * i) % 11) + 0.2 * (k * k % 5) + ((i * 5 + k * 3) % 7) / 9}")
    (folder / "abroad.csv").write_text("name,jobs\n" + "".join(f"X{k},{k * k % 5}\n" for k in range(7)))
    (folder / "abroad-links.csv").write_text("a,b\n" + "".join(
        f"X{k},X{(k + step) % 7}\n" for k in range(7) for step in (1, 6)))
    (folder / "out.csv").write_text("\n".join(rows) + "\n")
    by = ["flows", "spatial", folder / "out.csv", "--response", "y", "--areas", folder / "areas.csv", "--area", "name",
          "--neighbours", folder / "links.csv", "--origin-terms", "size", "--destination-terms", "jobs",
          "--destination-areas", folder / "abroad.csv"]
    assert "--destination-neighbours" in agyn(*by, check=64).stderr
    answer = json.loads(agyn(*by, "--destination-neighbours", folder / "abroad-links.csv", "--json", check=0).stdout)
    terms = {row["term"]: row["estimate"] for row in answer["coefficients"]}
    assert terms["O_size"] > 0.1 and "D_jobs.lag1" in terms and answer["fit"]["observations"] == 84, terms


def drawsOfFlowsAreWritten(folder):
    by = ["flows", "forecast", PANEL, *panelColumns(), "--model", "hierarchical", "--horizon", "2", "--chains", "2",
          "--warmup", "100", "--samples", "100", "--trajectories", "40"]
    said = agyn(*by, "--draws", "d.csv", "--paths", "p.csv", cwd=folder, check=None)
    assert said.returncode in (0, 1), said.stderr
    assert "40 joint draws over 2 periods" in said.stderr and "uncertainty: paths: internal" in said.stderr, said.stderr
    rows = list(csv.DictReader((folder / "d.csv").open()))
    assert len(rows) == 40 * 2 * 30 and {row["draw"] for row in rows} == {str(k) for k in range(1, 41)}
    assert {row["kind"] for row in rows} == {"simulated"} and len({row["period"] for row in rows}) == 2
    paths = list(csv.DictReader((folder / "p.csv").open()))
    assert list(paths[0]) == ["unique_id", "ds", "draw", "y"]
    # Departures of an area are the sum of its flows in the same draw and period.
    area, period = rows[0]["origin"], rows[0]["period"]
    own = sum(float(r["value"]) for r in rows if (r["origin"], r["period"], r["draw"]) == (area, period, "7"))
    path = next(r for r in paths if (r["unique_id"], r["ds"], r["draw"]) == (area, period, "7"))
    assert float(path["y"]) == own, (path, own)
    assert any(r["draw"] == "" for r in paths)
    agyn(*by, "--paths", "pairs.csv", "--by-pair", cwd=folder, check=None)
    pairs = list(csv.DictReader((folder / "pairs.csv").open()))
    first = f'{rows[0]["origin"]}>{rows[0]["destination"]}'
    path = next(r for r in pairs if (r["unique_id"], r["ds"], r["draw"]) == (first, period, "7"))
    assert float(path["y"]) == next(float(r["value"]) for r in rows if (
        r["origin"], r["destination"], r["period"], r["draw"]) == (*first.split(">"), period, "7"))
    assert "--paths" in agyn(*by, "--by-pair", cwd=folder, check=64).stderr
    said = agyn(*by[:-1], "100000", "--horizon", "50", "--draws", "d.csv", cwd=folder, check=64).stderr
    assert "rows" in said and "20000000" in said.replace(",", "").replace(" ", ""), said
    agyn(*by, "--draws", "d.parquet", cwd=folder, check=None)
    assert (folder / "d.parquet").read_bytes()[:4] == b"PAR1"
    agyn(*by, "--draws", "d.csv", "--paths", "d.csv", cwd=folder, check=64)
    agyn("flows", "forecast", PANEL, *panelColumns(), "--draws", "d.csv", cwd=folder, check=64)


def leveragesAddUpToTheParameters(folder):
    by = ["flows", "predict", AUSTRIA, "--formula", DOUBLY]
    for family in ("poisson", "gamma"):
        rows = json.loads(agyn(*by, "--family", family, "--leverage", "--json", check=0).stdout)["predictions"]
        # Nine origins, nine destinations less one, and the distance.
        assert math.isclose(sum(row["leverage"] for row in rows), 18, rel_tol=1e-8)
        assert all(0 < row["leverage"] <= 1 + 1e-12 for row in rows)
        assert all(row["conf_low"] < row["predicted"] < row["conf_high"] for row in rows)
    plain = json.loads(agyn(*by, "--json", check=0).stdout)["predictions"]
    assert "leverage" not in plain[0]
    said = agyn(*by, "--family", "negbin1", "--leverage", check=64).stderr
    assert "negbin1 has no leverages" in said, said
    assert "--leverage changes nothing" in agyn(*by, "--rows", AUSTRIA, "--leverage", check=64).stderr


def everyFamilyTakesFactorsOffsetsAndWeights(folder):
    file = scatteredFlows(folder)
    for family in ("gamma", "quasipoisson", "gaussian-log", "negbin1", "negbin2", "zip", "hurdle-negbin2"):
        by = ["flows", "fit", file, "--formula", "flow ~ ld", "--family", family, "--json"]
        plain = json.loads(agyn(*by, check=0).stdout)
        # One weight for all changes no estimate; an offset of 2 moves the constant alone.
        for option, shift in ((["--weights", "2"], 0), (["--offset", "2"], -2)):
            other = json.loads(agyn(*by, *option, check=0).stdout)
            for a, b in zip(plain["coefficients"], other["coefficients"]):
                move = shift if a["term"] == "(Intercept)" else 0
                assert abs(a["estimate"] + move - b["estimate"]) < 1e-6, (family, option, a, b)
        terms = json.loads(agyn("flows", "fit", file, "--formula", "flow ~ ld + i(orig)", "--family", family, "--json",
                                check=0).stdout)["coefficients"]
        assert "orig::A01" in [row["term"] for row in terms], (family, terms)
    # Nothing is written over what is read, or twice, and a wrong ending is told before the fit.
    before = file.read_bytes()
    for option in (("--save", file), ("--fixed-effects", file), ("--save", folder / "a.csv", "--fixed-effects", folder / "a.csv")):
        said = agyn("flows", "fit", file, "--formula", "flow ~ ld | orig", *option, check=64).stderr
        assert "paths.input" in said, said
    assert "format.unknown" in agyn("flows", "fit", file, "--formula", "flow ~ ld | orig", "--fixed-effects", "tabel",
                                    check=64).stderr
    assert file.read_bytes() == before
    said = agyn("flows", "fit", file, "--formula", "flow ~ ld | orig", "--family", "clogit", "--weights", "ld", check=64)
    assert "clogit takes no slopes of effects or weights of rows: ld" in said.stderr, said.stderr


for function in (
        totalsAndAMeanCostAreEnough, boundsHoldAndResidualsAddUp, modelsStandSideBySide, everyFormSaysTheSame, otherSamplesAreSaidAloud, fitsThatWereKeptAreCompared,
        everyCovarianceIsReachedAndNamed, weightsSingletonsAndLevelsAreSaid, theCorrectionStandsBesideTheFit, scenariosAgreeWithNumpyAndByHand,
        chartsAreDrawnFromWhatIsShown, tablesChangeTheirShape, balancingTakesATolerance, faultsComeLineByLine,
        predictionsAreNamed, weightedRowsAreTestedOrSaidNotToBe,
        tablesThatSayTooLittleAreRefused, optionsThatChangeNothingAreRefused, samplersAreScoredAsTheyAreAsked, boundsSayTheirLevel,
        pairsWithMoreColumnsAreOneFault, everyFamilyIsFollowedThrough, familiesOfBothKindsAreCompared, nestsAreNoFixedEffects,
        mapsAreFiltered, interactionsTakeCovariates, schedulesAreFittedByAge, spatialModelsPredictAndDraw,
        fitsAreRepeatedOnDrawsAndDeals, coefficientsStayWhereImpactsDoNot, drawsOfFlowsAreWritten,
        leveragesAddUpToTheParameters, everyFamilyTakesFactorsOffsetsAndWeights):
    case(function)
close()
