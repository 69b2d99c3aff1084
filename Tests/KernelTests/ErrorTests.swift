import Kernel
import Testing

@Suite struct ErrorTests {
  static let minimum = Minimum(
    point: [1, 2], value: 3.5, iterations: 7, evaluations: 9, reason: .iterationLimit, measure: 0.25
  )

  static let all: [(KernelError, String, Set<String>)] = [
    (.notFinite(routine: "LU"), "kernel.notFinite", ["routine"]),
    (.notPositiveDefinite(at: 0), "kernel.notPositiveDefinite", ["at"]),
    (.singular(at: 1), "kernel.singular", ["at"]),
    (
      .rankDeficient(rank: 2, columns: 4, dependent: [1, 3]), "kernel.rankDeficient",
      ["rank", "columns", "dependent"]
    ),
    (.noConvergence(routine: "dgeev", code: 3), "kernel.noConvergence", ["routine", "detail"]),
    (
      .notConverged(minimum), "kernel.notConverged", ["iterations", "value", "measure", "reason"]
    ),
    (
      .notBracketed(lower: 0, upper: 1, atLower: 2, atUpper: 3), "kernel.notBracketed",
      ["lower", "upper", "atLower", "atUpper"]
    ),
    (.objectiveNotFinite(at: [1]), "kernel.objectiveNotFinite", ["at"]),
    (.streamCollision("a", "b", hash: 255), "kernel.streamCollision", ["first", "second", "hash"]),
  ]

  @Test func everyErrorNamesItsTextAndFillsItsGaps() {
    for (error, code, names) in Self.all {
      #expect(error.code == code)
      #expect(Set(error.arguments.keys) == names)
    }
  }

  @Test func placesAreCountedFromOneForPeople() {
    #expect(KernelError.singular(at: 1).arguments["at"] == "2")
    let dependent = KernelError.rankDeficient(rank: 2, columns: 4, dependent: [1, 3])
    #expect(dependent.arguments["dependent"] == "2, 4")
    #expect(KernelError.streamCollision("a", "b", hash: 255).arguments["hash"] == "ff")
  }
}
