/* Walks second-stage tables and announces all that they map: shadow tables of an emulator follow them so. */
#ifndef PAGE_WALK_H
#define PAGE_WALK_H

#include "announcements.h"
#include "memory.h"
#include "second_stage.h"

struct page_walk {
    const struct unit *unit;
    const struct memory *memory;
    const struct second_stage *stage;
    uint64_t start, last; /* both inclusive, within the input width */
    bool notify_unmapped;
    struct announcements *announcements;
    /* Entries that were read, or failed to be; those that were passed over. */
    unsigned long entries_read, unreadable, reserved, no_right;
};

/* False when the case asks for more work than any honest one. */
bool walk_pages(struct page_walk *walk);

#endif
