import Kernel
import SeriesModels
import Testing

/// Reconciliation against hierarchicalforecast 1.5.3, from the shared golden files.
@Suite struct SharedCoherenceTests {
  /// The hierarchies whose training values the file holds, and the one that gives S.
  static let cases = ["arrivals_snaive", "arrivals_autoets", "tourism_state_purpose_grouped"]

  static func matrix(_ golden: Golden, _ key: String) -> Matrix {
    let rows = golden.object[key] as? [[Any]] ?? []
    return Matrix(rows.map { Golden(object: ["row": $0]).numbers("row") })
  }

  static func hierarchy(_ entry: Golden) throws -> Hierarchy {
    if let states = entry.object["state_of_region"] as? [String],
      let names = entry.object["names"] as? [String]
    {
      // Total, states, regions.
      let bottom = names.count - states.count
      let rows = names.indices.map { i in
        states.indices.map { j in
          i == 0 || (i < bottom ? names[i] == states[j] : i - bottom == j) ? 1.0 : 0
        }
      }
      return try Hierarchy(names: names, summing: Matrix(rows))
    }
    let S = matrix(entry, "S")
    return try Hierarchy(names: (0..<S.rows).map { "\($0)" }, summing: S)
  }

  static func largestDifference(_ A: Matrix, _ B: Matrix) -> Double {
    guard A.rows == B.rows, A.columns == B.columns else { return .infinity }
    return (A - B).largestMagnitude / B.largestMagnitude
  }

  @Test func weightsThatNeedNoErrorsGiveThePeersMeans() throws {
    guard let golden = try Golden.expected("py_hierarchical") else { return }
    for name in Self.cases + ["tourism_state_region"] {
      let entry = golden[name]
      let hierarchy = try Self.hierarchy(entry)
      let base = Self.matrix(entry, "base")
      let methods = entry["methods"]
      let ours: [(String, Matrix)] = [
        ("bottom_up", hierarchy.bottomUp(base)),
        (
          "ols",
          try Reconciler(hierarchy, covariance: ErrorCovariance.identity(base.rows))
            .reconcile(base)
        ),
        (
          "wls_struct",
          try Reconciler(hierarchy, covariance: ErrorCovariance.structural(hierarchy))
            .reconcile(base)
        ),
      ]
      for (method, values) in ours {
        let theirs = Self.matrix(methods[method], "mean")
        #expect(Self.largestDifference(values, theirs) < 1e-9, "\(name) \(method)")
      }
      if name != "tourism_state_purpose_grouped" {
        let split = try hierarchy.splitDown(base, from: [0])
        let theirs = Self.matrix(methods["topdown_forecast_proportions"], "mean")
        #expect(Self.largestDifference(split, theirs) < 1e-9, "\(name)")
      }
    }
  }

  @Test func weightsFromErrorsGiveThePeersCovariancesAndMeans() throws {
    guard let golden = try Golden.expected("py_hierarchical") else { return }
    for name in ["arrivals_snaive", "arrivals_autoets"] {
      let entry = golden[name]
      let hierarchy = try Self.hierarchy(entry)
      let base = Self.matrix(entry, "base")
      let history = Self.matrix(entry, "y_train")
      let fitted = Self.matrix(entry, "fitted")
      let errors = history - fitted
      let methods = entry["methods"]
      let (shrunk, intensity) = try ErrorCovariance.shrunk(errors)
      #expect(intensity > 0 && intensity < 1)
      #expect(
        Self.largestDifference(shrunk, Self.matrix(methods["mint_shrink"], "W")) < 1e-8, "\(name)")
      let variances = try ErrorCovariance.variances(errors)
      let covariances = [("mint_shrink", shrunk), ("wls_var", variances)]
      for (method, W) in covariances {
        let reconciler = try Reconciler(hierarchy, covariance: W)
        let mean = try reconciler.reconcile(base)
        let theirs = Self.matrix(methods[method], "mean")
        #expect(Self.largestDifference(mean, theirs) < 1e-8, "\(name) \(method)")
        let P = reconciler.projection.selectingRows(hierarchy.bottom)
        let theirP = Self.matrix(methods[method], "P")
        #expect(Self.largestDifference(P, theirP) < 1e-8, "\(name) \(method)")
      }
      for share in Hierarchy.Share.allCases {
        let split = try hierarchy.topDown(base, total: 0, history: history, by: share)
        let method =
          share == .averageOfShares ? "topdown_average_proportions" : "topdown_proportion_averages"
        let theirs = Self.matrix(methods[method], "mean")
        #expect(Self.largestDifference(split, theirs) < 1e-9, "\(name) \(method)")
      }
      // The peer fits on the last 8 moments, as many as the forecast has steps.
      let risk = try EmpiricalRisk(
        hierarchy, history: history, fitted: fitted, window: base.columns)
      let theirs = Self.matrix(methods["erm_closed"], "mean")
      #expect(Self.largestDifference(risk.reconcile(base), theirs) < 1e-6, "\(name)")
    }
  }

  /// `arrivals_snaive`: residuals that add up themselves, where the peer gives an error instead of the
  /// base forecasts, which are coherent.
  @Test func aSingularCovarianceOfCoherentErrorsLeavesCoherentForecastsAsTheyAre() throws {
    guard let golden = try Golden.expected("py_hierarchical") else { return }
    for name in ["arrivals_snaive", "arrivals_autoets"] {
      let entry = golden[name]
      let hierarchy = try Self.hierarchy(entry)
      let base = Self.matrix(entry, "base")
      let W = try ErrorCovariance.sample(
        Self.matrix(entry, "y_train") - Self.matrix(entry, "fitted"))
      let mean = try Reconciler(hierarchy, covariance: W).reconcile(base)
      let method = entry["methods"]["mint_cov"]
      let isRefused = method.text("error") != ""
      #expect(isRefused == (name == "arrivals_snaive"))
      let expected = isRefused ? base : Self.matrix(method, "mean")
      #expect(Self.largestDifference(mean, expected) < (isRefused ? 1e-9 : 1e-6), "\(name)")
    }
  }

  @Test func givenCovariancesGiveThePeersMeansDeviationsAndBounds() throws {
    guard let golden = try Golden.expected("py_hierarchical") else { return }
    for name in Self.cases {
      let entry = golden[name]
      let hierarchy = try Self.hierarchy(entry)
      let base = Self.matrix(entry, "base")
      let methods = entry["methods"]
      for method in ["wls_var", "mint_shrink", "mint_cov"]
      where methods[method].object["W"] != nil {
        let W = Self.matrix(methods[method], "W")
        let mean = try Reconciler(hierarchy, covariance: W).reconcile(base)
        let theirs = Self.matrix(methods[method], "mean")
        let bar = method == "mint_cov" ? 1e-6 : 1e-9
        #expect(Self.largestDifference(mean, theirs) < bar, "\(name) \(method)")
      }
      let W = Self.matrix(methods["mint_shrink"], "W")
      let bounded = try NonNegativeReconciler(hierarchy, covariance: W).reconcile(base)
      let theirs = Self.matrix(methods["mint_shrink_nonneg"], "mean")
      #expect(Self.largestDifference(bounded, theirs) < 1e-6, "\(name)")

      let sigmas = Self.matrix(entry, "sigmah")
      let pairs = [
        ("wls_struct_normal", ErrorCovariance.structural(hierarchy)), ("mint_shrink_normal", W),
      ]
      for (method, weights) in pairs {
        let reconciler = try Reconciler(hierarchy, covariance: weights)
        let expected = Self.matrix(methods[method], "sigmah")
        for h in 0..<base.columns {
          let later = ErrorCovariance.rescaled(weights, deviations: sigmas.column(h))
          for (ours, theirs) in zip(reconciler.deviations(of: later), expected.column(h)) {
            #expect(relativeDifference(ours, theirs) < 1e-9, "\(name) \(method)")
          }
        }
      }
    }
  }

  @Test func periodsInsidePeriodsAgreeAsThePeerHasThem() throws {
    guard let golden = try Golden.expected("py_hierarchical") else { return }
    let entry = golden["thief_USAccDeaths"]
    let hierarchy = Hierarchy.temporal(factors: entry.numbers("k").map { Int($0) })
    #expect(hierarchy.summing == Self.matrix(entry, "S"))
    let base = Matrix(column: entry.numbers("base"))
    let weights: [(String, Matrix)] = [
      ("struct", ErrorCovariance.structural(hierarchy)), ("ols", .identity(base.rows)),
      ("wls_series_var", .diagonal(entry.numbers("mse_weights"))),
    ]
    for (method, W) in weights {
      let ours = try Reconciler(hierarchy, covariance: W).reconcile(base).values
      for (a, b) in zip(ours, entry.numbers(method)) {
        #expect(relativeDifference(a, b) < 1e-9, "\(method)")
      }
    }
  }
}
