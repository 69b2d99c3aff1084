import Words

/// The three notebooks: their words in the language of the run, their code.
struct NotebookTexts {
  let words: Wordbook
  let run: String
  /// Code of the whole country in the tables.
  let country: String
  /// Names of the tables that there are; parts about others are left out.
  let tables: Set<String>

  private typealias Part = (table: String, key: String, code: String)

  var explore: Notebook {
    notebook(
      "explore",
      [
        ("sources", "notebook.part.sources", Self.sources),
        ("observations", "notebook.part.observations", Self.observations),
        ("od_flows", "notebook.part.flows", Self.flows),
        ("gaps", "notebook.part.gaps", Self.gaps),
      ])
  }

  var forecasts: Notebook {
    notebook(
      "forecasts",
      [
        ("series", "notebook.part.series", Self.series),
        ("backtest", "notebook.part.backtest", Self.backtest),
      ])
  }

  var scenarios: Notebook {
    notebook(
      "scenarios",
      [
        ("population", "notebook.part.population", Self.population),
        ("differences", "notebook.part.differences", Self.differences),
      ])
  }

  private func notebook(_ id: String, _ parts: [Part]) -> Notebook {
    let title = words("notebook.\(id).title", ["run": run])
    let head: [Notebook.Cell] = [
      .text("# \(title)\n\n\(words("notebook.\(id).text"))"),
      .parameters(
        """
        folder = None  # where the tables are; None: ../tables or ./tables
        country = \(JSON.string(country).text())  # code of the whole country
        """),
      .code(Self.load), .text(words("notebook.check")), .code(Self.check),
    ]
    let body = parts.filter { tables.contains($0.table) }.flatMap { part -> [Notebook.Cell] in
      [.text("## \(words(part.key))"), .code(part.code)]
    }
    return Notebook(id: id, cells: head + body)
  }

  private static let load = """
    import hashlib
    import json
    import pathlib

    import altair as alt
    import pandas as pd

    alt.data_transformers.disable_max_rows()
    places = [pathlib.Path(folder)] if folder else [pathlib.Path("../tables"), pathlib.Path("tables")]
    tables = next((place for place in places if place.is_dir()), None)
    assert tables is not None, f"no tables in {[str(place) for place in places]}"
    manifest = json.loads(pathlib.Path("MANIFEST.json").read_text(encoding="utf-8"))


    def read(name):
        \"\"\"A table by name: Parquet where it can be read, otherwise CSV.\"\"\"
        parquet = tables / f"{name}.parquet"
        if parquet.exists():
            try:
                return pd.read_parquet(parquet)
            except ImportError:
                pass
        return pd.read_csv(tables / f"{name}.csv", keep_default_na=False, na_values=[""])
    """

  private static let check = """
    checked = []
    for entry in manifest["tables"]:
        path = tables / entry["file"]
        assert path.exists(), f"{path} is missing"
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert digest == entry["sha256"], f"{path} is not the table of run {manifest['run']}"
        frame = read(entry["name"])
        assert len(frame) == entry["rows"], (entry["name"], len(frame), entry["rows"])
        for column, total in entry["sums"].items():
            found = float(pd.to_numeric(frame[column]).sum())
            assert abs(found - total) <= 1e-9 * max(1.0, frame[column].abs().sum()), (column, found, total)
        checked.append((entry["file"], len(frame), digest[:12]))
    assert checked, "MANIFEST.json names no table"
    pd.DataFrame(checked, columns=["file", "rows", "sha256"])
    """

  private static let sources = """
    sources = read("sources")
    sources
    """

  private static let observations = """
    observations = read("observations")
    observations.groupby(["MEASURE", "ESTIMATE_KIND"], dropna=False).size().unstack(fill_value=0)
    """

  private static let flows = """
    flows = read("od_flows")
    flows = flows[flows["origin"] != flows["destination"]]
    latest = flows[flows["period"].astype(str) == flows["period"].astype(str).max()]
    alt.Chart(latest.nlargest(20, "value")).mark_bar(color="#0072B2").encode(
        x=alt.X("value:Q"), y=alt.Y("corridor:N", sort="-x", title=None), tooltip=list(latest.columns)
    ).transform_calculate(corridor="datum.origin + ' → ' + datum.destination")
    """

  private static let gaps = """
    gaps = read("gaps")
    colours = alt.Scale(domain=["G", "A", "R", "?", "-"],
                        range=["#8fd0bb", "#f3cf7d", "#e59a6b", "#e3e6e9", "#f7f8f9"])
    alt.Chart(gaps).mark_rect().encode(
        x="period:O", y="indicator:N", color=alt.Color("state:N", scale=colours), row="agency:N"
    ).resolve_scale(y="independent")
    """

  private static let series = """
    series = read("series")
    one = series[series["series"] == series["series"].iloc[0]].copy()
    area = country if (one["area"] == country).any() else one["area"].iloc[0]
    one = one[one["area"] == area]
    base = alt.Chart(one).encode(x=alt.X("period:O", title=None))
    band = base.mark_area(opacity=0.3, color="#0072B2").encode(y="lower_80:Q", y2="upper_80:Q")
    line = base.mark_line(point=True).encode(y=alt.Y("value:Q", scale=alt.Scale(zero=False)), color="kind:N")
    (band.transform_filter("isValid(datum.lower_80)") + line).properties(width=700, title=f"{area}")
    """

  private static let backtest = """
    backtest = read("backtest")
    scores = backtest.groupby(["series", "model"])["relative_to_naive"].median().reset_index()
    rule = alt.Chart(pd.DataFrame({"x": [1]})).mark_rule(strokeDash=[3, 3]).encode(x="x:Q")
    dots = alt.Chart(scores).mark_point(filled=True, size=70, color="#0072B2").encode(
        x="relative_to_naive:Q", y="model:N", tooltip=list(scores.columns))
    alt.layer(rule, dots, data=scores).facet("series:N", columns=2)
    """

  private static let population = """
    population = read("population")
    area = country if (population["area"] == country).any() else population["area"].iloc[0]
    one = population[population["area"] == area]
    alt.Chart(one).mark_line().encode(
        x=alt.X("period:O", title=None), y=alt.Y("median:Q", scale=alt.Scale(zero=False)),
        color="scenario:N", strokeDash="kind:N", tooltip=["scenario", "period", "median"],
    ).properties(width=700, title=f"{area}")
    """

  private static let differences = """
    differences = read("differences")
    last = differences[differences["period"].astype(str) == differences["period"].astype(str).max()]
    last = last[(last["metric"] == last["metric"].iloc[0]) & (last["area"] != country)]
    span = alt.Chart(last).mark_rule(strokeWidth=4, opacity=0.4, color="#0072B2").encode(
        x="lower_80:Q", x2="upper_80:Q", y="area:N")
    dot = alt.Chart(last).mark_point(filled=True, color="#0072B2").encode(x="median:Q", y="area:N")
    (span + dot).facet("scenario:N", columns=3)
    """
}
