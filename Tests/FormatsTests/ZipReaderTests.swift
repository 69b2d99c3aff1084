import Demography
import Formats
import Testing

@Suite struct ZipReaderTests {
  private func code(_ entries: [ZipFixture.Entry], _ limits: ArchiveLimits = .standard) throws
    -> String?
  {
    let bytes = try ZipFixture.archive(entries)
    do {
      _ = try readZip(bytes, file: "a.zip", limits: limits)
      return nil
    } catch { return error.all[0].code }
  }

  @Test func storedAndDeflatedEntriesAreRead() throws {
    let entries = [
      ZipFixture.Entry(name: "a/b.txt", content: Array("text".utf8)),
      ZipFixture.Entry(name: "folder/", content: [], isDeflated: false),
      ZipFixture.Entry(name: "c.bin", content: Array(0...255), isDeflated: false),
    ]
    let read = try readZip(try ZipFixture.archive(entries), file: "a.zip")
    #expect(read.map(\.name) == ["a/b.txt", "c.bin"])
    #expect(read.map(\.bytes) == [Array("text".utf8), Array(0...255)])
  }

  @Test(arguments: ["../x", "/etc/passwd", "a/../../x", "a\\..\\x", "C:x", ""])
  func aNameThatLeadsOutsideIsRefused(name: String) throws {
    #expect(try code([ZipFixture.Entry(name: name, content: [1])]) == "zip.path")
  }

  @Test func bombsAreRefusedBeforeTheyAreUnpacked() throws {
    let zeros = [UInt8](repeating: 0, count: 8 << 20)
    #expect(try code([ZipFixture.Entry(name: "a", content: zeros)]) == "zip.ratio")
    let limits = ArchiveLimits(totalBytes: 3 << 20, ratio: 100_000, entries: 4)
    #expect(try code([ZipFixture.Entry(name: "a", content: zeros)], limits) == "zip.size")
    let half = Array(zeros.prefix(2 << 20))
    #expect(
      try code(
        [ZipFixture.Entry(name: "a", content: half), ZipFixture.Entry(name: "b", content: half)],
        limits) == "zip.size")
    let many = (0..<5).map { ZipFixture.Entry(name: "\($0)", content: [1]) }
    #expect(try code(many, limits) == "zip.entries")
  }

  @Test func whatCannotBeReadIsNamed() throws {
    #expect(try code([ZipFixture.Entry(name: "a", content: [1], flags: 1)]) == "zip.encrypted")
    #expect(try code([ZipFixture.Entry(name: "a", content: [1], method: 12)]) == "zip.method")
    #expect(throws: Faults.self) { try readZip([], file: "a") }
    #expect(throws: Faults.self) { try readZip(Array("PK nothing more".utf8), file: "a") }
  }

  @Test func aChangedByteIsFound() throws {
    let bytes = try ZipFixture.archive([
      ZipFixture.Entry(name: "a", content: Array("hello".utf8), isDeflated: false)
    ])
    let place = try #require(bytes.firstIndex(of: UInt8(ascii: "h")))
    var changed = bytes
    changed[place] = UInt8(ascii: "j")
    #expect(throws: Faults.self) { try readZip(changed, file: "a") }
  }

  @Test func gzipGivesBackWhatWasPacked() throws {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
    #expect(try gunzip(try gzip(bytes), file: "a.gz") == bytes)
    #expect(try gunzip(try gzip([]), file: "a.gz") == [])
    // What follows the first member is neither lost nor let pass when it is no member.
    #expect(try gunzip(try gzip(bytes) + gzip(bytes), file: "a.gz") == bytes + bytes)
    #expect(throws: Faults.self) { try gunzip(try gzip(bytes) + [1, 2, 3], file: "a.gz") }
    #expect(throws: Faults.self) { try gunzip(Array("no gzip".utf8), file: "a.gz") }
    let bomb = try gzip([UInt8](repeating: 0, count: 8 << 20))
    #expect(throws: Faults.self) { try gunzip(bomb, file: "a.gz") }
  }
}
