import Demography
import FlowModels

extension ResearchFlows {
  /// Vuong's tests of every two fits of the same rows, without correction and with those of AIC and BIC.
  ///
  /// Fits whose rows have no likelihoods of their own, or count by weights, are named in a note.
  /// - Returns: `nil` where no two fits can be tested.
  static func vuong(
    _ fits: [any FlowFit], _ notes: inout [(key: String, arguments: [String: String])]
  ) -> Table? {
    let usable = fits.indices.filter {
      fits[$0].rowLogLikelihoods != nil && fits[$0].weightsName == nil
    }
    let tests = VuongTest.Correction.allCases.map { VuongTest($0) }
    var rows: [(first: Int, second: Int, result: SpecificationResult)] = []
    for (k, first) in usable.enumerated() {
      for second in usable.dropFirst(k + 1) {
        for test in tests {
          // Fits of other rows are told of beside the table of models.
          guard let result = try? test.result(fits[first], fits[second]) else { continue }
          rows.append((first, second, result))
        }
      }
    }
    guard fits.count > 1, !rows.isEmpty else { return nil }
    let others = fits.indices.filter { !usable.contains($0) }
    if !others.isEmpty {
      let names = others.map { "(\($0 + 1))" }.joined(separator: ", ")
      notes.append(("compare.no_vuong", ["models": names]))
    }
    notes.append(("compare.vuong", [:]))
    return Table(
      "vuong",
      [
        .integer("first", rows.map { $0.first + 1 }),
        .integer("second", rows.map { $0.second + 1 }),
        .text("test", rows.map(\.result.test)),
        .real("log_likelihood_difference", rows.map { $0.result.estimates[0].value }),
        .real("statistic", rows.map(\.result.statistic)),
        .real("p_value", rows.map(\.result.pValue)),
      ])
  }
}
