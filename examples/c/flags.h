/*
 * Accessed and dirty flags that a translation has to set (VT-d 3.6.2, 3.7.2, 3.10). They are noted on the way
 * and set when the request goes through, so that one that is blocked leaves memory as it is.
 */
#ifndef FLAGS_H
#define FLAGS_H

#include "faults.h"
#include "second_stage.h"

/* Bits of first-stage entries (9.7) and of second-stage entries (9.8). */
enum { FS_ACCESSED = 1 << 5, FS_DIRTY = 1 << 6, FS_EXTENDED_ACCESSED = 1 << 10 };
enum { SS_ACCESSED = 1 << 8, SS_DIRTY = 1 << 9 };

/* Each first-stage entry, the path to it twice (to read it, to write it), and the path to the page. */
enum { MAX_FLAGS = MAX_LEVELS * (1 + 2 * MAX_LEVELS) + MAX_LEVELS };

struct flags {
    bool snooped;      /* page walks are: only then can flags be set */
    bool extended;     /* EAFE */
    bool second_stage; /* SSADE */
    struct {
        uint64_t at, mask;
    } list[MAX_FLAGS];
    unsigned count;
};

struct first_stage_page;

/* Notes the flags of the entries of one walk, dirty ones when `dirty`; gives the fault that forbids it. */
enum fault note_second_stage_flags(struct flags *flags, const struct second_stage_page *page, bool dirty);
enum fault note_first_stage_flags(struct flags *flags, const struct first_stage_page *page, bool dirty);
/* Sets all that was noted. */
void set_flags(const struct flags *flags, struct memory *memory);

#endif
