import Demography
import FlowModels
import Formats
import SeriesModels

extension Names {
  /// The names of a `{kk, ru, en}` map; what is absent is empty.
  fileprivate init(_ document: Document?) {
    self.init(
      kk: document?["kk"]?.text ?? "", ru: document?["ru"]?.text ?? "",
      en: document?["en"]?.text ?? "")
  }
}

/// The model specifications of a workspace, read and checked together.
struct ModelFiles {
  private(set) var series: [SeriesPlan] = []
  private(set) var flows: [FlowModelFile] = []
  /// Title of each model file by its id.
  private(set) var titles: [String: Names] = [:]

  /// - Throws: all faults of all files together.
  init(_ workspace: Workspace) throws {
    var faults: [Fault] = []
    for path in try workspace.models.flatMap({ try workspace.files.matching($0) }) {
      do {
        let document = try Formats.readYAML(workspace.files.bytes(path), file: path)
        if document["kind"]?.text == "series" {
          let plan = try SeriesPlan.read(document)
          series.append(plan)
          titles[plan.id] = Names(document["title"])
        } else {
          let file = try FlowModelFile.read(document)
          flows.append(file)
          titles[file.id] = file.title
        }
      } catch let found as Faults {
        faults += found.all
      } catch let fault as Fault {
        faults.append(fault)
      }
    }
    if !faults.isEmpty { throw Faults(faults) }
    series.sort { $0.id < $1.id }
    flows.sort { $0.id < $1.id }
  }

  /// The estimate of flows that the projection carries; `nil` when the workspace has none.
  var flowEstimate: ODSpecification? {
    for file in flows {
      if case .odBalance(let specification) = file.kind { return specification }
    }
    return nil
  }
}
