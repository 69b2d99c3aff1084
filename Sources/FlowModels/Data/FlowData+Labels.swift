import Demography

extension FlowData {
  /// The columns that say which rows these are, in the order of the file: every column of names, and
  /// those of numbers that are named, such as the years of a fixed effect.
  ///
  /// - Parameters:
  ///   - naming: columns that name rows whatever they hold; `a^b` stands for both.
  ///   - without: names a table has otherwise; such columns are called `name_in_file`.
  func labels(_ rows: [Int], naming: [String], without: Set<String>) -> [Table.Column] {
    let named = Set(naming.flatMap { ClusterName($0).columns })
    return columnNames.indices.compactMap { column in
      let name = columnNames[column]
      let shown = without.contains(name) ? name + "_in_file" : name
      switch columns[column] {
      case .words(let codes, let words):
        // A file read as texts has its numbers as words.
        guard named.contains(name) || words.contains(where: { Cell($0) == .notANumber }) else {
          return nil
        }
        return .text(shown, rows.map { words[Int(codes[$0])] })
      case .numbers(let numbers):
        guard named.contains(name) else { return nil }
        return .real(shown, rows.map { numbers[$0] })
      }
    }
  }
}
