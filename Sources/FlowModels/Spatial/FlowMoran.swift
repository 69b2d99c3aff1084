import Glibc
import Kernel

/// Moran's I of numbers that belong to flows: whether flows between neighbouring areas are alike.
public struct FlowMoran: Hashable, Sendable {
  /// Which flows count as neighbours of one from i to j.
  public enum Neighbourhood: String, Hashable, Sendable, CaseIterable {
    /// From neighbours of i to j.
    case origin
    /// From i to neighbours of j.
    case destination
    /// From neighbours of i to neighbours of j.
    case both
  }

  public let value: Double
  /// Without dependence, `−1 / (n − 1)`.
  public let expected: Double
  /// Under normality.
  public let variance: Double
  public var statistic: Double { (value - expected) / variance.squareRoot() }
  /// Two-sided, normal.
  public var pValue: Double { 2 * normalComplementary(abs(statistic)) }

  /// Centres the values and weighs them by the observed neighbours of each flow, rows divided by their
  /// sums; a flow without observed neighbours has an empty row.
  ///
  /// I = n/s₀ · e'We / e'e; the variance is that of Cliff & Ord (1981) under normality, from
  /// s₁ = ½ Σ (wᵢⱼ + wⱼᵢ)² and s₂ = Σ (wᵢ· + w·ᵢ)².
  /// - Parameters:
  ///   - values: residuals in the order of the lags, at least three.
  /// - Complexity: O(pairs · neighbours · log neighbours)
  public init(_ values: [Double], over lags: FlowLags, by neighbourhood: Neighbourhood) {
    precondition(values.count == lags.count && values.count > 2, "\(values.count) values")
    let W = lags.pairWeights(neighbourhood).rowNormalised
    let mean = Statistics.mean(values)
    let e = values.map { $0 - mean }
    let n = Double(values.count)
    let back = W.transposed
    var (s0, s1, s2) = (0.0, 0.0, 0.0)
    for i in e.indices {
      let out = W.links(of: i)
      let into = back.links(of: i)
      let (outSum, inSum) = (out.reduce(0) { $0 + $1.weight }, into.reduce(0) { $0 + $1.weight })
      s0 += outSum
      s2 += (outSum + inSum) * (outSum + inSum)
      // ½ Σ (w + w')² = Σ w² + Σ w w'.
      s1 += out.reduce(0) { $0 + $1.weight * $1.weight }
      var k = 0
      for link in out {
        while k < into.count, into[k].neighbour < link.neighbour { k += 1 }
        if k < into.count, into[k].neighbour == link.neighbour {
          s1 += link.weight * into[k].weight
        }
      }
    }
    value = n / s0 * dot(e, W.times(e)) / dot(e, e)
    expected = -1 / (n - 1)
    variance =
      (n * n * s1 - n * s2 + 3 * s0 * s0) / (s0 * s0 * (n * n - 1)) - expected * expected
  }
}

extension FlowLags {
  /// The observed neighbours of each observed flow.
  func pairWeights(_ neighbourhood: FlowMoran.Neighbourhood) -> SpatialWeights {
    var rowOf = [Int](repeating: -1, count: tableCount)
    for row in 0..<count {
      let pair = pair(row)
      rowOf[pair.destination + pair.origin * destinations.count] = row
    }
    return SpatialWeights(
      rows: (0..<count).map { row in
        let (i, j) = pair(row)
        let from =
          neighbourhood == .destination ? [(neighbour: i, weight: 1)] : origins.links(of: i)
        let to = neighbourhood == .origin ? [(neighbour: j, weight: 1)] : destinations.links(of: j)
        return from.flatMap { origin in
          to.compactMap { destination in
            let place = rowOf[destination.neighbour + origin.neighbour * destinations.count]
            return place < 0 ? nil : (place, origin.weight * destination.weight)
          }
        }
      })
  }
}
