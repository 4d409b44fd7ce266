/*
 * The memory of a case: a hash table of the pages that it writes to. All else that is backed reads as zero, and
 * what is not backed does not answer.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include "json.h"

struct memory_page {
    uint64_t number; /* address / 4096 */
    uint64_t *words; /* NULL: a free slot */
};
struct memory_range {
    uint64_t start, end; /* end is exclusive */
};
enum { MAX_RANGES = 64 };

struct memory {
    struct memory_range backed[MAX_RANGES];
    size_t ranges;
    struct memory_page *pages; /* open addressing; the number of slots is a power of two */
    size_t slots, taken;
    uint64_t *changes; /* addresses of the words that flags were set in */
    size_t changed;
};

/* Reads `profile.backed` and `memory` of a case. To be closed even when the case is bad. */
void memory_open(struct reader *reader, const cJSON *test_case, struct memory *memory);
void memory_close(struct memory *memory);
/* Reads `count` consecutive words at the 8-byte aligned `address`; false when one of them does not answer. */
bool memory_read(const struct memory *memory, uint64_t address, uint64_t *words, size_t count);
/* Writes the bits of `mask` of the word at the 8-byte aligned `address`; what is not backed takes nothing. */
void memory_write(struct memory *memory, uint64_t address, uint64_t value, uint64_t mask);
/* Sets flags of an entry. */
void memory_set(struct memory *memory, uint64_t address, uint64_t mask);
/* Adds the words that flags were set in, in ascending order. */
void memory_add_changes(const struct memory *memory, cJSON *observation);

#endif
