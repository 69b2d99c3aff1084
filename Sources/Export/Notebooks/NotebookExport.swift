import Demography
import Words

/// `notebooks-export/`: executable notebooks and an R script over the tables of a run, with what is
/// needed to check that the tables are those of the run.
public struct NotebookExport: Sendable {
  private let input: ReportInput
  private let tables: [TableFile]

  /// - Parameter files: the tables as written, in any order; CSV and Parquet of the same table both.
  public init(_ input: ReportInput, files: [TableFile]) {
    self.input = input
    tables = files.sorted { $0.path < $1.path }
  }

  /// The files of the folder: path relative to it, and bytes.
  public func files() -> [(path: String, bytes: [UInt8])] {
    let words = Wordbook(input.language)
    let names = Set(tables.map(\.table.name))
    let notebooks = NotebookTexts(
      words: words, run: input.run.id, country: input.country, tables: names)
    let written: [(String, String)] = [
      ("01_explore.ipynb", notebooks.explore.json.text(isPretty: true) + "\n"),
      ("02_forecasts.ipynb", notebooks.forecasts.json.text(isPretty: true) + "\n"),
      ("03_scenarios.ipynb", notebooks.scenarios.json.text(isPretty: true) + "\n"),
      ("explore.R", RScript.text(run: input.run.id)),
      ("MANIFEST.json", manifest.text(isPretty: true) + "\n"),
      (
        "datapackage.json",
        DataPackage(input: input, files: tables).json.text(isPretty: true) + "\n"
      ),
      ("README.md", readme(words)),
      ("requirements.txt", "altair==6.3.0\nipykernel==7.4.0\npandas==3.1.1\npyarrow==26.0.1\n"),
    ]
    return written.map { ($0.0, Array($0.1.utf8)) }
  }

  private var manifest: JSON {
    let run = input.run
    return [
      "schema": "agyn.notebooks/1", "run": .string(run.id), "key": .string(run.key),
      "quarter": .string(run.quarter), "as_of": .string(run.asOf),
      "seed": .string(String(run.seed)),
      "draws": .integer(run.draws), "engine": .string(run.engineVersion),
      "tables": .array(
        tables.map { file in
          [
            "name": .string(file.table.name), "file": .string(file.name),
            "rows": .integer(file.table.rowCount), "bytes": .integer(file.size),
            "sha256": .string(file.sha256),
            "sums": .object(file.sums.map { .init($0.column, .number($0.sum)) }),
          ]
        }),
    ]
  }

  private func readme(_ words: Wordbook) -> String {
    let rows = tables.map {
      "- `\($0.path)` – \($0.table.rowCount) \(words("notebook.readme.rows"))"
    }
    return """
      # \(words("notebook.readme.title", ["run": input.run.id]))

      \(words("notebook.readme.text"))

      \(words("notebook.readme.start"))

          pip install -r requirements.txt jupyterlab
          jupyter lab

      \(words("notebook.readme.r"))

          Rscript explore.R

      ## \(words("notebook.readme.tables"))

      \(rows.joined(separator: "\n"))

      """
  }
}
