/* Bits of 64-bit words, numbered as in the manuals: 63 is the highest, ranges are high:low, inclusive. */
#ifndef BITS_H
#define BITS_H

#include <stdbool.h>
#include <stdint.h>

#define BIT(n) (UINT64_C(1) << (n))

/* Ones in bits high:low; 0 when the range is empty, so that "HAW-1:12" needs no special case. */
static inline uint64_t bits(unsigned high, unsigned low)
{
    if (high < low)
        return 0;
    return (~UINT64_C(0) >> (63 - high)) & (~UINT64_C(0) << low);
}

/* The field high:low of `word`, shifted down to bit 0. */
static inline uint64_t field(uint64_t word, unsigned high, unsigned low)
{
    return (word & bits(high, low)) >> low;
}

static inline bool bit(uint64_t word, unsigned n)
{
    return (word >> n) & 1;
}

#endif
