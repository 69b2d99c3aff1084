import Demography
import Glibc
import Kernel

/// The parameter of a law of opportunities by maximum likelihood of the destinations chosen from each origin,
/// `Σ T_ij ln P_ij`.
public struct OpportunityFit: Hashable, Sendable {
  /// Laws with a parameter.
  public enum Family: Hashable, Sendable, CaseIterable {
    case schneider, stouffer, extendedRadiation
  }

  /// With the parameter found.
  public let law: OpportunityLaw
  public let parameter: Double
  /// From the information of the multinomial choice, `Σ O_i Var_i(∂ ln w/∂parameter)`.
  public let standardError: Double
  /// `Σ T_ij ln P_ij`, without the multinomial coefficient.
  public let logLikelihood: Double
  /// `areas · areas`, origin fastest, with the observed total of each origin.
  public let fitted: [Double]
  public let stop: InteractionStop

  /// - Parameter flows: `areas · areas`, origin fastest, not negative; the diagonal is not read.
  /// - Throws: `Faults`: flows missing or negative; no maximum within a parameter that makes a difference
  ///   (`opportunity.no-maximum`).
  /// - Complexity: O(areas²) an evaluation after O(areas² log areas); some 100 evaluations.
  public init(
    _ family: Family, _ table: OpportunityTable, flows: [Double]
  ) throws {
    let choice = try OpportunityChoice(family, table, flows)
    let grid = choice.grid
    let values = grid.map { choice.logLikelihood(choice.parameter($0)) }
    let top = values.indices.max { values[$0] < values[$1] } ?? 0
    guard top > 0, top < grid.count - 1 else {
      throw Faults(
        Fault(
          .badData, "opportunity.no-maximum",
          [
            "lower": threeDigits(choice.parameter(grid[0])),
            "upper": threeDigits(choice.parameter(grid[grid.count - 1])),
          ]))
    }
    let place: Double
    do {
      place = try brentRoot(in: grid[top - 1]...grid[top + 1]) {
        choice.score(choice.parameter($0)).score
      }
    } catch {
      throw Faults(
        Fault(
          .incomplete, "interaction.not-converged", ["iterations": "2000", "move": "∞"]))
    }
    parameter = choice.parameter(place)
    law = choice.law(parameter)
    logLikelihood = choice.logLikelihood(parameter)
    let (score, information) = choice.score(parameter)
    standardError = 1 / information.squareRoot()
    fitted = OpportunityFlows.flows(law, table, outflows: choice.outflows)
    stop = InteractionStop(
      .scoresVanish, iterations: grid.count, measure: abs(score) / information.squareRoot())
  }
}

/// What a family makes of a parameter, over all origins.
struct OpportunityChoice {
  private let family: OpportunityFit.Family
  private let table: OpportunityTable
  private let flows: [Double]
  /// s by origin.
  private let near: [Double]
  let outflows: [Double]

  init(_ family: OpportunityFit.Family, _ table: OpportunityTable, _ flows: [Double]) throws {
    let n = table.areas.count
    precondition(flows.count == n * n, "\(flows.count) flows between \(n) areas")
    self.family = family
    self.table = table
    self.flows = flows
    near = OpportunityFlows.intervening(table)
    outflows = try table.outflows(of: flows)
  }

  /// Where to look: for L and α their logarithm, L by the whole mass.
  var grid: [Double] {
    switch family {
    case .schneider: (0...80).map { -8 + 0.2 * Double($0) }
    case .stouffer: (0...75).map { -5 + 0.2 * Double($0) }
    case .extendedRadiation: (0...69).map { -4.6 + 0.1 * Double($0) }
    }
  }

  func parameter(_ place: Double) -> Double {
    switch family {
    case .schneider: Glibc.exp(place) / table.total
    case .stouffer: place
    case .extendedRadiation: Glibc.exp(place)
    }
  }

  func law(_ parameter: Double) -> OpportunityLaw {
    switch family {
    case .schneider: .schneider(L: parameter)
    case .stouffer: .stouffer(gamma: parameter)
    case .extendedRadiation: .extendedRadiation(alpha: parameter)
    }
  }

  func logLikelihood(_ parameter: Double) -> Double {
    let n = table.areas.count
    let law = law(parameter)
    let rows = parallelFill(slabs: n, length: 1) { i, sum in
      let p = OpportunityFlows.probabilities(law, table, from: i, s(i))
      var value = 0.0
      for j in 0..<n where j != i && flows[j * n + i] > 0 {
        value += flows[j * n + i] * Glibc.log(p[j])
      }
      sum[0] = value
    }
    return Statistics.sum(rows)
  }

  /// Derivative of the log-likelihood, and its variance.
  func score(_ parameter: Double) -> (score: Double, information: Double) {
    let n = table.areas.count
    let law = law(parameter)
    let rows = parallelFill(slabs: n, length: 2) { i, sums in
      let s = s(i)
      let p = OpportunityFlows.probabilities(law, table, from: i, s)
      let g = (0..<n).map { j in
        j == i ? 0 : slope(parameter, own: table.masses[i], mass: table.masses[j], s: s[j])
      }
      var mean = 0.0
      for j in 0..<n { mean += p[j] * g[j] }
      for j in 0..<n where j != i {
        sums[0] += flows[j * n + i] * (g[j] - mean)
        sums[1] += outflows[i] * p[j] * (g[j] - mean) * (g[j] - mean)
      }
    }
    return (
      Statistics.sum((0..<n).map { rows[2 * $0] }), Statistics.sum((0..<n).map { rows[2 * $0 + 1] })
    )
  }

  private func s(_ i: Int) -> [Double] {
    let n = table.areas.count
    return Array(near[(i * n)..<(i * n + n)])
  }

  /// `∂ ln w / ∂parameter`, but for what all destinations of an origin share.
  private func slope(_ parameter: Double, own: Double, mass: Double, s: Double) -> Double {
    switch family {
    case .schneider: return -s + mass / expm1(parameter * mass)
    case .stouffer: return -Glibc.log(s + mass)
    case .extendedRadiation:
      let a = own + s
      let b = a + mass
      let (la, lb) = (Glibc.log(a), Glibc.log(b))
      let (near, far) = (pow(a, parameter), pow(b, parameter))
      let rise = expm1(parameter * log1p(mass / a))
      // (b^α ln b − a^α ln a)/(b^α − a^α), over a^α.
      let first = ((rise + 1) * lb - la) / rise
      return first - near * la / (near + 1) - far * lb / (far + 1)
    }
  }
}

/// A positive number as a message has it.
private func threeDigits(_ x: Double) -> String {
  let unit = Glibc.pow(10, 2 - Glibc.log10(x).rounded(.down))
  return text((x * unit).rounded() / unit)
}
