import FlowModels
import Kernel
import Testing

/// Golden case gc07: schedules of seven, eleven and thirteen parameters, their landmarks, and fits.
struct ScheduleCurveTests {
  /// Parameters of the example of rcbayes 0.2 (github jessieyeung/rcbayes, MIT); the thirteenth adds the
  /// oldest with 0.01 and 0.01.
  private static let eleven = RogersCastro(
    constant: 0.01, children: .init(level: 0.09, rate: 0.1),
    labour: .init(level: 0.2, descent: 0.1, position: 21, steepness: 0.39),
    retirement: .init(level: 0.001, descent: 1, position: 67, steepness: 0.6))
  private static let thirteen: RogersCastro = {
    var more = eleven
    more.oldest = .init(level: 0.01, rate: 0.01)
    return more
  }()

  /// Rates at 0, 10, … 100 and at the middles of these years; computed with Python 3.11 from the formula
  /// of Rogers & Castro (1981).
  private static let rates: [[Double]] = [
    [
      0.1, 0.0431091497054298, 0.072648029164583, 0.0933997132049995, 0.0415440339120482,
      0.0216109244372088, 0.0142714689812257, 0.0116135875099994, 0.0105780828596127,
      0.0102126639682797, 0.0100782347017704,
    ],
    [
      0.0956106482050642, 0.041494397420004, 0.0839512759990575, 0.0897309389275606,
      0.0400086623330367, 0.0210446756880401, 0.0140631471499552, 0.0115214655536244,
      0.0105498886472044, 0.0102022922241234, 0.0100744191503411,
    ],
    [
      0.11, 0.0541608588861863, 0.0848620567461847, 0.106898301280759, 0.0564622808884609,
      0.0380981371442101, 0.0324926569851308, 0.0317511145847041, 0.0328334921445374,
      0.0348086950798492, 0.0372610529863609,
    ],
    [
      0.105660773413658, 0.052601503523561, 0.0962265266486893, 0.103297188957623,
      0.0550016873336044, 0.0376145308926486, 0.0323756692388129, 0.0317599324028479,
      0.0329168536354043, 0.0349216114546982, 0.0373934918786004,
    ],
  ]

  @Test func elevenAndThirteenParametersGiveTheRatesOfTheFormula() {
    let decades = (0...10).map { Double(10 * $0) }
    for (k, expected) in Self.rates.enumerated() {
      let schedule = k < 2 ? Self.eleven : Self.thirteen
      let found = schedule.rates(decades.map { $0 + (k % 2 == 0 ? 0 : 0.5) })
      #expect(relativeDistance(found, expected) <= 1e-14)
    }
    #expect(Self.eleven.parameters.count == 11 && Self.thirteen.parameters.count == 13)
  }

  /// The schedules of the golden tables by their column.
  private static func schedule(_ column: String) -> RogersCastro? {
    switch column {
    case "fundamental": return ModelSchedules.fundamental.schedule
    case "eleven_example": return eleven
    case "thirteen_example": return thirteen
    default:
      let parts = column.split(separator: "_")
      let sex = parts.last == "male" ? "M" : "F"
      return ModelSchedules.unitedNations.first { $0.id == parts[0] && $0.sex == sex }?.schedule
    }
  }

  /// All fifteen curves at 101 ages, of which twelve digits are printed.
  @Test(arguments: [("expected_curves", 0.0), ("expected_curves_midage", 0.5)])
  func fifteenCurvesAreThoseOfTheReference(_ file: String, past: Double) throws {
    guard let table = LongTable("golden/projection/gc07_rogers_castro/\(file).csv") else { return }
    let ages = table.numbers("age")
    let columns = table.columns.keys.filter { $0 != "age" }
    #expect(columns.count == 15 && ages.count == 101)
    for column in columns {
      let schedule = try #require(Self.schedule(column), "\(column)")
      for (age, expected) in zip(ages, table.numbers(column)) {
        #expect(abs(schedule.rate(age + past) / expected - 1) <= 1e-11, "\(column) \(age)")
      }
    }
  }

  /// Computed with numpy 2.4 on the same grid; eight digits are printed.
  @Test func landmarksOfTheExamplesAreThoseOfTheReference() {
    let eleven = Self.eleven.landmarks
    let thirteen = Self.thirteen.landmarks
    let found = [
      [eleven.grossRate, eleven.jump, eleven.shareUnder15, eleven.share65AndOver, eleven.meanAge],
      [
        thirteen.grossRate, thirteen.jump, thirteen.shareUnder15, thirteen.share65AndOver,
        thirteen.meanAge,
      ],
    ]
    let expected = [
      [3.7109304, 0.098785589, 0.2348794, 0.10299074, 31.467893],
      [5.4292122, 0.09975911, 0.19001197, 0.22055611, 40.112241],
    ]
    for (ours, theirs) in zip(found, expected) {
      for (a, b) in zip(ours, theirs) { #expect(abs(a / b - 1) <= 1e-7, "\(a) \(b)") }
    }
    #expect(abs(eleven.highAge - 24.310) <= 0.001 && abs(eleven.lowAge - 16.402) <= 0.001)
    #expect(abs(thirteen.highAge - 24.339) <= 0.001 && abs(thirteen.lowAge - 16.366) <= 0.001)
  }

  @Test func landmarksOfAllSchedulesAreThoseOfTheReference() throws {
    guard let table = LongTable("golden/projection/gc07_rogers_castro/expected_indices.csv")
    else { return }
    #expect(table.texts("schedule").count == 15)
    for (row, name) in table.texts("schedule").enumerated() {
      let schedule = try #require(Self.schedule(name), "\(name)")
      let marks = schedule.landmarks
      let shape = schedule.shape
      let whole = (0...100).reduce(0) { $0 + schedule.rate(Double($1)) }
      let values = [
        ("GMR_0_100_trapz", marks.grossRate), ("sum_ages_0_100", whole),
        ("m_high", marks.highRate), ("jump_B", marks.jump),
        ("child_dependency", shape.childDependency),
        ("labour_dependency", shape.labourDependency),
        ("labour_asymmetry", shape.labourAsymmetry), ("regularity", shape.regularity),
        ("share_0_14", marks.shareUnder15), ("share_15_64", marks.share15To64),
        ("share_65p", marks.share65AndOver), ("mean_age", marks.meanAge),
      ]
      for (column, value) in values {
        let expected = table.numbers(column)[row]
        #expect(abs(value / expected - 1) <= 1e-7, "\(name) \(column) \(value)")
      }
      let ages = [
        ("x_high", marks.highAge), ("x_low", marks.lowAge), ("labour_shift_X", marks.labourShift),
      ]
      for (column, age) in ages {
        #expect(abs(age - table.numbers(column)[row]) <= 0.001 + 1e-9, "\(name) \(column) \(age)")
      }
    }
  }

  /// The examples are found again from their curves, by their own form and by no smaller one: a form
  /// with more parameters never fits worse than one it contains.
  @Test(arguments: [11, 13]) func fitsOfTheExamplesFindTheirCurves(parameters: Int) throws {
    let made = parameters == 11 ? Self.eleven : Self.thirteen
    let ages = (0...100).map(Double.init)
    let rates = made.rates(ages)
    let total = rates.reduce(0, +)
    var squares: [Int: Double] = [:]
    for count in [7, 9, 11, 13] {
      let form = try #require(RogersCastroFit.Form(parameters: count))
      let fit = try RogersCastroFit.fit(
        ages: ages, rates: rates, form: form, key: StreamKey(seed: 1, stream: "schedule"))
      squares[count] = fit.value
      print("gc07 fit", parameters, "by", count, fit.value, fit.startsAtBest, fit.reason)
      guard count == parameters else { continue }
      // The end of the search: squares of 1e-7 of a rate over all ages.
      let worst = zip(ages, rates).map { abs(fit.schedule.rate($0) - $1) }.max() ?? .nan
      #expect(worst <= 1e-6 * total / 101, "\(worst)")
      #expect(abs(fit.schedule.landmarks.highAge - made.landmarks.highAge) <= 0.001)
      #expect(abs(fit.schedule.labour.position - 21) <= 0.01)
    }
    for (small, large) in [(7, 9), (7, 11), (9, 13), (11, 13)] {
      let (a, b) = (try #require(squares[small]), try #require(squares[large]))
      // Sums of squares below the rounding of the rates say nothing any more.
      #expect(b <= a * (1 + 1e-9) + 1e-12 * total * total, "\(small) \(large)")
    }
  }
}
