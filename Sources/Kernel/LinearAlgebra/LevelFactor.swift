import COpenBLAS

/// A triangular factor of the normal equations of two groupings of a `LevelGraph`, a third one's
/// means taken away within each of their edges alone.
///
/// Of `S = D'(W − W P (P'WP)⁻¹ P'W) D` it has the blocks of connected parts exactly where no level of
/// the eliminated grouping has two rows in one part, as with pairs seen once a year. Edges whose
/// eliminated level has no other row weigh nothing in `S` and nothing here. A pivot that vanishes, as
/// one does in every connected part, is given the mass of its level.
struct LevelFactor: Sendable {
  private let graph: LevelGraph
  /// Weight of each edge.
  private let edges: [Double]
  /// 1 / diagonal of the outer levels, by position.
  private let inverseOuter: [Double]
  /// Below the diagonal, by inner level from its first neighbour on.
  private let lower: [Double]
  /// 1 / diagonal of the factor.
  private let inversePivots: [Double]

  /// - Parameters:
  ///   - weights: by place, the share each has in the mean of its eliminated level taken away.
  ///   - inverseDiagonal: 1 / mass, by column of the reduced system.
  /// - Complexity: O(Σ width²) over the inner levels.
  init(_ graph: LevelGraph, weights: [Double], inverseDiagonal: [Double], threads: Int?) {
    useOneThread()
    self.graph = graph
    var edges = graph.edgePlaces.map { weights[Int($0)] }
    var inverseOuter = [Double](repeating: 0, count: graph.outer.count)
    var lower = [Double](repeating: 0, count: graph.envelope[graph.inner.count])
    var pivots = [Double](repeating: 0, count: graph.inner.count)
    edges.withUnsafeMutableBufferPointer { edges in
      inverseOuter.withUnsafeMutableBufferPointer { inverseOuter in
        lower.withUnsafeMutableBufferPointer { lower in
          pivots.withUnsafeMutableBufferPointer { pivots in
            nonisolated(unsafe) let (e, o, l, p) = (edges, inverseOuter, lower, pivots)
            forEachIndex(graph.parts.count, threads) { part in
              let (outer, inner) = graph.parts[part]
              Self.assemble(graph, outer, inverseDiagonal, e, o, l, p)
              Self.factor(graph, inner, inverseDiagonal, l, p)
            }
          }
        }
      }
    }
    (self.edges, self.inverseOuter, self.lower, inversePivots) = (
      edges, inverseOuter, lower, pivots
    )
  }

  /// Sums of edges, outer levels eliminated.
  private static func assemble(
    _ graph: LevelGraph, _ outer: Range<Int>, _ inverseDiagonal: [Double],
    _ edges: UnsafeMutableBufferPointer<Double>, _ inverse: UnsafeMutableBufferPointer<Double>,
    _ lower: UnsafeMutableBufferPointer<Double>, _ pivots: UnsafeMutableBufferPointer<Double>
  ) {
    let (ends, first, envelope) = (graph.edgeInner, graph.first, graph.envelope)
    for level in outer {
      let own = Int(graph.edgeStarts[level])..<Int(graph.edgeStarts[level + 1])
      var sum = 0.0
      for e in own { sum += edges[e] }
      let share = inverseDiagonal[Int(graph.outer[level])]
      guard sum * share > 1e-12 else {
        // Nothing but rounding is left of the level.
        inverse[level] = share
        for e in own { edges[e] = 0 }
        continue
      }
      inverse[level] = 1 / sum
      for e in own {
        let i = Int(ends[e])
        let part = edges[e] / sum
        // The sum less the own weight: no digits are lost where one edge has most of it.
        pivots[i] += part * (sum - edges[e])
        for f in own.lowerBound..<e {
          let j = Int(ends[f])
          let product = part * edges[f]
          if i == j {
            pivots[i] -= 2 * product
          } else {
            let (a, b) = (max(i, j), min(i, j))
            lower[envelope[a] + b - Int(first[a])] -= product
          }
        }
      }
    }
  }

  private static func factor(
    _ graph: LevelGraph, _ inner: Range<Int>, _ inverseDiagonal: [Double],
    _ lower: UnsafeMutableBufferPointer<Double>, _ pivots: UnsafeMutableBufferPointer<Double>
  ) {
    guard let base = lower.baseAddress ?? pivots.baseAddress else { return }
    for i in inner {
      let begin = Int(graph.first[i])
      let own = base + (lower.isEmpty ? 0 : graph.envelope[i])
      for j in begin..<i {
        let from = max(begin, Int(graph.first[j]))
        let other = base + graph.envelope[j] + from - Int(graph.first[j])
        let product = cblas_ddot(Int32(j - from), own + (from - begin), 1, other, 1)
        own[j - begin] = (own[j - begin] - product) * pivots[j]
      }
      let count = Int32(i - begin)
      let left = pivots[i] - (count > 0 ? cblas_ddot(count, own, 1, own, 1) : 0)
      let inverseMass = inverseDiagonal[Int(graph.inner[i])]
      pivots[i] = left * inverseMass > 1e-12 ? 1 / left.squareRoot() : inverseMass.squareRoot()
    }
  }

  /// Replaces the levels of `g` by the solution for them.
  func solve(_ g: inout [Double], threads: Int?) {
    var work = [Double](repeating: 0, count: graph.inner.count)
    g.withUnsafeMutableBufferPointer { g in
      work.withUnsafeMutableBufferPointer { work in
        nonisolated(unsafe) let (g, work) = (g, work)
        forEachIndex(graph.parts.count, threads) { part in solve(graph.parts[part], g, work) }
      }
    }
  }

  private func solve(
    _ part: (outer: Range<Int>, inner: Range<Int>), _ g: UnsafeMutableBufferPointer<Double>,
    _ x: UnsafeMutableBufferPointer<Double>
  ) {
    let (starts, ends, edges) = (graph.edgeStarts.span, graph.edgeInner.span, edges.span)
    for i in part.inner { x[i] = g[Int(graph.inner[i])] }
    for level in part.outer {
      let share = g[Int(graph.outer[level])] * inverseOuter[level]
      for e in Int(starts[level])..<Int(starts[level + 1]) { x[Int(ends[e])] -= edges[e] * share }
    }
    substitute(part.inner, x)
    for i in part.inner { g[Int(graph.inner[i])] = x[i] }
    for level in part.outer {
      var rest = g[Int(graph.outer[level])]
      for e in Int(starts[level])..<Int(starts[level + 1]) { rest -= edges[e] * x[Int(ends[e])] }
      g[Int(graph.outer[level])] = rest * inverseOuter[level]
    }
  }

  /// Forward and back through the factor.
  private func substitute(_ inner: Range<Int>, _ x: UnsafeMutableBufferPointer<Double>) {
    guard let x = x.baseAddress else { return }
    lower.withUnsafeBufferPointer { lower in
      for i in inner {
        let begin = Int(graph.first[i])
        if i > begin, let base = lower.baseAddress {
          x[i] -= cblas_ddot(Int32(i - begin), base + graph.envelope[i], 1, x + begin, 1)
        }
        x[i] *= inversePivots[i]
      }
      for i in inner.reversed() {
        let begin = Int(graph.first[i])
        x[i] *= inversePivots[i]
        if i > begin, let base = lower.baseAddress {
          cblas_daxpy(Int32(i - begin), -x[i], base + graph.envelope[i], 1, x + begin, 1)
        }
      }
    }
  }
}
