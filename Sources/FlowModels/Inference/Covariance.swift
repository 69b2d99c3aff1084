import Demography

/// Which errors of the rows are allowed to be related.
public enum Covariance: Hashable, Sendable {
  /// The model's own variance.
  case iid
  /// Any variance, rows unrelated.
  case hetero
  /// Rows related within each of these columns; `a^b` joins columns to one cluster.
  case cluster([String])

  /// Reads `iid`, `hetero` or `cluster:COL[,COL]`.
  /// - Throws: `Faults` of kind usage.
  public static func parse(_ text: String) throws -> Covariance {
    switch text {
    case "iid": return .iid
    case "hetero": return .hetero
    default:
      let prefix = "cluster:"
      let columns = text.dropFirst(prefix.count).split(
        separator: ",", omittingEmptySubsequences: false
      )
      .map { String($0).trimmed }
      guard text.hasPrefix(prefix), !columns.contains(""), Set(columns).count == columns.count,
        columns.count <= 4
      else {
        throw Faults(
          Fault(
            .usage, "flows.covariance", ["found": text],
            at: Place(file: "vcov", line: 1, column: 1, length: max(1, text.count), text: text)))
      }
      return .cluster(columns)
    }
  }

  public var columns: [String] {
    if case .cluster(let columns) = self { columns } else { [] }
  }

  /// As it is written on the command line.
  public var text: String {
    switch self {
    case .iid: "iid"
    case .hetero: "hetero"
    case .cluster(let columns): "cluster:" + columns.joined(separator: ",")
    }
  }
}

/// The factors by which a covariance is widened for a small sample; n rows, K parameters, G clusters.
public enum SmallSample: String, Hashable, Sendable, CaseIterable {
  /// `(n−1)/(n−K)`, K without the levels nested in a cluster; times `n/(n−1)` or, for clusters,
  /// `G/(G−1)` with the smallest G. The defaults of R fixest 0.12.
  case fixest
  /// Of Stata's ppmlhdfe for Poisson: `n/(n−1)`, for clusters `G/(G−1)` with the smallest G, and
  /// nothing for iid; of reghdfe for linear models, whose K is that of `fixest`.
  case stata
  case none
}
