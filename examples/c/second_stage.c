#include "second_stage.h"

bool second_stage_maps(uint64_t entry, unsigned level)
{
    return level == 1 || (level <= 3 && bit(entry, 7));
}

bool second_stage_reserved(const struct unit *unit, const struct second_stage *stage, uint64_t entry,
                           unsigned level)
{
    uint64_t reserved = bits(51, unit->haw);
    bool page = second_stage_maps(entry, level);

    if (!stage->io_rights)
        reserved |= BIT(62);
    if (level >= 4)
        reserved |= BIT(7);
    if (!page || !has_ecap(unit, ECAP_SC))
        reserved |= BIT(11); /* SNP */
    if (page && level > 1) {
        reserved |= bits(12 + 9 * (level - 1) - 1, 12);
        if (!bit(unit->cap, level == 2 ? 34 : 35)) /* SSLPS: 2 MiB, 1 GiB */
            reserved |= BIT(7);
    }
    return entry & reserved;
}

enum fault walk_second_stage(const struct unit *unit, const struct memory *memory,
                             const struct second_stage *stage, uint64_t address, struct second_stage_page *page)
{
    const struct cached_table tags = { .did = stage->did }, *held = NULL;
    uint64_t table = stage->top;
    unsigned level = stage->levels;

    page->read = page->write = true;
    page->depth = 0;
    if (address & bits(63, input_width(unit, stage->levels)))
        return SGN_BEYOND_WIDTH;
    if (stage->caches)
        held = cached_table(stage->caches, &tags, stage->levels, address);
    if (held) {
        level = held->level;
        table = held->table;
        page->read = held->read;
        page->write = held->write;
    }
    for (;; level--) {
        unsigned shift = 12 + 9 * (level - 1);
        uint64_t at = table + 8 * field(address, shift + 8, shift), entry;
        bool read, write;

        if (!memory_read(memory, at, &entry, 1))
            return level == stage->levels ? SSS_TOP_READ_ERROR : SSS_READ_ERROR;
        read = second_stage_read(stage, entry);
        write = second_stage_write(stage, entry);
        page->read &= read;
        page->write &= write;
        if (!read && !write)
            return SSS_NO_RIGHT;
        if (second_stage_reserved(unit, stage, entry, level))
            return SSS_RESERVED;
        page->entries[page->depth] = at;
        page->values[page->depth++] = entry;
        table = entry & bits(51, 12);
        if (!second_stage_maps(entry, level)) {
            if (stage->caches)
                page->below[page->depth - 1] = (struct cached_table){ .did = stage->did, .input = address,
                    .level = level - 1, .table = table, .read = page->read, .write = page->write };
            continue;
        }
        page->page_bits = shift;
        page->address = (entry & bits(51, shift)) | (address & (BIT(shift) - 1));
        page->snoop = bit(entry, 11);
        return page->read || page->write ? NO_FAULT : SSS_NO_RIGHT;
    }
}

void hold_second_stage(const struct second_stage *stage, const struct second_stage_page *page)
{
    for (unsigned i = 0; stage->caches && i + 1 < page->depth; i++)
        hold_table(stage->caches, &page->below[i]);
}
