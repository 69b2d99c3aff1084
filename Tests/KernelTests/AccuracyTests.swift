import Foundation
import Kernel
import Testing

/// The kernel against References/accuracy.csv (mpmath, 50 digits). Every row brings the error that
/// the problem's own conditioning allows; make_references.py says how it follows.
@Suite struct AccuracyTests {
  struct Row {
    let function: String
    let arguments: [Double]
    let value: Double
    let tolerance: Double
  }

  static func rows() throws -> [Row] {
    let url = try #require(Bundle.module.url(forResource: "References", withExtension: nil))
      .appendingPathComponent("accuracy.csv")
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    #expect(lines[0].contains("mpmath 1.3.0"))
    return try lines.dropFirst(2).map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return Row(
        function: cells[0], arguments: cells[1...4].compactMap { Double($0) },
        value: try #require(Double(cells[5])), tolerance: try #require(Double(cells[6])))
    }
  }

  typealias Function = @Sendable ([Double]) -> Double

  static let functions: [String: Function] = [
    "logGamma": { logGamma($0[0]) },
    "digamma": { digamma($0[0]) },
    "trigamma": { trigamma($0[0]) },
    "logBeta": { logBeta($0[0], $0[1]) },
    "logChoose": { logChoose(Int($0[0]), Int($0[1])) },
    "logFactorial": { logFactorial(Int($0[0])) },
    "normalCumulative": { normalCumulative($0[0]) },
    "normalComplementary": { normalComplementary($0[0]) },
    "normalDensity": { normalDensity($0[0]) },
    "normalLogCumulative": { normalLogCumulative($0[0]) },
    "normalQuantile": { normalQuantile($0[0]) },
    "normalUpperQuantile": { normalUpperQuantile($0[0]) },
    "erfcx": { erfcx($0[0]) },
    "log1pExp": { log1pExp($0[0]) },
    "log1mExp": { log1mExp($0[0]) },
    "logistic": { logistic($0[0]) },
    "logit": { logit($0[0]) },
    "gammaP": { gammaP($0[0], $0[1]) },
    "gammaQ": { gammaQ($0[0], $0[1]) },
    "gammaPInverse": { gammaPInverse($0[0], $0[1]) },
    "gammaQInverse": { gammaQInverse($0[0], $0[1]) },
    "betaI": { betaI($0[0], $0[1], $0[2]) },
    "betaIComplement": { betaIComplement($0[0], $0[1], $0[2]) },
    "betaIInverse": { betaIInverse($0[0], $0[1], $0[2]) },
    "betaIComplementInverse": { betaIComplementInverse($0[0], $0[1], $0[2]) },
  ]

  static func distribution(_ name: String, _ p: [Double]) -> (any Distribution)? {
    switch name {
    case "Normal": Normal(mean: p[0], standardDeviation: p[1])
    case "LogNormal": LogNormal(logMean: p[0], logStandardDeviation: p[1])
    case "StudentT": StudentT(degrees: p[0])
    case "F": FDistribution(numerator: p[0], denominator: p[1])
    case "Gamma": Gamma(shape: p[0], rate: p[1])
    case "ChiSquare": ChiSquare(degrees: p[0])
    case "Beta": Beta(a: p[0], b: p[1])
    case "Logistic": Logistic(location: p[0], scale: p[1])
    case "Laplace": Laplace(location: p[0], scale: p[1])
    case "Exponential": Exponential(rate: p[0])
    case "Triangular": Triangular(lower: p[0], mode: p[1], upper: p[2])
    case "Uniform": Uniform(lower: p[0], upper: p[1])
    case "Poisson": Poisson(mean: p[0])
    case "Binomial": Binomial(trials: Int(p[0]), probability: p[1])
    case "NegativeBinomial": NegativeBinomial(mean: p[0], size: p[1])
    default: nil
    }
  }

  static func value(_ row: Row) -> Double? {
    if let function = functions[row.function] { return function(row.arguments) }
    let parts = row.function.split(separator: ".").map(String.init)
    guard parts.count == 2, let x = row.arguments.last,
      let d = distribution(parts[0], Array(row.arguments.dropLast()))
    else { return nil }
    switch parts[1] {
    case "logDensity": return d.logDensity(x)
    case "cumulative": return d.cumulative(x)
    case "complementary": return d.complementary(x)
    case "quantile": return d.quantile(x)
    case "upperQuantile": return d.upperQuantile(x)
    default: return nil
    }
  }

  @Test func everyFunctionKeepsWithinItsBound() throws {
    let rows = try Self.rows()
    #expect(rows.count > 2_500)
    for row in rows {
      let found = try #require(Self.value(row), "no function \(row.function)")
      let error = abs(found - row.value)
      #expect(
        error <= row.tolerance || found == row.value,
        "\(row.function)\(row.arguments): \(found) for \(row.value), off by \(error / row.tolerance) of the bound"
      )
    }
  }

  /// The bounds themselves are tight: a typical one is below 1e-13.
  @Test func theBoundsAreTight() throws {
    let relative = try Self.rows().filter { $0.value != 0 }.map { $0.tolerance / abs($0.value) }
    #expect(Statistics.median(relative) < 5e-14)
    #expect(Statistics.quantile(relative, 0.9) < 5e-13)
  }

  @Test func everyFunctionAndDistributionHasReferences() throws {
    let named = Set(try Self.rows().map(\.function))
    for name in Self.functions.keys { #expect(named.contains(name), "\(name)") }
    let distributions = [
      "Normal", "LogNormal", "StudentT", "F", "Gamma", "ChiSquare", "Beta", "Logistic", "Laplace",
      "Exponential", "Triangular", "Uniform", "Poisson", "Binomial", "NegativeBinomial",
    ]
    for name in distributions {
      #expect(named.contains(name + ".logDensity"), "\(name)")
      // Beta's tails are the function betaI itself.
      #expect(name == "Beta" || named.contains(name + ".complementary"), "\(name)")
    }
  }
}
