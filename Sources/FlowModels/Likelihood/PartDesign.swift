import Demography
import Kernel

/// The columns of one linear predictor: constant or levels of effects first, then the terms; those
/// that earlier ones determine are left out.
struct PartDesign {
  /// One column a parameter.
  let X: Matrix
  /// Name of each column: `(Intercept)`, a term, or `effect=level`.
  let names: [String]
  /// How many columns, from the first, belong to fixed effects.
  let levelCount: Int
  /// Terms, and levels of effects, that earlier columns determine: the reference levels of every effect
  /// after the first are among them.
  let collinear: [String]
  /// How the columns are made of rows, those of the fit or of another file.
  let columns: PartColumns

  private static let limit = 1000

  /// - Throws: `fit.too-many-parameters` with more than a thousand columns: they are solved for densely.
  ///
  /// - Parameters:
  ///   - data: the file whose rows the design names.
  ///   - x: regressors, where they are not those of the design; with them no effects are columns.
  init(_ design: RegressionDesign, _ data: FlowData, x given: [[Double]]? = nil) throws {
    let (formula, rows) = (design.formula, design.count)
    let x = given ?? design.x
    let effects = given == nil ? design.effects : []
    var columns: [[Double]] = []
    var names: [String] = []
    var sources: [PartColumns.Source] = []
    if formula.hasIntercept {
      columns.append([Double](repeating: 1, count: rows))
      names.append("(Intercept)")
      sources.append(.constant)
    }
    let count = effects.reduce(x.count) { $0 + $1.count }
    guard count <= Self.limit else {
      throw Fault(
        .incomplete, "fit.too-many-parameters",
        ["count": "\(count)", "limit": "\(Self.limit)"])
    }
    for (e, effect) in effects.enumerated() {
      for level in 0..<effect.count {
        columns.append(
          effect.level.indices.map { Int(effect.level[$0]) == level ? effect.plainFactor($0) : 0 })
        names.append("\(formula.effects[e].name)=\(effect.name(level))")
        sources.append(.level(effect: e, level: level))
      }
    }
    let first = columns.count
    columns += x
    names += formula.terms.map(\.name)
    sources += x.indices.map { .term($0) }
    precondition(names.count == columns.count, "\(names.count) names of \(columns.count) columns")
    let all = Matrix(rows: rows, columns: columns.count, values: columns.flatMap { $0 })
    let gram = all.gram()
    let kept = Self.independent(gram)
    X = all.selectingColumns(kept)
    self.names = kept.map { names[$0] }
    levelCount = effects.isEmpty ? 0 : kept.count { $0 < first }
    let leftOut = columns.indices.filter { !kept.contains($0) }
    collinear = leftOut.map { names[$0] }
    self.columns = PartColumns(
      formula: formula,
      factors: try formula.factors.map { try FactorLevels($0, data, rows: design.rows) },
      levels: effects.map(\.names), kept: kept.map { sources[$0] },
      leftOut: leftOut.map { sources[$0] }, shares: try Self.shares(gram, kept, leftOut))
  }

  /// By what kept columns each column left out is made, one column each.
  private static func shares(_ gram: Matrix, _ kept: [Int], _ leftOut: [Int]) throws -> Matrix {
    guard !leftOut.isEmpty, !kept.isEmpty else {
      return Matrix(rows: kept.count, columns: leftOut.count)
    }
    let scales = kept.map { 1 / gram[$0, $0].squareRoot() }
    let own = gram.selectingRows(kept)
    let scaled = own.selectingColumns(kept).scalingRows(by: scales).scalingColumns(by: scales)
    guard let root = try? Cholesky(scaled) else { throw FitError.singular.fault }
    return root.solve(own.selectingColumns(leftOut).scalingRows(by: scales)).scalingRows(by: scales)
  }

  /// Columns of which more than 1e-10 is left after the earlier ones, by a Cholesky factor that skips.
  private static func independent(_ gram: Matrix) -> [Int] {
    var kept: [Int] = []
    var factor: [[Double]] = []
    for j in 0..<gram.rows {
      var row: [Double] = []
      row.reserveCapacity(kept.count + 1)
      for (a, k) in kept.enumerated() {
        var value = gram[j, k]
        for b in 0..<a { value -= row[b] * factor[a][b] }
        row.append(value / factor[a][a])
      }
      let left = gram[j, j] - row.reduce(0) { $0 + $1 * $1 }
      guard left > 1e-10 * gram[j, j] else { continue }
      factor.append(row + [left.squareRoot()])
      kept.append(j)
    }
    return kept
  }
}

extension Matrix {
  /// The Euclidean norm of every column.
  var columnNorms: [Double] { (0..<columns).map { norm(column($0)) } }
}
