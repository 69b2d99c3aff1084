import Demography
import FlowModels
import Foundation
import Kernel

/// Flows between 24 areas drawn from each family of the catalogue, keyed by family and pair.
///
/// Truth: `η = 3 − 0.8 ld + 0.6 near`, zero parts `−1 + ld` (inflated) or `2 − ld` (hurdle).
struct SimulatedFlows: Sendable {
  let id: String
  let formula: String
  var zero: String?
  var random: String?
  /// True coefficients by part and term.
  let truth: [String: [String: Double]]
  /// True shape and variances by name.
  var scatter: [String: Double] = [:]
  /// Whether flows times a constant change nothing but the constant term.
  var isScaleFree = false
  let draw: @Sendable (_ eta: Double, _ ld: Double, _ u: Double, _ z: Double, _ v: Double) -> Double

  static let mean = ["(Intercept)": 3.0, "ld": -0.8, "near": 0.6]
  private static let plain = "flow ~ ld + near"

  static let all: [SimulatedFlows] = [
    .init(id: "poisson", formula: plain, truth: ["": mean], isScaleFree: true) { eta, _, u, _, _ in
      Poisson(mean: exp(eta)).quantile(u)
    },
    .init(id: "quasipoisson", formula: plain, truth: ["": mean], isScaleFree: true) {
      eta, _, u, _, _ in NegativeBinomial(mean: exp(eta), size: exp(eta) / 2).quantile(u)
    },
    .init(id: "negbin2", formula: plain, truth: ["": mean], scatter: ["theta": 2]) {
      eta, _, u, _, _ in NegativeBinomial(mean: exp(eta), size: 2).quantile(u)
    },
    .init(id: "gamma", formula: plain, truth: ["": mean], isScaleFree: true) { eta, _, u, _, _ in
      Gamma(shape: 2, rate: 2 / exp(eta)).quantile(u)
    },
    .init(id: "gaussian-log", formula: plain, truth: ["": mean], isScaleFree: true) {
      eta, _, _, z, _ in exp(eta) + 0.5 * z
    },
    .init(id: "gaussian", formula: "log(flow) ~ ld + near", truth: ["": mean], isScaleFree: true) {
      eta, _, _, z, _ in exp(eta + 0.3 * z)
    },
    .init(
      id: "clogit", formula: "flow ~ ld + near | orig",
      truth: ["choice": ["ld": -0.8, "near": 0.6]]
    ) { eta, _, u, _, _ in Poisson(mean: exp(eta)).quantile(u) },
    .init(
      id: "nested-logit", formula: "flow ~ ld + near | orig + block",
      truth: ["choice": ["ld": -0.8, "near": 0.6]], scatter: ["lambda": 1]
    ) { eta, _, u, _, _ in Poisson(mean: exp(eta)).quantile(u) },
    .init(id: "negbin1", formula: plain, truth: ["count": mean], scatter: ["delta": 1.5]) {
      eta, _, u, _, _ in NegativeBinomial(mean: exp(eta), size: exp(eta) / 1.5).quantile(u)
    },
    .init(id: "zip", formula: plain, zero: "ld", truth: ["count": mean, "zero": inflated]) {
      eta, ld, u, _, v in
      v < 1 / (1 + exp(1 - ld)) ? 0 : Poisson(mean: exp(eta)).quantile(u)
    },
    .init(
      id: "zinb", formula: plain, zero: "ld", truth: ["count": mean, "zero": inflated],
      scatter: ["theta": 2]
    ) { eta, ld, u, _, v in
      v < 1 / (1 + exp(1 - ld)) ? 0 : NegativeBinomial(mean: exp(eta), size: 2).quantile(u)
    },
    .init(id: "hurdle-poisson", formula: plain, zero: "~ ld", truth: ["count": mean, "zero": some])
    { eta, ld, u, _, v in
      v > 1 / (1 + exp(ld - 2)) ? 0 : truncated(Poisson(mean: exp(eta)), u)
    },
    .init(
      id: "hurdle-negbin2", formula: plain, zero: "ld", truth: ["count": mean, "zero": some],
      scatter: ["theta": 2]
    ) { eta, ld, u, _, v in
      v > 1 / (1 + exp(ld - 2)) ? 0 : truncated(NegativeBinomial(mean: exp(eta), size: 2), u)
    },
    .init(
      id: "poisson-lognormal", formula: plain, random: "orig", truth: ["fixed": mean],
      scatter: ["row": 0.16, "orig": 0.09]
    ) { eta, _, u, z, _ in Poisson(mean: exp(eta + 0.4 * z)).quantile(u) },
    .init(
      id: "poisson-mixed", formula: plain, random: "orig,dest", truth: ["fixed": mean],
      scatter: ["orig": 0.09, "dest": 0.04]
    ) { eta, _, u, _, _ in Poisson(mean: exp(eta)).quantile(u) },
    .init(
      id: "negbin2-mixed", formula: plain, random: "orig,dest", truth: ["fixed": mean],
      scatter: ["theta": 2, "orig": 0.09, "dest": 0.04]
    ) { eta, _, u, _, _ in NegativeBinomial(mean: exp(eta), size: 2).quantile(u) },
    .init(
      id: "gaussian-mixed", formula: "log(flow) ~ ld + near", random: "orig,dest",
      truth: ["fixed": mean], scatter: ["sigma": 0.3, "orig": 0.09, "dest": 0.04],
      isScaleFree: true
    ) { eta, _, _, z, _ in exp(eta + 0.3 * z) },
    .init(
      id: "gaussian-mixed-ml", formula: "log(flow) ~ ld + near", random: "orig,dest",
      truth: ["fixed": mean], scatter: ["sigma": 0.3, "orig": 0.09, "dest": 0.04],
      isScaleFree: true
    ) { eta, _, _, z, _ in exp(eta + 0.3 * z) },
  ]

  private static let inflated = ["(Intercept)": -1.0, "ld": 1.0]
  private static let some = ["(Intercept)": 2.0, "ld": -1.0]

  @Sendable private static func truncated(_ law: some Distribution, _ u: Double) -> Double {
    let zero = law.cumulative(0)
    return max(1, law.quantile(zero + u * (1 - zero)))
  }

  static func named(_ id: String) -> SimulatedFlows? { all.first { $0.id == id } }

  private struct Row {
    let orig: String
    let dest: String
    let ld: Double
    let near: Double
    let flow: Double
  }

  private var rows: [Row] {
    let areas = (0..<24).map { "A\($0 + 10)" }
    func unit(_ name: String) -> RandomStream {
      RandomStream(seed: 20, stream: "simulated-\(id)", unit: name, draw: 0, time: 0)
    }
    func effect(_ role: String, _ area: String) -> Double {
      guard let variance = scatter[role] else { return 0 }
      var stream = unit("\(role) \(area)")
      return variance.squareRoot() * stream.normal()
    }
    return areas.flatMap { orig in
      areas.filter { $0 != orig }.map { dest in
        var stream = unit("\(orig) \(dest)")
        let ld = 2 * stream.uniform()
        let near = stream.uniform() < 0.3 ? 1.0 : 0
        let u = stream.uniform(), v = stream.uniform(), z = stream.normal()
        let eta = 3 - 0.8 * ld + 0.6 * near + effect("orig", orig) + effect("dest", dest)
        return Row(orig: orig, dest: dest, ld: ld, near: near, flow: draw(eta, ld, u, z, v))
      }
    }
  }

  /// - Parameter order: of the rows, which may come more than once; `count` is 1, 2, 3 in turn.
  func data(order: ([Int]) -> [Int] = { $0 }) -> FlowData {
    let rows = rows
    let places = order(Array(rows.indices))
    let picked = places.map { rows[$0] }
    return FlowData(columns: [
      ("count", places.map { "\(1 + $0 % 3)" }),
      ("orig", picked.map(\.orig)), ("dest", picked.map(\.dest)),
      ("flow", picked.map { text($0.flow) }), ("ld", picked.map { text($0.ld) }),
      ("near", picked.map { text($0.near) }),
      ("size", picked.map { String($0.orig.dropFirst()) }),
      ("block", picked.map { String((Int($0.dest.dropFirst()) ?? 0) % 4) }),
    ])
  }

  /// The numbers of all rows, in their order.
  var columns: (flow: [Double], ld: [Double], near: [Double]) {
    let rows = rows
    return (rows.map(\.flow), rows.map(\.ld), rows.map(\.near))
  }

  static func data(_ id: String) -> FlowData { all.first { $0.id == id }!.data() }

  static func flows(_ id: String) -> (flows: [Double], origins: [String]) {
    let rows = all.first { $0.id == id }!.rows
    return (rows.map(\.flow), rows.map(\.orig))
  }

  /// What any family of the catalogue says of these flows.
  struct Answer: Hashable {
    /// By part, `""` for the only one, in the order of the fit.
    var parts: [String]
    var coefficients: [Coefficient]
    var scatter: [String: Double]
    var scatterErrors: [String: Double]
    var logLikelihood: Double
    var gradientNorm: Double
  }

  func answer(_ data: FlowData, formula: String? = nil) throws -> Answer {
    let options = RegressionOptions(covariance: .iid, smallSample: .none)
    let written = formula ?? self.formula
    if let model = FlowModelCatalogue.regression(named: id) {
      let fit = try model.fit(Formula.parse(written), data, options)
      let shape = fit.shape.map { [$0.name: $0.estimate] } ?? [:]
      return Answer(
        parts: fit.coefficients.map { _ in "" }, coefficients: fit.coefficients, scatter: shape,
        scatterErrors: fit.shape.map { [$0.name: $0.standardError] } ?? [:],
        logLikelihood: fit.logLikelihood, gradientNorm: 0)
    }
    let fit = try FlowModelCatalogue.likelihood(named: id)!.fit(
      LikelihoodSpecification(formula: written, zero: zero, random: random), data, options)
    let pairs =
      fit.shapes.map { ($0.name, $0.estimate) } + fit.components.map { ($0.name, $0.variance) }
    // A sample variance of k normal effects has the relative error √(2/(k − 1)).
    let errors =
      fit.shapes.map { ($0.name, $0.standardError) }
      + fit.components.map {
        ($0.name, $0.variance * (2 / Double($0.levels.count - 1)).squareRoot())
      }
    return Answer(
      parts: fit.parts.flatMap { part in part.coefficients.map { _ in part.name } },
      coefficients: fit.parts.flatMap(\.coefficients),
      scatter: Dictionary(uniqueKeysWithValues: pairs),
      scatterErrors: Dictionary(uniqueKeysWithValues: errors),
      logLikelihood: fit.logLikelihood, gradientNorm: fit.gradientNorm)
  }
}
