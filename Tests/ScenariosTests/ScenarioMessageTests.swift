import Demography
import Scenarios
import Testing

@Suite struct ScenarioMessageTests {
  private func faults(_ levers: String, extra: String = "") throws -> [Fault] {
    let baseline = try ToyCountry.baseline(
      extra: "temporary: [{id: work, stock: 100, term_quarters: 4, max_terms: 1, renewal: 0.5}]")
    do {
      _ = try Scenario(
        ToyCountry.document(
          """
          schema: agyn.scenario/1
          id: faulty
          title: {en: Faulty}
          baseline: {ref: toy}
          \(extra)
          levers:
          \(levers)
          """, file: "faulty.yaml"), baseline: baseline, regions: ToyCountry.regions)
      return []
    } catch let faults as Faults {
      return faults.all
    }
  }

  private func codes(_ levers: String, extra: String = "") throws -> [String] {
    try faults(levers, extra: extra).map(\.code)
  }

  @Test func everyFaultOfAFileIsReportedAtOnceWithItsPlace() throws {
    let found = try faults(
      """
          - id: one
            kind: rate
            target: {component: fertilty, regions: [Nrth]}
            path: {op: multiply, points: {2025: abc}}
            effekt: 3
          - id: two
            kind: levitate
            target: {component: internal}
      """)
    #expect(
      Set(found.map(\.code)) == [
        "key.unknown", "scenario.not-permitted", "scenario.lever-unknown",
      ])
    #expect(found.allSatisfy { $0.kind == .badConfiguration && $0.place?.file == "faulty.yaml" })
    let component = try #require(found.first { $0.code == "scenario.not-permitted" })
    #expect(component.arguments["nearest"] == "fertility")
    #expect(component.place?.line == 9)
  }

  @Test func anUnknownRegionNamesTheNearest() throws {
    let found = try faults(
      """
          - {id: a, kind: rate, target: {component: fertility, regions: [Nort]}, path: {op: multiply, points: {2025: 1}}}
      """)
    #expect(found.map(\.code) == ["scenario.region-unknown"])
    #expect(found.first?.arguments["nearest"] == "North")
  }

  @Test func aParameterThatIsNotThereNamesTheNearest() throws {
    let found = try faults(
      """
          - {id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: $scal}}}
      """, extra: "parameters: {scale: {value: 1}}")
    #expect(found.map(\.code) == ["scenario.parameter-unknown"])
    #expect(found.first?.arguments["nearest"] == "scale")
  }

  @Test func aSetAndAMultiplyOnOneCellContradictEachOther() throws {
    let found = try codes(
      """
          - {id: a, kind: count, target: {component: immigration, to: [City]}, path: {op: set, points: {2025: 10}}}
          - {id: b, kind: count, target: {component: immigration, to: [City, North]}, path: {op: set, points: {2026: 20}}}
      """)
    #expect(found == ["scenario.conflict"])
  }

  @Test func setsOfDifferentRegionsDoNotContradict() throws {
    let found = try codes(
      """
          - {id: a, kind: count, target: {component: immigration, to: [City]}, path: {op: set, points: {2025: 10}}}
          - {id: b, kind: count, target: {component: immigration, to: [North]}, path: {op: set, points: {2025: 20}}}
      """)
    #expect(found.isEmpty)
  }

  @Test(arguments: [
    ("path: {op: multiply, points: {2026: 1, 2025: 2}}", "scenario.points-order"),
    ("path: {op: multiply, points: {2026: 1, 2080: 2}}", "scenario.points-late"),
    ("path: {op: multiply, points: {soon: 1}}", "scenario.time"),
    ("path: {op: multiply, points: {2025: -1}}", "scenario.out-of-range"),
    ("path: {op: add, points: {2025: 1}}", "scenario.not-permitted"),
    ("path: {op: multiply, points: {2025: {dist: beta, mean: 2, sd: 1}}}", "scenario.out-of-range"),
    ("path: {op: multiply, unit: miles, points: {2025: 1}}", "scenario.not-permitted"),
  ])
  func aFaultyPathIsRefused(path: String, code: String) throws {
    let found = try codes("    - {id: a, kind: rate, target: {component: fertility}, \(path)}")
    #expect(found == [code])
  }

  @Test func sharesMustSumToOne() throws {
    let found = try codes(
      """
          - id: q
            kind: cap
            target: {component: temporary, programme: work, counts: stock}
            path: {op: cap, unit: persons, points: {2025: 50}}
            allocate: {to: {City: 0.5, North: 0.4}}
      """)
    #expect(found == ["scenario.shares-sum"])
  }

  @Test func anotherBaselineIsRefused() throws {
    let baseline = try ToyCountry.baseline()
    #expect(throws: Faults.self) {
      try Scenario(
        ToyCountry.document(
          """
          schema: agyn.scenario/1
          id: lost
          title: {en: Lost}
          baseline: {ref: another}
          levers: [{id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: 1}}}]
          """), baseline: baseline, regions: ToyCountry.regions)
    }
  }

  @Test func aLeverWithoutEvidenceCountsAsAssumedAndIsSaidSo() throws {
    let baseline = try ToyCountry.baseline()
    let scenario = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: bare
        title: {kk: Bare, ru: Bare, en: Bare}
        baseline: {ref: toy}
        levers: [{id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: 1}}}]
        """), baseline: baseline, regions: ToyCountry.regions)
    #expect(scenario.isAssumed)
    #expect(scenario.warnings.map(\.code) == ["scenario.evidence-missing"])
  }

  @Test func everyKindOfLeverHasACardOfItsOwn() {
    let cards = LeverCatalogue.all.map(\.card)
    #expect(Set(cards.map(\.id)).count == cards.count)
    #expect(cards.allSatisfy { $0.catalogue == "lever" && !$0.reference.isEmpty })
  }

  @Test func thePublishedSchemaKnowsTheLeversAndKeysOfTheCatalogue() throws {
    let schema = try Bundle20.document("scenarios/scenario.schema.json")
    let kinds = schema["properties"]?["levers"]?["items"]?["oneOf"]?.items ?? []
    #expect(kinds.count == LeverCatalogue.all.count)
    for kind in LeverCatalogue.all {
      let properties = try #require(
        kinds.first { $0["properties"]?["kind"]?["const"]?.text == kind.card.id })["properties"]
      let keys = Set((properties?.entries ?? []).map(\.key))
      #expect(
        keys
          == Set(kind.keys + ["id", "title", "kind", "enabled", "priority", "target", "evidence"]))
      let target = properties?["target"]?["properties"]?.entries.map(\.key) ?? []
      // Temporary stays are in no group.
      let groups = kind.components == ["temporary"] ? [] : ["groups"]
      #expect(Set(target) == Set(kind.targetKeys + ["component"] + groups))
    }
  }
}
