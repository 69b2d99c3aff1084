/// How many columns of a terminal a text takes: Cyrillic and Latin letters one each, combining marks
/// and joiners none, East Asian wide characters and emoji two.
/// - Complexity: O(length)
public func displayWidth(_ text: String) -> Int {
  text.reduce(0) { $0 + columns($1) }
}

private func columns(_ character: Character) -> Int {
  guard let scalar = character.unicodeScalars.first else { return 0 }
  switch scalar.value {
  case 0x00..<0x20, 0x7F..<0xA0, 0x0300...0x036F, 0x200B...0x200F, 0x2060, 0xFEFF: return 0
  case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
    return 2
  default: return 1
  }
}

/// The text in exactly `width` columns: filled with spaces, or cut with an ellipsis.
func fitted(_ text: String, to width: Int, isRight: Bool) -> String {
  let size = displayWidth(text)
  if size <= width {
    let space = String(repeating: " ", count: width - size)
    return isRight ? space + text : text + space
  }
  var result = ""
  var used = 0
  for character in text {
    let next = columns(character)
    guard used + next <= width - 1 else { break }
    result.append(character)
    used += next
  }
  guard width > 0 else { return "" }
  return result + "…" + String(repeating: " ", count: width - used - 1)
}
