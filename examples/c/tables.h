/* The way from the root table to the entry that says how a request is translated (VT-d 3.4). */
#ifndef TABLES_H
#define TABLES_H

#include "caches.h"
#include "entry.h"
#include "memory.h"

/* What the tables are read with. */
struct tables {
    const struct unit *unit;
    const struct memory *memory;
    uint64_t rtaddr;       /* RTADDR_REG as latched */
    struct caches *caches; /* NULL: nothing is cached */
};

static inline unsigned translation_table_mode(uint64_t rtaddr)
{
    return (unsigned)field(rtaddr, 11, 10);
}

/* SSIRWE (11.4.6): second-stage entries grant rights to devices by bits of their own. */
static inline bool second_stage_io_rights(const struct tables *tables)
{
    return has_ecap(tables->unit, ECAP_SSIRWS) && bit(tables->rtaddr, 7);
}

/*
 * Each gives the first thing that is wrong with the entries on the way. `fpd` is set when one that was reached
 * has fault processing disable set, whether it is present or not.
 */
enum fault find_context_legacy(const struct tables *tables, unsigned source_id, uint64_t context[2], bool *fpd);
enum fault find_context_scalable(const struct tables *tables, unsigned source_id, uint64_t context[4], bool *fpd);
enum fault find_pasid_entry(const struct tables *tables, unsigned source_id, const uint64_t context[4],
                            uint32_t pasid, uint64_t words[8], bool *fpd);

/*
 * A PASID-cache invalidation as emulators with caching mode execute it: each entry that is named and held is read
 * again, and goes when something is wrong with it. Software says so when entries appear, too (6.1).
 */
void synchronize_pasids(const struct tables *tables, const struct invalidation *what);

#endif
