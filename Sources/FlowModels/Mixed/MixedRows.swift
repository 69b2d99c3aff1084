import Glibc
import Kernel

/// Sums over the rows of a mixed model at one value of its parameters.
struct MixedRows {
  private let model: LaplaceLikelihood
  private let point: LaplaceLikelihood.Point
  private let fixed: [Double]
  private let first: Grouping
  /// Dimension of the border: other levels, and β where it is integrated out.
  private let borderCount: Int

  init(_ model: LaplaceLikelihood, _ point: LaplaceLikelihood.Point) {
    self.model = model
    self.point = point
    first = model.random.groupings[0]
    borderCount = model.random.borderCount + (model.isRestricted ? model.X.columns : 0)
    fixed = model.fixed(point)
  }

  var effectCount: Int { first.count + borderCount }

  /// What row n has in the border: places and values.
  private func border(_ n: Int, _ body: (_ place: Int, _ value: Double) -> Void) {
    for k in model.random.groupings.indices.dropFirst() {
      body(
        model.random.offsets[k] + Int(model.random.groupings[k].level[n]), point.sigma[k])
    }
    guard model.isRestricted else { return }
    for c in 0..<model.X.columns { body(model.random.borderCount + c, model.X[n, c]) }
  }

  func predictor(_ u: [Double]) -> [Double] {
    var eta = fixed
    for n in eta.indices {
      eta[n] += point.sigma[0] * u[Int(first.level[n])]
      border(n) { eta[n] += $1 * u[first.count + $0] }
    }
    return eta
  }

  func jets(_ eta: [Double]) -> [ResponseJet] {
    eta.indices.map { model.response.jet(model.y[$0], eta[$0], point.tau) }
  }

  /// `u'u` of the normal effects, β left out.
  private func square(_ u: [Double]) -> Double {
    let normal = first.count + model.random.borderCount
    return Statistics.sum(u[..<normal].map { $0 * $0 })
  }

  func penalised(_ u: [Double], _ eta: [Double]) -> Double {
    Statistics.sum(jets(eta).map(\.value)) - 0.5 * square(u)
  }

  /// `A'v`.
  private func transposeTimes(_ v: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: effectCount)
    for n in v.indices {
      sums[Int(first.level[n])] += point.sigma[0] * v[n]
      border(n) { sums[first.count + $0] += $1 * v[n] }
    }
    return sums
  }

  func slope(_ jets: [ResponseJet], _ u: [Double]) -> [Double] {
    var slope = transposeTimes(jets.map(\.score))
    for l in 0..<(first.count + model.random.borderCount) { slope[l] -= u[l] }
    return slope
  }

  /// `A'WA`, with ones added for the normal effects.
  func system(_ jets: [ResponseJet]) throws(FitError) -> ArrowSystem {
    var diagonal = [Double](repeating: 1, count: first.count)
    var C = Matrix(rows: first.count, columns: borderCount)
    var B = Matrix(rows: borderCount, columns: borderCount)
    for j in 0..<model.random.borderCount { B[j, j] = 1 }
    for n in jets.indices {
      let w = jets[n].weight
      let l = Int(first.level[n])
      diagonal[l] += w * point.sigma[0] * point.sigma[0]
      border(n) { a, x in
        C[l, a] += w * point.sigma[0] * x
        border(n) { b, z in B[a, b] += w * x * z }
      }
    }
    guard let system = try? ArrowSystem(diagonal: diagonal, border: C, core: B) else {
      throw .singular
    }
    return system
  }

  func mode(
    _ u: [Double], _ eta: [Double], _ jets: [ResponseJet], _ system: ArrowSystem,
    _ penalised: Double
  ) -> LaplaceLikelihood.Mode {
    let flat = model.isRestricted ? Double(model.X.columns) : 0
    return LaplaceLikelihood.Mode(
      u: u, eta: eta, jets: jets, system: system,
      value: penalised - 0.5 * system.logDeterminant + 0.5 * flat * Glibc.log(2 * Double.pi))
  }

  // MARK: Gradient

  /// `e_k' H⁻¹ a_n`, e_k the unit effect of row n in grouping k.
  private func reach(_ k: Int, _ n: Int, _ system: ArrowSystem) -> Double {
    let l = Int(first.level[n])
    var sum = 0.0
    if k == 0 {
      sum = point.sigma[0] * system.inverseDiagonal(l)
      border(n) { sum += $1 * system.inverseBorder(l, $0) }
    } else {
      let place = model.random.offsets[k] + Int(model.random.groupings[k].level[n])
      sum = point.sigma[0] * system.inverseBorder(l, place)
      border(n) { sum += $1 * system.core[place, $0] }
    }
    return sum
  }

  /// `x_n'` on the rows of `H⁻¹ a_n` that belong to β; 0 where β is not integrated out.
  private func reachOfFixed(_ n: Int, _ system: ArrowSystem) -> Double {
    guard model.isRestricted else { return 0 }
    let l = Int(first.level[n])
    var sum = 0.0
    for c in 0..<model.X.columns {
      let place = model.random.borderCount + c
      var entry = point.sigma[0] * system.inverseBorder(l, place)
      border(n) { entry += $1 * system.core[place, $0] }
      sum += model.X[n, c] * entry
    }
    return sum
  }

  func gradient(_ mode: LaplaceLikelihood.Mode) -> [Double] {
    let jets = mode.jets
    let groupings = model.random.groupings
    let reaches = groupings.indices.map { k in
      jets.indices.map { reach(k, $0, mode.system) }
    }
    let leverage = jets.indices.map { n in
      groupings.indices.reduce(reachOfFixed(n, mode.system)) {
        $0 + point.sigma[$1] * reaches[$1][n]
      }
    }
    // ∂(−½ ln|H|)/∂η, and how far it carries through û.
    let t = jets.indices.map { 0.5 * leverage[$0] * jets[$0].third }
    let r = mode.system.solve(transposeTimes(t))
    let carried = minusFixed(predictor(r))
    let total = jets.indices.map { jets[$0].score + t[$0] - jets[$0].weight * carried[$0] }
    var gradient = model.isRestricted ? [] : model.X.transposeTimes(total)
    for (k, grouping) in groupings.enumerated() {
      let start = k == 0 ? 0 : first.count + model.random.offsets[k]
      var sum = 0.0
      for n in jets.indices {
        let place = start + Int(grouping.level[n])
        sum +=
          total[n] * mode.u[place] - jets[n].weight * reaches[k][n]
          + r[place] * jets[n].score
      }
      gradient.append(sum)
    }
    if model.response.hasShape {
      gradient.append(
        Statistics.sum(
          jets.indices.map {
            jets[$0].shape + 0.5 * leverage[$0] * jets[$0].curveShape
              + carried[$0] * jets[$0].scoreShape
          }))
    }
    return gradient
  }

  /// `Ar`: a predictor without its fixed part.
  private func minusFixed(_ eta: [Double]) -> [Double] {
    eta.indices.map { eta[$0] - fixed[$0] }
  }
}
