import Demography
import SeriesModels
import Testing

@Suite struct SeriesPlanTests {
  private func scalar(_ text: String) -> Document {
    Document(.scalar(text), at: Place(file: "plan.yaml", line: 1))
  }

  private func document(_ changes: [String: Document?]) -> Document {
    var values: [(String, Document?)] = [
      ("schema", scalar("agyn.model/1")), ("kind", scalar("series")), ("id", scalar("u")),
      ("measure", scalar("UNEMP")), ("frequency", scalar("Q")), ("season", scalar("4")),
      ("unit", scalar("PS")), ("transform", scalar("log")), ("horizon", scalar("8")),
      ("levels", Document(.list([scalar("80"), scalar("95")]), at: scalar("").place)),
      ("candidates", Document(.list([scalar("naive"), scalar("auto-ets")]), at: scalar("").place)),
      ("origins", scalar("12")), ("minimum_train", scalar("20")), ("reselect_every", scalar("4")),
      ("calibrate", scalar("true")),
    ]
    let title = ["kk", "ru", "en"].map {
      Document.Entry(key: $0, keyPlace: scalar("").place, value: scalar($0))
    }
    values.append(("title", Document(.map(title), at: scalar("").place)))
    values.removeAll { changes.keys.contains($0.0) }
    values += changes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    return Document(
      .map(
        values.compactMap { key, value in
          value.map { Document.Entry(key: key, keyPlace: scalar("").place, value: $0) }
        }), at: scalar("").place)
  }

  private func codes(_ document: Document) -> [String] {
    do {
      _ = try SeriesPlan.read(document)
      return []
    } catch let faults as Faults {
      return faults.all.map(\.code)
    } catch {
      return ["other"]
    }
  }

  @Test func aPlanIsRead() throws {
    let plan = try SeriesPlan.read(document([:]))
    #expect(plan.measure == "UNEMP" && plan.season == 4 && plan.transform == .log)
    #expect(plan.levels == [80, 95] && plan.candidates == ["naive", "auto-ets"])
    #expect(plan.area == "REF_AREA" && plan.isCalibrated && plan.title.ru == "ru")
  }

  @Test func everyFaultOfAPlanIsFound() {
    #expect(codes(document(["horizont": scalar("8")])) == ["key.unknown"])
    #expect(
      codes(document(["horizon": nil, "season": scalar("0")])) == ["value.bad", "key.missing"])
    #expect(
      codes(document(["candidates": Document(.list([scalar("auto-arma")]), at: scalar("").place)]))
        == ["series.model"])
    // Logarithms of logarithms: the plan has a scale already.
    let logs = Document(.list([scalar("log:naive"), scalar("mean")]), at: scalar("").place)
    #expect(codes(document(["candidates": logs])) == ["value.bad"])
    #expect(codes(document(["candidates": logs, "transform": scalar("none")])).isEmpty)
    #expect(codes(document(["levels": scalar("101"), "transform": scalar("sqrt")])).count == 2)
  }
}
