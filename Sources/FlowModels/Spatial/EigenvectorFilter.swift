public import Demography
import Kernel

/// Eigenvectors of a map, by which dependence between neighbouring areas enters a regression as regressors.
///
/// With `C = (W + W')/2` and `P = I − 11'/n`, the eigenvectors of `PCP` are patterns over the areas, none
/// correlated with another; `n λ / 1'C1` is the Moran's I of each. Those of a large I are spatial trends, of
/// the origins and of the destinations of flows. Griffith 2003; Chun & Griffith 2011, Annals of the AAG
/// 101(3).
public struct EigenvectorFilter: Hashable, Sendable {
  /// Of each pattern its values by area, mean 0, length 1, the largest positive; the largest I first.
  /// Patterns of one and the same I are not unique: any rotation of them serves as well.
  public let vectors: [[Double]]
  /// Moran's I of each pattern.
  public let moran: [Double]

  /// - Parameters:
  ///   - least: of I, as a part of the largest; 0.25 is customary.
  /// - Throws: `Fault` `spatial.no-links` where no area has a neighbour.
  /// - Complexity: O(areas³)
  public init(_ weights: SpatialWeights, least: Double) throws {
    precondition(least > 0 && least <= 1, "least \(least)")
    let W = weights.matrix
    let C = 0.5 * (W + W.transposed)
    let n = weights.count
    let total = Statistics.sum(C.values)
    guard total > 0 else { throw Fault(.badData, "spatial.no-links") }
    let means = (0..<n).map { Statistics.sum(C.column($0)) / Double(n) }
    let grand = total / Double(n * n)
    var centred = C
    for j in 0..<n { for i in 0..<n { centred[i, j] += grand - means[i] - means[j] } }
    let eigen = try SymmetricEigen(centred)
    let all = eigen.values.indices.reversed().map {
      (Double(n) / total * eigen.values[$0], eigen.vectors.column($0))
    }
    // Equal ones are equal to rounding only.
    let bar = (least - 1e-9) * all[0].0
    let kept = all.filter { $0.0 > 0 && $0.0 >= bar }
    moran = kept.map(\.0)
    vectors = kept.map { Self.turned($0.1) }
  }

  /// With its largest entry, the first of them, above 0.
  private static func turned(_ vector: [Double]) -> [Double] {
    let size = vector.reduce(0) { max($0, abs($1)) }
    let first = vector.first { abs($0) > (1 - 1e-9) * size } ?? 1
    return first < 0 ? vector.map { -$0 } : vector
  }
}

extension FlowData {
  /// The areas of two columns, sorted.
  /// - Throws: `Faults`: no such column.
  public func areas(origin: String, destination: String) throws -> [String] {
    let ends = try [origin, destination].map { try index(of: $0, namedAt: nil) }
    let names = ends.flatMap { column in (0..<count).map { text(row: $0, column: column) } }
    return Set(names).subtracting([""]).sorted()
  }

  /// The table with a column for each pattern of the origins and of the destinations: `origin_E1`,
  /// `destination_E1`; empty where the area has no name.
  /// - Throws: `Faults`: no such column; `flows.filter-column` where the table has one of them already.
  public func filtered(
    by filter: EigenvectorFilter, areas: [String], origin: String, destination: String
  ) throws -> Table {
    let place = Dictionary(uniqueKeysWithValues: areas.enumerated().map { ($1, $0) })
    var columns = self.columns.enumerated().map { k, values -> Table.Column in
      switch values {
      case .numbers(let numbers):
        .real(columnNames[k], numbers.map { $0.isNaN ? nil : $0 })
      case .words(let codes, let words): .text(columnNames[k], codes.map { words[Int($0)] })
      }
    }
    for (role, name) in [("origin", origin), ("destination", destination)] {
      let column = try index(of: name, namedAt: nil)
      let rows = (0..<count).map { place[text(row: $0, column: column)] }
      for (k, vector) in filter.vectors.enumerated() {
        let name = "\(role)_E\(k + 1)"
        guard !columnNames.contains(name) else {
          throw Faults(Fault(.usage, "flows.filter-column", ["column": name, "file": file]))
        }
        columns.append(.real(name, rows.map { row in row.map { vector[$0] } }))
      }
    }
    return Table("filter", columns)
  }
}
