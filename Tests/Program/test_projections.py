"""What the rates of a baseline mean, and the baseline beside what others forecast and what came."""
import csv
import json

import launch2023
from program import agyn, case, close, workspace


def rows(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def oneTableOfAnAnalysisIsShownInEveryLanguage(folder):
    place = workspace(folder)
    headings = {"en": "reproductive value", "ru": "репродуктивная ценность", "kk": "репродуктивтік құндылық"}
    for language, heading in headings.items():
        done = agyn("project", "analyse", "--table", "multiregional_stable", "--lang", language, cwd=place, check=0)
        assert heading in done.stdout and "⟨" not in done.stdout + done.stderr, done.stdout
    out = folder / "analysis"
    done = agyn("project", "analyse", "--table", "multiregional_growth", "--json", "-o", out, "--format", "json",
                cwd=place, check=0)
    assert json.loads(done.stdout) == json.loads((out / "multiregional_growth.json").read_text(encoding="utf-8"))
    done = agyn("project", "analyse", "--table", "life_tables", cwd=place, check=64)
    assert "projection.table-unknown" in done.stderr and "life_table" in done.stderr
    done = agyn("project", "analyse", "-o", folder / "other", "--format", "txt", cwd=place, check=64)
    assert "format.unknown" in done.stderr and not (folder / "other").exists()


def theBundledBaselineLiesAmongTheForecastsOfTheUnitedNations(folder):
    # Golden case gc15: UN World Population Prospects 2022, Kazakhstan, thousands at mid-year, 80 % interval and
    # median. 1 January lies between two of them.
    middles = {
        2029: (20702.812, 21023.114, 21312.211), 2030: (20864.4, 21233.329, 21576.022),
        2034: (21510.494, 22076.626, 22663.402), 2035: (21666.776, 22290.588, 22935.17),
        2044: (23076.033, 24336.312, 25633.224), 2045: (23224.764, 24571.594, 25946.417)}
    place = workspace(folder)
    agyn("project", "--draws", "100", "-o", folder / "out", cwd=place, check=0)
    medians = {row["period"][:4]: float(row["median"]) / 1000
               for row in rows(folder / "out" / "population.csv") if row["area"] == "KZ"}
    for year in (2030, 2035, 2045):
        low, median, high = ((a + b) / 2 for a, b in zip(middles[year - 1], middles[year]))
        assert low < medians[str(year)] < high, (year, medians[str(year)], low, high)
        assert abs(medians[str(year)] / median - 1) < 0.03


def theBaselineIsLaunchedFrom2023(folder):
    place = workspace(folder)
    if not launch2023.prepare(place):
        return
    launch2023.launch(place)
    agyn("project", "-o", folder / "out", cwd=place, check=0)
    known = {}
    for row in sorted(rows(place / "data" / "population.csv"), key=lambda row: row["VINTAGE"]):
        known[row["REF_AREA"], row["TIME_PERIOD"][:4]] = float(row["OBS_VALUE"])
    natural = launch2023.of(rows(place / "data" / "vital_events.csv"), "NATINC")
    forecasts = {(row["area"], row["period"][:4]): row for row in rows(folder / "out" / "population.csv")}
    areas = sorted({area for area, _ in forecasts} - {"KZ"})
    assert len(areas) == 20

    def score(forecast, years):
        """Mean absolute error in per cent over the regions."""
        actual = {area: known[area, str(2023 + years)] for area in areas}
        return sum(abs(100 * (forecast(area) / actual[area] - 1)) for area in areas) / len(areas)

    for years, expected in ((1, (0.21, 1.15, 0.21, 0.86)), (2, (0.65, 2.31, 0.63, 2.03))):
        year = str(2023 + years)
        lines = (
            lambda area: float(forecasts[area, year]["median"]), lambda area: known[area, "2023"],
            lambda area: known[area, "2023"] + years * (known[area, "2023"] - known[area, "2022"]),
            lambda area: known[area, "2023"] * (1 + natural[area] / known[area, "2022"]) ** years)
        found = [score(line, years) for line in lines]
        # Two digits of the table in docs/BASELINES.md.
        assert [round(value, 2) for value in found] == list(expected), found
        inside = sum(
            float(forecasts[area, year]["lower_80"]) <= known[area, year] <= float(forecasts[area, year]["upper_80"])
            for area in areas)
        assert inside == {1: 9, 2: 7}[years], inside
        # All regions together against what the Bureau of National Statistics published.
        country = {1: 20033842, 2: 20283399}[years]
        assert abs(float(forecasts["KZ", year]["median"]) / country - 1) < 0.0005


def aCommandLaunchesTheBaselineFrom2023(folder):
    place = workspace(folder)
    done = agyn("project", "hindcast", "--cohort", "--launch", "2023", "--horizon", "1,2", cwd=place, check=66)
    for missing in ("POP", "MX", "ASFR", "FLOW_OD", "2022", ", 2023 comes by other ages"):
        assert missing in done.stderr, (missing, done.stderr)
    if not launch2023.prepare(place):
        return
    out = folder / "hindcast"
    done = agyn("project", "hindcast", "--cohort", "--launch", "2023", "--horizon", "1,2", "-o", out, cwd=place, check=0)
    assert "20 regions" in done.stderr and "inputs.fertility.factor" in done.stderr, done.stderr
    scores = {(row["regions"], row["line"], row["horizon"]): row for row in rows(out / "hindcast_scores.csv")}
    for line in ("cohort", "no_change", "linear1", "no_migration"):
        assert scores["20", line, "2"]["cases"] == "20", line
    # As docs/BASELINES.md says.
    assert [round(float(scores["20", "cohort", years]["mape"]), 2) for years in ("1", "2")] == [0.21, 0.65], scores
    cohort, still = (float(scores["20", line, "2"]["mape"]) for line in ("cohort", "no_change"))
    assert cohort < still, (cohort, still)
    assert "a break" not in done.stderr
    # The one year behind the launch is said to be a break.
    done = agyn("project", "hindcast", "--cohort", "--launch", "2023", "--horizon", "1", "--breaks", "2022", cwd=place,
                check=0)
    assert "2022, a break" in done.stderr, done.stderr
    for option in (("--join", "A=KZ11+KZ15"), ("--vintages", "2024-01-01"), ("--on-level-of-launch",)):
        done = agyn("project", "hindcast", "--cohort", "--launch", "2023", *option, cwd=place, check=64)
        assert option[0] in done.stderr
    done = agyn("project", "hindcast", "--launch", "2015", "--horizon", "0:2", cwd=place, check=64)
    assert "--horizon" in done.stderr
    done = agyn("project", "hindcast", "--cohort", cwd=place, check=64)
    assert "--launch" in done.stderr
    done = agyn("project", "hindcast", "--cohort", "--launch", "2025", cwd=place, check=66)
    assert "hindcast.no-outcome" in done.stderr


for test in (
        oneTableOfAnAnalysisIsShownInEveryLanguage, theBundledBaselineLiesAmongTheForecastsOfTheUnitedNations,
        theBaselineIsLaunchedFrom2023, aCommandLaunchesTheBaselineFrom2023):
    case(test)
close()
