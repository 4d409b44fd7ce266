#include "caches.h"

#include "entry.h"

#include <string.h>

static const struct cached_entry *find(const struct cached_entry *entries, unsigned mode, unsigned source_id,
                                       uint32_t pasid)
{
    for (unsigned i = 0; i < CACHED_ENTRIES; i++)
        if (entries[i].valid && entries[i].mode == mode && entries[i].source_id == source_id &&
            entries[i].pasid == pasid)
            return &entries[i];
    return NULL;
}

const struct cached_entry *cached_context(const struct caches *caches, unsigned mode, unsigned source_id)
{
    return find(caches->contexts, mode, source_id, 0);
}

const struct cached_entry *cached_pasid(const struct caches *caches, unsigned mode, unsigned source_id,
                                        uint32_t pasid)
{
    return find(caches->pasids, mode, source_id, pasid);
}

const struct cached_page *cached_page(const struct caches *caches, unsigned mode, unsigned source_id,
                                      const uint32_t *pasid, uint64_t address)
{
    for (unsigned i = 0; i < CACHED_ENTRIES; i++) {
        const struct cached_page *page = &caches->pages[i];

        if (page->valid && page->mode == mode && page->source_id == source_id &&
            page->has_pasid == (pasid != NULL) && (!pasid || page->pasid == *pasid) &&
            (page->input ^ address) >> page->page_bits == 0)
            return page;
    }
    return NULL;
}

/* Bits of the addresses that one table of `level` serves. */
static unsigned span_bits(unsigned level)
{
    return 12 + 9 * level;
}

const struct cached_table *cached_table(const struct caches *caches, const struct cached_table *tags,
                                        unsigned levels, uint64_t address)
{
    const struct cached_table *lowest = NULL;

    for (unsigned i = 0; i < CACHED_TABLES; i++) {
        const struct cached_table *table = &caches->tables[i];

        if (table->valid && table->first_stage == tags->first_stage && table->did == tags->did &&
            table->pasid == tags->pasid && table->level < levels &&
            (table->input ^ address) >> span_bits(table->level) == 0 &&
            (!lowest || table->level < lowest->level))
            lowest = table;
    }
    return lowest;
}

void hold_table(struct caches *caches, const struct cached_table *table)
{
    struct cached_table *slot = &caches->tables[caches->oldest_table];

    *slot = *table;
    slot->valid = true;
    slot->input &= ~bits(span_bits(table->level) - 1, 0);
    caches->oldest_table = (caches->oldest_table + 1) % CACHED_TABLES;
}

static void hold(struct cached_entry *entries, unsigned *oldest, const struct unit *unit,
                 const struct cached_entry *entry)
{
    if (entry->fault && !has_cap(unit, CAP_CM))
        return;
    entries[*oldest] = *entry;
    entries[*oldest].valid = true;
    if (entry->fault)
        entries[*oldest].did = 0;
    *oldest = (*oldest + 1) % CACHED_ENTRIES;
}

void hold_context(struct caches *caches, const struct unit *unit, const struct cached_entry *entry)
{
    hold(caches->contexts, &caches->oldest_context, unit, entry);
}

void hold_pasid(struct caches *caches, const struct unit *unit, const struct cached_entry *entry)
{
    hold(caches->pasids, &caches->oldest_pasid, unit, entry);
}

void hold_page(struct caches *caches, const struct cached_page *page)
{
    caches->pages[caches->oldest_page] = *page;
    caches->pages[caches->oldest_page].valid = true;
    caches->oldest_page = (caches->oldest_page + 1) % CACHED_ENTRIES;
}

void drop_contexts(struct caches *caches, unsigned mode, const struct invalidation *what)
{
    /* Function bits that FM leaves out (Table 21). */
    static const unsigned masked[] = { 0, 4, 6, 7 };
    bool tagged = mode == TTM_LEGACY; /* by domain */

    for (unsigned i = 0; i < CACHED_ENTRIES; i++) {
        struct cached_entry *entry = &caches->contexts[i];
        bool same_domain = !tagged || entry->did == what->did;
        bool same_device = ((entry->source_id ^ what->source_id) & ~masked[what->function_mask]) == 0;

        if (what->granularity == GLOBAL || (what->granularity == BY_DOMAIN && same_domain) ||
            (same_domain && same_device))
            entry->valid = false;
    }
}

bool names_pasid_entry(const struct invalidation *what, const struct cached_entry *entry)
{
    return what->granularity == 3 ||
           (entry->did == what->did && (what->granularity == 0 || entry->pasid == what->pasid));
}

void drop_pasids(struct caches *caches, const struct invalidation *what)
{
    for (unsigned i = 0; i < CACHED_ENTRIES; i++)
        if (names_pasid_entry(what, &caches->pasids[i]))
            caches->pasids[i].valid = false;
}

/* Whether addresses around `input` have one in the range; of the addresses the low `width` bits count. */
static bool in_range(uint64_t input, unsigned input_bits, const struct invalidation *what, unsigned width)
{
    unsigned range_bits = 12 + what->address_mask;
    unsigned shift = range_bits > input_bits ? range_bits : input_bits;

    return ((input ^ what->address) & bits(width - 1, 0) & bits(63, shift)) == 0;
}

static bool has_first_stage(const struct cached_page *page)
{
    return page->pgtt == PGTT_FIRST_STAGE || page->pgtt == PGTT_NESTED;
}

void drop_by_domain(struct caches *caches, const struct unit *unit, const struct invalidation *what)
{
    unsigned mgaw = (unsigned)field(unit->cap, 21, 16) + 1;

    for (unsigned i = 0; i < CACHED_ENTRIES; i++) {
        struct cached_page *page = &caches->pages[i];

        if (what->granularity == GLOBAL ||
            (page->did == what->did && (what->granularity == BY_DOMAIN || has_first_stage(page) ||
                                        in_range(page->input, page->page_bits, what, mgaw))))
            page->valid = false;
    }
    for (unsigned i = 0; i < CACHED_TABLES; i++) {
        struct cached_table *table = &caches->tables[i];

        if (what->granularity == GLOBAL ||
            (table->did == what->did &&
             (what->granularity == BY_DOMAIN || table->first_stage ||
              (!what->hint && in_range(table->input, span_bits(table->level), what, mgaw)))))
            table->valid = false;
    }
}

/* First-stage addresses are compared as 48 bits: what is said of bits above may be left out (6.2.1). */
void drop_by_pasid(struct caches *caches, const struct invalidation *what)
{
    for (unsigned i = 0; i < CACHED_ENTRIES; i++) {
        struct cached_page *page = &caches->pages[i];

        if (page->did == what->did && page->pasid == what->pasid &&
            (what->granularity == 2 ||
             (has_first_stage(page) && in_range(page->input, page->page_bits, what, 48))))
            page->valid = false;
    }
    for (unsigned i = 0; i < CACHED_TABLES; i++) {
        struct cached_table *table = &caches->tables[i];

        if (table->first_stage && table->did == what->did && table->pasid == what->pasid &&
            (what->granularity == 2 ||
             (!what->hint && in_range(table->input, span_bits(table->level), what, 48))))
            table->valid = false;
    }
}

void drop_everything(struct caches *caches)
{
    memset(caches, 0, sizeof *caches);
}
