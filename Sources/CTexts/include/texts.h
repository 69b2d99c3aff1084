#pragma once

#include <stddef.h>

/// A file as it was compiled in: UTF-8, not ended by a zero byte.
struct agyn_text {
  const unsigned char *_Nonnull bytes;
  size_t count;
};

struct agyn_text agyn_text_en(void);
struct agyn_text agyn_text_ru(void);
struct agyn_text agyn_text_kk(void);
struct agyn_text agyn_scenario_schema(void);
struct agyn_text agyn_baseline_schema(void);
