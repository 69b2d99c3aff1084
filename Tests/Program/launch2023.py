"""The inputs of a launch on 1 January 2023: what was known of 2022, in a workspace of its own.

Population of 1 January 2023 by region, sex and age: modelled by the authors of the shared data set `kz_baseline`
(official totals and national age groups; shapes of UN WPP 2024), never published by an agency. Rates: shapes of the
bundled baseline by age, one factor a region so that births and deaths registered in 2022 are met. Moves: the bundled
table of 2024 brought to the arrivals and departures of 2022. Migration abroad: arrivals of 2022 by the regional shares
of 2024, departures as net migration of 2022 leaves them.
"""
import csv
import os
import pathlib
import re

from program import ROOT

SHARED = pathlib.Path(os.environ.get("AGYN_SHARED", ROOT.parent / "shared"))
POPULATION = SHARED / "data/kz_baseline/baseline/population_region_sex_age_1jan2023_2024_MODELLED.csv"
COMMON = {"OBS_STATUS": "E", "ESTIMATE_KIND": "MODELLED", "REPORTER": "MODEL:AGYN", "VINTAGE": "2023-03-15"}


def read(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def of(table, measure, year="2022", **where):
    """Last vintage of a measure of a year by area."""
    found = {}
    for row in sorted(table, key=lambda row: row["VINTAGE"]):
        if row["MEASURE"] == measure and row["TIME_PERIOD"] == year and all(row[k] == v for k, v in where.items()):
            found[row["REF_AREA"]] = float(row["OBS_VALUE"])
    return found


def fitted(table, out, into, areas):
    """Iterative proportional fitting to departures and arrivals."""
    cells = dict(table)
    for _ in range(2000):
        for margin, place in ((out, 0), (into, 1)):
            sums = {area: 0.0 for area in areas}
            for pair, value in cells.items():
                sums[pair[place]] += value
            for pair in cells:
                cells[pair] *= margin[pair[place]] / sums[pair[place]]
    return cells


def prepare(place):
    """Adds the inputs to a copy of the bundled workspace; False where the shared data are absent."""
    if not POPULATION.exists():
        print("not run: shared data absent (launch of 2023)")
        return False
    data, base = place / "data", place / "data" / "baseline"
    events, margins = read(data / "vital_events.csv"), read(data / "internal_margins.csv")
    people = {(row["geo_id"], row["sex"], row["age"]): float(row["value"])
              for row in read(POPULATION) if row["period"] == "2023-01-01"}
    areas = sorted({area for area, _, _ in people})
    assert len(areas) == 20 and len(people) == 20 * 2 * 101

    def write(name, source, rows):
        lines = [{**COMMON, "SOURCE_ID": source, **row} for row in rows]
        with open(base / f"launch_2023_{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, sorted(lines[0]))
            writer.writeheader()
            writer.writerows(lines)

    write("population", "agyn_baseline_population", (
        {"REF_AREA": a, "SEX": s, "AGE": x, "OBS_VALUE": v, "TIME_PERIOD": "2023-01-01"}
        for (a, s, x), v in people.items()))
    for name, measure, sexes in (("mortality", "DEATHS", "MF"), ("fertility", "BIRTHS", "F")):
        rates = read(base / f"{name}.csv")
        wanted, expected = of(events, measure), {}
        for row in rates:
            sex = row.get("SEX", "F")
            expected[row["REF_AREA"]] = expected.get(row["REF_AREA"], 0) + (
                float(row["OBS_VALUE"]) * people[row["REF_AREA"], sex, row["AGE"]])
        write(name, f"agyn_baseline_{name}", (
            {**{k: row[k] for k in ("REF_AREA", "SEX", "AGE") if k in row}, "TIME_PERIOD": "2022",
             "OBS_VALUE": float(row["OBS_VALUE"]) * wanted[row["REF_AREA"]] / expected[row["REF_AREA"]]}
            for row in rates))
    into, out = of(margins, "FLOW_IN"), of(margins, "FLOW_OUT")
    scopes = {(row["ORIG"], row["DEST"]): row["SCOPE"] for row in read(base / "internal_od.csv")}
    cells = fitted({(row["ORIG"], row["DEST"]): float(row["OBS_VALUE"]) for row in read(base / "internal_od.csv")},
                   out, into, areas)
    write("internal_od", "agyn_baseline_internal_od", (
        {"ORIG": a, "DEST": b, "SCOPE": scopes[a, b], "OBS_VALUE": v, "TIME_PERIOD": "2022"}
        for (a, b), v in cells.items()))
    abroad = {row["REF_AREA"]: float(row["OBS_VALUE"]) for row in read(base / "external.csv")
              if row["MEASURE"] == "FLOW_IN"}
    national = of(read(data / "external_releases.csv"), "FLOW_IN")["KZ"]
    nets = of(read(data / "net_migration.csv"), "NET", SCOPE="ALL")
    rows = []
    for area in areas:
        arrivals = national * abroad[area] / sum(abroad.values())
        departures = arrivals - (nets[area] - into[area] + out[area])
        # A region that gained more abroad than its share of the arrivals had at least as many.
        arrivals, departures = arrivals + max(0, -departures), max(0, departures)
        for measure, value in (("FLOW_IN", arrivals), ("FLOW_OUT", departures)):
            rows.append({"MEASURE": measure, "REF_AREA": area, "OBS_VALUE": value, "TIME_PERIOD": "2022"})
    write("external", "agyn_baseline_external", rows)
    write("age_schedules", "agyn_baseline_age_schedules", (
        {**{k: row[k] for k in ("MEASURE", "SEX", "AGE", "OBS_VALUE")}, "TIME_PERIOD": "2022"}
        for row in read(base / "age_schedules.csv")))
    return True


def launch(place):
    """Lets the baseline of the workspace begin on 1 January 2023 with the rates of 2022, alone.

    Left out is what judges a later time: the factor of fertility, temporary programmes, the table of moves of 2024.
    """
    path = place / "scenarios" / "baseline.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("launch: 2025-01-01, horizon: 2045-01-01", "launch: 2023-01-01, horizon: 2025-01-01")
    text = re.sub(r"    factor: .*\n", "", text.replace("year: 2024", "year: 2022"))
    text = text[:text.index("# Temporary stay")] + text[text.index("uncertainty:"):text.index("outputs:")]
    path.write_text(text, encoding="utf-8")
    for other in [*(place / "scenarios").glob("[0-9]*.yaml"), place / "models" / "od-2024.yaml"]:
        other.unlink()
