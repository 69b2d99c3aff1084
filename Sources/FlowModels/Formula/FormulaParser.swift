import Demography

/// Recursive descent over the characters of a formula.
struct FormulaParser {
  let text: String
  let characters: [Character]
  var position = 0

  /// What messages call the text.
  private let file: String

  init(_ text: String, file: String = "formula") throws {
    self.text = text
    self.file = file
    characters = Array(text)
    guard characters.count <= 10_000 else {
      throw Faults(Fault(.usage, "formula.too-long", ["length": "\(characters.count)"]))
    }
  }

  mutating func formula() throws -> Formula {
    let response = try interaction()
    guard take("~") else { throw fault("formula.no-tilde", found()) }
    var terms: [Formula.Term] = []
    var products: Set<String> = []
    var offsets: [Formula.Term] = []
    var hasIntercept = true
    repeat {
      if let offset = try offsetTerm() {
        offsets.append(offset)
        continue
      }
      let next = try product()
      if next.count > 1 { products.formUnion(next.map(\.name)) }
      for term in next {
        switch term.expression {
        case .number(0) where term.factor == nil: hasIntercept = false
        case .number(1) where term.factor == nil: break
        case .number where term.factor == nil:
          throw fault("formula.constant", ["found": term.name], at: term.place)
        default:
          // What a product `a*b` brings along may stand elsewhere, too.
          let isThere = terms.contains { $0.name == term.name }
          if !(isThere && products.contains(term.name)) { terms.append(term) }
        }
      }
    } while take("+")
    var effects: [Formula.Effect] = []
    if take("|"), !(peek == "0" && isLast) {
      repeat { effects += try effect() } while take("+")
    } else if peek == "0" {
      position += 1
    }
    skipSpaces()
    guard position == characters.count else { throw fault("formula.unexpected", found()) }
    try checkOnce(terms, effects)
    return Formula(
      text: text, response: response, terms: terms, effects: effects,
      hasIntercept: hasIntercept && effects.isEmpty, offsets: offsets)
  }

  /// A text that is one expression and nothing else.
  /// - Parameter file: what messages call the text.
  static func expression(_ text: String, _ file: String) throws -> Formula.Term {
    var parser = try FormulaParser(text, file: file)
    let expression = try parser.sum(depth: 0)
    parser.skipSpaces()
    guard parser.position == parser.characters.count else {
      throw parser.fault("formula.unexpected", parser.found())
    }
    return Formula.Term(
      name: parser.name(from: 0), expression: expression, place: parser.place(from: 0))
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

  /// `a*b*c`: every product of some of them, single ones first; or one `i(…)`.
  private mutating func product() throws -> [Formula.Term] {
    if let factor = try factorTerm() { return [factor] }
    var parts = [try interaction()]
    let start = position
    while take("*") { parts.append(try interaction()) }
    guard parts.count <= 4 else { throw fault("formula.product", found(), at: place(from: start)) }
    let subsets = (1..<(1 << parts.count)).sorted { a, b in
      a.nonzeroBitCount == b.nonzeroBitCount ? a < b : a.nonzeroBitCount < b.nonzeroBitCount
    }
    return subsets.map { subset in
      let members = parts.indices.filter { subset & (1 << $0) != 0 }.map { parts[$0] }
      return members.dropFirst().reduce(members[0]) { product, part in
        Formula.Term(
          name: "\(product.name):\(part.name)",
          expression: .binary(.multiply, product.expression, part.expression),
          place: product.place)
      }
    }
  }

  /// A factor, or several with `:` between them.
  mutating func interaction() throws -> Formula.Term {
    skipSpaces()
    let start = position
    var expression = try factor()
    while take(":") { expression = .binary(.multiply, expression, try factor()) }
    return Formula.Term(
      name: name(from: start), expression: expression, place: place(from: start))
  }

  /// An effect, slopes of its levels behind it.
  private mutating func effect() throws -> [Formula.Effect] {
    skipSpaces()
    let start = position
    var columns = [try identifier()]
    while take("^") { columns.append(try identifier()) }
    let name = columns.joined(separator: "^")
    let levels = Formula.Effect(name: name, columns: columns, place: place(from: start))
    guard take("[") else { return [levels] }
    let isAlone = take("[")
    var effects = isAlone ? [] : [levels]
    repeat {
      let slope = try interaction()
      if case .number = slope.expression {
        throw fault("formula.constant", ["found": slope.name], at: slope.place)
      }
      effects.append(
        Formula.Effect(
          name: "\(name)[[\(slope.name)]]", columns: columns, place: slope.place, slope: slope))
    } while take(",")
    guard take("]"), !isAlone || take("]") else { throw fault("formula.bracket", found()) }
    return effects
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
    guard name != "i", name != "offset" else {
      throw fault(
        "formula.alone", ["found": name], at: place(from: start, to: nameEnd))
    }
    guard name == "I" || Expression.Function(rawValue: name) != nil else {
      let known = Expression.Function.allCases.map(\.rawValue) + ["I", "i", "offset"]
      throw fault(
        "formula.function", ["found": name, "known": known.joined(separator: ", ")],
        at: place(from: start, to: nameEnd))
    }
    let argument = try sum(depth: 0)
    guard take(")") else { throw fault("formula.parenthesis", found()) }
    return Expression.Function(rawValue: name).map { .call($0, argument) } ?? argument
  }

  // MARK: Arithmetic inside parentheses

  mutating func sum(depth: Int) throws -> Expression {
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

  mutating func skipSpaces() {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
  }

  mutating func take(_ character: Character) -> Bool {
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

  mutating func identifier() throws -> String {
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

  static func isNamePart(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_" || character == "."
  }

  func name(from start: Int) -> String {
    String(characters[start..<position].filter { !$0.isWhitespace })
  }

  // MARK: Faults

  func place(from start: Int, to end: Int? = nil) -> Place {
    Place(
      file: file, line: 1, column: start + 1, length: max(1, (end ?? position) - start),
      text: text)
  }

  func found() -> [String: String] {
    ["found": peek.map { String($0) } ?? "∅"]
  }

  func fault(_ code: String, _ arguments: [String: String], at place: Place? = nil)
    -> Faults
  {
    let next = characters[position...].firstIndex { !$0.isWhitespace } ?? characters.count
    return Faults(Fault(.usage, code, arguments, at: place ?? self.place(from: next, to: next + 1)))
  }
}
