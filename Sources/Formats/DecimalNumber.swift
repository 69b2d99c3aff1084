/// The number that ASCII bytes write in decimal, correctly rounded; `nil` for anything else.
///
/// Goals: 1. the bits of `Double(String)`; 2. fast, some 10 ns. Up to 19 digits are one integer `m`; with
/// at most 10¹⁹ to divide by, the quotient of the 128-bit `m · 2⁶³` tells all 53 bits and whether
/// anything is left. Longer numbers and exponents outside ±19 are left to the library.
func decimalNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
  var position = 0
  var isNegative = false
  if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
    isNegative = first == UInt8(ascii: "-")
    position = 1
  }
  var mantissa: UInt64 = 0
  var digits = 0
  var significant = 0
  var exponent = 0
  var isFraction = false
  while position < bytes.count {
    let digit = bytes[position] &- UInt8(ascii: "0")
    if digit <= 9 {
      digits += 1
      if mantissa > 0 || digit > 0 { significant += 1 }
      if significant > 19 { return libraryNumber(bytes) }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      if isFraction { exponent -= 1 }
    } else if bytes[position] == UInt8(ascii: "."), !isFraction {
      isFraction = true
    } else {
      break
    }
    position += 1
  }
  guard digits > 0, position == bytes.count else { return libraryNumber(bytes) }
  guard mantissa > 0, exponent < 0 else {
    let value = Double(mantissa)
    return isNegative ? -value : value
  }
  guard exponent >= -19 else { return libraryNumber(bytes) }
  let value = quotient(mantissa, powersOfTen[-exponent])
  return isNegative ? -value : value
}

private let powersOfTen: [UInt64] = (0...19).map { power in
  (0..<power).reduce(1) { value, _ in value * 10 }
}

/// `m / d`, rounded to the nearest, ties to even.
private func quotient(_ m: UInt64, _ d: UInt64) -> Double {
  let shiftM = m.leadingZeroBitCount
  let shiftD = d.leadingZeroBitCount
  let (top, divisor) = (m << shiftM, d << shiftD)
  // top/2 < divisor always, so that the quotient, in [2⁶², 2⁶⁴), fits.
  let (whole, rest) = divisor.dividingFullWidth((top >> 1, top << 63))
  // What is left only breaks ties: one bit far below the 53 that count.
  let sticky = rest == 0 ? whole : whole | 1
  return Double(sign: .plus, exponent: shiftD - shiftM - 63, significand: Double(sticky))
}

private func libraryNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
  guard let number = Double(String(decoding: bytes, as: UTF8.self)), number.isFinite else {
    return nil
  }
  return number
}
