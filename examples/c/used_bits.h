/* The bits of an entry that hardware looks at, given what the entry holds, and those that may change freely. */
#ifndef USED_BITS_H
#define USED_BITS_H

#include <stdint.h>

enum { ENTRY_WORDS = 8 };

struct used_bits {
    void (*used)(const uint64_t entry[ENTRY_WORDS], uint64_t mask[ENTRY_WORDS]);
    /* NULL: no bit is safe to change at any moment. */
    void (*safe)(const uint64_t from[ENTRY_WORDS], const uint64_t to[ENTRY_WORDS], uint64_t mask[ENTRY_WORDS]);
};

/* By format: vtd-pasid, smmu-ste, smmu-cd; NULL for any other name. */
const struct used_bits *used_bits_of(const char *format);

#endif
