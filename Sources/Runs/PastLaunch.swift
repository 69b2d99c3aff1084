import Demography

/// A baseline file as if it had been written for an earlier launch.
///
/// Launch, horizon and the years of the inputs move back together, so that rates come from as many years
/// before the launch as in the file. What judges a later time is left out: the factors of inputs,
/// constraints, sample paths, temporary programmes and the years that are printed.
struct PastLaunch {
  let document: Document
  let launch: Int
  let horizon: Int
  /// Keys of the file that are left out, sorted.
  let leftOut: [String]

  /// - Parameters:
  ///   - launch: a year, not after that of the file; what judges a later time is left out of that too,
  ///     since its outcomes are known by now.
  ///   - last: the last year with an outcome; the horizon is the end of the last whole step.
  /// - Throws: `hindcast.no-outcome` where no step ends by `last`; `hindcast.launch-late` after the launch
  ///   of the file.
  init(_ baseline: Document, launch: Int, last: Int) throws(Fault) {
    let own = baseline["time"]?["launch"]?.text.flatMap { Day($0) }?.year ?? launch
    let step = baseline["population"]?["ages"]?["width"]?.integer ?? 1
    let steps = (last - launch) / max(1, step)
    guard steps >= 1 else {
      throw Fault(
        .missingInput, "hindcast.no-outcome", ["launch": "\(launch)", "last": "\(last)"])
    }
    guard launch <= own else {
      throw Fault(.usage, "hindcast.launch-late", ["launch": "\(launch)", "own": "\(own)"])
    }
    let end = launch + steps * max(1, step)
    var removed: Set<String> = []
    func without(_ keys: Set<String>, in node: Document, as prefix: String) -> Document {
      let kept = node.entries.filter { entry in
        guard keys.contains(entry.key) else { return true }
        removed.insert(prefix + entry.key)
        return false
      }
      return Document(.map(kept), at: node.place)
    }
    func replacing(_ key: String, in node: Document, by value: String) -> Document {
      Document(
        .map(
          node.entries.map {
            $0.key == key
              ? Document.Entry(
                key: key, keyPlace: $0.keyPlace,
                value: Document(.scalar(value), at: $0.value.place)) : $0
          }), at: node.place)
    }
    func moved(_ entry: Document.Entry) -> Document {
      switch entry.key {
      case "time":
        let time = replacing("launch", in: entry.value, by: "\(launch)-01-01")
        return replacing("horizon", in: time, by: "\(end)-01-01")
      case "inputs":
        return Document(
          .map(
            entry.value.entries.map { input in
              var node = without(["factor"], in: input.value, as: "inputs.\(input.key).")
              if let year = node["year"]?.integer {
                node = replacing("year", in: node, by: "\(year - own + launch)")
              }
              return Document.Entry(key: input.key, keyPlace: input.keyPlace, value: node)
            }), at: entry.value.place)
      case "uncertainty": return without(["paths"], in: entry.value, as: "uncertainty.")
      default: return entry.value
      }
    }
    // Printed years lie after the launch of the file and say nothing about its projection.
    let whole = without(["constraint", "temporary"], in: baseline, as: "")
    document = Document(
      .map(
        whole.entries.filter { $0.key != "outputs" }.map {
          Document.Entry(key: $0.key, keyPlace: $0.keyPlace, value: moved($0))
        }), at: baseline.place)
    self.launch = launch
    horizon = end
    leftOut = removed.sorted()
  }
}
