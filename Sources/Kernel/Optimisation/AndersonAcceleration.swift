/// Speeds up the search for a fixed point `x = G(x)` by what the last steps have shown.
///
/// The next point is the combination of the last images whose residuals `G(x) − x` nearly cancel
/// (D. G. Anderson, Journal of the ACM 12, 1965; H. Walker and P. Ni, SIAM Journal on Numerical
/// Analysis 49, 2011). Near a solution that is as good as GMRES on the linearised equations. The
/// combination comes from the normal equations over at most `memory` differences, with a small
/// ridge; where they fail the memory is emptied and the plain step taken.
public struct AndersonAcceleration: Sendable {
  public let memory: Int
  private let weights: [Double]
  private var residual: [Double] = []
  private var image: [Double] = []
  private var residualSteps: [[Double]] = []
  private var imageSteps: [[Double]] = []
  private var gram: [[Double]] = []

  /// - Parameter weights: how much each component counts, not negative; for instance its total.
  public init(memory: Int, weights: [Double]) {
    precondition(memory > 0, "a memory of \(memory)")
    self.memory = memory
    self.weights = weights
  }

  /// Forgets all earlier points.
  public mutating func restart() {
    residual = []
    image = []
    residualSteps = []
    imageSteps = []
    gram = []
  }

  /// The point to try after `x`, whose image is `g`.
  ///
  /// - Complexity: O(memory · n)
  public mutating func next(after x: [Double], image g: [Double]) -> [Double] {
    precondition(x.count == g.count && x.count == weights.count, "\(x.count), \(g.count) numbers")
    var f = g
    for i in f.indices { f[i] -= x[i] }
    if !residual.isEmpty { remember(f, g) }
    residual = f
    image = g
    guard !residualSteps.isEmpty, let share = combination(f) else { return g }
    var next = g
    for (k, part) in share.enumerated() {
      for i in next.indices { next[i] -= part * imageSteps[k][i] }
    }
    return next
  }

  private mutating func remember(_ f: [Double], _ g: [Double]) {
    if residualSteps.count == memory {
      residualSteps.removeFirst()
      imageSteps.removeFirst()
      gram.removeFirst()
      for k in gram.indices { gram[k].removeFirst() }
    }
    var step = f
    var change = g
    for i in f.indices {
      step[i] -= residual[i]
      change[i] -= image[i]
    }
    residualSteps.append(step)
    imageSteps.append(change)
    let weighted = weigh(step)
    let products = residualSteps.map { dot(weighted, $0) }
    for k in gram.indices { gram[k].append(products[k]) }
    gram.append(products)
  }

  private func weigh(_ x: [Double]) -> [Double] {
    var weighted = x
    for i in weighted.indices { weighted[i] *= weights[i] }
    return weighted
  }

  private mutating func combination(_ f: [Double]) -> [Double]? {
    let weighted = weigh(f)
    let right = residualSteps.map { dot(weighted, $0) }
    let scales = gram.indices.map { gram[$0][$0] > 0 ? 1 / gram[$0][$0].squareRoot() : 0 }
    var H = Matrix(rows: gram.count, columns: gram.count)
    for i in gram.indices {
      for j in gram.indices { H[i, j] = gram[i][j] * scales[i] * scales[j] }
      H[i, i] += 1e-13
    }
    guard !scales.contains(0), let factor = try? Cholesky(H) else {
      restart()
      return nil
    }
    let scaled = factor.solve(zip(right, scales).map { $0 * $1 })
    return zip(scaled, scales).map { $0 * $1 }
  }
}
