// The language files and the schemas of baseline and scenario files in the program. An array literal in Swift of
// their half a million bytes takes the compiler minutes; #embed takes it none.
#include "texts.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char en[] = {
#embed "../Words/Texts/en.txt"
};
static const unsigned char ru[] = {
#embed "../Words/Texts/ru.txt"
};
static const unsigned char kk[] = {
#embed "../Words/Texts/kk.txt"
};
static const unsigned char scenario_schema[] = {
#embed "../../scenarios/scenario.schema.json"
};
static const unsigned char baseline_schema[] = {
#embed "../../scenarios/baseline.schema.json"
};

struct agyn_text agyn_text_en(void) { return (struct agyn_text){en, sizeof en}; }
struct agyn_text agyn_text_ru(void) { return (struct agyn_text){ru, sizeof ru}; }
struct agyn_text agyn_text_kk(void) { return (struct agyn_text){kk, sizeof kk}; }
struct agyn_text agyn_scenario_schema(void) {
  return (struct agyn_text){scenario_schema, sizeof scenario_schema};
}
struct agyn_text agyn_baseline_schema(void) {
  return (struct agyn_text){baseline_schema, sizeof baseline_schema};
}
