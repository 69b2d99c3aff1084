import Demography
import Export
import FlowModels

extension ResearchFlows {
  /// Expected flows with the errors of all parameters, fixed effects included.
  ///
  /// - Parameters:
  ///   - file: rows to predict; the rows of the fit where `nil`.
  ///   - unseen: `refuse` or `missing`, for levels of fixed effects that were not fitted.
  ///   - leverage: whether the rows of the fit are told how far each determines its own fitted value.
  public static func predict(
    _ request: FlowModelRequest, rows file: String?, unseen: String, leverage: Bool = false
  ) throws -> ResearchAnswer {
    guard let rule = UnseenLevels(rawValue: unseen) else {
      throw Fault(
        .usage, "option.unknown",
        [
          "option": "--unseen", "value": unseen,
          "known": UnseenLevels.allCases.map(\.rawValue).joined(separator: ", "),
        ])
    }
    let fitted = try request.fittedOfAnyKind()
    let leverages = leverage ? try leverages(of: fitted.fit, request.family) : nil
    let (found, seconds) = try seconds {
      guard let file else { return try fitted.fit.ownPredictions() }
      var other = request
      other.file = file
      return try fitted.fit.predictions(of: try other.readData(), unseen: rule)
    }
    var notes = notes(of: fitted.fit) + [intervals(found.level)]
    for reason in FlowPredictions.Reason.allCases {
      guard let lines = found.missing[reason], !lines.isEmpty else { continue }
      notes.append(("flows.predict.\(reason.rawValue)", ["count": "\(lines.count)"]))
    }
    let table = found.table(leverages: leverages)
    return ResearchAnswer(
      [table], notes: notes,
      json: .members([
        ("schema", .integer(1)), ("predictions", .array(rowObjects(table))),
        ("dispersion", .finite(found.dispersion)), ("level", .finite(found.level)),
        ("covariance", .string(found.covariance.text)),
        (
          "missing",
          .members(
            FlowPredictions.Reason.allCases.map {
              ($0.rawValue, .array((found.missing[$0] ?? []).map { .integer($0) }))
            })
        ),
        ("timing", .timing(read: fitted.readSeconds, fit: fitted.fitSeconds + seconds)),
      ]))
  }

  private static func leverages(of fit: any FlowFit, _ family: String) throws -> [Double] {
    guard let fit = fit as? RegressionFit else {
      throw Fault(.usage, "flows.leverage-family", ["family": family])
    }
    return try fit.leverages()
  }
}
