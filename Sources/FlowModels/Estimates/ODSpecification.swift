public import Demography

/// Assumptions from which flows between all pairs of areas are estimated: which totals, what share
/// of them crosses a border of areas, how distance and neighbourhood count, which cells are known.
///
/// Every assumption has a standard value and a range. The estimate uses the values; the drawn
/// variants take each assumption anew, uniformly from its range.
public struct ODSpecification: Hashable, Sendable {
  /// How the number of moves falls with distance.
  public enum Deterrence: String, Hashable, Sendable, CaseIterable {
    /// `d^−β`, d in km.
    case power
    /// `exp(−β d)`, d in 1000 km.
    case exponential
  }

  /// An assumed number and how far it may be off.
  public struct Assumption: Hashable, Sendable {
    public let value: Double
    public let range: ClosedRange<Double>
  }

  /// The part of an area's arrivals that comes from other areas.
  public struct InterregionalShare: Hashable, Sendable {
    public let area: String
    /// From published figures of a period, or assumed.
    public let basis: Basis
    /// Half width of the range, relative to the share.
    public let within: Double
    public let place: Place

    public enum Basis: Hashable, Sendable {
      case observed(Period)
      case assumed(Double)
    }
  }

  /// A flow between two areas of which something is published, as a share carried to this period.
  public struct KnownCell: Hashable, Sendable {
    /// What the published flow is divided by.
    public enum Base: String, Hashable, Sendable, CaseIterable {
      case arrivals, departures
    }

    public let origin: String
    public let destination: String
    /// Codes under which it was published, where the boundaries were others.
    public let publishedOrigin: String
    public let publishedDestination: String
    public let period: Period
    public let base: Base
    /// Part of the published share that is taken, for boundaries that changed; 1 otherwise.
    public let factor: Double
    /// Half width of the range, relative to the share.
    public let within: Double
    public let place: Place
  }

  public let id: String
  /// Code of the country as a whole in the observations.
  public let country: String
  public let period: Period
  /// Part of all internal moves of the country that crosses a border of areas.
  public let nationalPeriod: Period
  public let nationalWithin: Double
  public let shares: [InterregionalShare]
  public let deterrence: Deterrence
  public let exponent: Assumption
  public let adjacency: Assumption
  /// Distances below this count as this, km.
  public let minimumDistance: Double
  public let cells: [KnownCell]
  /// Largest relative error of a margin.
  public let tolerance: Double

  init(_ document: Document, id: String, _ reader: inout SpecificationReader) {
    self.id = id
    reader.onlyKeys(
      document,
      [
        "schema", "id", "kind", "title", "country", "period", "national_share", "shares", "seed",
        "cells", "tolerance",
      ])
    country = reader.text(document, "country") ?? ""
    period = reader.period(document, "period") ?? .year(2000)
    let national = document["national_share"] ?? Document(.null, at: document.place)
    reader.onlyKeys(national, ["observed", "within"])
    nationalPeriod = reader.period(national, "observed") ?? .year(2000)
    nationalWithin = reader.number(national, "within", in: 0...0.5)
    shares = (document["shares"]?.items ?? []).map { InterregionalShare($0, &reader) }
    let seed = document["seed"] ?? Document(.null, at: document.place)
    reader.onlyKeys(seed, ["deterrence", "exponent", "adjacency", "minimum_km"])
    let form = reader.text(seed, "deterrence") ?? ""
    if Deterrence(rawValue: form) == nil {
      reader.fault(
        "model.choice",
        [
          "key": "deterrence", "found": form,
          "known": Deterrence.allCases.map(\.rawValue).joined(separator: ", "),
        ], seed["deterrence"])
    }
    deterrence = Deterrence(rawValue: form) ?? .power
    exponent = Assumption(seed["exponent"], in: 0...10, &reader, at: seed)
    adjacency = Assumption(seed["adjacency"], in: 0.1...20, &reader, at: seed)
    minimumDistance = reader.number(seed, "minimum_km", in: 1...1000, standard: 50)
    cells = (document["cells"]?.items ?? []).map { KnownCell($0, &reader) }
    tolerance = reader.number(document, "tolerance", in: 1e-13...1e-6, standard: 1e-11)
  }
}

extension ODSpecification.Assumption {
  fileprivate init(
    _ document: Document?, in range: ClosedRange<Double>, _ reader: inout SpecificationReader,
    at parent: Document
  ) {
    guard let document else {
      reader.fault("model.missing-key", ["key": "exponent, adjacency"], parent)
      self.init(value: range.lowerBound, range: range)
      return
    }
    reader.onlyKeys(document, ["value", "range"])
    let value = reader.number(document, "value", in: range)
    let interval = reader.interval(document, "range", in: range, standard: value)
    if !interval.contains(value) {
      reader.fault(
        "model.value-outside-range",
        [
          "found": text(value), "lower": text(interval.lowerBound),
          "upper": text(interval.upperBound),
        ],
        document)
    }
    self.init(value: value, range: interval)
  }
}

extension ODSpecification.InterregionalShare {
  fileprivate init(_ document: Document, _ reader: inout SpecificationReader) {
    reader.onlyKeys(document, ["area", "observed", "assumed", "within"])
    place = document.place
    area = reader.text(document, "area") ?? ""
    within = reader.number(document, "within", in: 0...0.9)
    if document["assumed"] != nil {
      basis = .assumed(reader.number(document, "assumed", in: 0.01...0.99))
    } else {
      basis = .observed(reader.period(document, "observed") ?? .year(2000))
    }
  }
}

extension ODSpecification.KnownCell {
  fileprivate init(_ document: Document, _ reader: inout SpecificationReader) {
    reader.onlyKeys(
      document,
      [
        "origin", "destination", "published_origin", "published_destination", "observed",
        "share_of", "factor", "within",
      ])
    place = document.place
    origin = reader.text(document, "origin") ?? ""
    destination = reader.text(document, "destination") ?? ""
    publishedOrigin = document["published_origin"]?.text ?? origin
    publishedDestination = document["published_destination"]?.text ?? destination
    period = reader.period(document, "observed") ?? .year(2000)
    let name = reader.text(document, "share_of") ?? ""
    if Base(rawValue: name) == nil {
      reader.fault(
        "model.choice",
        [
          "key": "share_of", "found": name,
          "known": Base.allCases.map(\.rawValue).joined(separator: ", "),
        ], document["share_of"])
    }
    base = Base(rawValue: name) ?? .arrivals
    factor = reader.number(document, "factor", in: 0.01...1, standard: 1)
    within = reader.number(document, "within", in: 0...0.9)
  }
}
