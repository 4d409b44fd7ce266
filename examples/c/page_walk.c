#include "page_walk.h"

/* Tables that point to each other could keep a walk busy for years. */
enum { MAX_ENTRIES_READ = 1 << 26, MAX_CALLS = 1000000 };

struct rights {
    bool read, write;
};

static bool walk_table(struct page_walk *walk, uint64_t table, unsigned level, uint64_t iova, struct rights above);

/* One entry, whose span begins at `iova`. */
static bool walk_entry(struct page_walk *walk, uint64_t at, unsigned level, uint64_t iova, struct rights above)
{
    const struct second_stage *stage = walk->stage;
    unsigned shift = 12 + 9 * (level - 1);
    struct rights rights;
    uint64_t entry;
    bool page;

    if (++walk->entries_read > MAX_ENTRIES_READ || walk->announcements->calls > MAX_CALLS)
        return false;
    if (!memory_read(walk->memory, at, &entry, 1)) {
        walk->unreadable++;
        return true;
    }
    rights.read = second_stage_read(stage, entry);
    rights.write = second_stage_write(stage, entry);
    if ((rights.read || rights.write) && second_stage_reserved(walk->unit, stage, entry, level)) {
        walk->reserved++;
        return true;
    }
    rights.read &= above.read;
    rights.write &= above.write;
    page = second_stage_maps(entry, level);
    if (!rights.read && !rights.write) {
        if (walk->notify_unmapped)
            announce_unmap(walk->announcements, iova, BIT(shift));
        else
            walk->no_right++;
    } else if (page) {
        announce_map(walk->announcements, &(struct mapping){ iova, BIT(shift), entry & bits(51, shift),
                                                             rights.read, rights.write });
    } else {
        return walk_table(walk, entry & bits(51, 12), level - 1, iova, rights);
    }
    return true;
}

/* The entries of one table that reach into the range; the span of the table begins at `iova`. */
static bool walk_table(struct page_walk *walk, uint64_t table, unsigned level, uint64_t iova, struct rights above)
{
    unsigned shift = 12 + 9 * (level - 1);
    unsigned first = walk->start > iova ? (unsigned)((walk->start - iova) >> shift) : 0;

    for (unsigned index = first; index < 512; index++) {
        uint64_t begin = iova + ((uint64_t)index << shift);

        if (begin > walk->last || walk->announcements->failed)
            break;
        if (!walk_entry(walk, table + 8 * index, level, begin, above))
            return false;
    }
    return true;
}

bool walk_pages(struct page_walk *walk)
{
    return walk_table(walk, walk->stage->top, walk->stage->levels, 0, (struct rights){ true, true });
}
