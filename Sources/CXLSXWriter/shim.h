#pragma once
#include <xlsxwriter.h>

/* Part of the C library, but hidden from Swift by its feature macros: a file in memory, for a
   library that writes to named files only. */
int memfd_create(const char *name, unsigned int flags);
