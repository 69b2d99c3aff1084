import Demography
import Export
import Foundation
public import Words

extension ResearchAnswer {
  /// Draws the answer into a file by its ending: `.json` (`.vl.json` or `.vg.json`) is the
  /// specification, `.html` a page that opens without a network, `.svg` and `.png` pictures.
  ///
  /// - Throws: `chart.none` for an answer without a figure, `chart.unknown` for another ending,
  ///   `chart.bundle` or `images.renderer` where what draws is not there.
  public func draw(to path: String, language: Language) throws {
    guard let figure = try figure?(language) else { throw Fault(.usage, "chart.none") }
    try figure.write(to: path)
  }
}

extension FlowFigure {
  /// Writes the figure into a file by its ending.
  ///
  /// - Throws: `chart.unknown`, `chart.bundle` and `images.renderer` as above.
  func write(to path: String) throws {
    let url = URL(fileURLWithPath: path)
    switch url.pathExtension.lowercased() {
    case "json":
      try AtomicFile.write(Array(specification.text(isPretty: true).utf8), to: url)
    case "html":
      guard let bundle = ChartBundle.bytesAround() else {
        throw Fault(.missingInput, "chart.bundle", ["path": path])
      }
      try AtomicFile.write(html(bundle: bundle), to: url)
    case "svg", "png":
      try AtomicFile.write(
        ChartImages.picture(of: self, ending: url.pathExtension.lowercased()), to: url)
    default:
      throw Fault(.usage, "chart.unknown", ["path": path])
    }
  }
}
