/* First-stage tables (VT-d 3.6, 9.7), alone or under second stage (3.8). */
#ifndef FIRST_STAGE_H
#define FIRST_STAGE_H

#include "flags.h"
#include "second_stage.h"

struct first_stage {
    uint64_t top;
    unsigned levels;                    /* 4 or 5 */
    const struct second_stage *nesting; /* NULL: table addresses are host addresses */
    unsigned did;
    uint32_t pasid;
    struct caches *caches; /* NULL: no table is cached */
};

struct first_stage_page {
    uint64_t address; /* a guest address under nesting */
    unsigned page_bits;
    bool write, user; /* R/W and U/S of every entry on the path */
    struct first_stage_entry {
        uint64_t at, value;              /* host address and contents */
        struct second_stage_page holder; /* the page that holds it, under nesting */
    } entries[MAX_LEVELS];               /* from the top down, or from a cached table down */
    unsigned depth;
    struct cached_table below[MAX_LEVELS]; /* the tables that they lead to */
};

/*
 * Walks to the page of `address`. Under nesting the second-stage flags of what holds the tables are checked,
 * and noted in `flags`; flags of first-stage entries are left to the caller.
 */
enum fault walk_first_stage(const struct unit *unit, const struct memory *memory, const struct first_stage *stage,
                            uint64_t address, struct flags *flags, struct first_stage_page *page);

/* Holds the tables that a walk came through, once the request has succeeded. */
void hold_first_stage(const struct first_stage *stage, const struct first_stage_page *page);

#endif
