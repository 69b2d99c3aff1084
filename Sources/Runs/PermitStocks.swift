import Demography

/// The stock of permits by area as the workspace knows it, above what scenarios project.
enum PermitStocks {
  /// The contract's `permit_stock`: stocks of the observations with the quota of the year, then the
  /// projected rows.
  static func table(_ checked: CheckedData, projected: Table?) -> Table {
    let programme = "EMPLOYER"
    let stocks = checked.observations.filter {
      $0.measure == "PERMIT_STOCK" && $0.permitType == programme && $0.citizenship == "_T"
        && $0.activity == "_T"
    }
    var quotas: [String: Double] = [:]
    for quota in checked.observations
    where quota.measure == "QUOTA" && quota.permitType == programme {
      quotas["\(quota.referenceArea)|\(quota.period.year)"] = quota.value
    }
    var columns: [Table.Column] = [
      .text("area", stocks.map(\.referenceArea)),
      .text("period", stocks.map(\.period.description)),
      .text("programme", stocks.map(\.permitType)), .real("value", stocks.map(\.value)),
      .real("quota", stocks.map { quotas["\($0.referenceArea)|\($0.period.year)"] }),
      .text("kind", stocks.map { $0.kind.rawValue.lowercased() }),
      .text("status", stocks.map(\.status.rawValue)), .text("note", stocks.map(\.note)),
      .text("scenario", stocks.map { _ in nil }), .text("variant", stocks.map { _ in nil }),
    ]
    if let projected {
      columns = columns.map { column in
        func joined<Value>(_ own: [Value?], _ other: [Value?]?) -> [Value?] {
          own + (other ?? Array(repeating: nil, count: projected.rowCount))
        }
        switch column.values {
        case .text(let values):
          let other = projected[column.name] == nil ? nil : projected.texts(column.name)
          return .text(column.name, joined(values, other))
        case .real(let values):
          let other = projected[column.name] == nil ? nil : projected.numbers(column.name)
          return .real(column.name, joined(values, other))
        default: return column
        }
      }
    }
    return Table("permit_stock", columns)
  }
}
