/* Second-stage tables (VT-d 3.7, 9.8), in legacy mode, in scalable mode, and under first stage. */
#ifndef SECOND_STAGE_H
#define SECOND_STAGE_H

#include "caches.h"
#include "faults.h"
#include "memory.h"
#include "unit.h"

enum { MAX_LEVELS = 5 };

struct second_stage {
    uint64_t top;    /* address of the top table */
    unsigned levels; /* 3, 4 or 5 */
    bool io_rights;  /* SSIRWE: bits 62:61 grant rights in the place of bits 1:0 */
    unsigned did;
    struct caches *caches; /* NULL: no table is cached */
};

/* What one walk found. */
struct second_stage_page {
    uint64_t address;   /* where the input address goes */
    unsigned page_bits; /* log2 of the page size */
    bool read, write;   /* granted by every entry on the path */
    bool snoop;         /* SNP of the entry that maps the page */
    /* Entries that were read, from the top down, or from a cached table down; the last one maps the page. */
    uint64_t entries[MAX_LEVELS], values[MAX_LEVELS];
    unsigned depth;
    struct cached_table below[MAX_LEVELS]; /* the tables that they lead to */
};

/* The rights that one entry grants. */
static inline bool second_stage_read(const struct second_stage *stage, uint64_t entry)
{
    return bit(entry, stage->io_rights ? 61 : 0);
}
static inline bool second_stage_write(const struct second_stage *stage, uint64_t entry)
{
    return bit(entry, stage->io_rights ? 62 : 1);
}
/* Whether an entry of `level` (1: page table) maps a page. */
bool second_stage_maps(uint64_t entry, unsigned level);
/* Whether an entry has a reserved bit set; it counts only when the entry grants a right. */
bool second_stage_reserved(const struct unit *unit, const struct second_stage *stage, uint64_t entry,
                           unsigned level);

/*
 * Walks to the page of `address`, with the codes of scalable mode. Rights are left to the caller, except that
 * an entry, or a path, that grants none is SSS.2.
 */
enum fault walk_second_stage(const struct unit *unit, const struct memory *memory,
                             const struct second_stage *stage, uint64_t address, struct second_stage_page *page);

/* Holds the tables that a walk came through, once the request has succeeded. */
void hold_second_stage(const struct second_stage *stage, const struct second_stage_page *page);

#endif
