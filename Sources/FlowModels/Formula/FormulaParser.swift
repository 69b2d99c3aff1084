import Demography

/// Recursive descent over the characters of a formula.
struct FormulaParser {
  private let text: String
  private let characters: [Character]
  private var position = 0

  init(_ text: String) throws {
    self.text = text
    characters = Array(text)
    guard characters.count <= 10_000 else {
      throw Faults(Fault(.usage, "formula.too-long", ["length": "\(characters.count)"]))
    }
  }

  mutating func formula() throws -> Formula {
    let response = try term()
    guard take("~") else { throw fault("formula.no-tilde", found()) }
    var terms: [Formula.Term] = []
    var hasIntercept = true
    repeat {
      let next = try term()
      switch next.expression {
      case .number(0): hasIntercept = false
      case .number(1): break
      case .number: throw fault("formula.constant", ["found": next.name], at: next.place)
      default: terms.append(next)
      }
    } while take("+")
    var effects: [Formula.Effect] = []
    if take("|"), !(peek == "0" && isLast) {
      repeat { effects.append(try effect()) } while take("+")
    } else if peek == "0" {
      position += 1
    }
    skipSpaces()
    guard position == characters.count else { throw fault("formula.unexpected", found()) }
    try checkOnce(terms, effects)
    return Formula(
      text: text, response: response, terms: terms, effects: effects,
      hasIntercept: hasIntercept && effects.isEmpty)
  }

  private func checkOnce(_ terms: [Formula.Term], _ effects: [Formula.Effect]) throws {
    var seen: Set<String> = []
    for (name, place) in terms.map({ ($0.name, $0.place) })
      + effects.map({ ("|" + $0.name, $0.place) })
    where !seen.insert(name).inserted {
      throw fault(
        "formula.twice", ["found": name.hasPrefix("|") ? String(name.dropFirst()) : name], at: place
      )
    }
  }

  // MARK: Regressors and effects

  private mutating func term() throws -> Formula.Term {
    skipSpaces()
    let start = position
    var expression = try factor()
    while take(":") { expression = .binary(.multiply, expression, try factor()) }
    return Formula.Term(
      name: name(from: start), expression: expression, place: place(from: start))
  }

  private mutating func effect() throws -> Formula.Effect {
    skipSpaces()
    let start = position
    var columns = [try identifier()]
    while take("^") { columns.append(try identifier()) }
    return Formula.Effect(
      name: columns.joined(separator: "^"), columns: columns, place: place(from: start))
  }

  /// A column, a number, a function call or `I(…)`.
  private mutating func factor() throws -> Expression {
    skipSpaces()
    if let number = takeNumber() { return .number(number) }
    let start = position
    let name = try identifier()
    let isQuoted = characters[start] == "`"
    let nameEnd = position
    guard !isQuoted, take("(") else {
      return .column(name, place(from: start, to: nameEnd))
    }
    guard name == "I" || Expression.Function(rawValue: name) != nil else {
      let known = Expression.Function.allCases.map(\.rawValue) + ["I"]
      throw fault(
        "formula.function", ["found": name, "known": known.joined(separator: ", ")],
        at: place(from: start, to: nameEnd))
    }
    let argument = try sum(depth: 0)
    guard take(")") else { throw fault("formula.parenthesis", found()) }
    return Expression.Function(rawValue: name).map { .call($0, argument) } ?? argument
  }

  // MARK: Arithmetic inside parentheses

  private mutating func sum(depth: Int) throws -> Expression {
    guard depth < 100 else { throw fault("formula.too-deep", found()) }
    var left = try product(depth: depth)
    while let sign = takeOperator(among: "+-") {
      left = .binary(sign, left, try product(depth: depth))
    }
    return left
  }

  private mutating func product(depth: Int) throws -> Expression {
    var left = try power(depth: depth)
    while let sign = takeOperator(among: "*/") {
      left = .binary(sign, left, try power(depth: depth))
    }
    return left
  }

  private mutating func power(depth: Int) throws -> Expression {
    guard depth < 100 else { throw fault("formula.too-deep", found()) }
    if take("-") { return .binary(.subtract, .number(0), try power(depth: depth + 1)) }
    let base: Expression
    if take("(") {
      base = try sum(depth: depth + 1)
      guard take(")") else { throw fault("formula.parenthesis", found()) }
    } else {
      base = try factor()
    }
    return take("^") ? .binary(.power, base, try power(depth: depth + 1)) : base
  }

  // MARK: Characters

  private var peek: Character? {
    characters[position...].first { !$0.isWhitespace }
  }

  private var isLast: Bool {
    characters[position...].filter { !$0.isWhitespace }.count == 1
  }

  private mutating func skipSpaces() {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
  }

  private mutating func take(_ character: Character) -> Bool {
    skipSpaces()
    guard position < characters.count, characters[position] == character else { return false }
    position += 1
    return true
  }

  private mutating func takeOperator(among signs: String) -> Expression.Operator? {
    skipSpaces()
    guard position < characters.count, signs.contains(characters[position]) else { return nil }
    defer { position += 1 }
    return Expression.Operator(rawValue: characters[position])
  }

  private mutating func takeNumber() -> Double? {
    var end = position
    while end < characters.count, characters[end].isASCII,
      characters[end].isNumber || characters[end] == "."
    {
      end += 1
    }
    guard end > position, let number = Double(String(characters[position..<end])) else {
      return nil
    }
    position = end
    return number
  }

  private mutating func identifier() throws -> String {
    skipSpaces()
    let start = position
    if position < characters.count, characters[position] == "`" {
      guard let close = characters[(start + 1)...].firstIndex(of: "`"), close > start + 1 else {
        throw fault("formula.quote", found())
      }
      position = close + 1
      return String(characters[(start + 1)..<close])
    }
    while position < characters.count, Self.isNamePart(characters[position]) { position += 1 }
    guard position > start else { throw fault("formula.name", found()) }
    return String(characters[start..<position])
  }

  private static func isNamePart(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_" || character == "."
  }

  private func name(from start: Int) -> String {
    String(characters[start..<position].filter { !$0.isWhitespace })
  }

  // MARK: Faults

  private func place(from start: Int, to end: Int? = nil) -> Place {
    Place(
      file: "formula", line: 1, column: start + 1, length: max(1, (end ?? position) - start),
      text: text)
  }

  private func found() -> [String: String] {
    ["found": peek.map { String($0) } ?? "∅"]
  }

  private func fault(_ code: String, _ arguments: [String: String], at place: Place? = nil)
    -> Faults
  {
    let next = characters[position...].firstIndex { !$0.isWhitespace } ?? characters.count
    return Faults(Fault(.usage, code, arguments, at: place ?? self.place(from: next, to: next + 1)))
  }
}
