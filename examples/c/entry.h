/*
 * Entries from the root table down to the PASID table (VT-d 9.1 to 9.6): what is wrong with one. Words are
 * as in memory, lowest first. Checks go in the one order that the text implies: present, reserved, meaning.
 */
#ifndef ENTRY_H
#define ENTRY_H

#include "faults.h"
#include "unit.h"

/* TT of a legacy context entry (9.3). */
enum { TT_SECOND_STAGE = 0, TT_WITH_ATS = 1, TT_PASS_THROUGH = 2 };
/* PGTT of a PASID table entry (9.6). */
enum { PGTT_FIRST_STAGE = 1, PGTT_SECOND_STAGE = 2, PGTT_NESTED = 3, PGTT_PASS_THROUGH = 4 };

enum fault check_root_legacy(const struct unit *unit, const uint64_t entry[2]);
/* One half of a scalable root entry: they are independent of each other (9.2). */
enum fault check_root_half(const struct unit *unit, uint64_t half);
enum fault check_context_legacy(const struct unit *unit, const uint64_t entry[2]);
/* Without SCT.4.3, which does not hold for every request. */
enum fault check_context_scalable(const struct unit *unit, const uint64_t entry[4]);
/* SCT.4.3 (5.0): EPTR without PASIDE. */
enum fault check_translated_pasids(const uint64_t context[4]);
enum fault check_pasid_directory(const struct unit *unit, uint64_t entry);
enum fault check_pasid_table(const struct unit *unit, const uint64_t entry[8]);

/* The highest PASID that the directory of a scalable context entry reaches (PDTS, 9.4). */
static inline uint32_t max_pasid(const uint64_t context[4])
{
    return (UINT32_C(1) << (field(context[0], 11, 9) + 13)) - 1;
}
/* PASID and privilege of requests that bring none of their own (9.4); zero where the unit has no such field. */
static inline uint32_t rid_pasid(const uint64_t context[4])
{
    return (uint32_t)field(context[1], 19, 0);
}
static inline bool rid_priv(const uint64_t context[4])
{
    return bit(context[1], 20);
}

#endif
