"""The commands around scenario files and projections, as a planner uses them."""
import csv
import hashlib
import html
import json
import re
import shutil
import subprocess
import sys

from program import ROOT, agyn, case, close, workspace

FEW = ("--draws", "4")
THREE = ("1-foreign-labour-quota", "2-resettlement-and-kandas", "3-shock-and-return")


def rows(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def aStarterOfEveryKindPassesTheCheckInThreeLanguages(folder):
    place = workspace(folder)
    kinds = ("rate", "count", "driver", "cap", "corridor", "programme", "return_migration", "shock",
             "displacement", "stock_rule", "closure", "climate")
    for language in ("en", "ru", "kk"):
        path = folder / f"{language}.yaml"
        agyn("scenario", "new", f"all-{language}", *[word for kind in kinds for word in ("--lever", kind)],
             "-o", path, "--lang", language, cwd=place, check=0)
        text = path.read_text(encoding="utf-8")
        assert "⟨" not in text and text.count("- id: ") == len(kinds)
        done = agyn("scenario", "check", path, cwd=place, check=0)
        assert done.stdout.count("assumed") >= len(kinds)
    again = agyn("scenario", "new", "all-en", "-o", folder / "en.yaml", cwd=place, check=73)
    assert "scenario.starter-exists" in again.stderr
    for wrong, code in ((("My Id",), "scenario.identifier"),
                        (("mine", "--lever", "cap", "--lever", "cap"), "scenario.starter-twice")):
        path = folder / "wrong.yaml"
        done = agyn("scenario", "new", *wrong, "-o", path, cwd=place, check=64)
        assert code in done.stderr and not path.exists()


def theThreeQuestionsAreExplainedInOneCommandEach(folder):
    place = workspace(folder)
    for name in THREE:
        out = folder / name
        done = agyn("scenario", "explain", f"scenarios/{name}.yaml", *FEW, "--year", "2035", "-o", out,
                    cwd=place, check=0)
        assert "ASSUMED" in done.stderr
        parts = rows(out / "explanation.csv")
        keys = ("variant", "area", "period", "metric")
        for key in {tuple(row[name] for name in keys) for row in parts}:
            here = [row for row in parts if tuple(row[name] for name in keys) == key]
            total = sum(float(row["mean"]) for row in here if row["part"] == "total")
            levers = sum(float(row["mean"]) for row in here if row["part"] not in ("total", "interaction"))
            assert abs(levers - total) < 1e-4 * max(1, abs(total)), (name, key, levers, total)
        assert rows(out / "explanation_ledger.csv") and rows(out / "sensitivity.csv")


# The terms that every page of a scenario uses, in each language.
TERMS = {
    "en": "migration flow|arrivals / departures|net migration|origin / destination|region, oblast|population"
          "|labour migration|foreign workforce, permit, quota|baseline / scenario|forecast, interval|uncertainty"
          "|source, agency|data gap|observed / adjusted / modelled / projected|quarter, year|age, sex"
          "|difference to baseline",
    "ru": "миграционный поток|прибывшие / выбывшие|сальдо миграции|регион выбытия / регион прибытия|регион, область"
          "|численность населения|трудовая миграция|иностранная рабочая сила, разрешение, квота"
          "|базовый сценарий / сценарий|прогноз, интервал|неопределённость|источник, государственный орган"
          "|пробел в данных|наблюдаемое / скорректированное / модельное / прогнозное|квартал, год|возраст, пол"
          "|отличие от базового сценария",
    "kk": "көші-қон ағыны|келгендер / кеткендер|көші-қон айырымы|шыққан өңірі / барған өңірі|өңір, облыс|халық саны"
          "|еңбек көші-қоны|шетелдік жұмыс күші, рұқсат, квота|базалық сценарий / сценарий|болжам, аралық|белгісіздік"
          "|дереккөз, мемлекеттік орган|деректердегі олқылық|байқалған / түзетілген / модельдік / болжамды"
          "|тоқсан, жыл|жас, жыныс|базалық сценарийден айырмасы"}


def visible(page):
    """What a person reads: the body without scripts and tags, and the words of the charts."""
    body = page[page.index("<body>"):]
    charts = re.search(r'id="agyn-charts">(.*?)</script>', body, re.S)
    said = []

    def walk(node):
        if isinstance(node, dict):
            for key, value in node.items():
                if key in ("text", "g", "p", "n", "title", "subtitle", "t") or isinstance(value, (dict, list)):
                    walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)
        elif isinstance(node, str):
            said.append(node)
    if charts:
        walk(json.loads(charts.group(1)))
    bare = html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<script.*?</script>", "", body, flags=re.S)))
    return " ".join(bare.split()), said


def thePagesOfTheThreeQuestionsUseEveryTermInEveryLanguageAndNoOther(folder):
    place = workspace(folder)
    for name in THREE:
        text = (place / f"scenarios/{name}.yaml").read_text(encoding="utf-8")
        out = folder / name
        agyn("scenario", "explain", f"scenarios/{name}.yaml", *FEW, "-o", out, cwd=place, check=0)
        english = re.findall(r'\ben: "([^"]+)"', text)
        ids = set(re.findall(r"\bid: ([a-z0-9_-]+)", text)) | set(re.findall(r"^  (\w+): +\{title", text, re.M))
        assert len(english) > 8 and len(ids) > 5
        for language, terms in TERMS.items():
            page = (out / ("report.html" if language == "en" else f"report.{language}.html")).read_text(encoding="utf-8")
            read, charts = visible(page)
            assert f'<html lang="{language}"' in page and "⟨" not in page
            low = read.lower()
            for term in terms.split("|"):
                assert term in low, (name, language, term)
            assert 'data-chart="waterfall_' in page and 'data-chart="tornado_' in page
            for figure in page.split("<figure ")[1:]:
                key = json.loads((out / "run.json").read_text(encoding="utf-8"))["key"]
                assert key[:12] in figure.split("</figure>")[0] and "2025-10-15" in figure.split("</figure>")[0]
            if language == "en":
                continue
            for title in english:
                assert title not in read and title not in charts, (name, language, title)
            foreign = re.findall(r"(?:[A-Za-z][a-z']+ ){2,}[a-z]+", read + " | " + " | ".join(charts))
            assert not foreign, (name, language, foreign)
            # Codes of an axis, such as KZ:MLSPP|kandas, have labels of their own.
            shown = {word for said in charts if "|" not in said for word in re.findall(r"[\w-]+", said)}
            shown |= set(re.findall(r"«([^»]+)»", read))
            assert not shown & ids, (name, language, shown & ids)


def aSettingTwiceIsRefusedAndFewerDrawsAreTold(folder):
    place = workspace(folder)
    question = "scenarios/1-foreign-labour-quota.yaml"
    done = agyn("scenario", "run", question, "--set", "quota_pct=0.1", "--set", "quota_pct=0.2", cwd=place, check=64)
    assert "quota_pct" in done.stderr and "setting.twice" in done.stderr
    text = (place / question).read_text(encoding="utf-8")
    more = place / "scenarios/more.yaml"
    more.write_text(text.replace("regions: [KZ, all]", "regions: [atyrau]") + "uncertainty: {draws: 700}\n", encoding="utf-8")
    out = folder / "explained"
    agyn("scenario", "explain", "scenarios/more.yaml", *FEW, "--area", "KZ23", "-o", out, cwd=place, check=0)
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert "scenario.draws-fewer" in json.dumps(record["warnings"]), record["warnings"]
    page = (out / "report.html").read_text(encoding="utf-8")
    # A file that compares one region alone is told of that region.
    assert 'data-chart="waterfall_' in page and "Atyrau" in visible(page)[0]


def aScenarioAnswerLeavesARecordOfWhatMadeIt(folder):
    place = workspace(folder)
    question = "scenarios/1-foreign-labour-quota.yaml"
    keys = {}
    for name, more in (("compare", ()), ("again", ()), ("set", ("--set", "quota_pct=0.3")), ("seed", ("--seed", "9"))):
        out = folder / name
        agyn("scenario", "compare", question, *FEW, *more, "-o", out, cwd=place, check=0)
        record = json.loads((out / "run.json").read_text(encoding="utf-8"))
        keys[name] = record["key"]
        listed = {item["path"]: item for item in record["outputs"]}
        written = {path.name for path in out.iterdir()} - {"run.json"}
        assert set(listed) == written and record["status"] == "complete"
        for path in written:
            data = (out / path).read_bytes()
            assert listed[path]["bytes"] == len(data) and listed[path]["sha256"] == hashlib.sha256(data).hexdigest()
        assert record["draws"] == 4 and record["assumed"] == ["kz-quota-2026"]
        first = record["inputs"][0]
        assert first["path"] == question and first["sha256"] == hashlib.sha256((place / question).read_bytes()).hexdigest()
    assert keys["compare"] == keys["again"] and len(set(keys.values())) == 3
    done = agyn("scenario", "compare", question, *FEW, "--json", cwd=place, check=0)
    answer = json.loads(done.stdout)
    assert answer["run"] == keys["compare"] and answer["vintage"] == "2025-10-15"
    assert answer["assumed"] == ["kz-quota-2026"] and all(row["assumed"] is True for row in answer["rows"])
    grades = {item.get("lever") or item["parameter"]: item["quality"] for item in answer["evidence"]}
    assert grades == {"employer-quota": "law", "household-quota": "law", "substitution": "assumed"}


def tablesForPeopleHaveNamesAndTablesForProgramsCodes(folder):
    place = workspace(folder)
    question = "scenarios/2-resettlement-and-kandas.yaml"
    done = agyn("scenario", "explain", question, *FEW, "--year", "2035", "--area", "north", "--lang", "kk", cwd=place, check=0)
    for said in ("Солтүстік өңірлер", "Барлық шаралар бірге", "Қандастарды қабылдау", "барлығы бірге", "халық саны"):
        assert said in done.stdout, said
    assert "kandas" not in done.stdout and "programmes-x3" not in done.stdout
    # The page is left in the workspace where no folder is named.
    assert (place / "explained/kz-north-2035/report.kk.html").exists() and "report.kk.html" in done.stderr
    assert "2035 жылға қарай «Бағдарламалар, үш есе квота» нұсқасында" in done.stderr
    plain = agyn("scenario", "explain", question, *FEW, "--year", "2035", "--area", "north", "--json", cwd=place, check=0)
    assert {row["part"] for row in json.loads(plain.stdout)["rows"]} >= {"kandas", "total"}


def theTornadoIsDrawn(folder):
    place = workspace(folder)
    chart = folder / "tornado.vl.json"
    agyn("scenario", "explain", "scenarios/2-resettlement-and-kandas.yaml", *FEW, "--year", "2035", "-o", folder,
         "--chart", chart, "--lang", "kk", cwd=place, check=0)
    panels = json.loads(chart.read_text(encoding="utf-8"))["concat"]
    table = [row for row in rows(folder / "sensitivity.csv") if row["area"] == "KZ"]
    variant = table[0]["variant"]
    # A parameter that moves a metric alike at both ends has no swing in the table, and its bars all the same.
    swings = [row for row in table if row["variant"] == variant and (float(row["at_low"]) or float(row["at_high"]))]
    drawn = [bar for panel in panels for bar in panel["data"]["values"]]
    assert len(drawn) == 2 * len(swings) > 0
    changes = sorted(float(row[end]) for row in swings for end in ("at_low", "at_high"))
    # The table is written in fifteen digits.
    assert all(abs(bar - change) <= 1e-12 * abs(change)
               for bar, change in zip(sorted(bar["c"] for bar in drawn), changes))
    # The moves within a country add up to nothing: no panel of their rounding, and no English prefix of thousands.
    assert len(panels) == 4, [panel["title"]["text"] for panel in panels]
    assert not re.search(r'"format": ?"\+~s"', chart.read_text(encoding="utf-8"))
    assert not any("⟨" in panel["title"]["text"] or "_" in panel["title"]["text"] for panel in panels)


def indicatorsAreComparedInEveryDraw(folder):
    place = workspace(folder)
    path = folder / "named.yaml"
    text = (place / "scenarios/2-resettlement-and-kandas.yaml").read_text(encoding="utf-8")
    named = "indicators:\n  copy: 1 * population\n  share: 100 * workforce_15_64 / population[KZ]\n\nlevers:\n"
    text = text.replace("\nlevers:\n", "\n" + named, 1)
    path.write_text(re.sub(r"metrics: \[", "metrics: [copy, share, population, ", text, count=1).replace(
        "population, population", "population"), encoding="utf-8")
    done = agyn("scenario", "compare", path, *FEW, "-o", folder, "--json", cwd=place, check=0)
    assert "share" in done.stdout
    found = rows(folder / "differences.csv")
    def of(metric):
        return [{k: v for k, v in row.items() if k != "metric"} for row in found if row["metric"] == metric]
    assert of("copy") == of("population") and of("share")
    levels = [row for row in rows(folder / "indicators.csv") if row["indicator"] == "share" and row["area"] == "KZ"]
    assert levels and all(50 < float(row["lower_95"]) <= float(row["median"]) <= float(row["upper_95"]) < 75
                          for row in levels)
    path.write_text(text.replace("workforce_15_64 /", "workforc_15_64 /"), encoding="utf-8")
    done = agyn("scenario", "check", path, cwd=place, check=78)
    assert "scenario.indicator-metric" in done.stderr and "workforce_15_64" in done.stderr


def theSchemaIsThePublishedOne(folder):
    place = workspace(folder)
    done = agyn("scenario", "schema", cwd=folder, check=0)
    assert done.stdout == (place / "scenarios/scenario.schema.json").read_text(encoding="utf-8")
    done = agyn("scenario", "schema", "--baseline", cwd=folder, check=0)
    assert done.stdout == (place / "scenarios/baseline.schema.json").read_text(encoding="utf-8")


def aVariantThatDoesNothingIsNotedAndTheOthersAreExplained(folder):
    place = workspace(folder)
    path = folder / "one.yaml"
    agyn("scenario", "new", "one", "--lever", "rate", "-o", path, cwd=place, check=0)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  - {id: all}\n", "  - {id: nothing, disable: [rate]}\n  - {id: all}\n"),
                    encoding="utf-8")
    done = agyn("scenario", "explain", path, *FEW, "-o", folder / "out", cwd=place, check=0)
    assert "'nothing'" in done.stderr
    assert {row["variant"] for row in rows(folder / "out" / "explanation.csv")} == {"all"}
    plan = agyn("scenario", "explain", path, *FEW, "--plan", "--json", cwd=place, check=0)
    assert json.loads(plan.stdout)["rows"][0]["runs"] == 2
    named = agyn("scenario", "explain", path, *FEW, "--variant", "nothing", cwd=place, check=64)
    assert "scenario.explain-nothing" in named.stderr


def aSweepAtTheVariantsNumberIsTheVariant(folder):
    place = workspace(folder)
    out = folder / "sweep"
    agyn("scenario", "sweep", "scenarios/1-foreign-labour-quota.yaml", "--vary", "quota_pct=0.1:0.2:2", *FEW,
         "-o", out, cwd=place, check=0)
    agyn("scenario", "compare", "scenarios/1-foreign-labour-quota.yaml", *FEW, "-o", folder / "run",
         cwd=place, check=0)
    swept = {(row["area"], row["period"], row["metric"]): row["difference"]
             for row in rows(out / "sweep.csv") if float(row["quota_pct"]) == 0.1}
    # Over the next, the record has every option, also one that is given twice.
    out = folder / "grid"
    agyn("scenario", "sweep", "scenarios/2-resettlement-and-kandas.yaml", "--vary", "scale=1,2", "--vary",
         "retention_5y=0.5,0.7", "--year", "2035", *FEW, "-o", out, cwd=place, check=0)
    options = json.loads((out / "run.json").read_text(encoding="utf-8"))["options"]
    assert [(option["name"], option["value"]) for option in options] == [
        ("vary", "scale=1,2"), ("vary", "retention_5y=0.5,0.7"), ("year", "2035")], options
    axes = [word for _ in range(8) for word in ("--vary", "scale=0:1:1000")]
    for more in ((), ("--plan",)):
        done = agyn("scenario", "sweep", "scenarios/2-resettlement-and-kandas.yaml", *axes, *more, cwd=place, check=64)
        assert "sweep.points" in done.stderr and "1000 × 1000" in done.stderr
    compared = {(row["area"], row["period"], row["metric"]): row["median"]
                for row in rows(folder / "run" / "differences.csv")
                if row["variant"] == "cut" and row["against"] == "baseline"}
    assert swept == compared and len(swept) > 100


def warningsAreToldByExplainAndSweepInNames(folder):
    place = workspace(folder)
    path = folder / "many.yaml"
    agyn("scenario", "new", "many", "--lever", "rate", "-o", path, cwd=place, check=0)
    text = path.read_text(encoding="utf-8").replace("component: fertility", "component: internal")
    path.write_text(re.sub(r"2026: 1\.0", "2026: 30", text), encoding="utf-8")
    out = folder / "explained"
    done = agyn("scenario", "explain", path, *FEW, "-o", out, cwd=place, check=0)
    assert "scenario.many-leave" in done.stderr, done.stderr
    for name in ("report.html", "report.ru.html", "report.kk.html"):
        said = re.search(r'<div class="notice"><b>.*?</ul>', (out / name).read_text(encoding="utf-8"), re.S)
        assert said and not re.search(r"KZ\d\d", said.group(0)), (name, said)
    # A title of the baseline that lacks a language is told as one of a scenario is.
    baseline = place / "scenarios" / "baseline.yaml"
    whole = baseline.read_text(encoding="utf-8")
    assert "scenario.language-missing" not in agyn("scenario", "check", path, cwd=place, check=0).stderr
    cut = re.sub(r"^title:.*\n(?:  .*\n)*", "title: {en: Kazakhstan, ru: Казахстан}\n", whole, count=1, flags=re.M)
    baseline.write_text(cut, encoding="utf-8")
    for command in (("scenario", "check", path), ("project", *FEW), ("scenario", "compare", path, *FEW)):
        done = agyn(*command, cwd=place, check=0)
        assert "scenario.language-missing" in done.stderr and "baseline.yaml" in done.stderr, (command, done.stderr)


def aNameOfTwoFilesBearsTheTitleOfNeither(folder):
    place = workspace(folder)
    for id, title in (("a", "Births again"), ("b", "Deaths at last")):
        path = folder / f"{id}.yaml"
        agyn("scenario", "new", id, "--lever", "rate", "-o", path, cwd=place, check=0)
        text = path.read_text(encoding="utf-8")
        text = text.replace("\nlevers:\n", "\nindicators:\n  own: {expression: births, title: {en: " + title + ", ru: x, kk: y}}\n"
                            "\nlevers:\n", 1)
        path.write_text(re.sub(r"metrics: \[", "metrics: [own, ", text, count=1), encoding="utf-8")
    one = agyn("scenario", "compare", folder / "a.yaml", *FEW, cwd=place, check=0)
    assert "Births again" in one.stdout
    both = agyn("scenario", "compare", folder / "a.yaml", folder / "b.yaml", *FEW, cwd=place, check=0)
    assert "Births again" not in both.stdout and "Deaths at last" not in both.stdout and "own" in both.stdout


def aPageFitsAPhone(folder):
    if not shutil.which("chromium"):
        print("          not run: chromium absent")
        return
    place = workspace(folder)
    out = folder / "out"
    agyn("scenario", "explain", "scenarios/1-foreign-labour-quota.yaml", *FEW, "-o", out, cwd=place, check=0)
    for name in ("report.html", "report.ru.html", "report.kk.html"):
        done = subprocess.run(
            [sys.executable, str(ROOT / "Tools" / "check_report.py"), str(out / name), "--width", "390"],
            capture_output=True, text=True)
        lines = [line for line in done.stdout.splitlines() if "sideways" in line or "cut off" in line]
        assert len(lines) == 2 and all(line.startswith("ok") for line in lines), done.stdout


def aSweepThatChangesNothingSaysSo(folder):
    place = workspace(folder)
    north = "scenarios/2-resettlement-and-kandas.yaml"
    sweep = ("scenario", "sweep", north, "--vary", "scale=1,2", "--year", "2035", *FEW, "-o")
    # Of all variants the one without measures came first, in which nothing is ever different.
    done = agyn(*sweep, folder / "goal", cwd=place, check=0)
    found = rows(folder / "goal/sweep.csv")
    assert {row["variant"] for row in found} == {"programmes-x1"}
    assert "depends on" not in done.stderr and "Size of the programmes" in done.stdout, done.stderr
    done = agyn(*sweep, folder / "still", "--variant", "reference", cwd=place, check=0)
    assert "Nothing in “No measures” depends on Size of the programmes" in done.stderr, done.stderr
    assert not any(0 < abs(float(row["lower_80"])) < 1e-6 for row in rows(folder / "still/sweep.csv"))


def settlersWhoStayAreToldWithTheirCost(folder):
    place = workspace(folder)
    path = place / "scenarios/2-resettlement-and-kandas.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("net_internal, assisted_moves]",
                        "median_age, retained_5y, retention_5y, programme_cost, cost_per_retained_mover]")
    path.write_text(text, encoding="utf-8")
    done = agyn("scenario", "check", path, cwd=place, check=78)
    assert done.stderr.count("scenario.cost-missing") == 3 and "'kandas'" in done.stderr, done.stderr
    cost = "    cost: {per_person: 275.2, unit: {en: thousand tenge, ru: тыс. тенге, kk: мың теңге}}\n"
    text = re.sub(r"(    takeup: \$takeup_\w+\n)", lambda found: found.group(1) + cost, text)
    path.write_text(text, encoding="utf-8")
    out = folder / "out"
    done = agyn("scenario", "compare", path, *FEW, "-o", out, "--lang", "ru", "--area", "north",
                cwd=place, check=0)
    assert "медианный возраст, лет" in done.stdout and "расходы на организованные переезды, тыс. тенге" in done.stdout
    levels = {(row["metric"], row["period"][:4]): float(row["median"]) for row in rows(out / "levels.csv")
              if row["variant"] == "programmes-x1" and row["area"] == "north" and row["median"]}
    assert 30 < levels["median_age", "2035"] < 45
    assert 40 < levels["retention_5y", "2035"] < 95
    # Nobody knows who settled before the launch of 2025.
    assert ("retained_5y", "2030") not in levels and levels["retained_5y", "2035"] > 1000
    # Who stays is fewer than who came, and costs more by as much.
    assert levels["cost_per_retained_mover", "2035"] > 275.2


def aGoalOutOfReachIsSaidToBe(folder):
    place = workspace(folder)
    done = agyn("scenario", "seek", "scenarios/2-resettlement-and-kandas.yaml", "--target", "9000000", *FEW,
                cwd=place, check=0)
    assert "Not reachable within bounds" in done.stderr
    none = agyn("scenario", "seek", "scenarios/1-foreign-labour-quota.yaml", *FEW, cwd=place, check=64)
    assert "scenario.goal-missing" in none.stderr


def aPinnedBaselineIsHeldTo(folder):
    place = workspace(folder)
    path = folder / "pinned.yaml"
    agyn("scenario", "new", "pinned", "-o", path, cwd=place, check=0)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("baseline: {ref: kz-baseline-2025}",
                                 'baseline: {ref: kz-baseline-2025, digest: "sha256:0123456789abcdef"}'),
                    encoding="utf-8")
    done = agyn("scenario", "check", path, cwd=place, check=78)
    assert "scenario.baseline-digest" in done.stderr


def thePlanIsSaidWithoutADraw(folder):
    place = workspace(folder)
    done = agyn("scenario", "explain", "scenarios/2-resettlement-and-kandas.yaml", "--variant", "all",
                "--draws", "100000", "--plan", "--json", cwd=place, check=0)
    answer = json.loads(done.stdout)
    row = answer["rows"][0]
    assert row["runs"] == 8 and row["draws"] == 100000
    # The page takes the baseline and the five variants, whole.
    assert answer["rows"][1]["runs"] == 6
    north = "scenarios/2-resettlement-and-kandas.yaml"
    for words, runs in (
            (("project",), 1), (("scenario", "run", north), 6),
            (("scenario", "sweep", north, "--vary", "scale=1,2,3", "--vary", "retention_5y=0.5:0.9:5"), 16),
            (("scenario", "seek", north), 16)):
        done = agyn(*words, "--draws", "100000", "--plan", "--json", cwd=place, check=0)
        row = json.loads(done.stdout)["rows"][0]
        assert row["runs"] == runs and row["draws"] == 100000 and row["seconds"] > 0 and row["megabytes"] > 0, (words, row)
    assert "scenario.goal-missing" in agyn(
        "scenario", "seek", "scenarios/1-foreign-labour-quota.yaml", "--plan", cwd=place, check=64).stderr
    out = folder / "hindcast"
    launches = ("--launch", "2010:2013", "--horizon", "5,10")
    done = agyn("project", "hindcast", *launches, "--plan", "--json", cwd=place, check=0)
    row = json.loads(done.stdout)["rows"][0]
    agyn("project", "hindcast", *launches, "-o", out, cwd=place, check=0)
    made = len(rows(out / "hindcast_forecasts.csv"))
    assert row["launches"] == 4 and made <= row["forecasts"] <= 1.5 * made, (row, made)
    refused = agyn("project", "hindcast", "--plan", "--vintages", "all", cwd=place, check=64)
    assert "--plan" in refused.stderr


def pastForecastsAreScoredBesideNaiveLines(folder):
    place = workspace(folder)
    out = folder / "hindcast"
    done = agyn("project", "hindcast", "--launch", "2010:2013", "--horizon", "5,10",
                "--join", "KZ19=KZ19+KZ33", "--join", "KZ35=KZ35+KZ62", "--join", "KZ63=KZ63+KZ10",
                "--join", "KZ51=KZ61+KZ79", "-o", out, cwd=place, check=0)
    assert "2008, 2021 (found" in done.stderr and "KZ51 in 2000–2007, 2009–2016" in done.stderr, done.stderr
    scores = {(row["line"], row["horizon"]): row for row in rows(out / "hindcast_scores.csv")}
    for line in ("no_change", "linear5", "linear10", "geometric5", "no_migration", "components"):
        assert (line, "5") in scores, sorted(scores)
    assert float(scores["components", "5"]["mape"]) < float(scores["no_change", "5"]["mape"])
    # As HindcastCountryTests has it.
    assert round(float(scores["components", "10"]["mape"]), 2) == 3.64


def aTableOfTotalsThatCannotBeReadIsRefused(folder):
    place = workspace(folder)
    path = folder / "totals.csv"

    def hindcast(lines, *more, check):
        path.write_text("region,year,population,natural_increase\n" + "".join(line + "\n" for line in lines))
        return agyn("project", "hindcast", path, "--launch", "2012", "--horizon", "1", *more, cwd=place,
                    check=check).stderr

    sound = [f"{region},{year},{1000 + 10 * (year - 2000)},{'' if year == 2000 else 5}"
             for region in ("A", "B", "C") for year in range(2000, 2016)]
    hindcast(sound, "--join", "D=A+B", check=0)
    said = hindcast(sound + ["A,2003,1200,5", "A,2016,inf,5", "B,2016,1200,many", "C,2016,1200,inf"], check=65)
    for code, count in (("hindcast.twice", 1), ("hindcast.row", 1), ("hindcast.natural", 2)):
        assert said.count(f"[{code}]") == count, said
    assert "hindcast.join-exists" in hindcast(sound, "--join", "C=A+B", check=64)
    assert "option.wrong" in hindcast(sound, "--join", "D=A+A", check=64)


def vintagesOfTheDataArePutBesideEachOther(folder):
    place = workspace(folder)
    path = folder / "vintages.csv"
    # A third vintage restates the last three years two per cent higher.
    lines = [f"{region},{year},{vintage},{(1000 + 10 * (year - 2000)) * (1.02 if last == 2018 and year > 2015 else 1)},5"
             for vintage, last in (("2014-06-30", 2014), ("2016-06-30", 2016), ("2018-06-30", 2018))
             for region in ("A", "B") for year in range(2000 if last == 2014 else last - 2, last + 1)]
    path.write_text("region,year,vintage,population,natural_increase\n" + "".join(line + "\n" for line in lines))
    out = folder / "out"
    done = agyn("project", "hindcast", path, "--vintages", "all", "--horizon", "4", "-o", out, cwd=place, check=0)
    assert "2014-06-30" in done.stderr and "2018-06-30" in done.stderr
    cells = {(row["vintage"], row["region"], row["year"]): row for row in rows(out / "revision_triangle.csv")
             if row["line"] == "linear5"}
    old, new = cells["2014-06-30", "A", "2018"], cells["2018-06-30", "A", "2018"]
    assert (old["kind"], new["kind"]) == ("projected", "observed")
    assert abs(float(old["median"]) - 1180) < 1e-9 and abs(float(old["outcome"]) - 1180 * 1.02) < 1e-9
    assert abs(float(cells["2018-06-30", "A", "2016"]["revision_percent"]) - 2) < 1e-9
    assert abs(float(cells["2016-06-30", "A", "2018"]["revision_percent"])) < 1e-9
    summary = {(row["line"], row["horizon"]): row for row in rows(out / "revisions.csv")}
    assert abs(float(summary["linear5", "2"]["bias"]) - 100 * (1 / 1.02 - 1)) < 1e-9
    unused = agyn("project", "hindcast", path, "--vintages", "all", "--launch", "2010", "--on-level-of-launch", cwd=place,
                  check=64).stderr
    assert "--launch changes nothing" in unused and "--on-level-of-launch changes" in unused, unused
    for more, code in ((("--vintages", "2014-06-30,2015-06-30"), "hindcast.vintage-unknown"),
                       (("--vintages", "2014-06-30"), "hindcast.vintage-few")):
        assert code in agyn("project", "hindcast", path, *more, cwd=place, check=64).stderr
    plain = folder / "plain.csv"
    plain.write_text("region,year,population\nA,2000,5\nA,2001,6\n")
    assert "hindcast.vintage-column" in agyn("project", "hindcast", plain, "--vintages", "all", cwd=place,
                                             check=65).stderr


def sharesOfSurvivorsHaveNoMultiregionalTables(folder):
    place = workspace(folder)
    path = place / "scenarios" / "baseline.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  timing: end ", "  form: transition\n  timing: end ", 1), encoding="utf-8")
    out = folder / "analysis"
    done = agyn("project", "analyse", "-o", out, cwd=place, check=0)
    assert "population.form: transition" in done.stderr
    assert sorted(path.stem for path in out.iterdir()) == [
        "life_table", "life_table_abridged", "schedule_fits", "schedule_parameters", "schedule_rates", "stable_ages",
        "stable_population"]


def theRatesOfTheBaselineAreAnalysed(folder):
    place = workspace(folder)
    out = folder / "analysis"
    agyn("project", "analyse", "-o", out, cwd=place, check=0)
    shown = agyn("project", "analyse", "--lang", "ru", cwd=place, check=0)
    assert "Каждый регион без миграции · stable_population" in shown.stdout
    assert "область Абай" in shown.stdout and "KZ10" not in shown.stdout + shown.stderr, shown.stdout[:400]
    stable = rows(out / "stable_population.csv")
    assert len(stable) == 20 and all(60 < float(row["expectation_men"]) < 85 for row in stable)
    assert len(rows(out / "life_table.csv")) == 20 * 2 * 101
    regions = rows(out / "multiregional_stable.csv")
    assert abs(sum(float(row["share"]) for row in regions) - 1) < 1e-9
    parts = ("elasticity_births", "elasticity_staying", "elasticity_moving")
    assert abs(sum(float(row[part]) for row in regions for part in parts) - 1) < 1e-9
    together, = rows(out / "multiregional_growth.csv")
    closed = [float(row["growth_factor"]) for row in stable]
    assert min(closed) < float(together["growth_factor"]) < max(closed) and float(together["damping_ratio"]) > 1
    daughters = rows(out / "multiregional_reproduction.csv")
    for region in regions:
        own = sum(float(row["daughters"]) for row in daughters if row["origin"] == region["region"])
        assert abs(own - float(region["net_reproduction"])) < 1e-9
    complete = {(row["region"], row["sex"], row["age"]): row for row in rows(out / "life_table.csv")}
    abridged = rows(out / "life_table_abridged.csv")
    assert len(abridged) == 20 * 2 * 22
    for row in abridged:
        same = complete[row["region"], row["sex"], row["age"]]
        assert abs(float(row["expectation"]) / float(same["expectation"]) - 1) < 1e-9
    fits = {(row["schedule"], row["sex"], row["parameters"]): row for row in rows(out / "schedule_fits.csv")}
    assert {key[0] for key in fits} == {"internal", "emigration", "immigration"}
    for name, sex, parameters in fits:
        assert {(name, sex, count) for count in ("7", "9", "11", "13")} <= set(fits)
        # A schedule of fewer parameters is one of thirteen.
        fewer, most = (float(fits[name, sex, count]["r_squared"]) for count in (parameters, "13"))
        assert 0 < fewer <= most + 1e-6 <= 1 + 1e-6, (name, sex, parameters, fewer, most)


def widthsOfAgesAreNotMixed(folder):
    place = workspace(folder)
    path = place / "scenarios" / "baseline.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("2035, 2044]", "2035, 2040]", 1)
    path.write_text(text.replace("ages: {to: 100} ", "ages: {to: 85, width: 5} ", 1), encoding="utf-8")
    done = agyn("project", *FEW, cwd=place, check=66)
    assert "baseline.input-ages" in done.stderr and "Y0T4" in done.stderr and "Y_GE85" in done.stderr
    path.write_text(text.replace("horizon: 2045-01-01", "horizon: 2044-01-01", 1).replace(
        "ages: {to: 100} ", "ages: {to: 85, width: 5} ", 1), encoding="utf-8")
    done = agyn("project", *FEW, cwd=place, check=78)
    assert "baseline.horizon-step" in done.stderr


def totalsOfRegionsAndOfMovesAreMet(folder):
    place = workspace(folder)
    path = place / "scenarios" / "baseline.yaml"
    text = path.read_text(encoding="utf-8")
    constraint = """
constraint:
  mode: hard
  population_by_region: {astana: {2027: 1700000}}
  components:
    births: {by_region: {almaty_city: {2026: 39000}}}
    internal:
      by_origin: {turkistan: {2026: 70000}}
      by_destination: {astana: {2026: 95000}}
      by_pair: {turkistan: {shymkent: {2026: 21000}}}
"""
    path.write_text(text + constraint, encoding="utf-8")
    out = folder / "out"
    done = agyn("project", *FEW, "-o", out, cwd=place, check=0)
    assert "scenario.constraint-far" in done.stderr and "internal KZ61@2018-06-19" in done.stderr, done.stderr
    components = {(row["area"], row["period"], row["component"]): row for row in rows(out / "components.csv")}
    for key, wanted in ((("KZ75", "2026", "births"), 39000), (("KZ61@2018-06-19", "2026", "internal_out"), 70000),
                        (("KZ71", "2026", "internal_in"), 95000)):
        for column in ("median", "lower_80", "upper_80"):
            assert abs(float(components[key][column]) - wanted) < 1e-3, (key, components[key])
    people = {(row["area"], row["period"]): float(row["median"]) for row in rows(out / "population.csv")}
    assert abs(people["KZ71", "2027-01-01"] - 1700000) < 1e-3
    entries = {row["entry"] for row in rows(out / "ledger.csv")}
    assert {"constraint", "constraint_births", "constraint_internal"} <= entries
    for wrong, code in (("by_pair: {turkistan: {shymkent: {2026: 71000}}}", "scenario.constraint-contradiction"),
                        ("by_pair: {turkistan: {turkistan: {2026: 5}}}", "baseline.constraint-own")):
        path.write_text(text + constraint.replace("by_pair: {turkistan: {shymkent: {2026: 21000}}}", wrong), encoding="utf-8")
        assert code in agyn("project", *FEW, cwd=place).stderr, wrong
    path.write_text(text + "\nconstraint: {mode: hard, population: {2027: 5000000000}}\n", encoding="utf-8")
    done = agyn("project", *FEW, cwd=place)
    assert done.returncode != 0 and "[scenario.constraint-" in done.stderr, done.stderr
    assert "identity-broken" not in done.stderr


def publishedPeopleAreWholeAndAddUp(folder):
    place = workspace(folder)
    out = folder / "out"
    agyn("project", *FEW, "-o", out, cwd=place, check=0)
    people = rows(out / "publication_population.csv")
    assert {row["note"] for row in people} == {"rounded_to_sums"}
    cells = {tuple(row[name] for name in ("area", "period", "sex", "age")): int(row["persons"]) for row in people}
    areas = {key[0] for key in cells} - {"KZ"}
    assert len(areas) == 20
    for period in {key[1] for key in cells}:
        for age in {key[3] for key in cells}:
            for sex in ("M", "F", "_T"):
                assert cells["KZ", period, sex, age] == sum(cells[area, period, sex, age] for area in areas)
            for area in areas:
                assert cells[area, period, "_T", age] == cells[area, period, "M", age] + cells[area, period, "F", age]
        for area in areas | {"KZ"}:
            ages = [value for key, value in cells.items() if key[:3] == (area, period, "_T") and key[3] != "_T"]
            assert cells[area, period, "_T", "_T"] == sum(ages)
    means = {(row["area"], row["period"]): float(row["mean"]) for row in rows(out / "population.csv")}
    for (area, period, sex, age), count in cells.items():
        if (sex, age) == ("_T", "_T"):
            assert abs(count - means[area, period]) < 1.001, (area, period, count)
    assert any(value != round(value) for value in means.values())


def whatOnceSlippedThroughACheckIsSaid(folder):
    place = workspace(folder)
    path = folder / "slip.yaml"

    def check(kinds, *changes, code, exit=78, more=()):
        path.unlink(missing_ok=True)
        agyn("scenario", "new", "slip", *[word for kind in kinds for word in ("--lever", kind)], "-o", path,
             cwd=place, check=0)
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
        done = agyn("scenario", "check", path, *more, cwd=place, check=exit)
        for one in code.split():
            assert one in done.stderr, (one, done.stderr)

    # Parts of a lag or of a quarter were cut off; a point after the horizon was read as any other.
    check(["driver"], ("lag_years: 1}", "lag_years: 0.9}"), code="scenario.not-whole")
    check(["shock"], ("spread_quarters: 4}", "spread_quarters: 1.5}"), code="scenario.not-whole")
    check(["driver"], ("2045: 1.1}", "2080: 1.1}"), code="scenario.points-late")
    # The digest was told only where nothing else was wrong.
    check(["driver"], ("lag_years: 1}", "lag_years: 0.9}"),
          ("baseline: {ref: kz-baseline-2025}", 'baseline: {ref: kz-baseline-2025, digest: "sha256:0123456789abcdef"}'),
          code="scenario.not-whole scenario.baseline-digest")
    # Nothing implausible was told before a run, and people who are not there were taken away.
    check(["rate"], ("component: fertility", "component: internal"), ("2026: 1.0", "2026: 30"), code="scenario.many-leave",
          exit=0, more=("--dry-run",))
    check(["programme"], ("component: internal, from: [KZ10@2022-06-08], to: [KZ11]", "component: immigration, to: [KZ11]"),
          ("points: {2026: 300}}", "points: {2026: 300}}\n    net_of_baseline: 50000"),
          ("    retention: {share: 0.7, after_years: 5}\n", ""), code="scenario.below-zero", exit=1, more=("--dry-run",))
    baseline = place / "scenarios" / "baseline.yaml"
    text = baseline.read_text(encoding="utf-8")
    assert "vintage: KZ-ADM1-2022" in text
    baseline.write_text(text.replace("vintage: KZ-ADM1-2022", "vintage: KZ-ADM1-1997"), encoding="utf-8")
    done = agyn("scenario", "check", "scenarios/1-foreign-labour-quota.yaml", cwd=place, check=78)
    assert "baseline.other-vintage" in done.stderr, done.stderr


def aDriverTakesItsPowersFromASavedFit(folder):
    place = workspace(folder)
    austria = ROOT / "docs" / "first-hour" / "austria-2006.csv"
    agyn("flows", "fit", austria, "--formula", "flow ~ log(distance) + log(outflow) + log(inflow)",
         "--save", "models/austria.json", cwd=place, check=0)
    path = folder / "fitted.yaml"
    agyn("scenario", "new", "fitted", "--lever", "driver", "-o", path, cwd=place, check=0)
    text = path.read_text(encoding="utf-8")
    written = re.search(r"response: \{elasticity.*\}", text).group()

    def response(terms, digest):
        fit = f"response: {{fit: {{file: models/austria.json{digest}{terms}}}, lag_years: 1}}"
        path.write_text(text.replace(written, fit), encoding="utf-8")

    response(", destination: log(inflow)", "")
    done = agyn("scenario", "check", path, cwd=place, check=78)
    assert "scenario.fit-unpinned" in done.stderr
    digest = ", digest: \"sha256:" + re.search(r"digest: sha256:([0-9a-f]{16})", done.stderr).group(1) + '"'
    response(", destination: log(influx)", digest)
    done = agyn("scenario", "check", path, cwd=place, check=78)
    assert "scenario.fit-term" in done.stderr and "'log(inflow)'" in done.stderr
    response(", destination: log(inflow), origin: log(outflow)", digest)
    agyn("scenario", "check", path, cwd=place, check=0)
    out = folder / "out"
    agyn("scenario", "explain", path, *FEW, "-o", out, cwd=place, check=0)
    knobs = {row["parameter"] for row in rows(out / "sensitivity.csv")}
    assert {"models/austria.json:log(inflow)", "models/austria.json:log(outflow)"} <= knobs, knobs
    (place / "models" / "austria.json").write_text("{}", encoding="utf-8")
    assert "scenario.fit-unread" in agyn("scenario", "check", path, cwd=place, check=78).stderr
    (place / "models" / "austria.json").unlink()
    assert "scenario.fit-missing" in agyn("scenario", "check", path, cwd=place, check=78).stderr


def aProjectionFollowsTheSamplePathsOfASeries(folder):
    place = workspace(folder)
    history = folder / "immigrants.csv"
    levels = (12, 13, 15, 14, 16, 15, 17, 16, 18, 17, 19, 21, 20, 25, 24)
    lines = [f"KZ,{2010 + k},{1000 * level}" for k, level in enumerate(levels)]
    history.write_text("unique_id,ds,y\n" + "\n".join(lines) + "\n", encoding="utf-8")
    paths = place / "models" / "immigrants.csv"
    agyn("series", "forecast", history, "--model", "auto-ets", "--horizon", "20", "--paths", paths, "--draws", "8",
         check=0)
    for other in (history, f"{history.parent}/./{history.name}"):
        before = history.read_bytes()
        done = agyn("series", "forecast", history, "--horizon", "2", "--paths", other, check=64)
        assert "paths.input" in done.stderr and history.read_bytes() == before
    written = rows(paths)
    assert len(written) == 15 + 8 * 20 and [row["draw"] for row in written[13:16]] == ["", "", "1"]
    baseline = place / "scenarios" / "baseline.yaml"
    plain = baseline.read_text(encoding="utf-8")
    text = re.sub(r"    immigration: \{sd.*\n", "", plain)
    text = text.replace("  evidence: {quality: assumed, source: \"To be replaced",
                        "  paths: {immigration: {file: models/immigrants.csv}}\n  evidence: {quality: assumed, source: \"To be")
    assert text != plain
    baseline.write_text(text, encoding="utf-8")
    done = agyn("project", *FEW, cwd=place, check=78)
    assert "baseline.paths-unpinned" in done.stderr
    digest = re.search(r"digest: sha256:([0-9a-f]{16})", done.stderr).group(1)
    baseline.write_text(text.replace("immigrants.csv}", f"immigrants.csv, digest: {digest}}}"), encoding="utf-8")
    assert "baseline.paths-draws" in agyn("project", "--draws", "9", cwd=place, check=78).stderr

    out = folder / "out"
    agyn("scenario", "run", "scenarios/2-resettlement-and-kandas.yaml", "--draws", "8", "-o", out, cwd=place, check=0)
    found = {row["period"]: row for row in rows(out / "components.csv")
             if row["scenario"] == "baseline" and row["area"] == "KZ" and row["component"] == "immigration"}
    first = float(found["2025"]["median"])
    for year in ("2030", "2044"):
        draws = sorted(float(row["y"]) for row in written if row["ds"] == year and row["draw"])
        base = sorted(float(row["y"]) for row in written if row["ds"] == "2025" and row["draw"])
        wanted = (draws[3] + draws[4]) / (base[3] + base[4])
        assert abs(float(found[year]["median"]) / first / wanted - 1) < 1e-4, (year, found[year], wanted)


def aWrongDayOfAVintageIsSaidOfItsOption(folder):
    place = workspace(folder)
    done = agyn("project", "hindcast", "--vintages", "2023-06-30,yesterday", cwd=place, check=64)
    assert "'yesterday'" in done.stderr and "--vintages" in done.stderr and "--as-of" not in done.stderr, done.stderr


def projectAloneStillProjects(folder):
    place = workspace(folder)
    done = agyn("project", *FEW, "--json", cwd=place, check=0)
    assert "baseline" in done.stdout


def residentsAreProjectedByCitizenship(folder):
    place = workspace(folder)
    # A tenth of every cell of residents and three quarters of the immigrants are foreigners.
    for name, measure, foreign in (("population", None, 0.1), ("external", "FLOW_IN", 0.75)):
        path = place / f"data/baseline/{name}.csv"
        kept = rows(path)
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, [*kept[0], "CITIZENSHIP"], lineterminator="\n")
            out.writeheader()
            for row in kept:
                if measure is not None and row["MEASURE"] != measure:
                    out.writerow({**row, "CITIZENSHIP": "_T"})
                    continue
                for code, part in (("NAT", 1 - foreign), ("FOR", foreign)):
                    out.writerow({**row, "CITIZENSHIP": code, "OBS_VALUE": repr(part * float(row["OBS_VALUE"]))})
    path = place / "scenarios/baseline.yaml"
    text = path.read_text(encoding="utf-8")
    for key in ("mortality", "internal", "emigration"):
        text = text.replace(f"  {key}: {{measure", f"  {key}: {{by_group: false, measure")
    text = text.replace("    measure: ASFR\n", "    measure: ASFR\n    by_group: false\n")
    path.write_text(text + """
groups:
  by: citizenship
  values:
    - {id: national, code: NAT, newcomers: 0, title: {kk: "Азаматтар", ru: "Граждане", en: "Nationals"}}
    - {id: foreign, code: FOR, newcomers: 1, title: {kk: "Шетелдіктер", ru: "Иностранцы", en: "Foreigners"}}
  changes: [{from: foreign, to: national, rate: 0.03}]
""", encoding="utf-8")
    agyn("project", *FEW, "-o", folder / "out", cwd=place, check=0)
    people = {(r["area"], r["period"], r["group"]): float(r["mean"]) for r in rows(folder / "out/group_population.csv")
              if r["variant"] == "baseline"}
    whole = {(r["area"], r["period"]): float(r["mean"]) for r in rows(folder / "out/population.csv")
             if r["variant"] == "baseline"}
    assert {area for area, _ in whole} == {area for area, _, _ in people} and len({area for area, _ in whole}) == 21
    for (area, period), value in whole.items():
        parts = [people[area, period, group] for group in ("national", "foreign")]
        assert abs(sum(parts) - value) < 1e-6 * value, (area, period, parts, value)
    start, end = people["KZ", "2025-01-01", "foreign"], people["KZ", "2045-01-01", "foreign"]
    assert abs(start / whole["KZ", "2025-01-01"] - 0.1) < 1e-9 and end < 0.9 * start, (start, end)
    (folder / "close.yaml").write_text("""schema: agyn.scenario/1
id: close
title: {kk: "Жабу", ru: "Закрытие", en: "Closure"}
baseline: {ref: kz-baseline-2025}
levers:
  - {id: shut, kind: closure, target: {component: immigration, groups: [foreign]}, window: {from: 2026-03-15}, evidence: {quality: assumed, source: "Test"}}
compare: {regions: [KZ, foreign, almaty_city.foreign], years: [2030]}
""", encoding="utf-8")
    agyn("scenario", "compare", folder / "close.yaml", *FEW, "-o", folder / "close", cwd=place, check=0)
    found = {r["area"]: float(r["median"]) for r in rows(folder / "close/differences.csv")}
    assert set(found) == {"KZ", "foreign", "KZ75.foreign"} and found["foreign"] < found["KZ75.foreign"] < 0, found
    done = agyn("scenario", "compare", folder / "close.yaml", *FEW, "--area", "foreign", cwd=place, check=0)
    assert "Foreigners" in done.stdout, done.stdout
    done = agyn("project", "analyse", "-o", folder / "rates", cwd=place, check=0)
    assert "nobody is left of: Foreigners." in done.stderr and "KZ75" not in done.stdout + done.stderr, done.stderr
    assert "· Nationals" in done.stdout and "e−" not in done.stdout, done.stdout
    shares = {row["region"]: float(row["share"]) for row in rows(folder / "rates/multiregional_stable.csv")}
    assert len(shares) == 40 and all((share == 0) == region.endswith(".foreign") for region, share in shares.items())
    assert abs(sum(shares.values()) - 1) < 1e-9


for test in (
        aStarterOfEveryKindPassesTheCheckInThreeLanguages, theThreeQuestionsAreExplainedInOneCommandEach,
        aSweepAtTheVariantsNumberIsTheVariant, aSweepThatChangesNothingSaysSo, settlersWhoStayAreToldWithTheirCost,
        warningsAreToldByExplainAndSweepInNames,
        aNameOfTwoFilesBearsTheTitleOfNeither, aPageFitsAPhone, aGoalOutOfReachIsSaidToBe, aPinnedBaselineIsHeldTo,
        whatOnceSlippedThroughACheckIsSaid,
        thePlanIsSaidWithoutADraw, thePagesOfTheThreeQuestionsUseEveryTermInEveryLanguageAndNoOther,
        aSettingTwiceIsRefusedAndFewerDrawsAreTold, aScenarioAnswerLeavesARecordOfWhatMadeIt, tablesForPeopleHaveNamesAndTablesForProgramsCodes,
        theTornadoIsDrawn, indicatorsAreComparedInEveryDraw,
        theSchemaIsThePublishedOne, aVariantThatDoesNothingIsNotedAndTheOthersAreExplained,
        pastForecastsAreScoredBesideNaiveLines, aTableOfTotalsThatCannotBeReadIsRefused,
        theRatesOfTheBaselineAreAnalysed, sharesOfSurvivorsHaveNoMultiregionalTables, widthsOfAgesAreNotMixed,
        totalsOfRegionsAndOfMovesAreMet, aDriverTakesItsPowersFromASavedFit, publishedPeopleAreWholeAndAddUp,
        vintagesOfTheDataArePutBesideEachOther, aProjectionFollowsTheSamplePathsOfASeries,
        aWrongDayOfAVintageIsSaidOfItsOption, projectAloneStillProjects, residentsAreProjectedByCitizenship):
    case(test)
close()
