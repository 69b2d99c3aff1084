// swift-tools-version: 6.2
import PackageDescription

/// Swift 6 with the checks that keep layers and memory honest. Raw pointers are allowed only where
/// C libraries are called: Kernel, Formats and Digests; elsewhere they have to be marked.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  .treatWarning("StrictMemorySafety", as: .error),
]
let callsC: [SwiftSetting] = Array(strict.prefix(3))

#if arch(x86_64)
  let vectorLibrary: [LinkerSetting] = [.linkedLibrary("mvec", .when(platforms: [.linux]))]
#else
  let vectorLibrary: [LinkerSetting] = []
#endif

func layer(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}
func bridge(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: callsC)
}
func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [])
  -> Target
{
  .testTarget(
    name: name, dependencies: dependencies, resources: resources,
    swiftSettings: Array(strict.prefix(3)))
}

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "agyn",
  products: [.executable(name: "agyn", targets: ["agyn"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // C libraries, all Debian packages. COpenBLAS stands before CLAPACKE so that LAPACKE binds to it; of its builds
    // only those with threads may be called from several, although each call here uses one.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-pthread-dev"])]),
    .systemLibrary(
      name: "CLAPACKE", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .systemLibrary(name: "CXLSXWriter", providers: [.apt(["libxlsxwriter-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    // glibc's vector library exists on x86-64 only; elsewhere the shim uses the scalar functions.
    .target(name: "CVecMath", linkerSettings: vectorLibrary),
    // The language files, compiled into the program.
    .target(name: "CTexts"),

    // The house, from the ground up. A target imports what its line names.
    bridge("Kernel", ["COpenBLAS", "CLAPACKE", "CVecMath"]),
    bridge("Digests", ["CCrypto"]),
    layer("Demography", []),
    layer("Words", ["CTexts"], exclude: ["Texts"]),
    bridge("Formats", ["CZstd", "CZlib", "CExpat", "CXLSXWriter", "Demography", yams]),
    layer("Ingest", ["Demography"]),
    layer("Harmony", ["Kernel", "Digests", "Demography"]),
    layer("Store", ["Demography", "Digests", grdb]),
    layer("FlowModels", ["Kernel", "Demography"]),
    layer("SeriesModels", ["Kernel", "Demography"]),
    layer("Projection", ["Kernel", "Demography"]),
    layer("Scenarios", ["Kernel", "Demography", "FlowModels", "SeriesModels", "Projection"]),
    layer("Export", ["Words", "Demography"]),
    layer(
      "Runs",
      [
        "Kernel", "Digests", "Demography", "Words", "Formats", "Ingest", "Harmony", "Store",
        "FlowModels", "SeriesModels", "Projection", "Scenarios", "Export",
      ]),
    .executableTarget(
      name: "agyn",
      dependencies: ["Runs", "Words", "Demography", argumentParser], swiftSettings: strict,
      linkerSettings: [
        .unsafeFlags(["-static-stdlib"]), .linkedLibrary("CoreFoundation"),
        .linkedLibrary("_FoundationICU"), .linkedLibrary("_FoundationCShims"),
        .linkedLibrary("_FoundationCollections"),
      ]),

    tests("KernelTests", ["Kernel"], resources: [.copy("References")]),
    tests("DemographyTests", ["Demography"]),
    tests("WordsTests", ["Words"]),
    tests("FormatsTests", ["Formats", "Demography"], resources: [.copy("References")]),
    tests("IngestTests", ["Ingest", "Demography", "Formats"], resources: [.copy("References")]),
    tests("HarmonyTests", ["Harmony", "Demography", "Formats"], resources: [.copy("References")]),
    tests("StoreTests", ["Store", "Demography"]),
    tests(
      "FlowModelsTests", ["FlowModels", "Kernel", "Demography", "Formats"],
      resources: [.copy("References")]),
    tests(
      "SeriesModelsTests", ["SeriesModels", "Kernel", "Demography"],
      resources: [.copy("References")]),
    tests(
      "ProjectionTests", ["Projection", "Kernel", "Demography"], resources: [.copy("References")]),
    tests(
      "ScenariosTests", ["Words", "Scenarios", "Projection", "Kernel", "Demography", "Formats"],
      resources: [.copy("References")]),
    tests("ExportTests", ["Export", "Words", "Demography"]),
    tests(
      "HouseTests",
      [
        "Runs", "Harmony", "Ingest", "Formats", "Store", "Demography", "Words", "FlowModels",
        "SeriesModels", "Projection", "Scenarios", "Export", "Digests",
      ]),
  ]
)
