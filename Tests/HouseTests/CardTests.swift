import Demography
import FlowModels
import Harmony
import Ingest
import Scenarios
import SeriesModels
import Testing
import Words

/// Laws over every catalogue entry: what a card promises is there to read.
@Suite struct CardTests {
  static let cards: [Card] = {
    var cards: [Card] = FlowModelCatalogue.all.map(\.card)
    cards += FlowIndexCatalogue.all.map(\.card)
    cards += FlowScoreCatalogue.all.map(\.card)
    cards += FlowForecasterCatalogue.all.map(\.card)
    cards += OpportunityLaw.all.map(\.card)
    cards += SpecificationTestCatalogue.all.map(\.card)
    cards += SpecificationTestCatalogue.comparisons.map(\.card)
    cards += SeriesCatalogue.all.map(\.card)
    cards += SeriesScoreCatalogue.all.map(\.card)
    cards += LeverCatalogue.all.map(\.card)
    cards += SourceFormat.all.map(\.card)
    cards += RuleCatalogue.all.map { $0.card }
    return cards
  }()

  @Test func everyCardHasASummaryInEveryLanguage() {
    #expect(Self.cards.count > 30)
    for language in Language.allCases {
      let book = Wordbook(language)
      for card in Self.cards {
        #expect(book[card.summaryKey] != nil, "\(language) \(card.summaryKey)")
      }
    }
  }

  @Test func idsAreUniqueInACatalogue() {
    let ids = Self.cards.map { $0.catalogue + "/" + $0.id }
    #expect(Set(ids).count == ids.count)
  }

  @Test func everyModelNamesItsPublication() {
    for card in Self.cards where ["flow", "series", "lever"].contains(card.catalogue) {
      #expect(!card.reference.isEmpty, "\(card.id)")
    }
  }
}
