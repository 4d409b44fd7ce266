#include "flags.h"

#include "first_stage.h"

static void note(struct flags *flags, uint64_t at, uint64_t mask)
{
    flags->list[flags->count].at = at;
    flags->list[flags->count++].mask = mask;
}

enum fault note_second_stage_flags(struct flags *flags, const struct second_stage_page *page, bool dirty)
{
    if (!flags->second_stage)
        return NO_FAULT;
    for (unsigned i = 0; i < page->depth; i++) {
        uint64_t missing = SS_ACCESSED;

        if (dirty && i == page->depth - 1)
            missing |= SS_DIRTY;
        missing &= ~page->values[i];
        if (missing && !flags->snooped)
            return SSS_NOT_SNOOPED;
        if (missing)
            note(flags, page->entries[i], missing);
    }
    return NO_FAULT;
}

enum fault note_first_stage_flags(struct flags *flags, const struct first_stage_page *page, bool dirty)
{
    for (unsigned i = 0; i < page->depth; i++) {
        const struct first_stage_entry *entry = &page->entries[i];
        uint64_t missing = FS_ACCESSED;
        enum fault fault;

        if (flags->extended)
            missing |= FS_EXTENDED_ACCESSED;
        if (dirty && i == page->depth - 1)
            missing |= FS_DIRTY;
        missing &= ~entry->value;
        if (!missing)
            continue;
        if (entry->holder.depth > 0 && !entry->holder.write)
            return SFS_NO_FLAG_WRITE;
        if (!flags->snooped)
            return SFS_NOT_SNOOPED;
        note(flags, entry->at, missing);
        /* Setting the flag is a write to the page that holds the table. */
        fault = note_second_stage_flags(flags, &entry->holder, true);
        if (fault)
            return fault;
    }
    return NO_FAULT;
}

void set_flags(const struct flags *flags, struct memory *memory)
{
    for (unsigned i = 0; i < flags->count; i++)
        memory_set(memory, flags->list[i].at, flags->list[i].mask);
}
