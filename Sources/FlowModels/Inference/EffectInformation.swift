import Demography
import Kernel

/// The information about the fixed effects, `D'WD`, and a generalised inverse of it.
///
/// Regressors off the effects are orthogonal to the effects at the final weights, so that the
/// information of all parameters is block-diagonal: `H` for the regressors, this for the effects. Any
/// quantity that the data determine is the same with every generalised inverse.
struct EffectInformation {
  /// `(D'WD)⁻`, levels of all effects in the order of the space.
  let inverse: Matrix
  let rank: Int
  private let levels: [[Int]]
  private let effects: [Grouping]

  /// Largest number of levels for which a dense matrix is made: 5,000² numbers are 200 MB.
  static let limit = 5000

  /// - Throws: `fit.too-many-levels` above the limit.
  init(_ estimation: Estimation) throws {
    let space = estimation.regressors.space
    guard space.levelCount <= Self.limit else {
      throw Fault(
        .incomplete, "fit.too-many-levels",
        ["levels": "\(space.levelCount)", "limit": "\(Self.limit)"])
    }
    let weights = estimation.solution.weights
    let effects = space.effects
    self.effects = effects
    levels = space.effects.indices.map { e in
      weights.indices.map { space.offsets[e] + Int(space.effects[e].level[$0]) }
    }
    var information = Matrix(rows: space.levelCount, columns: space.levelCount)
    for a in levels.indices {
      for b in 0...a {
        for row in weights.indices {
          let part = weights[row] * effects[a].factor(row) * effects[b].factor(row)
          information[levels[a][row], levels[b][row]] += part
          if a != b { information[levels[b][row], levels[a][row]] += part }
        }
      }
    }
    (inverse, rank) = try Self.inverse(of: information)
  }

  /// A generalised inverse of a positive semi-definite matrix, and its rank.
  static func inverse(of information: Matrix) throws -> (inverse: Matrix, rank: Int) {
    let scales = information.diagonal.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    let scaled = information.scalingRows(by: scales).scalingColumns(by: scales)
    do {
      let factored = try PivotedCholesky(scaled, tolerance: 1e-11)
      let inverse = factored.generalizedInverse()
      return (inverse.scalingRows(by: scales).scalingColumns(by: scales), factored.rank)
    } catch {
      throw Fault(.internalError, error.code, error.arguments)
    }
  }

  /// `d'(D'WD)⁻d` of a row of the fit.
  func variance(ofRow row: Int) -> Double {
    var sum = 0.0
    for a in levels.indices {
      for b in levels.indices {
        sum +=
          effects[a].factor(row) * effects[b].factor(row)
          * inverse[levels[a][row], levels[b][row]]
      }
    }
    return sum
  }
}
