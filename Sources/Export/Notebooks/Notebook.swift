/// A notebook of nbformat 4.5 that has not been run.
struct Notebook {
  enum Cell {
    case text(String)
    case code(String)
    /// Code that tools such as papermill replace.
    case parameters(String)
  }

  /// Prefix of the cells' ids, so that an id is unique and stays the same from run to run.
  let id: String
  let cells: [Cell]

  var json: JSON {
    [
      "cells": .array(cells.enumerated().map { cell($0.element, index: $0.offset) }),
      "metadata": [
        "kernelspec": ["display_name": "Python 3", "language": "python", "name": "python3"],
        "language_info": ["name": "python"],
      ],
      "nbformat": 4, "nbformat_minor": 5,
    ]
  }

  private func cell(_ cell: Cell, index: Int) -> JSON {
    let id = JSON.string("\(self.id)-\(index + 1)")
    switch cell {
    case .text(let text):
      return ["cell_type": "markdown", "id": id, "metadata": [:], "source": lines(text)]
    case .code(let text): return code(text, id, metadata: [:])
    case .parameters(let text): return code(text, id, metadata: ["tags": ["parameters"]])
    }
  }

  private func code(_ text: String, _ id: JSON, metadata: JSON) -> JSON {
    [
      "cell_type": "code", "execution_count": nil, "id": id, "metadata": metadata, "outputs": [],
      "source": lines(text),
    ]
  }

  /// As notebooks keep text: a list of lines, each but the last with its line feed.
  private func lines(_ text: String) -> JSON {
    let parts = text.split(separator: "\n", omittingEmptySubsequences: false)
    return .array(
      parts.enumerated().map { index, part in
        .string(index + 1 < parts.count ? part + "\n" : String(part))
      })
  }
}
