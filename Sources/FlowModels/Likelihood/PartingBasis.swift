import Kernel

/// What a fit was made from, where some of its rows have a likelihood without the others.
protocol PartingBasis: LikelihoodBasis {
  /// Of the coefficients of all parts, in their order, among all parameters.
  var coefficientPlaces: [Int] { get }
  /// All parameters of the fit.
  var estimates: [Double] { get }
  /// The log-likelihood of some of the used rows alone; of choices these rows are all there is to choose from.
  func likelihood(of rows: [Int]) -> any PartLikelihood
}

/// A log-likelihood with its derivatives at any parameters.
protocol PartLikelihood {
  /// NaN or −∞ outside the domain.
  func value(_ point: [Double]) -> Double
  func derivatives(_ point: [Double]) -> NewtonMaximum.Derivatives
}

extension CountLikelihood: PartLikelihood {}
extension ChoiceLikelihood: PartLikelihood {}

extension CountBasis: PartingBasis {
  var estimates: [Double] { psi }

  func likelihood(of rows: [Int]) -> any PartLikelihood { likelihood.keeping(rows) }
}

extension ChoiceBasis: PartingBasis {
  var coefficientPlaces: [Int] { Array(0..<likelihood.X.columns) }

  var estimates: [Double] { beta }

  func likelihood(of rows: [Int]) -> any PartLikelihood { likelihood.keeping(rows) }
}

extension CountLikelihood {
  /// The likelihood of some rows.
  func keeping(_ rows: [Int]) -> CountLikelihood {
    func chosen(_ column: [Double]?) -> [Double]? { column.map { all in rows.map { all[$0] } } }
    return CountLikelihood(
      y: rows.map { y[$0] }, X: X.selectingRows(rows), Z: Z.selectingRows(rows), part: part,
      offset: chosen(offset), zeroOffset: chosen(zeroOffset), weights: chosen(weights))
  }
}

extension ChoiceLikelihood {
  /// The likelihood where there is nothing to choose from but some rows, and nobody who chose another.
  ///
  /// Groups in which nobody is left say nothing and are left out.
  func keeping(_ rows: [Int]) -> ChoiceLikelihood {
    var left = [Double](repeating: 0, count: group.count)
    for row in rows { left[Int(group.level[row])] += y[row] }
    let kept = rows.filter { left[Int(group.level[$0])] > 0 }
    let groups = group.keeping(kept)
    return ChoiceLikelihood(
      y: kept.map { y[$0] }, X: X.selectingRows(kept), group: groups,
      offset: offset.map { all in kept.map { all[$0] } },
      nests: nests.map { $0.keeping(kept, group: groups) })
  }
}

extension ChoiceLikelihood.Nests {
  /// - Parameter group: of the rows that are kept.
  fileprivate func keeping(_ rows: [Int], group: Grouping) -> Self {
    let own = Grouping(
      levels: groupOf.indices.map { "\($0)" }, level: nest.map { Int32($0) })
    return Self(own.keeping(rows), group: group)
  }
}
