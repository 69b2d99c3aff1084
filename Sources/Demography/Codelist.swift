/// Names of one thing in the languages of the workspace.
public struct Names: Hashable, Sendable {
  public var kk: String
  public var ru: String
  public var en: String

  public init(kk: String, ru: String, en: String) {
    self.kk = kk
    self.ru = ru
    self.en = en
  }

  /// - Parameter language: `kk`, `ru` or `en`; any other gives the English name.
  public func callAsFunction(_ language: String) -> String {
    switch language {
    case "kk": kk
    case "ru": ru
    default: en
    }
  }
}

/// One code with its names and the days it is valid.
public struct Code: Hashable, Sendable {
  public let id: String
  public var parent: String?
  public var names: Names
  /// First day of validity; `nil` means always.
  public var validFrom: Day?
  /// First day on which the code is no longer valid; `nil` means still.
  public var validTo: Day?
  /// Further columns of the code list, such as `kato`, `lat`, `lon`.
  public var attributes: [String: String]

  public init(
    id: String, parent: String? = nil, names: Names, validFrom: Day? = nil, validTo: Day? = nil,
    attributes: [String: String] = [:]
  ) {
    self.id = id
    self.parent = parent
    self.names = names
    self.validFrom = validFrom
    self.validTo = validTo
    self.attributes = attributes
  }

  public func isValid(on day: Day) -> Bool {
    (validFrom.map { $0 <= day } ?? true) && (validTo.map { day < $0 } ?? true)
  }
}

/// Why a text names no code.
public enum CodelistError: Error, Hashable, Sendable {
  case unknown(String, list: String, nearest: String?)
  case ambiguous(String, list: String, candidates: [String])
}

/// A dated list of codes, sorted by id, with the spellings that agencies use for them.
///
/// Sorting on construction makes dense indices independent of file order.
public struct Codelist: Sendable {
  public let id: String
  /// Sorted by id; ids are unique.
  public let codes: [Code]
  private let indexOfID: [String: Int]
  private let indicesOfAlias: [String: [Int]]

  /// - Parameters:
  ///   - codes: in any order, ids unique.
  ///   - aliases: spelling and the id it stands for; the same spelling may stand for several, which
  ///     makes it ambiguous. Names and ids are aliases of themselves.
  public init(id: String, codes: [Code], aliases: [(spelling: String, id: String)] = []) {
    self.id = id
    self.codes = codes.sorted { $0.id < $1.id }
    var byID: [String: Int] = [:]
    for (index, code) in self.codes.enumerated() {
      precondition(
        byID.updateValue(index, forKey: code.id) == nil, "code '\(code.id)' twice in \(id)")
    }
    var byAlias: [String: Set<Int>] = [:]
    for (index, code) in self.codes.enumerated() {
      for name in [code.id, code.names.kk, code.names.ru, code.names.en] where !name.isEmpty {
        byAlias[Self.folded(name), default: []].insert(index)
      }
    }
    for (spelling, id) in aliases {
      if let index = byID[id] { byAlias[Self.folded(spelling), default: []].insert(index) }
    }
    indexOfID = byID
    indicesOfAlias = byAlias.mapValues { $0.sorted() }
  }

  public var count: Int { codes.count }

  /// Dense index of an exact code; `nil` when the list has no such code.
  public func index(of id: String) -> Int? { indexOfID[id] }

  public subscript(id: String) -> Code? { indexOfID[id].map { codes[$0] } }

  /// The code that a spelling stands for on a day.
  ///
  /// Upper and lower case, repeated spaces and the Latin `i` inside Cyrillic words make no difference.
  /// - Throws: `unknown` with the nearest spelling, `ambiguous` with every code it could be.
  public func resolve(_ spelling: String, on day: Day? = nil) throws(CodelistError) -> Code {
    if let code = self[spelling], day.map(code.isValid(on:)) ?? true { return code }
    let all = indicesOfAlias[Self.folded(spelling)] ?? []
    let valid = day.map { day in all.filter { codes[$0].isValid(on: day) } } ?? all
    switch valid.count {
    case 1: return codes[valid[0]]
    case 0:
      throw .unknown(
        spelling, list: id,
        nearest: nearest(
          to: spelling, in: codes.flatMap { [$0.id, $0.names.en, $0.names.ru, $0.names.kk] }))
    default:
      throw .ambiguous(spelling, list: id, candidates: valid.map { codes[$0].id })
    }
  }

  /// The codes valid on a day, as a list of its own.
  public func valid(on day: Day) -> Codelist {
    let kept = codes.filter { $0.isValid(on: day) }
    var aliases: [(String, String)] = []
    for (alias, indices) in indicesOfAlias {
      for index in indices { aliases.append((alias, codes[index].id)) }
    }
    return Codelist(id: id, codes: kept, aliases: aliases)
  }

  private static func folded(_ text: String) -> String {
    var folded = text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if folded.unicodeScalars.contains(where: { (0x400...0x4FF).contains($0.value) }) {
      folded = String(folded.map { $0 == "i" ? "і" : $0 })
    }
    return folded
  }
}
