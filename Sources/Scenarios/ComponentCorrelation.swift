import Kernel

/// How the yearly numbers behind the deviations of two components go together, in the same region and in
/// the country as a whole.
///
/// The numbers of a component are `Σ L[c, k] z[k]`, where z are the keyed normals of the components by
/// themselves, in the order of `Baseline.Component`, and `L Lᵀ` is the matrix of correlations. Without a
/// pair L is the identity, and every component has the numbers of its own stream, bit for bit. Deviations
/// of components whose regions go together differently are correlated less than their numbers.
public struct ComponentCorrelation: Sendable {
  /// Two components and the correlation of their numbers.
  public struct Pair: Hashable, Sendable {
    public let first: Baseline.Component
    public let second: Baseline.Component
    public let value: Double
  }

  /// What is not said is 0.
  public let pairs: [Pair]
  private let factor: Matrix

  /// No component goes together with another.
  public static let none = ComponentCorrelation()

  private init() {
    pairs = []
    factor = Matrix.identity(Baseline.Component.allCases.count)
  }

  /// - Returns: `nil` where no numbers have these correlations: their matrix is not positive definite.
  init?(_ pairs: [Pair]) {
    let order = Baseline.Component.allCases
    var matrix = Matrix.identity(order.count)
    for pair in pairs {
      guard let i = order.firstIndex(of: pair.first), let j = order.firstIndex(of: pair.second)
      else { return nil }
      matrix[i, j] = pair.value
      matrix[j, i] = pair.value
    }
    guard let cholesky = try? Cholesky(matrix) else { return nil }
    self.pairs = pairs
    factor = cholesky.factor
  }

  /// The components whose own numbers make those of a component, with their weights.
  func parts(of component: Baseline.Component) -> [(component: Baseline.Component, weight: Double)]
  {
    let order = Baseline.Component.allCases
    guard let row = order.firstIndex(of: component) else { return [] }
    return order.indices.filter { factor[row, $0] != 0 }.map { (order[$0], factor[row, $0]) }
  }
}
