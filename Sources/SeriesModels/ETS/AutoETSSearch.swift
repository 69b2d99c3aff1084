import Glibc

/// Forms of one series side by side: each is searched roughly, and only those are searched to the end that
/// may still have the least corrected Akaike criterion.
struct AutoETSSearch {
  private enum Draft {
    case additive(ETSProfile, (point: [Double], value: Double))
    case multiplicative(ETSJointSearch, ETSJointSearch.Draft)
  }

  let values: [Double]
  let season: Int
  let observed: Int
  private var drafts: [(form: ETSForm, draft: Draft, aicc: Double)] = []
  /// Where searches of an additive form began, and last where its own ended.
  private var starts: [ETSForm: [ETSProfile.Start]] = [:]

  init(values: [Double], season: Int, observed: Int) {
    self.values = values
    self.season = season
    self.observed = observed
  }

  /// Criteria of rough searches are trusted within this of the least one; they stop at slopes of 1e-3, which
  /// are worth far less.
  static let margin = 2.0

  /// Searches a form; additive forms had better come before those of the same trend and season.
  mutating func add(_ form: ETSForm) {
    if form.isMultiplicative {
      let search = ETSJointSearch(form: form, values: values, season: season)
      let profile = ETSProfile(form: form.additive, values: values, season: season)
      let begin = starts[form.additive] ?? profile.starts()
      guard let draft = search.rough(from: begin) else { return }
      drafts.append((form, .multiplicative(search, draft), criterion(form, draft.value)))
    } else {
      let profile = ETSProfile(form: form, values: values, season: season)
      let begin = profile.starts()
      guard let draft = profile.rough(from: begin, warm: nil) else { return }
      let smoothing = ETSSmoothing(free: draft.point[...], form: form)
      starts[form] = begin + (profile.states(smoothing).map { [(smoothing, $0)] } ?? [])
      drafts.append((form, .additive(profile, draft), criterion(form, draft.value)))
    }
  }

  /// The optima of the forms within the margin, in the order in which they were added.
  func polished() -> [(form: ETSForm, smoothing: ETSSmoothing, states: ETSStates)] {
    let least = drafts.map(\.aicc).min() ?? .infinity
    return drafts.filter { !($0.aicc > least + Self.margin) }.compactMap { form, draft, _ in
      switch draft {
      case .additive(let profile, let rough):
        profile.polished(rough).map { (form, $0.smoothing, $0.states) }
      case .multiplicative(let search, let rough):
        { (form, $0.smoothing, $0.states) }(search.polished(rough))
      }
    }
  }

  /// The corrected Akaike criterion of a form whose ½ n ln Σ e² + Σ ln μ is `value`.
  private func criterion(_ form: ETSForm, _ value: Double) -> Double {
    let n = Double(observed)
    return correctedAkaike(
      -value - 0.5 * n * (Glibc.log(2 * .pi / n) + 1),
      parameters: form.parameterCount(season) + 1, observations: observed)
  }
}
