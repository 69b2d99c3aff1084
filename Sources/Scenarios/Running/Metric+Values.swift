import Demography

extension Metric {
  /// Whether it is counted on 1 January; otherwise it belongs to a whole year.
  var isStock: Bool {
    switch self {
    case .population, .workforce, .children, .elderly, .schoolAge, .dependencyRatio: true
    default: false
    }
  }

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
  func values(_ store: DrawStore, _ area: Scenario.Area, year: Int, launch: Int) -> [Double]? {
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
    switch self {
    case .population: return band(.total)
    case .workforce: return band(.workforce)
    case .children: return band(.children)
    case .elderly: return band(.elderly)
    case .schoolAge: return band(.school)
    case .dependencyRatio:
      return zip(zip(band(.children), band(.elderly)), band(.workforce)).map {
        $1 > 0 ? 100 * ($0.0 + $0.1) / $1 : 0
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
    case .displaced:
      return store.sums(
        area.members.map { layout.extra(.displaced, step: step, region: $0) })
    }
  }
}
