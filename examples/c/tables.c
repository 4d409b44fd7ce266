#include "tables.h"

#include <string.h>

/* The table that a register or entry points to: bits 63:12, those beyond memory not there. */
static uint64_t pointer(const struct unit *unit, uint64_t word)
{
    return word & bits(unit->haw - 1, 12);
}

static enum fault read_context_legacy(const struct tables *tables, unsigned source_id, uint64_t context[2], bool *fpd)
{
    const struct unit *unit = tables->unit;
    unsigned bus = source_id >> 8, devfn = source_id & 0xff;
    uint64_t root[2];
    enum fault fault;

    if (!memory_read(tables->memory, pointer(unit, tables->rtaddr) + 16 * bus, root, 2))
        return LRT_READ_ERROR;
    fault = check_root_legacy(unit, root);
    if (fault)
        return fault;
    if (!memory_read(tables->memory, pointer(unit, root[0]) + 16 * devfn, context, 2))
        return LCT_READ_ERROR;
    *fpd |= bit(context[0], 1);
    return check_context_legacy(unit, context);
}

static enum fault read_context_scalable(const struct tables *tables, unsigned source_id, uint64_t context[4], bool *fpd)
{
    const struct unit *unit = tables->unit;
    unsigned bus = source_id >> 8, devfn = source_id & 0xff;
    uint64_t root[2], half;
    enum fault fault;

    if (!memory_read(tables->memory, pointer(unit, tables->rtaddr) + 16 * bus, root, 2))
        return SRT_READ_ERROR;
    half = root[devfn >= 128];
    fault = check_root_half(unit, half);
    if (fault)
        return fault;
    if (!memory_read(tables->memory, pointer(unit, half) + 32 * (devfn & 127), context, 4))
        return SCT_READ_ERROR;
    *fpd |= bit(context[0], 1);
    return check_context_scalable(unit, context);
}

static enum fault read_pasid_entry(const struct tables *tables, const uint64_t context[4], uint32_t pasid,
                            uint64_t entry[8], bool *fpd)
{
    const struct unit *unit = tables->unit;
    uint64_t directory;
    enum fault fault;

    if (!memory_read(tables->memory, pointer(unit, context[0]) + 8 * (pasid >> 6), &directory, 1))
        return SPD_READ_ERROR;
    *fpd |= bit(directory, 1);
    fault = check_pasid_directory(unit, directory);
    if (fault)
        return fault;
    if (!memory_read(tables->memory, pointer(unit, directory) + 64 * (pasid & 63), entry, 8))
        return SPT_READ_ERROR;
    *fpd |= bit(entry[0], 1);
    return check_pasid_table(unit, entry);
}

/* Hands out what was held or just read. */
static enum fault use(const struct cached_entry *entry, uint64_t *words, size_t count, bool *fpd)
{
    memcpy(words, entry->words, count * sizeof *words);
    *fpd |= entry->fpd;
    return entry->fault;
}

enum fault find_context_legacy(const struct tables *tables, unsigned source_id, uint64_t context[2], bool *fpd)
{
    struct cached_entry entry = { .mode = TTM_LEGACY, .source_id = source_id };
    const struct cached_entry *held =
        tables->caches ? cached_context(tables->caches, TTM_LEGACY, source_id) : NULL;

    if (held)
        return use(held, context, 2, fpd);
    entry.fault = read_context_legacy(tables, source_id, entry.words, &entry.fpd);
    entry.did = (unsigned)field(entry.words[1], 23, 8);
    if (tables->caches)
        hold_context(tables->caches, tables->unit, &entry);
    return use(&entry, context, 2, fpd);
}

enum fault find_context_scalable(const struct tables *tables, unsigned source_id, uint64_t context[4], bool *fpd)
{
    struct cached_entry entry = { .mode = TTM_SCALABLE, .source_id = source_id };
    const struct cached_entry *held =
        tables->caches ? cached_context(tables->caches, TTM_SCALABLE, source_id) : NULL;

    if (held)
        return use(held, context, 4, fpd);
    entry.fault = read_context_scalable(tables, source_id, entry.words, &entry.fpd);
    /* SCT.4.3 is a fault of the entry too, though some requests go by it: without caching mode it is not held. */
    if (tables->caches && (has_cap(tables->unit, CAP_CM) || !check_translated_pasids(entry.words)))
        hold_context(tables->caches, tables->unit, &entry);
    return use(&entry, context, 4, fpd);
}

enum fault find_pasid_entry(const struct tables *tables, unsigned source_id, const uint64_t context[4],
                            uint32_t pasid, uint64_t words[8], bool *fpd)
{
    struct cached_entry entry = { .mode = TTM_SCALABLE, .source_id = source_id, .pasid = pasid };
    const struct cached_entry *held =
        tables->caches ? cached_pasid(tables->caches, TTM_SCALABLE, source_id, pasid) : NULL;

    if (held)
        return use(held, words, 8, fpd);
    entry.fault = read_pasid_entry(tables, context, pasid, entry.words, &entry.fpd);
    entry.did = (unsigned)field(entry.words[1], 15, 0);
    if (tables->caches)
        hold_pasid(tables->caches, tables->unit, &entry);
    return use(&entry, words, 8, fpd);
}

/* Whether the entry that is held, and all on the way to it, is in order in memory; takes what memory says. */
static bool read_again(const struct tables *tables, struct cached_entry *held)
{
    uint64_t context[4];
    bool fpd = false; /* of the context entry, which is held by itself */

    if (read_context_scalable(tables, held->source_id, context, &fpd) || check_translated_pasids(context))
        return false;
    if (held->pasid != rid_pasid(context) && !bit(context[0], 3)) /* PASIDE */
        return false;
    held->fpd = false;
    if (held->pasid > max_pasid(context) ||
        read_pasid_entry(tables, context, held->pasid, held->words, &held->fpd))
        return false;
    held->fault = NO_FAULT;
    held->did = (unsigned)field(held->words[1], 15, 0);
    return true;
}

void synchronize_pasids(const struct tables *tables, const struct invalidation *what)
{
    for (unsigned i = 0; i < CACHED_ENTRIES; i++) {
        struct cached_entry *held = &tables->caches->pasids[i];

        if (held->valid && names_pasid_entry(what, held))
            held->valid = read_again(tables, held);
    }
}
