public import Demography

extension Expression {
  /// Reads an expression with one relation.
  ///
  ///     relation := side ('==' | '<=' | '>=') side
  ///     side     := product (('+' | '-') product)*
  ///     product  := factor (('*' | '/') factor)*
  ///     factor   := number | '-' factor | '(' side ')' | term | 'sum(' term ')' | 'lag(' term ',' n ')'
  ///     term     := NAME ('{' predicate '}')? ('[t' (('+' | '-') n)? ']')?
  ///
  /// - Throws: `expression.syntax` with the place of what was not expected.
  public init(parsing text: String, at place: Place? = nil) throws(Fault) {
    var reader = try TokenReader(text, hasCodes: false, at: place)
    left = try Self.side(&reader, depth: 0)
    guard case .symbol(let symbol) = reader.token, let relation = Relation(rawValue: symbol) else {
      throw reader.fault(expected: "==, <=, >=")
    }
    let cut = reader.start
    self.relation = relation
    try reader.advance()
    right = try Self.side(&reader, depth: 0)
    guard reader.token == .end else { throw reader.fault(expected: "+, -, *, /") }
    leftText = Self.trimmed(text.prefix(cut))
    rightText = Self.trimmed(text.dropFirst(cut + symbol.count))
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  private static func side(_ reader: inout TokenReader, depth: Int) throws(Fault) -> Node {
    var node = try product(&reader, depth: depth)
    // The tree leans left, so its depth is bounded by the length of the text.
    while true {
      if try reader.take("+") {
        node = .sum(node, try product(&reader, depth: depth))
      } else if try reader.take("-") {
        node = .difference(node, try product(&reader, depth: depth))
      } else {
        return node
      }
    }
  }

  private static func product(_ reader: inout TokenReader, depth: Int) throws(Fault) -> Node {
    var node = try factor(&reader, depth: depth)
    while true {
      if try reader.take("*") {
        node = .product(node, try factor(&reader, depth: depth))
      } else if try reader.take("/") {
        node = .quotient(node, try factor(&reader, depth: depth))
      } else {
        return node
      }
    }
  }

  private static func factor(_ reader: inout TokenReader, depth: Int) throws(Fault) -> Node {
    guard depth < TokenReader.depthLimit else {
      throw reader.fault(expected: "≤ \(TokenReader.depthLimit) (")
    }
    if try reader.take("-") { return .negative(try factor(&reader, depth: depth + 1)) }
    if try reader.take("(") {
      let inner = try side(&reader, depth: depth + 1)
      try reader.need(")")
      return inner
    }
    let unexpected = reader.fault(expected: "POP")
    let word = try reader.needWord("POP")
    if word.first?.isNumber == true || word.first == "." {
      guard let number = Double(word), number.isFinite else { throw unexpected }
      return .number(number)
    }
    guard reader.token == .symbol("("), ["sum", "lag"].contains(word.lowercased()) else {
      return .term(try term(word, &reader, isSum: false))
    }
    try reader.need("(")
    let name = try reader.needWord("POP")
    let inner = try term(name, &reader, isSum: word.lowercased() == "sum")
    guard word.lowercased() == "lag" else {
      try reader.need(")")
      return .term(inner)
    }
    try reader.need(",")
    let steps = try count(&reader)
    try reader.need(")")
    return .term(
      Term(name: inner.name, selector: inner.selector, offset: inner.offset - steps, isSum: false))
  }

  private static func term(
    _ name: String, _ reader: inout TokenReader, isSum: Bool
  ) throws(Fault) -> Term {
    var selector: Predicate?
    if reader.token == .symbol("{") {
      let place = reader.fault(expected: "").place
      try reader.advance()
      selector = try Predicate(parsing: reader.rawText(until: "}"), at: place)
    }
    var offset = 0
    if try reader.take("[") {
      guard try reader.take(word: "t") else { throw reader.fault(expected: "t") }
      if try reader.take("+") {
        offset = try count(&reader)
      } else if try reader.take("-") {
        offset = -(try count(&reader))
      }
      try reader.need("]")
    }
    return Term(name: name, selector: selector, offset: offset, isSum: isSum)
  }

  private static func count(_ reader: inout TokenReader) throws(Fault) -> Int {
    let unexpected = reader.fault(expected: "1")
    guard let count = Int(try reader.needWord("1")), (0...1200).contains(count) else {
      throw unexpected
    }
    return count
  }
}
