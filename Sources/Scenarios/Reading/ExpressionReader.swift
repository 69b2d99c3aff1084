import Demography

/// Reads the expression of an indicator by recursive descent.
///
///     sum     = product, { ("+" | "-"), product };
///     product = sign, { ("*" | "/"), sign };
///     sign    = [ "-" ], value;
///     value   = number | metric, [ "[", part, { ",", part }, "]" ] | "(", sum, ")"
///             | "p", "(", check, ")";
///     part    = region | year | ages ("15-64", "63+") | sex ("m", "f") | programme;
///     check   = sum, (">=" | "<=" | "==" | "!=" | ">" | "<"), sum;
///
/// Names that are not known are all reported; after the first fault of form the rest is not read.
struct ExpressionReader {
  /// Longest expression in characters, which also bounds its depth.
  static let longest = 400
  private let indicator: String
  private let node: Document
  private let characters: [Character]
  /// Whether columns of the file can be told from positions in the text.
  private let start: Int?
  private let years: ClosedRange<Int>
  private var position = 0
  private var isStopped = false

  init(_ node: Document, indicator: String, years: ClosedRange<Int>) {
    self.node = node
    self.indicator = indicator
    self.years = years
    characters = Array(node.text ?? "")
    start = Self.start(of: characters, at: node.place)
  }

  /// The column of the first character; `nil` for a text over several lines or with escapes.
  private static func start(of text: [Character], at place: Place) -> Int? {
    guard let column = place.column, let line = place.text.map(Array.init) else { return nil }
    return [column, column + 1].first { $0 >= 1 && line.dropFirst($0 - 1).starts(with: text) }
  }

  /// The expression; `nil` after a fault.
  mutating func expression(_ parts: ScenarioParts, _ reader: inout Reader) -> Expression? {
    guard characters.count <= Self.longest else {
      stop("scenario.indicator-long", ["limit": "\(Self.longest)"], at: 0, &reader)
      return nil
    }
    let before = reader.faults.count
    let found = sum(parts, &reader)
    if !isStopped, let next = peek() {
      stop("scenario.indicator-operator", ["found": String(next)], at: position, &reader)
    }
    return reader.faults.count == before ? found : nil
  }

  /// Two sums that are compared; `nil` after a fault.
  mutating func condition(_ parts: ScenarioParts, _ reader: inout Reader) -> Condition? {
    guard characters.count <= Self.longest else {
      stop("scenario.indicator-long", ["limit": "\(Self.longest)"], at: 0, &reader)
      return nil
    }
    let before = reader.faults.count
    let found = comparison(parts, &reader)
    if !isStopped, let next = peek() {
      stop("scenario.indicator-operator", ["found": String(next)], at: position, &reader)
    }
    return reader.faults.count == before ? found : nil
  }

  private mutating func comparison(
    _ parts: ScenarioParts, _ reader: inout Reader
  ) -> Condition? {
    let left = sum(parts, &reader)
    guard !isStopped else { return nil }
    guard peek() != nil,
      let comparator = Condition.Comparator.allCases.first(where: {
        characters[position...].starts(with: $0.rawValue)
      })
    else {
      stop(
        "scenario.check-comparison",
        [
          "found": peek().map(String.init) ?? "",
          "known": Condition.Comparator.allCases.map(\.rawValue).joined(separator: ", "),
        ], at: position, &reader)
      return nil
    }
    position += comparator.rawValue.count
    let right = sum(parts, &reader)
    guard let left, let right else { return nil }
    return Condition(left: left, comparator: comparator, right: right)
  }

  private mutating func sum(_ parts: ScenarioParts, _ reader: inout Reader) -> Expression? {
    chain(["+", "-"], &reader) { $0.product(parts, &$1) }
  }

  private mutating func product(_ parts: ScenarioParts, _ reader: inout Reader) -> Expression? {
    chain(["*", "/"], &reader) { $0.sign(parts, &$1) }
  }

  /// Parts joined by operations of one rank, from left to right.
  private mutating func chain(
    _ marks: Set<Character>, _ reader: inout Reader,
    _ part: (inout ExpressionReader, inout Reader) -> Expression?
  ) -> Expression? {
    var found = part(&self, &reader)
    while !isStopped, let mark = peek(), marks.contains(mark) {
      position += 1
      let next = part(&self, &reader)
      if let left = found, let right = next, let operation = Expression.Operation(rawValue: mark) {
        found = .operation(operation, left, right)
      } else {
        found = nil
      }
    }
    return found
  }

  private mutating func sign(_ parts: ScenarioParts, _ reader: inout Reader) -> Expression? {
    guard peek() == "-" else { return value(parts, &reader) }
    position += 1
    return value(parts, &reader).map { .negative($0) }
  }

  private mutating func value(_ parts: ScenarioParts, _ reader: inout Reader) -> Expression? {
    guard let next = peek() else {
      stop("scenario.indicator-ends", at: position, &reader)
      return nil
    }
    if next == "(" {
      let opening = position
      position += 1
      let inner = sum(parts, &reader)
      guard !isStopped else { return nil }
      if peek() == ")" {
        position += 1
        return inner
      }
      if let found = peek() {
        stop("scenario.indicator-operator", ["found": String(found)], at: position, &reader)
      } else {
        stop("scenario.indicator-open", ["bracket": "("], at: opening, &reader)
      }
      return nil
    }
    if isDigit(next) || next == "." { return number(&reader) }
    if isNameStart(next) { return reference(parts, &reader) }
    stop("scenario.indicator-value", ["found": String(next)], at: position, &reader)
    return nil
  }

  private mutating func number(_ reader: inout Reader) -> Expression? {
    let from = position
    while position < characters.count,
      isDigit(characters[position]) || characters[position] == "."
        || isNameStart(characters[position])
    {
      position += 1
    }
    let word = String(characters[from..<position])
    guard let value = Double(word), value.isFinite, word.allSatisfy({ isDigit($0) || $0 == "." })
    else {
      stop("scenario.indicator-number", ["found": word], at: from, &reader)
      return nil
    }
    return .number(value)
  }

  private mutating func reference(
    _ parts: ScenarioParts, _ reader: inout Reader
  ) -> Expression? {
    let from = position
    while position < characters.count,
      isNameStart(characters[position]) || isDigit(characters[position])
    {
      position += 1
    }
    let name = String(characters[from..<position])
    if name == "p", peek() == "(" { return probability(parts, &reader) }
    let metrics = Metric.all(ageWidth: reader.ageWidth)
    let metric = metrics.first { $0.rawValue == name }
    if metric == nil {
      let known = metrics.map(\.rawValue)
      reader.report(
        "scenario.indicator-metric",
        [
          "name": name, "indicator": indicator, "known": known.joined(separator: ", "),
          "nearest": nearest(to: name, in: known) ?? known.first { $0.hasPrefix(name) } ?? "",
        ], at: place(from))
    }
    var (area, year): (Scenario.Area?, Int?) = (nil, nil)
    var (ages, sexes, programme): (String?, String?, Int?) = (nil, nil, nil)
    if peek() == "[" {
      let opening = position
      position += 1
      guard let end = characters[position...].firstIndex(of: "]") else {
        stop("scenario.indicator-open", ["bracket": "["], at: opening, &reader)
        return nil
      }
      for (from, text) in words(to: end) {
        if let wanted = Int(text) {
          let last = metric?.isStock == false ? years.upperBound - 1 : years.upperBound
          if !(years.lowerBound...last).contains(wanted) {
            reader.reportRange(
              Double(wanted), Double(years.lowerBound)...Double(last), name, at: place(from))
          }
          _ = reader.isOnStep(wanted, from: years.lowerBound, at: place(from))
          if year != nil { twice(text, from, &reader) }
          year = wanted
        } else if text == "m" || text == "f" || text.first.map(isDigit) == true {
          let isSex = text == "m" || text == "f"
          if (isSex ? sexes : ages) != nil { twice(text, from, &reader) }
          if isSex { sexes = text } else { ages = text }
          if let metric, !metric.isByAge { narrowed(metric, text, from, &reader) }
          if !isSex { _ = reader.groups(of: text, at: place(from)) }
        } else if let index = reader.programmes.firstIndex(of: text) {
          if programme != nil { twice(text, from, &reader) }
          programme = index
          if let metric, metric.permitPlace == nil { narrowed(metric, text, from, &reader) }
        } else {
          let item = Document(.scalar(text), at: place(from))
          let found = parts.areas(item, &reader)
          if found.count > 1 {
            reader.report(
              "scenario.indicator-area",
              ["found": text, "indicator": indicator, "country": parts.baseline.country],
              at: place(from))
          }
          if area != nil { twice(text, from, &reader) }
          area = found.first
        }
      }
      position = end + 1
    }
    return metric.map {
      .reference(
        .init(
          metric: $0, area: area, year: year, cells: cells(ages, sexes, &reader),
          programme: programme))
    }
  }

  /// Which ages of which sexes are meant; `nil` for everybody and after a fault.
  private func cells(_ ages: String?, _ sex: String?, _ reader: inout Reader) -> [Bool]? {
    guard ages != nil || sex != nil else { return nil }
    var entries: [Document.Entry] = []
    for (key, text) in [("ages", ages), ("sexes", sex)] {
      guard let text else { continue }
      entries.append(
        .init(
          key: key, keyPlace: node.place, value: Document(.scalar(text), at: node.place)))
    }
    // Faults were told where they stand.
    let before = reader.faults.count
    let mask = reader.ageMask(Document(.map(entries), at: node.place))
    guard reader.faults.count == before else {
      reader.forgetFaults(after: before)
      return nil
    }
    return mask
  }

  /// Ages, sexes and programmes narrow only some metrics.
  private mutating func narrowed(
    _ metric: Metric, _ text: String, _ at: Int, _ reader: inout Reader
  ) {
    let known = Metric.all(ageWidth: reader.ageWidth).filter { $0.permitPlace != nil }
    reader.report(
      "scenario.indicator-narrow",
      [
        "found": text, "metric": metric.rawValue,
        "programmes": known.map(\.rawValue).joined(separator: ", "),
      ], at: place(at))
  }

  /// `p(…)`: what share of the draws a comparison holds in.
  private mutating func probability(
    _ parts: ScenarioParts, _ reader: inout Reader
  ) -> Expression? {
    let opening = position
    position += 1
    let condition = comparison(parts, &reader)
    guard !isStopped else { return nil }
    guard peek() == ")" else {
      stop("scenario.indicator-open", ["bracket": "("], at: opening, &reader)
      return nil
    }
    position += 1
    return condition.map { .probability($0) }
  }

  private mutating func twice(_ text: String, _ at: Int, _ reader: inout Reader) {
    reader.report(
      "scenario.indicator-twice", ["found": text, "indicator": indicator], at: place(at))
  }

  /// What stands between commas up to an end, with the position of its first character.
  private func words(to end: Int) -> [(from: Int, text: String)] {
    characters[position..<end].split(separator: ",", omittingEmptySubsequences: false).map { part in
      let from = part.firstIndex { $0 != " " } ?? part.startIndex
      let to = part.lastIndex { $0 != " " }.map { $0 + 1 } ?? from
      return (from, String(characters[from..<to]))
    }
  }

  /// The next character that is no space.
  private mutating func peek() -> Character? {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
    return position < characters.count ? characters[position] : nil
  }

  private mutating func stop(
    _ code: String, _ arguments: [String: String] = [:], at offset: Int, _ reader: inout Reader
  ) {
    isStopped = true
    reader.report(code, arguments.merging(["indicator": indicator]) { $1 }, at: place(offset))
  }

  private func place(_ offset: Int) -> Place {
    guard let start else { return node.place }
    return Place(
      file: node.place.file, line: node.place.line, column: start + offset, text: node.place.text)
  }

  private func isDigit(_ c: Character) -> Bool { ("0"..."9").contains(c) }
  private func isNameStart(_ c: Character) -> Bool {
    ("a"..."z").contains(c) || ("A"..."Z").contains(c) || c == "_"
  }
}
