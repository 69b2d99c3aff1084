import Demography

extension FormulaParser {
  /// `i(factor)` or `i(factor, x, ref = value)`: one regressor a level; `nil` where none begins here.
  mutating func factorTerm() throws -> Formula.Term? {
    guard let start = takeCall("i") else { return nil }
    skipSpaces()
    let columnStart = position
    let column = try identifier()
    let columnPlace = place(from: columnStart)
    var variable: Formula.Term?
    var references: [Formula.Factor.Reference] = []
    while take(",") {
      if takeWord("ref") {
        guard take("=") else { throw fault("formula.factor", found()) }
        references += try self.references()
      } else if variable == nil {
        variable = try interaction()
      } else {
        throw fault("formula.factor", found())
      }
    }
    guard take(")") else { throw fault("formula.parenthesis", found()) }
    return Formula.Term(
      name: name(from: start), expression: variable?.expression ?? .number(1),
      place: place(from: start),
      factor: Formula.Factor(
        column: column, place: columnPlace, variable: variable?.name, references: references))
  }

  /// `offset(expression)`; `nil` where none begins here.
  mutating func offsetTerm() throws -> Formula.Term? {
    guard let start = takeCall("offset") else { return nil }
    let expression = try sum(depth: 0)
    guard take(")") else { throw fault("formula.parenthesis", found()) }
    return Formula.Term(
      name: name(from: start), expression: expression, place: place(from: start))
  }

  /// A value or `c(value, value)`; texts may stand in quotes.
  private mutating func references() throws -> [Formula.Factor.Reference] {
    guard takeCall("c") != nil else { return [try reference()] }
    var all: [Formula.Factor.Reference] = []
    repeat { all.append(try reference()) } while take(",")
    guard take(")") else { throw fault("formula.parenthesis", found()) }
    return all
  }

  private mutating func reference() throws -> Formula.Factor.Reference {
    skipSpaces()
    let start = position
    if let quote = characters[position...].first, quote == "\"" || quote == "'" {
      guard let close = characters[(start + 1)...].firstIndex(of: quote) else {
        throw fault("formula.quote", found())
      }
      position = close + 1
      return .init(
        value: String(characters[(start + 1)..<close]), place: place(from: start))
    }
    while position < characters.count, !",)".contains(characters[position]) { position += 1 }
    let value = String(characters[start..<position]).withoutSpacesAround
    guard !value.isEmpty else { throw fault("formula.factor", found()) }
    return .init(value: value, place: place(from: start))
  }

  /// The start of a call of this name, its parenthesis taken; `nil`, and nothing taken, otherwise.
  private mutating func takeCall(_ word: String) -> Int? {
    skipSpaces()
    let start = position
    if takeWord(word), take("(") { return start }
    position = start
    return nil
  }

  private mutating func takeWord(_ word: String) -> Bool {
    skipSpaces()
    let end = position + word.count
    guard end <= characters.count, String(characters[position..<end]) == word,
      end == characters.count || !Self.isNamePart(characters[end])
    else { return false }
    position = end
    return true
  }
}
