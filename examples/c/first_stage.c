#include "first_stage.h"

static bool maps(uint64_t entry, unsigned level)
{
    return level == 1 || (level <= 3 && bit(entry, 7));
}

static bool reserved(const struct unit *unit, uint64_t entry, unsigned level)
{
    uint64_t mask = bits(51, unit->haw);

    if (level >= 4 || (level == 3 && !has_cap(unit, CAP_FS1GP)))
        mask |= BIT(7);
    if (level > 1 && maps(entry, level)) /* bit 12 is PAT here, other than in second stage */
        mask |= bits(12 + 9 * (level - 1) - 1, 13);
    return entry & mask;
}

/* Reads one entry; under nesting `at` is a guest address, which second stage has to let the unit read. */
static enum fault fetch(const struct unit *unit, const struct memory *memory, const struct first_stage *stage,
                        bool top, uint64_t at, struct flags *flags, struct first_stage_entry *entry)
{
    entry->at = at;
    entry->holder.depth = 0;
    if (stage->nesting) {
        enum fault fault = walk_second_stage(unit, memory, stage->nesting, at, &entry->holder);

        if (fault)
            return fault;
        /* With accessed and dirty flags on, reading takes the right to write too (3.8.1). */
        if (!entry->holder.read || (flags->second_stage && !entry->holder.write))
            return top ? SFS_TOP_NO_READ : SFS_NO_READ;
        fault = note_second_stage_flags(flags, &entry->holder, false);
        if (fault)
            return fault;
        entry->at = entry->holder.address;
    }
    if (!memory_read(memory, entry->at, &entry->value, 1))
        return top ? SFS_TOP_READ_ERROR : SFS_READ_ERROR;
    return NO_FAULT;
}

/* Whether bits 63:width-1 of the address are all equal. */
static bool canonical(uint64_t address, unsigned width)
{
    uint64_t high = bits(63, width - 1);

    return (address & high) == 0 || (address & high) == high;
}

enum fault walk_first_stage(const struct unit *unit, const struct memory *memory, const struct first_stage *stage,
                            uint64_t address, struct flags *flags, struct first_stage_page *page)
{
    const struct cached_table tags = { .first_stage = true, .did = stage->did, .pasid = stage->pasid };
    const struct cached_table *held = NULL;
    uint64_t table = stage->top;
    unsigned level = stage->levels;

    page->write = page->user = true;
    page->depth = 0;
    if (!canonical(address, 12 + 9 * stage->levels))
        return SGN_NOT_CANONICAL;
    if (stage->caches)
        held = cached_table(stage->caches, &tags, stage->levels, address);
    if (held) {
        level = held->level;
        table = held->table;
        page->write = held->write;
        page->user = held->user;
    }
    for (;; level--) {
        unsigned shift = 12 + 9 * (level - 1);
        uint64_t at = table + 8 * field(address, shift + 8, shift);
        struct first_stage_entry *entry = &page->entries[page->depth];
        enum fault fault = fetch(unit, memory, stage, level == stage->levels, at, flags, entry);

        if (fault)
            return fault;
        if (!bit(entry->value, 0))
            return SFS_NOT_PRESENT;
        if (reserved(unit, entry->value, level))
            return SFS_RESERVED;
        table = entry->value & bits(51, 12);
        if (stage->nesting && (table & bits(63, input_width(unit, stage->nesting->levels))))
            return SFS_BEYOND_WIDTH;
        page->write &= bit(entry->value, 1);
        page->user &= bit(entry->value, 2);
        page->depth++;
        if (!maps(entry->value, level)) {
            if (stage->caches)
                page->below[page->depth - 1] = (struct cached_table){ .first_stage = true, .did = stage->did,
                    .pasid = stage->pasid, .input = address, .level = level - 1, .table = table,
                    .write = page->write, .user = page->user };
            continue;
        }
        page->page_bits = shift;
        page->address = (entry->value & bits(51, shift)) | (address & (BIT(shift) - 1));
        return NO_FAULT;
    }
}

void hold_first_stage(const struct first_stage *stage, const struct first_stage_page *page)
{
    if (!stage->caches)
        return;
    for (unsigned i = 0; i < page->depth; i++) {
        if (stage->nesting)
            hold_second_stage(stage->nesting, &page->entries[i].holder);
        if (i + 1 < page->depth)
            hold_table(stage->caches, &page->below[i]);
    }
}
