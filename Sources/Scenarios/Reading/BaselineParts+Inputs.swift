import Demography
import Projection

extension BaselineParts {
  /// Inputs of the file with the measures they take when none is named.
  static let standardInputs: [(key: String, measure: String, ageSchedule: String)] = [
    ("start_population", "POP", ""), ("mortality", "MX", ""), ("fertility", "ASFR", ""),
    ("internal", "FLOW_OD", "AGE_RATE_INTERNAL"), ("emigration", "FLOW_OUT", "AGE_RATE_EMIGRATION"),
    ("immigration", "FLOW_IN", "AGE_SHARE_IMMIGRATION"), ("births_elsewhere", "BIRTH_SHARE", ""),
    ("special_population", "POP_SPECIAL", ""),
  ]

  /// Inputs that are there only where the file names them: otherwise children belong to the region of
  /// their mother, and nobody is held apart.
  private static let optionalInputs: Set<String> = ["births_elsewhere", "special_population"]
  /// Inputs whose rates may be those of everybody where people are in groups: `by_group: false`.
  private static let shareable: Set<String> = ["mortality", "fertility", "internal", "emigration"]
  /// Components that a file may leave out of the account: `internal: none`.
  private static let leavable: Set<String> = ["internal", "emigration", "immigration"]

  /// Reads `inputs: {emigration: {measure, year, given, held, factor, change_per_year, age_schedule}}`.
  mutating func readInputs(_ document: Document, _ reader: inout Reader) {
    let node = document["inputs"] ?? Document(.null, at: document.place)
    reader.closed(node, Self.standardInputs.map(\.key))
    for (key, measure, schedule) in Self.standardInputs {
      if Self.optionalInputs.contains(key) && node[key] == nil { continue }
      let input = node[key] ?? Document(.null, at: node.place)
      if Self.leavable.contains(key), input.text == "none" {
        absent.insert(key)
        continue
      }
      let isSpread = !schedule.isEmpty
      reader.closed(
        input,
        ["measure", "year", "evidence"] + (key == "start_population" ? [] : ["factor"])
          + (reader.places.isGrouped && Self.shareable.contains(key) ? ["by_group"] : [])
          + (Baseline.Component(rawValue: key) == nil ? [] : ["change_per_year"])
          + (isSpread ? ["age_schedule", "given", "held"] : []))
      let standardHeld: Baseline.Input.Held = key == "immigration" ? .persons : .rate
      let held = reader.choice(
        input, "held", Baseline.Input.Held.allCases.map(\.rawValue),
        standard: standardHeld.rawValue)
      noteEvidence(input, key, &reader)
      if key == "mortality", form == .prospective, let own = input["measure"], own.text == "MX" {
        reader.report("baseline.form-measure", ["form": form.rawValue], at: own.place)
      }
      let given = isSpread ? "totals" : "by_age"
      let isByAge =
        reader.choice(input, "given", ["totals", "by_age"], standard: given) == "by_age"
      if form == .transition, reader.ageWidth > 1, !isByAge,
        ["internal", "emigration"].contains(key)
      {
        reader.report(
          "baseline.form-given",
          ["input": key, "form": form.rawValue, "width": String(reader.ageWidth)],
          at: (input["given"] ?? input).place)
      }
      if isSpread, isByAge, let own = input["age_schedule"] {
        reader.report("baseline.given-schedule", ["input": key], at: own.place)
      }
      inputs[key] = Baseline.Input(
        measure: input["measure"]?.text ?? standard(measure),
        year: reader.whole(
          input, "year", in: 1900...2200,
          standard: key.hasSuffix("population") ? launch : launch - 1)
          ?? 0,
        factor: reader.number(input, "factor", in: 0...10, standard: 1) ?? 1,
        changePerYear: reader.number(input, "change_per_year", in: -0.2...0.2, standard: 0) ?? 0,
        ageSchedule: isByAge ? "" : input["age_schedule"]?.text ?? schedule, isByAge: isByAge,
        held: held.flatMap { Baseline.Input.Held(rawValue: $0) } ?? standardHeld,
        isByGroup: reader.places.isGrouped && reader.flag(input, "by_group", standard: true))
      if reader.places.isGrouped, key == "births_elsewhere", let own = node[key] {
        reader.report("baseline.groups-key", ["key": key], at: own.place)
      }
    }
  }

  /// The prospective form takes probabilities of dying by the age reached in the year.
  private func standard(_ measure: String) -> String {
    measure == "MX" && form == .prospective ? "QX" : measure
  }
}
