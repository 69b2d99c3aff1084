import Demography

extension Metric {
  /// Years after which settlers are counted.
  static let yearsOfSettlers = 5

  /// Whether it is counted on 1 January; otherwise it belongs to a whole year.
  var isStock: Bool {
    switch self {
    case .population, .workforce, .children, .elderly, .schoolAge, .dependencyRatio, .medianAge,
      .retained, .retention, .costPerRetained:
      true
    default: false
    }
  }

  /// Whether settlers are followed for it.
  var isOfSettlers: Bool {
    switch self {
    case .retained, .retention, .programmeCost, .costPerRetained: true
    default: false
    }
  }

  /// Whether ages and sexes narrow it.
  var isByAge: Bool { self == .population || self == .medianAge }

  /// Which number of a programme's record it is; `nil` for what is no number of programmes.
  var permitPlace: Int? {
    switch self {
    case .temporaryStock: 0
    case .unmetPermits: 1
    case .temporaryPresent: 3
    case .wantedPermits: 4
    default: nil
    }
  }

  /// The step of a year; `nil` outside the horizon.
  func step(_ year: Int, _ launch: Int, _ layout: RecordLayout) -> Int? {
    guard let step = layout.step(year, launch: launch), step >= 0,
      isStock ? step <= layout.steps : step < layout.steps
    else { return nil }
    return step
  }

  /// The metric of an area in every draw; `nil` outside the horizon.
  ///
  /// - Parameter cells: ages and sexes whose median age is asked for; of other metrics `nil`.
  func values(
    _ store: DrawStore, _ area: Scenario.Area, year: Int, launch: Int, cells: [Bool]? = nil
  ) -> [Double]? {
    let layout = store.layout
    guard let step = step(year, launch, layout) else { return nil }
    func band(_ band: RecordLayout.Band) -> [Double] {
      store.sums(area.members.map { layout.band(band, step: step, region: $0) })
    }
    func component(_ component: RecordLayout.Component) -> [Double] {
      store.sums(area.members.map { layout.component(component, step: step, region: $0) })
    }
    func difference(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 - $1 } }
    func moves(_ free: RecordLayout.Component, _ planned: RecordLayout.Component) -> [Double] {
      zip(component(free), component(planned)).map { $0 + $1 }
    }
    func permits(_ what: Int) -> [Double] {
      store.sums(
        area.members.flatMap { region in
          (0..<layout.programmes).map {
            layout.permit(what, programme: $0, step: step, region: region)
          }
        })
    }
    /// Of settlers, who are followed from the launch on.
    func settlement(_ what: RecordLayout.Settlement) -> [Double] {
      guard year > launch + Self.yearsOfSettlers else {
        return [Double](repeating: .nan, count: store.draws)
      }
      return store.sums(
        area.members.map { layout.settlement(what, step: step - 1, region: $0) })
    }
    func quotient(_ a: [Double], _ b: [Double]) -> [Double] {
      zip(a, b).map { $1 > 0 ? $0 / $1 : .nan }
    }
    switch self {
    case .population: return band(.total)
    case .workforce: return band(.workforce)
    case .children: return band(.children)
    case .elderly: return band(.elderly)
    case .schoolAge: return band(.school)
    case .dependencyRatio:
      return zip(zip(band(.children), band(.elderly)), band(.workforce)).map {
        $1 > 0 ? 100 * ($0.0 + $0.1) / $1 : .nan
      }
    case .births: return component(.births)
    case .deaths: return component(.deaths)
    case .netInternal:
      return difference(moves(.internalIn, .transfersIn), moves(.internalOut, .transfersOut))
    case .movesIn: return moves(.internalIn, .transfersIn)
    case .movesOut: return moves(.internalOut, .transfersOut)
    case .immigration: return component(.immigration)
    case .emigration: return component(.emigration)
    case .netInternational: return difference(component(.immigration), component(.emigration))
    case .assistedMoves: return component(.transfersIn)
    case .temporaryStock, .unmetPermits, .temporaryPresent, .wantedPermits:
      return permits(permitPlace ?? 0)
    case .medianAge:
      let wanted = RecordRequests.MedianAge(members: area.members, cells: cells)
      guard let k = layout.requests.medianAges.firstIndex(of: wanted) else {
        preconditionFailure("a median age of \(area.name) that the run does not keep")
      }
      return store.sums([layout.medianAge(k, step: step)])
    case .retained: return settlement(.retained)
    case .retention:
      return quotient(settlement(.retained), settlement(.settled)).map { 100 * $0 }
    case .costPerRetained: return quotient(settlement(.settledCost), settlement(.retained))
    case .programmeCost:
      return store.sums(
        area.members.map { layout.settlement(.cost, step: step, region: $0) })
    case .displaced:
      return store.sums(
        area.members.map { layout.extra(.displaced, step: step, region: $0) })
    }
  }
}
