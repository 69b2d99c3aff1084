#!/usr/bin/env python3
"""The program from outside: exit codes, messages, JSON keys, idempotence, kills, the next quarter."""
import csv
import json
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import time

from program import PROGRAM, ROOT, agyn, case, close, contents, workspace

DRAWS = ["--draws", "16"]


def helpShowsExamplesInThreeLanguages(folder):
    for language, word in (("en", "EXAMPLES"), ("ru", "ПРИМЕРЫ"), ("kk", "МЫСАЛДАР")):
        text = agyn("--help", "--lang", language, check=0).stdout
        assert word in text, (language, text[:200])
        for command in ("refresh", "data", "flows", "series", "project", "scenario", "report", "export", "runs"):
            assert command in text, command


def completionsAreMade(folder):
    for shell in ("bash", "zsh", "fish"):
        assert "agyn" in agyn("--generate-completion-script", shell, check=0).stdout


def usageErrorsEndWith64(folder):
    agyn("refresh", "--no-such-option", check=64)
    agyn("flows", "fit", check=64)
    agyn("refresh", "--quarter", "2025", check=64)
    agyn("runs", "list", "--lang", "fr", check=64)


def missingInputEndsWith66(folder):
    done = agyn("flows", "fit", "nowhere.csv", "--formula", "y ~ x", cwd=folder, check=66)
    assert "nowhere.csv" in done.stderr and done.stdout == ""
    agyn("refresh", cwd=folder, check=66)


def badDataIsShownWithItsPlaceAllFaultsTogether(folder):
    file = folder / "flows.csv"
    file.write_text("orig,dest,flow,distance\nA,B,12,100\nB,A,x,100\nA,C,-5,200\nC,A,7,200\n")
    done = agyn("flows", "fit", file, "--formula", "flow ~ log(distance)", check=65)
    assert f"{file}:3:" in done.stderr and f"{file}:4:" in done.stderr, done.stderr
    assert "^" in done.stderr and "hint" in done.stderr


def aFormulaFaultHasACaret(folder):
    file = folder / "flows.csv"
    file.write_text("orig,dest,flow,distance\nA,B,12,100\nB,A,3,100\n")
    done = agyn("flows", "fit", file, "--formula", "flow ~ log(distnce) | orig", check=64)
    assert "distance" in done.stderr and "^" in done.stderr, done.stderr


def theFlowFitHasStableKeys(folder):
    file = folder / "flows.csv"
    rows = ["orig,dest,flow,distance"]
    for i in range(6):
        for j in range(6):
            if i != j:
                rows.append(f"{i},{j},{(i + 2) * (j + 3) * 7 // (abs(i - j))},{abs(i - j) * 100}")
    file.write_text("\n".join(rows) + "\n")
    answer = json.loads(agyn(
        "flows", "fit", file, "--formula", "flow ~ log(distance) | orig + dest", "--json", check=0).stdout)
    assert list(answer["coefficients"][0]) == [
        "term", "estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]
    for key in ("observations", "dropped", "log_likelihood", "deviance", "aic", "bic", "iterations", "converged"):
        assert key in answer["fit"], key
    assert set(answer["timing"]) == {"read_seconds", "fit_seconds"}
    assert answer["fit"]["observations"] == 30 and answer["fit"]["converged"] is True


def zeroPartAndVariancesStandApart(folder):
    (folder / "f.csv").write_text(
        "orig,flow,far\nA,3,0\nA,0,1\nB,4,0\nB,0,1\nC,1,1\nC,7,0\nD,0,0\nD,2,1\n")
    answer = json.loads(agyn(
        "flows", "fit", "f.csv", "--formula", "flow ~ 1", "--family", "hurdle-poisson", "--zero", "far", "--json",
        cwd=folder, check=0).stdout)
    zero = {part["term"]: part["estimate"] for part in answer["zero_coefficients"]}
    # Three of four near flows are above zero, two of four far ones.
    assert abs(zero["(Intercept)"] - 1.0986122886681098) < 1e-9 and abs(zero["far"] + 1.0986122886681098) < 1e-9
    assert [part["term"] for part in answer["coefficients"]] == ["(Intercept)"]
    assert answer["dispersion"] == [] and answer["variance_components"] == []
    assert answer["fit"]["stop"] == "gradient" and answer["fit"]["gradient_norm"] < 1e-6
    mixed = json.loads(agyn(
        "flows", "fit", "f.csv", "--formula", "log(flow + 1) ~ far", "--family", "gaussian-mixed", "--random", "orig",
        "--json", cwd=folder, check=0).stdout)
    assert [part["name"] for part in mixed["variance_components"]] == ["orig"]
    assert [part["name"] for part in mixed["dispersion"]] == ["sigma"] and mixed["zero_coefficients"] is None
    done = agyn("flows", "fit", "f.csv", "--formula", "flow ~ far", "--zero", "far", cwd=folder, check=64)
    assert "--zero" in done.stderr, done.stderr
    done = agyn(
        "flows", "predict", "f.csv", "--formula", "flow ~ far", "--family", "zip", "--format", "csv", cwd=folder, check=0)
    for row in csv.DictReader(done.stdout.splitlines()):
        ends = [float(row[name]) for name in ("zero_low", "zero_probability", "zero_high")]
        assert 0 < ends[0] < ends[1] < ends[2] < 1, row


def aSeedIsBalancedToItsTotals(folder):
    (folder / "s.csv").write_text("orig,A,B,C\nA,0,2,3\nB,4,0,6\nC,7,8,0\n")
    (folder / "r.csv").write_text("code,value\nA,10\nB,20\nC,30\n")
    (folder / "c.csv").write_text("code,value\nA,25\nB,20\nC,15\n")
    agyn("flows", "balance", "s.csv", "--rows", "r.csv", "--columns", "c.csv", "--output", "f.csv", cwd=folder, check=0)
    table = list(csv.DictReader((folder / "f.csv").open()))
    for row, wanted in zip(table, (10, 20, 30), strict=True):
        assert abs(sum(float(row[code]) for code in "ABC") - wanted) < 1e-7 * wanted, row
    for code, wanted in zip("ABC", (25, 20, 15), strict=True):
        assert abs(sum(float(row[code]) for row in table) - wanted) < 1e-7 * wanted, code
    (folder / "c.csv").write_text("code,value\nA,5\nB,5\nC,50\n")
    done = agyn("flows", "balance", "s.csv", "--rows", "r.csv", "--columns", "c.csv", cwd=folder, check=65)
    assert "C" in done.stderr, done.stderr


def chainsThatHaveNotMixedEndWith1(folder):
    rows = ["orig,dest,year,flow"]
    for year in range(2010, 2020):
        for k, (i, j) in enumerate((i, j) for i in "ABC" for j in "ABC" if i != j):
            rows.append(f"{i},{j},{year},{(k + 1) * 100 + (year * 37 + k * 11) % 23}")
    (folder / "panel.csv").write_text("\n".join(rows) + "\n")
    command = ("flows", "forecast", "panel.csv", "--model", "hierarchical", "--json")
    answer = json.loads(agyn(*command, cwd=folder, check=0).stdout)
    assert answer["convergence"]["has_mixed"] is True, answer["convergence"]
    assert len(answer["flows"]) == 6 and len(answer["areas"]) == 3
    assert all(row["lower_95"] < row["hierarchical"] < row["upper_95"] for row in answer["flows"])
    short = agyn(*command, "--warmup", "20", "--samples", "20", cwd=folder, check=1)
    assert json.loads(short.stdout)["convergence"]["unmixed"]
    agyn(*command, "--samples", "1", cwd=folder, check=64)


def twoReportsOfAFlowAreIntegrated(folder):
    # Flows and reports as the model has them: departures lose four tenths; one flow is reported by nobody.
    draw = random.Random(1)
    header = "orig,dest,year,immi,emig,immi_undercount,immi_accuracy,emig_undercount,emig_accuracy,km"
    rows, hidden = [header], None
    for k, (i, j) in enumerate((i, j) for i in "ABCD" for j in "ABCD" if i != j):
        level, persistence, log = draw.gauss(4, 0.5), draw.uniform(0, 0.5), 0
        for year in range(2010, 2018):
            log = level + persistence * log + draw.gauss(0, 0.3)
            immi, emig = (round(share * math.exp(log + draw.gauss(0, 0.2))) for share in (1, 0.6))
            if (year, k) == (2013, 2):
                immi, emig, hidden = "", "", math.exp(log)
            rows.append(f"{i},{j},{year},{immi},{emig},low,high,high,high,{100 + 50 * k}")
    (folder / "reports.csv").write_text("\n".join(rows) + "\n")
    command = (
        "flows", "estimate", "--method", "double-report", "--reports", "reports.csv", "--covariates", "km",
        "--reference", "A,B,C,D", "--json")
    answer = json.loads(agyn(*command, cwd=folder, check=0).stdout)
    assert answer["convergence"]["has_mixed"] is True, answer["convergence"]
    assert len(answer["flows"]) == 96 and all(row["kind"] == "modelled" for row in answer["flows"])
    imputed = [row for row in answer["flows"] if row["reports"] == 0]
    assert len(imputed) == 1 and imputed[0]["lower_95"] < hidden < imputed[0]["upper_95"], (hidden, imputed)
    lost = {row["parameter"]: row["mean"] for row in answer["parameters"]}["lambda_departures[high]"]
    assert 0.55 < lost < 0.65, lost
    short = agyn(*command, "--warmup", "20", "--samples", "20", cwd=folder, check=1)
    assert json.loads(short.stdout)["convergence"]["unmixed"]
    agyn("flows", "estimate", "--method", "double-report", cwd=folder, check=64)


def theSeriesForecastHasStableKeys(folder):
    file = folder / "y.csv"
    rows = ["unique_id,ds,y"]
    for k in range(40):
        rows.append(f"a,{2010 + k // 4}-Q{k % 4 + 1},{100 + 3 * k + (5, -2, 7, -9)[k % 4] + (k * 37 % 11)}")
    file.write_text("\n".join(rows) + "\n")
    answer = json.loads(agyn(
        "series", "forecast", file, "--model", "auto-ets", "--season", "4", "--horizon", "8", "--level", "80,95",
        "--json", check=0).stdout)
    series = answer["series"][0]
    assert list(series) == [
        "unique_id", "model", "observations", "missing_inside", "intervals", "parameters", "log_likelihood", "aicc",
        "forecast"], list(series)
    assert len(series["forecast"]) == 8 and series["forecast"][0]["ds"] == "2020-Q1"
    for step in series["forecast"]:
        assert step["lower"]["95"] < step["lower"]["80"] < step["mean"] < step["upper"]["80"] < step["upper"]["95"]


def theScoresOfSeriesHaveTheNaiveLinesAndTheirGapsAreTold(folder):
    rows = ["unique_id,ds,y"]
    for name, missing in (("a", ()), ("b", (7, 19))):
        for k in range(44):
            value = "" if k in missing else 100 + 3 * k + (25, -12, 17, -29)[k % 4] + k * 37 % 11
            rows.append(f"{name},{2010 + k // 4}-Q{k % 4 + 1},{value}")
    (folder / "y.csv").write_text("\n".join(rows) + "\n")
    command = ("series", "backtest", "y.csv", "--models", "stl,ets(A,A,A),theta", "--horizon", "3", "--origins", "5")
    done = agyn(*command, "--json", cwd=folder, check=65)
    answer = json.loads(done.stdout)
    assert [row["model"] for row in answer["scores"]] == 2 * ["naive", "seasonal-naive", "stl", "ets(A,A,A)", "theta"]
    for row in answer["scores"]:
        failed = (row["unique_id"], row["model"]) == ("b", "theta")
        assert (row["origins"] == 0) == failed and (row["reason"] == "failed") == failed, row
        if not failed:
            assert abs(sum(row["pit_tenths"]) - 1) < 1e-9 and row["pinball"] * 2 == row["crps"], row
            assert row["energy_score"] > 0 or row["unique_id"] == "b", row
    for name in ("a", "b"):
        own = [row for row in answer["scores"] if row["unique_id"] == name and row["crps"] is not None]
        (chosen,) = [row for row in own if row["chosen"]]
        assert chosen["crps"] == min(row["crps"] for row in own) and chosen["reason"] == "best", chosen
    naive = {row["model"]: row for row in answer["summary"]}["naive"]
    assert naive["series"] == 2 and abs(naive["relative_crps"] - 1) < 1e-12, naive
    assert "theta" in done.stderr and "b" in done.stderr, done.stderr
    told = agyn(
        *command[:-4], "--summary", "--chart", "s.vl.json", "--output", "s.csv", "--format", "csv", cwd=folder, check=65)
    assert "b (2/44)" in told.stderr, told.stderr
    assert (folder / "s.csv").read_text().startswith("model,series,mase,"), (folder / "s.csv").read_text()
    panels = json.loads((folder / "s.vl.json").read_text())["concat"]
    assert len(panels) == 5, len(panels)
    agyn(
        "series", "forecast", "y.csv", "--model", "stl(drift)", "--horizon", "4", "--chart", "f.vl.json", "--output",
        "f.parquet", cwd=folder, check=0)
    assert (folder / "f.parquet").read_bytes()[:4] == b"PAR1"
    drawn = json.loads((folder / "f.vl.json").read_text())["datasets"]["rows"]
    assert {row["k"] for row in drawn} == {"observed", "STL[4] + drift", "naive", "seasonal-naive"}, drawn[:3]
    table = agyn("series", "forecast", "y.csv", "--model", "theta", "--horizon", "2", cwd=folder, check=65)
    assert table.stdout.count("2021-Q") == 2, table.stdout


def theEffectOfAChangeIsToldWithItsInterval(folder):
    rows = ["unique_id,ds,y"]
    for k in range(60):
        level = 100 + (5, -2, 7, -9)[k % 4] + (k * 37 % 11) / 5 - (30 if k >= 48 else 0)
        rows.append(f"a,{2010 + k // 4}-Q{k % 4 + 1},{level}")
    rows += [f"short,{2000 + k // 4}-Q{k % 4 + 1},{k}" for k in range(12)]
    (folder / "y.csv").write_text("\n".join(rows) + "\n")
    for course in ("free", "step"):
        done = agyn(
            "series", "effect", "y.csv", "--from", "2022-Q1", "--course", course, "--json", cwd=folder, check=65)
        answer = json.loads(done.stdout)
        (effect,) = [e for e in answer["effects"] if e["unique_id"] == "a"]
        assert effect["average"]["lower"] < -30 < effect["average"]["upper"] < -20, effect["average"]
        assert [s["ds"] for s in effect["steps"]][:2] == ["2022-Q1", "2022-Q2"]
        assert abs(effect["total"]["value"] - 12 * effect["average"]["value"]) < 1e-6
        for step in effect["steps"]:
            whole = step["counterfactual"]["value"] + step["effect"]["value"]
            assert abs(whole - step["observed"]) < 1e-9
    agyn("series", "effect", "y.csv", "--from", "soon", cwd=folder, check=64)
    agyn(
        "series", "effect", "y.csv", "--from", "2022-Q1", "--until", "2022-Q3", "--course", "ramp", cwd=folder,
        check=65)
    for course in ("free", "step", "decay:0.5"):
        done = agyn(
            "series", "effect", "y.csv", "--from", "2022-Q1", "--until", "2022-Q3", "--course", course, cwd=folder,
            check=64)
        assert "2022-Q3" in done.stderr and "--course ramp" in done.stderr, done.stderr
    detected = json.loads(agyn("series", "detect", "y.csv", "--json", cwd=folder, check=0).stdout)
    found = detected["findings"]
    tests = {(t["unique_id"], t["test"]): t for t in detected["tests"]}
    # The season is taken out, so that both see the break; 0.001 is the least p of 999 made series.
    for test in ("sup-F", "CUSUM"):
        assert tests["a", test]["ds"] == "2022-Q1" and tests["a", test]["p_value"] == 0.001, tests
    assert [f["ds"] for f in found if (f["unique_id"], f["kind"]) == ("a", "break")] == ["2022-Q1"], found
    for command, more, sets, said in (
            ("fit", ("--model", "auto-ets"), {"rows", "lags"}, "fitted"), ("detect", (), {"rows"}, "level"),
            ("decompose", (), {"rows"}, "remainder")):
        agyn("series", command, "y.csv", *more, "--chart", f"{command}.vl.json", cwd=folder, check=0)
        drawn = json.loads((folder / f"{command}.vl.json").read_text())
        assert set(drawn["datasets"]) == sets and said in {row["k"] for row in drawn["datasets"]["rows"]}, command
        assert {row["p"] for row in drawn["datasets"]["rows"]} == {"a", "short"}, command
    levels = [row for row in json.loads((folder / "detect.vl.json").read_text())["datasets"]["rows"]
              if row["p"] == "a" and row["k"] == "level"]
    assert [(row["t"], row["e"]) for row in levels] == [("2010-Q1", "2021-Q4"), ("2022-Q1", "2024-Q4")], levels
    parts = json.loads(agyn("series", "decompose", "y.csv", "--json", cwd=folder, check=0).stdout)["steps"]
    for row in parts:
        assert abs(row["trend"] + row["seasonal"] + row["remainder"] - row["observed"]) < 1e-9


def ratesOfManyUnitsAreForecastTogether(folder):
    draw = random.Random(5)
    rows = ["unique_id,ds,y"]
    for k in range(40):
        rate, scale = 0.0, 0.1 * 1.1**k
        for year in range(1990, 2024):
            rate = 0.7 * rate + draw.gauss(0, scale * (8 if draw.random() < 0.1 else 1))
            rows.append(f"u{k:02d},{year},{'' if k == 5 and year == 2023 else rate}")
    (folder / "r.csv").write_text("\n".join(rows) + "\n")
    command = ("series", "panel", "r.csv", "--horizon", "3", "--samples", "500")
    done = agyn(*command, "--json", cwd=folder)
    answer = json.loads(done.stdout)
    assert done.returncode == (0 if answer["convergence"]["has_mixed"] else 1), done
    assert answer["left_out"] == ["u05"] and len(answer["series"]) == 39, answer["left_out"]
    widths = {s["unique_id"]: s["forecast"][0]["upper"]["95"] - s["forecast"][0]["lower"]["95"]
              for s in answer["series"]}
    assert widths["u39"] > 10 * widths["u00"] > 0, widths
    assert [f["ds"] for f in answer["series"][0]["forecast"]] == ["2024", "2025", "2026"]
    wider = [f"{row},{'wage' if k == 0 else 7}" for k, row in enumerate(rows)]
    (folder / "wider.csv").write_text("\n".join(wider) + "\n")
    said = agyn("series", "panel", "wider.csv", *command[3:], cwd=folder)
    assert "Columns left aside: wage" in said.stderr, said.stderr
    (folder / "few.csv").write_text("\n".join(rows[:69]) + "\n")
    refused = agyn("series", "panel", "few.csv", "--lang", "en", cwd=folder, check=65)
    assert "needs 150" in refused.stderr, refused.stderr


def seriesAreForecastFromEachOthersPast(folder):
    """The second follows the first a step later; the third is noise."""
    draw = random.Random(11)
    first, rows = 0.0, ["unique_id,ds,y"]
    before = 0.0
    for t in range(80):
        first = 0.5 * first + draw.gauss(0, 1)
        for name, value in (("a", first), ("b", 0.9 * before + draw.gauss(0, 0.3)), ("c", draw.gauss(0, 1))):
            rows.append(f"{name},{2000 + t // 4}-Q{t % 4 + 1},{value}")
        before = first
    (folder / "v.csv").write_text("\n".join(rows) + "\n")
    command = ("series", "vector", "v.csv", "--horizon", "4")
    answer = json.loads(agyn(*command, "--json", cwd=folder, check=0).stdout)
    assert answer["schema"] == 1 and [s["unique_id"] for s in answer["series"]] == ["a", "b", "c"], answer["series"]
    assert answer["series"][0]["forecast"][0]["ds"] == "2020-Q1" and len(answer["series"][1]["forecast"]) == 4
    model = answer["model"]
    tests = {(t["cause"], t["unique_id"]): t["p_value"] for t in model["causality"]}
    assert tests["a", "b"] < 1e-6 and tests["b", "a"] > 0.01 and tests["c", "b"] > 0.01, tests
    shares = {(r["shock"], r["unique_id"]): r["values"][-1] for r in model["variance_shares"]}
    assert abs(sum(shares[k, "b"] for k in "abc") - 1) < 1e-9 and shares["a", "b"] > 0.6, shares
    assert len(model["responses"]) == 9 and len(model["responses"][0]["values"]) == 9
    told = agyn(*command, "--lags", "2", "--lang", "en", cwd=folder, check=0)
    assert "cause" in told.stdout and "2 lags as given" in told.stderr, told.stdout + told.stderr
    bayesian = json.loads(agyn(
        *command, "--model", "bvar", "--draws", "500", "--seed", "3", "--json", cwd=folder, check=0).stdout)
    assert bayesian["model"]["tightness"] > 0 and bayesian["series"][0]["intervals"] == "simulated"
    ahead = bayesian["series"][1]["forecast"][0]
    assert ahead["lower"]["95"] < ahead["lower"]["80"] < ahead["upper"]["80"] < ahead["upper"]["95"], ahead
    gappy = [row for row in rows if not row.startswith("c,2005-Q2")] + ["c,2005-Q2,"]
    (folder / "g.csv").write_text("\n".join(gappy) + "\n")
    factor = json.loads(agyn(
        "series", "vector", "g.csv", "--model", "factor", "--json", cwd=folder, check=0).stdout)["model"]
    assert len(factor["factor"]) == 80 and all(0 <= l["share"] <= 1 for l in factor["loadings"]), factor
    refused = agyn("series", "vector", "g.csv", "--lang", "en", cwd=folder, check=65)
    assert "'c'" in refused.stderr or " c " in refused.stderr, refused.stderr
    for options in (("--draws", "5"), ("--model", "factor", "--lags", "1"), ("--model", "bvar", "--responses", "3"),
                    ("--model", "varma")):
        agyn(*command, *options, cwd=folder, check=64)


def aLevelGivenTwiceIsOneLevel(folder):
    (folder / "y.csv").write_text("unique_id,ds,y\n" + "".join(f"a,{1990 + k},{k * k % 7}\n" for k in range(20)))
    for command in (("forecast", "--model", "naive"), ("vector", "--lags", "1")):
        twice, once = (
            agyn("series", command[0], "y.csv", *command[1:], "--level", level, cwd=folder, check=0).stdout
            for level in ("80,80.0", "80"))
        assert twice == once and "80%" in once, (twice, once)


def savedFitsForecastLaterValues(folder):
    rows = [(u, f"{2012 + t // 4}-Q{t % 4 + 1}", 100 + t + 6 * (t % 4) + 5 * math.sin(t * (1 + k)))
            for k, u in enumerate("ab") for t in range(40)]

    def write(name, quarters, series="ab"):
        (folder / name).write_text("unique_id,ds,y\n" + "".join(
            f"{u},{ds},{y!r}\n" for u, ds, y in rows if ds <= quarters and u in series))

    write("then.csv", "2020-Q4")
    write("now.csv", "2021-Q4")
    write("one.csv", "2021-Q4", "a")
    command = ("--horizon", "3", "--json")

    def forecasts(*arguments):
        answer = json.loads(agyn("series", "forecast", *arguments, *command, cwd=folder, check=0).stdout)
        return [series["forecast"] for series in answer["series"]]

    agyn("series", "fit", "then.csv", "--model", "combination", "--save", "fits.json", cwd=folder, check=0)
    kept = (folder / "fits.json").read_bytes()
    assert forecasts("then.csv", "--fits", "fits.json") == forecasts("then.csv", "--model", "combination")
    later = forecasts("now.csv", "--fits", "fits.json")
    assert [series[0]["ds"] for series in later] == ["2022-Q1", "2022-Q1"]
    assert later != forecasts("now.csv", "--model", "combination"), "nothing is estimated again"
    assert (folder / "fits.json").read_bytes() == kept
    told = agyn("series", "forecast", "one.csv", "--fits", "fits.json", "--lang", "en", cwd=folder, check=0).stderr
    assert "through 2020-Q4" in told and "taken in: 4" in told and "without a series here: 1: b" in told, told
    for file, code, *more in (
            ("now.csv", 64, "--model", "naive"), ("now.csv", 64, "--calibrate", "4"), ("now.csv", 64, "--season", "1")):
        agyn("series", "forecast", file, "--fits", "fits.json", *more, cwd=folder, check=code)
    agyn("series", "forecast", "now.csv", "--fits", "now.csv", cwd=folder, check=65)
    (folder / "fits.json").write_bytes(kept.replace(b'"seasons"', b'"saisons"'))
    damaged = agyn("series", "forecast", "now.csv", "--fits", "fits.json", "--lang", "en", cwd=folder, check=65).stderr
    assert "is damaged: seasons" in damaged, damaged
    refused = agyn("series", "fit", "then.csv", "--save", "then.csv", cwd=folder, check=64).stderr
    assert "then.csv" in refused and (folder / "then.csv").read_text().startswith("unique_id"), refused
    agyn("series", "fit", "then.csv", "--model", "css:arima(1,0,0)", "--save", "none.json", cwd=folder, check=65)
    assert not (folder / "none.json").exists()
    agyn("series", "fit", "then.csv", "--save", "a.json", "--output", "a.json", cwd=folder, check=64)
    # Every series has the season of its own fit.
    (folder / "mixed.csv").write_text((folder / "then.csv").read_text() + "".join(
        f"m,{2012 + t // 12}-{t % 12 + 1:02d},{50 + 3 * (t % 12) + math.cos(t):.4f}\n" for t in range(60)))
    agyn("series", "fit", "mixed.csv", "--model", "auto-ets", "--save", "mixed.json", cwd=folder, check=0)
    assert forecasts("mixed.csv", "--fits", "mixed.json") == forecasts("mixed.csv", "--model", "auto-ets")


def aCalendarMovesSeriesPastAndAhead(folder):
    import calendar as weeks
    chance = random.Random(3)
    rows = []
    for t in range(96):
        year, month = 2016 + t // 12, t % 12 + 1
        working = sum(weeks.weekday(year, month, day) < 5 for day in range(1, weeks.monthrange(year, month)[1] + 1))
        working -= sum(weeks.weekday(year, 3, day) < 5 for day in (21, 22, 23)) if month == 3 else 0
        rows.append(f"a,{year}-{month:02d},{400 + 5 * working + chance.gauss(0, 3):.2f}")
    (folder / "y.csv").write_text("unique_id,ds,y\n" + "\n".join(rows) + "\n")
    (folder / "h.csv").write_text("date,holiday\n" + "".join(
        f"{year}-03-{day},Nauryz\n" for year in range(2016, 2026) for day in (21, 22, 23)))
    command = ("--model", "auto-arima", "--calendar", "working-days,ramadan", "--holidays", "h.csv")
    fit = json.loads(agyn("series", "fit", "y.csv", *command, "--json", cwd=folder, check=0).stdout)["series"][0]
    effects = {p["term"]: p for p in fit["parameters"]}
    assert abs(effects["working-days"]["estimate"] - 5) < 4 * effects["working-days"]["std_error"], effects
    assert abs(effects["ramadan"]["estimate"]) < 4 * effects["ramadan"]["std_error"], effects
    ahead = json.loads(agyn(
        "series", "forecast", "y.csv", *command, "--horizon", "24", "--json", cwd=folder, check=0).stdout)["series"][0]
    assert len(ahead["fit"]["forecast"]) == 24
    # February 2024 has 21 working days, July 2024 has 23.
    means = {step["ds"]: step["mean"] for step in ahead["fit"]["forecast"]}
    assert 6 < means["2024-07"] - means["2024-02"] < 14, means
    # The table ends with 2025: nothing is known of 2026.
    said = agyn("series", "forecast", "y.csv", *command, "--horizon", "25", "--lang", "en", cwd=folder, check=65).stderr
    assert "2026-01" in said and "rows of holidays" in said, said
    scores = json.loads(agyn(
        "series", "backtest", "y.csv", "--models", "auto-arima", *command[2:], "--horizon", "3", "--origins", "6",
        "--json", cwd=folder, check=0).stdout)["scores"]
    assert [s["model"] for s in scores if s["chosen"]] == ["auto-arima with calendar"], scores
    for code, *more in (
            (64, "--calendar", "working-day"), (64, "--holidays", "h.csv"),
            (64, "--model", "auto-ets", "--calendar", "ramadan")):
        agyn("series", "forecast", "y.csv", *more, cwd=folder, check=code)
    (folder / "h.csv").write_text("date,holiday,works\n2024-13-01,x,\n2024-05-01,y,\n2024-05-01,y,\n2024-05-02,z,maybe\n")
    said = agyn("series", "forecast", "y.csv", *command, cwd=folder, check=65).stderr
    for place in ("h.csv:2:", "h.csv:4:", "h.csv:5:"):
        assert place in said, said


def intervalsOfAnEnsembleNeedItsParts(folder):
    chance = random.Random(5)
    (folder / "y.csv").write_text("unique_id,ds,y\n" + "".join(
        f"a,{2000 + t // 4}-Q{t % 4 + 1},{50 + chance.gauss(0, 2):.3f}\n" for t in range(60)))
    command = ("series", "forecast", "y.csv", "--horizon", "2", "--conformal", "enbpi")
    answer = json.loads(agyn(*command, "--model", "bagged-ar", "--json", cwd=folder, check=0).stdout)["series"][0]
    assert answer["intervals"] == "conformal" and len(answer["forecast"]) == 2, answer
    said = agyn(*command, "--model", "auto-ets", "--lang", "en", cwd=folder, check=65).stderr
    assert "bagged-ar" in said, said
    agyn(*command, "--model", "bagged-ar", "--calibrate", "10", cwd=folder, check=64)


def pathsBelowZeroAreTold(folder):
    rows = ["unique_id,ds,y"] + [f"permits,{2000 + t},{(7, 2, 9, 1, 12, 3)[t % 6]}" for t in range(24)]
    rows += [f"net,{2000 + t},{(-7, 2, 9)[t % 3]}" for t in range(24)]
    (folder / "n.csv").write_text("\n".join(rows) + "\n")
    command = ("series", "forecast", "n.csv", "--paths", "p.csv", "--draws", "50", "--horizon", "5", "--lang", "en")
    told = agyn(*command, "--model", "naive", cwd=folder, check=0)
    assert "Sample paths of 1 series go below zero" in told.stderr and "permits" in told.stderr, told.stderr
    (folder / "one.csv").write_text("\n".join(rows[:25]) + "\n")
    for model in ("log:naive", "boxcox(0.5):naive"):
        quiet = agyn("series", "forecast", "one.csv", *command[3:], "--model", model, cwd=folder, check=0)
        assert "below zero" not in quiet.stderr, quiet.stderr
        paths = (folder / "p.csv").read_text().splitlines()[1:]
        assert min(float(row.split(",")[3]) for row in paths) >= 0


def sharesStayBetweenZeroAndTheirLimit(folder):
    rows = ["unique_id,ds,y"] + [f"u,{2000 + t},{(4.1, 5.2, 4.7, 6.3)[t % 4] + 0.1 * t}" for t in range(24)]
    (folder / "u.csv").write_text("\n".join(rows) + "\n")
    command = ("series", "forecast", "u.csv", "--horizon", "30", "--level", "99", "--json")
    (one,) = json.loads(agyn(*command, "--model", "logit(100):naive", cwd=folder, check=0).stdout)["series"]
    assert one["model"] == "logit(100) naive", one["model"]
    for step in one["forecast"]:
        assert 0 < step["lower"]["99"] < step["mean"] < step["upper"]["99"] < 100, step
    refused = agyn(*command, "--model", "logit:naive", "--lang", "en", cwd=folder, check=65)
    assert "between 0 and 1" in refused.stderr and "logit(100)" in refused.stderr, refused.stderr
    agyn(*command, "--model", "log:boxcox:naive", cwd=folder, check=64)


def aHierarchyIsForecastSoThatItAddsUp(folder):
    draw = random.Random(3)
    rows, crossed = ["unique_id,ds,y"], ["region,sector,ds,y"]
    for k, (region, sector) in enumerate((r, s) for r in "ab" for s in ("farm", "trade", "build")):
        level = 100.0
        for t in range(40):
            level += draw.gauss(0, 2)
            y = level + draw.gauss(0, 1 + 3 * k)
            rows.append(f"{region}/{sector},{2010 + t // 4}-Q{t % 4 + 1},{y}")
            crossed.append(f"{region},{sector},{2010 + t // 4}-Q{t % 4 + 1},{y}")
    (folder / "y.csv").write_text("\n".join(rows) + "\n")
    (folder / "x.csv").write_text("\n".join(crossed) + "\n")
    (folder / "s.csv").write_text(
        "id,a/farm,a/trade,a/build,b/farm,b/trade,b/build\ntotal,1,1,1,1,1,1\na,1,1,1,,,\nb,,,,1,1,1\n")
    command = ("series", "reconcile", "y.csv", "--horizon", "3", "--draws", "200")
    paths = (*command, "--separator", "/")
    for method in ("bottom-up", "top-down", "top-down-average-proportions", "top-down-proportion-averages", "ols",
                   "wls-struct", "wls", "mint", "mint-sample", "erm", "middle-out"):
        middle = ("--middle", "a,b") if method == "middle-out" else ()
        answer = json.loads(agyn(*paths, "--method", method, *middle, "--json", cwd=folder, check=0).stdout)
        means = {s["unique_id"]: [f["reconciled"]["mean"] for f in s["forecast"]] for s in answer["series"]}
        for h in range(3):
            for top, parts in (("total", ("a", "b")), ("a", ("a/farm", "a/trade", "a/build"))):
                assert abs(means[top][h] - sum(means[part][h] for part in parts)) < 1e-9 * abs(means[top][h]), method
        coherence = answer["coherence"]
        assert coherence["is_coherent"] is True and coherence["base_gap"] > 1e-3 > coherence["draws_gap"], coherence
        for series in answer["series"]:
            for step in series["forecast"]:
                lower, upper = step["reconciled"]["lower"], step["reconciled"]["upper"]
                assert lower["95"] < lower["80"] < upper["80"] < upper["95"]
        if method in ("bottom-up", "middle-out"):
            kept = "a/farm" if method == "bottom-up" else "a"
            (series,) = [s for s in answer["series"] if s["unique_id"] == kept]
            for step in series["forecast"]:
                assert abs(step["reconciled"]["mean"] - step["base"]["mean"]) < 1e-9, (method, step)
    told = agyn(*paths, cwd=folder, check=0)
    assert "Coherent (mint)" in told.stderr and "reconciled" in told.stdout, told.stderr
    # The same sums from a table, to the bit.
    table = json.loads(agyn(*command, "--summing", "s.csv", "--json", cwd=folder, check=0).stdout)
    tree = json.loads(agyn(*paths, "--json", cwd=folder, check=0).stdout)
    ours = {s["unique_id"]: s["forecast"] for s in tree["series"]}
    for series in table["series"]:
        for a, b in zip(series["forecast"], ours[series["unique_id"]], strict=True):
            assert math.isclose(a["reconciled"]["mean"], b["reconciled"]["mean"], rel_tol=1e-12)
    groups = ("series", "reconcile", "x.csv", "--by", "region", "--by", "sector", "--by", "region,sector")
    agyn(*groups, "--horizon", "2", "--output", "out.csv", cwd=folder, check=0)
    out = list(csv.DictReader((folder / "out.csv").open()))
    assert len(out) == 2 * (1 + 2 + 3 + 6) and set(out[0]) >= {"unique_id", "ds", "base", "reconciled", "lower_80"}
    for name, parts in (("farm", ("a/farm", "b/farm")), ("b", ("b/farm", "b/trade", "b/build"))):
        values = {row["unique_id"]: float(row["reconciled"]) for row in out if row["ds"] == "2020-Q1"}
        assert abs(values[name] - sum(values[part] for part in parts)) < 1e-9
    # In time: quarters and years of each series, and of all at once.
    for extra in ((), ("--separator", "/"), ("--separator", "/", "--method", "ols")):
        time = json.loads(agyn(
            "series", "reconcile", "y.csv", "--temporal", "1,4", "--horizon", "6", "--draws", "50", *extra, "--json",
            cwd=folder, check=0).stdout)
        assert time["coherence"]["is_coherent"] is True and time["method"] == (extra[3] if extra[2:] else "wls-struct")
        spans = {(row["unique_id"], row["steps"], row["ds"]): row for row in time["forecast"]}
        assert len(spans) == (9 if extra else 6) * (2 + 8), len(spans)
        year = spans["a/farm", 4, "2020-Q1"]
        assert year["ds_last"] == "2020-Q4" and year["lower"]["95"] < year["mean"] < year["upper"]["95"], year
        quarters = sum(spans["a/farm", 1, f"2020-Q{q}"]["mean"] for q in (1, 2, 3, 4))
        assert abs(year["mean"] - quarters) < 1e-9 * abs(quarters), (year, quarters)
        if extra:
            parts = spans["a", 4, "2020-Q1"]["mean"] + spans["b", 4, "2020-Q1"]["mean"]
            assert abs(spans["total", 4, "2020-Q1"]["mean"] - parts) < 1e-9 * abs(parts)
    told = agyn("series", "reconcile", "y.csv", "--temporal", "4", "--horizon", "6", "--draws", "50", cwd=folder, check=0)
    assert "8 steps" in told.stderr and "Coherent (wls-struct)" in told.stderr, told.stderr
    # A series that cannot be forecast stops no other, and the command does not end as if it could.
    (folder / "lost.csv").write_text("\n".join([*rows, "short,2010-Q1,3", "short,2010-Q2,4"]) + "\n")
    lost = agyn("series", "reconcile", "lost.csv", "--temporal", "4", "--draws", "50", "--json", cwd=folder, check=65)
    found = json.loads(lost.stdout)
    assert len({row["unique_id"] for row in found["forecast"]}) == 6 and found["failures"], found["failures"]
    assert "short" in lost.stderr, lost.stderr
    # What cannot be done is said.
    for extra, word in (
            (("--temporal", "1,3,4"), "--temporal"), (("--temporal", "4", "--total", "all"), "--total"),
            (("--temporal", "4", "--separator", "/", "--method", "middle-out", "--middle", "a"), "--method"),
            (("--separator", "/", "--method", "mnt"), "mint"), (("--separator", "/", "--method", "middle-out"), "--middle"),
            (("--separator", "/", "--middle", "a"), "--middle"), (("--summing", "s.csv", "--total", "all"), "--total"),
            (("--separator", "/", "--method", "erm", "--non-negative"), "--non-negative"),
            (("--separator", "/", "--method", "middle-out", "--middle", "c"), "'c'"),
            (("--separator", "/", "--by", "region"), "--summing"), ((), "--separator")):
        done = agyn("series", "reconcile", "y.csv", *extra, cwd=folder, check=64)
        assert word.strip("'") in done.stderr, (extra, done.stderr)
    (folder / "s.csv").write_text("id,a/farm,c\ntotal,1,1\n")
    done = agyn(*command, "--summing", "s.csv", cwd=folder, check=65)
    assert "b/farm" in done.stderr and "bottom series c " in done.stderr, done.stderr
    done = agyn(*groups[:3], "--by", "region", "--by", "sector", cwd=folder, check=0)
    assert "Coherent" in done.stderr
    done = agyn("series", "reconcile", "x.csv", "--by", "region", cwd=folder, check=65)
    assert "twice" in done.stderr, done.stderr


def detectMindsScaleAndSaysWhatDoesNotVary(folder):
    draw = random.Random(3)
    noise = [draw.gauss(0, 1) + (4 if k >= 20 else 0) for k in range(40)]
    (folder / "y.csv").write_text("unique_id,ds,y\n" + "".join(
        f"{name},{1980 + k},{scale * value}\n"
        for name, scale in (("one", 1), ("large", 1e155), ("small", 1e-170), ("still", 0)) for k, value in enumerate(noise)))
    found = json.loads(agyn("series", "detect", "y.csv", "--json", cwd=folder, check=0).stdout)
    tests = found["tests"]
    plain = {t["test"]: t for t in tests if t["unique_id"] == "one"}
    for test in tests:
        assert test["ds"] == plain[test["test"]]["ds"], test
        assert abs(test["statistic"] / plain[test["test"]]["statistic"] - 1) < 1e-9, test
    assert {t["unique_id"] for t in tests} == {"one", "large", "small"} and found["constant"] == ["still"], found
    assert "still" in agyn("series", "detect", "y.csv", cwd=folder, check=0).stderr


def detectTellsTrendsFromStepsAndSaysWhatItCannotDo(folder):
    draw = random.Random(5)
    noise = [draw.gauss(0, 1) for _ in range(60)]
    kinds = {"rise": lambda k: 0.2 * k, "step": lambda k: 8 if k >= 25 else 0, "quiet": lambda k: 0}
    (folder / "y.csv").write_text("unique_id,ds,y\n" + "".join(
        f"{name},{1960 + k},{noise[k] + kind(k)}\n" for name, kind in kinds.items() for k in range(60)))
    found = json.loads(agyn("series", "detect", "y.csv", "--json", cwd=folder, check=0).stdout)["findings"]
    assert [(f["unique_id"], f["kind"]) for f in found] == [("rise", "trend"), ("step", "break")], found
    assert abs(found[0]["slope"] - 0.2) < 0.03 and found[1]["slope"] is None and found[1]["ds"] == "1985", found
    shown = agyn("series", "detect", "y.csv", cwd=folder, check=0).stdout
    assert "trend" in shown and "slope" in shown, shown
    # Without a trend there is no column of slopes; without anything that is said.
    (folder / "quiet.csv").write_text("unique_id,ds,y\n" + "".join(f"a,{1960 + k},{noise[k]}\n" for k in range(60)))
    quiet = agyn("series", "detect", "quiet.csv", "--chart", "quiet.vl.json", cwd=folder, check=0)
    assert "nothing found in 1 series" in quiet.stderr and "slope" not in quiet.stdout, quiet.stderr
    rows = json.loads((folder / "quiet.vl.json").read_text())["datasets"]["rows"]
    assert sum(row["k"] == "observed" for row in rows) == 60, len(rows)
    # A series that does not vary is drawn plain, without rounding for an axis.
    (folder / "still.csv").write_text("unique_id,ds,y\n" + "".join(f"a,{1960 + k},0.1\n" for k in range(20)))
    agyn("series", "detect", "still.csv", "--chart", "still.vl.json", cwd=folder, check=0)
    rows = json.loads((folder / "still.vl.json").read_text())["datasets"]["rows"]
    assert len(rows) == 20 and {row["v"] for row in rows} == {0.1}, rows
    agyn("series", "fit", "still.csv", "--model", "mean", "--chart", "fit.vl.json", cwd=folder, check=0)
    sets = json.loads((folder / "fit.vl.json").read_text())["datasets"]
    assert {(row["p"], row["v"]) for row in sets["lags"]} == {("a", None)}, sets["lags"]
    assert {row["v"] for row in sets["rows"] if row["k"] == "residual"} <= {0, None}, sets["rows"]
    # Hints are those of the command.
    (folder / "short.csv").write_text("unique_id,ds,y\na,2001,3\na,2002,4\na,2003,6\n")
    (folder / "gap.csv").write_text("unique_id,ds,y\n" + "".join(
        f"a,{2001 + k},{'' if k == 4 else noise[k]}\n" for k in range(20)))
    for command, file, said in (
            (("detect",), "short.csv", ("8 or more",)), (("detect",), "gap.csv", ("1 missing", "fill the gaps")),
            (("decompose",), "quiet.csv", ("no season", "--season 4")),
            (("decompose", "--season", "4"), "short.csv", ("from 8 on", "two whole seasons")),
            (("decompose", "--season", "4"), "gap.csv", ("1 missing",)),
            (("backtest", "--models", "naive"), "short.csv", ("10 to fit to and 4 to score", "--minimum-train"))):
        told = agyn("series", *command, file, "--chart", "none.vl.json", cwd=folder, check=65).stderr
        assert all(part in told for part in said) and "model" not in told and "naive" not in told, told
        assert not (folder / "none.vl.json").exists(), command


def vectorsAreToldWhatTheyLack(folder):
    values = {"a": lambda k: math.sin(k * k), "twice": lambda k: 2 * math.sin(k * k), "still": lambda k: 0.1,
              "none": lambda k: "", "gap": lambda k: "" if k == 5 else math.cos(k * k)}
    for other, models, said in (
            ("twice", ("var", "bvar"), "is a combination of"), ("still", ("var", "bvar", "factor"), "does not vary"),
            ("none", ("var", "bvar"), "has no value"), ("gap", ("var", "bvar"), "--model factor")):
        (folder / "v.csv").write_text("unique_id,ds,y\n" + "".join(
            f"{name},{1990 + k},{values[name](k)}\n" for name in ("a", other) for k in range(30)))
        for model in models:
            told = agyn("series", "vector", "v.csv", "--model", model, cwd=folder, check=65).stderr
            assert said in told, (other, model, told)
    (folder / "v.csv").write_text("unique_id,ds,y\na,2001,3\na,2002,4\na,2003,6\n")
    told = agyn("series", "vector", "v.csv", cwd=folder, check=65).stderr
    assert "fewer --lags" in told and "naive" not in told, told
    # A table without its columns is told so, not that its columns are regressors.
    (folder / "n.csv").write_text("id,date,value\na,2001,3\na,2002,4\n")
    told = agyn("series", "forecast", "n.csv", "--model", "theta", cwd=folder, check=65).stderr
    assert "'unique_id' is missing" in told and "regressors" not in told, told


def panelsOfTheWorkspaceAreSeries(folder):
    place = workspace(folder)
    rows = json.loads(agyn("data", "show", "MEASURE=UNEMP", "--json", cwd=place, check=0).stdout)["rows"]
    regions = sorted({row["REF_AREA"] for row in rows})
    for area in regions[:3]:
        own = [row for row in rows if row["REF_AREA"] == area]
        (folder / "own.csv").write_text(
            "unique_id,ds,y\n" + "".join(f"{area},{r['TIME_PERIOD']},{r['OBS_VALUE']}\n" for r in own))
        command = ("--model", "theta", "--horizon", "2", "--json")
        ours, plain = (
            json.loads(agyn("series", "forecast", file, *command, cwd=place, check=0).stdout)["series"]
            for file in (f"@MEASURE=UNEMP,REF_AREA={area}", folder / "own.csv"))
        assert ours == plain and ours[0]["unique_id"] == area, (ours, plain)
    # A model's panel holds the current regions, wherever the program is called from.
    panel = json.loads(
        agyn("series", "forecast", "@unemployment", "-C", place, *command, cwd=folder, check=0).stdout)["series"]
    assert len(panel) == 20 and {one["unique_id"] for one in panel} <= set(regions), len(panel)
    # What differs among the chosen tells the series apart.
    split = json.loads(agyn(
        "series", "forecast", "@MEASURE=BIRTHS,FREQ=A", "--model", "naive", "--json", cwd=place,
        check=0).stdout)["series"]
    assert {one["unique_id"] for one in split} >= {"KZ", *regions[:3]}, split
    for file, code, said in (
            ("@unemploymnt", 64, "nearest is unemployment"), ("@zzzz", 64, "the models are"), ("@MEASRE=POP", 64, "MEASURE"),
            ("@MEASURE=POP, REF_AREA=XX", 66, "no observation")):
        assert said in agyn("series", "detect", file, cwd=place, check=code).stderr, file
    agyn("series", "fit", folder / "own.csv", "-C", place, cwd=folder, check=64)
    # Restricted rows are worked with, and stay.
    (place / "data" / "test_border.csv").write_text(
        "MEASURE,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS,ESTIMATE_KIND,REPORTER,SOURCE_ID,VINTAGE,NOTE\n"
        + "".join(
            f"CROSS_IN,KZ,2024-{month:02d},{month * month % 7},A,OBSERVED,KZ:BORDER,iom_border_quarterly,2025-05-01,TEST: invented\n"
            for month in range(1, 13)))
    restricted = ("series", "forecast", "@SOURCE_ID=iom_border_quarterly", "--model", "naive", "--horizon", "1")
    agyn(*restricted, cwd=place, check=0)
    done = agyn(*restricted, "--output", folder / "out.csv", cwd=place, check=65)
    assert "NO-REDISTRIBUTION" in done.stderr and not (folder / "out.csv").exists()


def driversMoveSeriesAndTheirFuturesAreScenarios(folder):
    draw = random.Random(9)
    rows, wages = ["unique_id,ds,y,wage,law"], [math.exp(draw.gauss(0, 0.3)) for _ in range(80)]
    for t in range(80):
        law = 1 if t >= 50 else 0
        y = math.exp(4 + 0.8 * math.log(wages[t]) + 0.4 * math.log(wages[max(t - 1, 0)]) - 0.3 * law + draw.gauss(0, 0.02))
        rows.append(f"a,{1940 + t},{y},{wages[t]},{law}")
    (folder / "y.csv").write_text("\n".join(rows) + "\n")
    model = ("--model", "log:arima(1,0,0)+mean", "--lags", "wage:0-1", "--plain", "law")
    (fit,) = json.loads(agyn("series", "fit", "y.csv", *model, "--json", cwd=folder, check=0).stdout)["series"]
    wage, law = fit["drivers"]
    assert wage["elasticity_is_constant"] is True and law["elasticity_is_constant"] is False
    for found, truth in ((wage["elasticity"], 1.2), (wage["lags"][0], 0.8), (law["long_run"], -0.3)):
        assert abs(found["estimate"] - truth) < 4 * found["std_error"] < 0.2, found
    table = agyn("series", "fit", "y.csv", *model, cwd=folder, check=0).stdout
    assert "elasticity(wage)" in table and "elasticity_at_means(law)" in table, table
    (folder / "f.csv").write_text(
        "plan,ds,wage,law\n" + "".join(f"{p},{2020 + h},{w},1\n" for p, w in (("low", 1), ("high", 1.1)) for h in range(3)))
    command = ("series", "forecast", "y.csv", *model, "--future", "f.csv", "--scenario", "plan")
    done = json.loads(agyn(*command, "--horizon", "3", "--json", cwd=folder, check=0).stdout)
    # Medians: a mean has half the variance on top, which is greater the further a driver is from its past.
    medians = {one["scenario"]: [math.sqrt(step["lower"]["80"] * step["upper"]["80"]) for step in one["fit"]["forecast"]]
               for one in done["series"]}
    assert list(medians) == ["low", "high"]
    # Ten per cent more for good: the first step moves by the coefficient at once, the last by the elasticity.
    for step, found in ((0, wage["lags"][0]), (2, wage["elasticity"])):
        moved = math.log(medians["high"][step] / medians["low"][step]) / math.log(1.1)
        assert abs(moved - found["estimate"]) < 1e-9, (step, moved)
    assert "scenario" in agyn(*command, "--horizon", "3", cwd=folder, check=0).stdout
    told = agyn(*command, "--horizon", "4", cwd=folder, check=65)
    assert "'ln wage.lag0'" in told.stderr and "2023" in told.stderr, told.stderr
    # Models without regressors refuse the columns until they are told to leave them aside.
    for command in (("forecast", "--model", "auto-ets"), ("fit", "--model", "naive"), ("backtest", "--models", "theta")):
        refused = agyn("series", command[0], "y.csv", *command[1:], cwd=folder, check=64)
        assert "wage, law" in refused.stderr and "--drop-x" in refused.stderr, refused.stderr
        agyn("series", command[0], "y.csv", *command[1:], "--drop-x", cwd=folder, check=0)
    # At rolling origins a model that takes them is scored without them and, ex post, with them known; the second is never chosen.
    command = ("series", "backtest", "y.csv", "--models", "theta,log:arima(1,0,0)+mean", "--lags", "wage:0-1", "--plain", "law",
               "--horizon", "2", "--origins", "6")
    told = agyn(*command, cwd=folder, check=0).stderr
    assert "'with known drivers' is ex post" in told and "wage, law" in told, told
    scored = json.loads(agyn(*command, "--json", cwd=folder, check=0).stdout)
    assert scored["known_drivers"] == ["wage", "law"]
    found = {one["model"]: one for one in scored["scores"]}
    assert list(found) == ["naive", "theta", "log:arima(1,0,0)+mean", "log:arima(1,0,0)+mean with known drivers"], list(found)
    known = found.pop("log:arima(1,0,0)+mean with known drivers")
    assert known["mae"] < 0.3 * min(one["mae"] for one in found.values()) and not known["chosen"]
    assert known["reason"] == "ex-post" and known["mcs_p_value"] is None and sum(one["chosen"] for one in found.values()) == 1
    plain = json.loads(agyn("series", "backtest", "y.csv", "--models", "theta,log:arima(1,0,0)+mean", "--drop-x",
                            "--horizon", "2", "--origins", "6", "--json", cwd=folder, check=0).stdout)
    assert plain["known_drivers"] == [] and [one["mae"] for one in plain["scores"]] == [one["mae"] for one in found.values()]
    # A chosen order takes them too.
    chosen = json.loads(agyn("series", "fit", "y.csv", "--model", "auto-arima", "--x", "law", "--json", cwd=folder, check=0).stdout)
    assert [one["driver"] for one in chosen["series"][0]["drivers"]] == ["law"], chosen
    # What reads no drivers says which columns it did not read.
    lines = (folder / "y.csv").read_text().splitlines()
    (folder / "two.csv").write_text(
        lines[0] + "\n" + "".join(f"{name}/{line}\n" for name in ("m", "n") for line in lines[1:]))
    for command in (("detect",), ("reconcile", "--separator", "/", "--method", "bottom-up")):
        said = agyn("series", command[0], "two.csv", *command[1:], cwd=folder, check=0)
        assert "wage, law" in said.stderr, said.stderr
    assert json.loads(agyn("series", "detect", "y.csv", "--json", cwd=folder, check=0).stdout)["left_aside"] == ["wage", "law"]
    # Lags that cannot be read, the series as its own driver, and a driver as a scenario are refused.
    for extra in (("--lags", "wage:0-z"), ("--lags", "wage:0.5-2"), ("--lags", "wage:-1"), ("--lags", "wage:0-1,wage:3"),
                  ("--x", "y"), ("--x", "wage", "--future", "f.csv", "--scenario", "wage")):
        agyn("series", "forecast", "y.csv", "--model", "arima(1,0,0)", *extra, cwd=folder, check=64)
    (folder / "twice.csv").write_text("\n".join([lines[0].replace("law", "wage")] + lines[1:]) + "\n")
    twice = agyn("series", "fit", "twice.csv", "--model", "arima(1,0,0)", "--x", "wage", cwd=folder, check=65)
    assert "twice" in twice.stderr, twice.stderr
    two = agyn("series", "forecast", "y.csv", *model, "--future", "f.csv", cwd=folder, check=65)
    assert "--scenario" in two.stderr and "2020" in two.stderr, two.stderr
    agyn("series", "fit", "y.csv", "--model", "arima(1,0,0)", "--x", "Wage", "--lags", "wage:1", cwd=folder, check=0)
    # A comma at the end of every line is no driver.
    (folder / "comma.csv").write_text("".join(",".join(line.split(",")[:3]) + ",\n" for line in lines))
    agyn("series", "forecast", "comma.csv", "--model", "naive", cwd=folder, check=0)
    for extra in (("--lags", "wage:2-1"), ("--lags", "wag:1"), ("--drop-x", "--plain", "law"), ("--x", "wage", "--drop-x"),
                  ("--scenario", "plan"), ("--calibrate", "2")):
        agyn("series", "forecast", "y.csv", "--model", "arima(1,0,0)", *extra, cwd=folder, check=64)
    agyn("series", "forecast", "y.csv", "--model", "arima(1,0,0)", "--x", "oil", cwd=folder, check=65)
    # What the law did, wages accounted for: the noise that is left is smaller than without them.
    effects = []
    for extra in (("--x", "wage"), ("--drop-x",)):
        effect = json.loads(agyn(
            "series", "effect", "y.csv", "--from", "1990", "--course", "step", "--model", "local-level", *extra, "--json",
            cwd=folder, check=0).stdout)["effects"][0]["average"]
        effects.append(effect["upper"] - effect["lower"])
    assert effects[0] < 0.5 * effects[1], effects


def aRefreshIsDoneOnceAndTheSecondChangesNothing(folder):
    place = workspace(folder)
    first = json.loads(agyn("refresh", "--json", *DRAWS, cwd=place).stdout)
    before = contents(place / "runs", without=())
    start = time.monotonic()
    second = json.loads(agyn("refresh", "--json", *DRAWS, cwd=place).stdout)
    seconds = time.monotonic() - start
    assert first["changed"] is True and second["changed"] is False
    assert contents(place / "runs", without=()) == before
    print(f"          second refresh took {seconds:.2f} s")
    run = place / first["path"]
    for name in ("run.json", "run.log.jsonl", "report.html", "report.ru.html", "report.kk.html"):
        assert (run / name).exists(), name
    for name in ("observations", "sources", "rules", "conflicts", "gaps", "changes", "gravity", "od_flows", "series",
                 "backtest", "population", "pyramid", "components", "od_projection", "differences", "permit_stock",
                 "levers", "ledger", "regions", "publication_population", "hindcast_scores", "hindcast_regions"):
        assert (run / "tables" / f"{name}.csv").exists(), name
        assert (run / "tables" / f"{name}.parquet").read_bytes()[:4] == b"PAR1", name
    # Past forecasts of the report are those of the command.
    agyn("project", "hindcast", "-o", folder / "hindcast", cwd=place, check=0)
    kept, asked = (list(csv.DictReader(open(path / f"{table}.csv", encoding="utf-8")))
                   for table in ("hindcast_scores",) for path in (run / "tables", folder / "hindcast"))
    assert len(kept) == 24 and [{name: row[name] for name in asked[0]} for row in kept] == asked
    assert (kept[0]["regions"], kept[0]["first_launch"], kept[0]["last_launch"]) == ("20", "2010", "2024")
    # The same bits for any number of threads, from nothing kept.
    done = agyn("runs", "rerun", "--threads", "1", cwd=place, check=0)
    assert first["run"] in done.stdout


def theReportOpensWithoutComplaint(folder):
    if not shutil.which("chromium"):
        print("          not run: chromium absent")
        return
    place = workspace(folder)
    path = json.loads(agyn("refresh", "--json", *DRAWS, cwd=place).stdout)["path"]
    for name in ("report.html", "report.ru.html", "report.kk.html"):
        done = subprocess.run(
            [sys.executable, str(ROOT / "Tools" / "check_report.py"), str(place / path / name)],
            capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


def theNotebooksRun(folder):
    place = workspace(folder)
    path = place / json.loads(agyn("refresh", "--json", *DRAWS, cwd=place).stdout)["path"]
    import nbclient
    import nbformat
    for file in sorted((path / "notebooks-export").glob("*.ipynb")):
        notebook = nbformat.read(file, as_version=4)
        nbformat.validate(notebook)
        nbclient.NotebookClient(
            notebook, timeout=300, resources={"metadata": {"path": str(file.parent)}}).execute()
        assert any(cell.get("outputs") for cell in notebook.cells), file


def aKilledRefreshEndsInTheBytesOfAnUndisturbedOne(folder):
    kills = int(os.environ.get("AGYN_KILLS", "6"))
    calm = workspace(folder)
    start = time.monotonic()
    agyn("refresh", "--quiet", *DRAWS, cwd=calm)
    length = time.monotonic() - start
    wanted = contents(calm / "runs")
    place = folder / "killed"
    place.mkdir()
    killed = workspace(place)
    chance = random.Random(20250101)
    ended, late = 0, 0
    # Only a kill of a run at work counts; a run that was faster than the calm one shortens the time.
    while ended < kills:
        for name in ("runs", ".agyn"):
            subprocess.run(["rm", "-rf", str(killed / name)], check=True)
        process = subprocess.Popen(
            [str(PROGRAM), "refresh", "--quiet", *DRAWS], cwd=killed, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        start = time.monotonic()
        try:
            process.wait(timeout=chance.uniform(0, length))
            length = min(length, time.monotonic() - start)
            late += 1
            assert late <= 20 + kills, "the runs end before they can be killed"
            continue
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        ended += process.wait() == -signal.SIGKILL
        agyn("refresh", "--quiet", *DRAWS, cwd=killed, check=0)
        got = contents(killed / "runs")
        assert got == wanted, [name for name in {*got, *wanted} if got.get(name) != wanted.get(name)][:5]
    print(f"          {ended} kills of a run at work, {length:.1f} s undisturbed")


def theNextQuarterGoesInAndOutAgain(folder):
    place = workspace(folder)
    first = json.loads(agyn("refresh", "--json", *DRAWS, cwd=place).stdout)
    before = contents(place / first["path"])
    example = next((place / "data" / "examples").glob("*.csv"))
    source = "test_mlspp_wages"
    agyn("data", "add", example, "--source", source, "--released", "2025-11-12", "--dry-run", cwd=place, check=0)
    assert not (place / "data" / "received").exists()
    done = agyn("data", "add", example, "--source", source, "--released", "2025-11-12", cwd=place, check=0)
    assert "as_of" in done.stderr, done.stderr
    assert len(list((place / "data" / "received").rglob("*.csv"))) == 1
    agyn("data", "show", f"SOURCE_ID={source}", cwd=place, check=66)
    # The quarterly turn of docs/DATA.md.
    settings = (place / "agyn.yaml").read_text()
    (place / "agyn.yaml").write_text(settings.replace("as_of: 2025-10-15", "as_of: 2025-11-15"))
    second = json.loads(agyn("refresh", "--json", *DRAWS, cwd=place).stdout)
    assert second["changed"] is True and second["run"] != first["run"]
    observations = (place / second["path"] / "tables" / "observations.csv").read_text()
    assert observations.count(source) >= 20, observations.count(source)
    # What was added and taken away again leaves no trace in a run of the files that were there before.
    shutil.rmtree(place / "data" / "received")
    shutil.rmtree(place / "runs")
    (place / "agyn.yaml").write_text(settings)
    third = json.loads(agyn("refresh", "--json", *DRAWS, cwd=place).stdout)
    assert third["run"] == first["run"] and contents(place / third["path"]) == before


def restrictedRowsStayOutOfEveryTableOfARun(folder):
    place = workspace(folder)
    (place / "data" / "test_border.csv").write_text(
        "MEASURE,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS,ESTIMATE_KIND,REPORTER,SOURCE_ID,VINTAGE,NOTE\n"
        + "".join(
            f"CROSS_IN,KZ,2024-{month:02d},98765430{month},A,OBSERVED,KZ:BORDER,iom_border_quarterly,2025-05-01,TEST: invented\n"
            for month in range(1, 4)))
    run = place / json.loads(agyn("refresh", "--json", *DRAWS, cwd=place).stdout)["path"]
    for file in run.rglob("*"):
        if file.is_file() and file.suffix in (".csv", ".html", ".json", ".ipynb"):
            assert "9876543" not in file.read_text(), file
    done = agyn("data", "show", "SOURCE_ID=iom_border_quarterly", "--output", folder / "out.csv", cwd=place, check=65)
    assert "NO-REDISTRIBUTION" in done.stderr and not (folder / "out.csv").exists()


def aStoreThatWasNeverFinishedIsMadeAnew(folder):
    place = workspace(folder)
    (place / ".agyn").mkdir()
    (place / ".agyn" / "store.sqlite").write_bytes(b"")
    agyn("data", "gaps", cwd=place, check=0)


def onlyOneRefreshWorksAtATime(folder):
    place = workspace(folder)
    agyn("data", "gaps", cwd=place, check=0)
    first = subprocess.Popen(
        [str(PROGRAM), "refresh", "--quiet", "--draws", "400"], cwd=place, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    time.sleep(1)
    try:
        agyn("refresh", *DRAWS, cwd=place, check=75)
        agyn("data", "show", "MEASURE=NET", "REF_AREA=KZ", cwd=place, check=0)
    finally:
        first.kill()
        first.wait()


def optionsOutOfRangeAreUsageErrors(folder):
    (folder / "y.csv").write_text("unique_id,ds,y\n" + "".join(f"a,{2000 + k},{k}\n" for k in range(12)))
    (folder / "f.csv").write_text("orig,dest,flow,distance\nA,B,12,100\nB,A,3,100\n")
    for extra in (("--horizon", "0"), ("--horizon", "99999999999"), ("--season", "0"), ("--level", "0")):
        agyn("series", "forecast", "y.csv", *extra, cwd=folder, check=64)
    for level in ("0", "100", "500", "nan"):
        agyn("flows", "fit", "f.csv", "--formula", "flow ~ log(distance)", "--level", level, cwd=folder, check=64)
    for draws in ("0", "-3", "100000000"):
        agyn("refresh", "--draws", draws, check=64)


def aliasBombsAreRefused(folder):
    place = workspace(folder)
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + k)}: &{chr(98 + k)} [*{chr(97 + k)}, *{chr(97 + k)}]\n" for k in range(20))
    (folder / "bomb.yaml").write_text(bomb)
    agyn("scenario", "check", folder / "bomb.yaml", cwd=place, check=78)


def linksDoNotLeadOutOfTheWorkspace(folder):
    place = workspace(folder)
    outside = folder / "outside"
    outside.mkdir()
    (place / "runs").symlink_to(outside)
    agyn("refresh", *DRAWS, cwd=place, check=78)
    assert not list(outside.iterdir())
    (place / "runs").unlink()
    text = (place / "agyn.yaml").read_text()
    (place / "agyn.yaml").write_text(text.replace("[data/*.csv,", "[../*/*.csv, data/*.csv,"))
    agyn("data", "gaps", cwd=place, check=78)


def badFilesChangeNothing(folder):
    place = workspace(folder)
    before = contents(place)
    bad = folder / "bad.csv"
    bad.write_text("КАТО;PERIOD;VAL\nАлматы;202503;12\nНигде;202503;x\n")
    done = agyn("data", "add", bad, "--source", "test_mlspp_wages", "--released", "2025-06-01", cwd=place)
    assert done.returncode == 65, (done.returncode, done.stderr)
    after = {name: bytes_ for name, bytes_ in contents(place).items() if not name.startswith(".agyn/")}
    assert after == before


def aWorkbookIsKnownByItsBytes(folder):
    place = workspace(folder)
    example = next((place / "data" / "examples").glob("*.csv"))
    import openpyxl
    book = openpyxl.Workbook()
    for row in csv.reader(example.read_text(encoding="utf-8-sig").splitlines(), delimiter="\t"):
        book.active.append(row)
    book.save(folder / "wages.xlsx")
    released = ["--source", "test_mlspp_wages", "--released", "2025-11-12", "--dry-run"]
    agyn("data", "add", folder / "wages.xlsx", *released, cwd=place, check=0)
    import zipfile
    with zipfile.ZipFile(folder / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (600 << 20))
    done = agyn("data", "add", folder / "bomb.xlsx", *released, cwd=place, check=65)
    assert "error[zip." in done.stderr and "UTF-8" not in done.stderr, done.stderr


def aFileThatIsNoScenarioIsSaidToBeNoneOnce(folder):
    place = workspace(folder)
    (folder / "table.yaml").write_text("orig,dest,flow\n")
    done = agyn("scenario", "check", folder / "table.yaml", cwd=place, check=78)
    assert done.stderr.count("error[") == 1 and "not-a-map" in done.stderr, done.stderr


def pathsCannotLeaveTheWorkspace(folder):
    place = workspace(folder)
    text = (place / "agyn.yaml").read_text()
    (place / "agyn.yaml").write_text(text.replace("rules: data/rules.yaml", "rules: ../rules.yaml"))
    done = agyn("data", "check", cwd=place, check=78)
    assert "../rules.yaml" in done.stderr


def anUnknownKeyIsNamedWithTheNearest(folder):
    place = workspace(folder)
    text = (place / "agyn.yaml").read_text()
    (place / "agyn.yaml").write_text(text.replace("language: en", "langauge: en"))
    done = agyn("runs", "list", cwd=place, check=78)
    assert "language" in done.stderr and "agyn.yaml:" in done.stderr and "^" in done.stderr, done.stderr


def asOfReadsTheReleaseOfThatDay(folder):
    place = workspace(folder)
    for day, value in (("2023-03-01", -6946), ("2024-03-01", -6722)):
        rows = json.loads(agyn(
            "data", "show", "MEASURE=NET", "SCOPE=EXTERNAL", "REF_AREA=KZ", "SOURCE_ID=bns_external_ytd",
            "--as-of", day, "--json", cwd=place, check=0).stdout)["rows"]
        values = [row["OBS_VALUE"] for row in rows if row["TIME_PERIOD"] == "2022"]
        assert values == [value], (day, values)


for function in (
        helpShowsExamplesInThreeLanguages, completionsAreMade, usageErrorsEndWith64, missingInputEndsWith66,
        badDataIsShownWithItsPlaceAllFaultsTogether, aFormulaFaultHasACaret, theFlowFitHasStableKeys,
        zeroPartAndVariancesStandApart, aSeedIsBalancedToItsTotals, chainsThatHaveNotMixedEndWith1,
        twoReportsOfAFlowAreIntegrated, theSeriesForecastHasStableKeys,
        theScoresOfSeriesHaveTheNaiveLinesAndTheirGapsAreTold,
        theEffectOfAChangeIsToldWithItsInterval, ratesOfManyUnitsAreForecastTogether,
        seriesAreForecastFromEachOthersPast, aLevelGivenTwiceIsOneLevel,
        savedFitsForecastLaterValues, aCalendarMovesSeriesPastAndAhead, intervalsOfAnEnsembleNeedItsParts,
        pathsBelowZeroAreTold, sharesStayBetweenZeroAndTheirLimit,
        aHierarchyIsForecastSoThatItAddsUp, panelsOfTheWorkspaceAreSeries,
        detectMindsScaleAndSaysWhatDoesNotVary,
        detectTellsTrendsFromStepsAndSaysWhatItCannotDo,
        vectorsAreToldWhatTheyLack,
        driversMoveSeriesAndTheirFuturesAreScenarios,
        aRefreshIsDoneOnceAndTheSecondChangesNothing,
        theReportOpensWithoutComplaint, theNotebooksRun,
        aKilledRefreshEndsInTheBytesOfAnUndisturbedOne, theNextQuarterGoesInAndOutAgain,
        restrictedRowsStayOutOfEveryTableOfARun, onlyOneRefreshWorksAtATime,
        aStoreThatWasNeverFinishedIsMadeAnew, optionsOutOfRangeAreUsageErrors,
        aliasBombsAreRefused, linksDoNotLeadOutOfTheWorkspace, badFilesChangeNothing,
        aWorkbookIsKnownByItsBytes, aFileThatIsNoScenarioIsSaidToBeNoneOnce,
        pathsCannotLeaveTheWorkspace, anUnknownKeyIsNamedWithTheNearest, asOfReadsTheReleaseOfThatDay):
    case(function)
close()
