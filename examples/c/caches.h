/*
 * Context-cache, PASID-cache, IOTLB and tables of both stages (VT-d 6.2): a few entries each, the oldest makes room. Entries are found
 * by requester and PASID, and dropped by domain, as tags say (6.2.1). With caching mode faults are held too.
 */
#ifndef CACHES_H
#define CACHES_H

#include "faults.h"
#include "unit.h"

enum { CACHED_ENTRIES = 8, CACHED_TABLES = 16 };

/* A context entry, or a PASID table entry with the directory entry before it. */
struct cached_entry {
    bool valid;
    unsigned mode, source_id, did;
    uint32_t pasid; /* 0 for a context entry */
    enum fault fault; /* what is wrong with it, or with what leads to it */
    bool fpd;
    uint64_t words[8];
};

/* A page that an untranslated request reached without supervisor privilege. */
struct cached_page {
    bool valid;
    unsigned mode, source_id, did, pgtt;
    bool has_pasid; /* of the request; `pasid` is RID_PASID when it had none */
    uint32_t pasid;
    uint64_t input, output; /* of the first byte */
    unsigned page_bits;
    bool read, write;
    bool clean; /* its dirty flag may have to be set yet: writes walk again */
    bool fpd;
};

/* A table of first or second stage below the top, and the rights of the way to it (6.2.5). */
struct cached_table {
    bool valid, first_stage;
    unsigned did;
    uint32_t pasid; /* of first stage */
    uint64_t input; /* the first address that it serves; under nesting that of second stage is a guest address */
    unsigned level; /* of the table: 1 is the lowest */
    uint64_t table;
    bool read, write, user; /* what all entries before it grant */
};

struct caches {
    struct cached_entry contexts[CACHED_ENTRIES], pasids[CACHED_ENTRIES];
    struct cached_page pages[CACHED_ENTRIES];
    struct cached_table tables[CACHED_TABLES];
    unsigned oldest_context, oldest_pasid, oldest_page, oldest_table;
};

/* NULL: not held. */
const struct cached_entry *cached_context(const struct caches *caches, unsigned mode, unsigned source_id);
const struct cached_entry *cached_pasid(const struct caches *caches, unsigned mode, unsigned source_id,
                                        uint32_t pasid);
const struct cached_page *cached_page(const struct caches *caches, unsigned mode, unsigned source_id,
                                      const uint32_t *pasid, uint64_t address);
/* The lowest table below `levels` levels that is held for `address`. */
const struct cached_table *cached_table(const struct caches *caches, const struct cached_table *tags,
                                        unsigned levels, uint64_t address);

/* A faulting entry is held only with caching mode, under domain 0 (6.2.2, 6.2.3). */
void hold_context(struct caches *caches, const struct unit *unit, const struct cached_entry *entry);
void hold_pasid(struct caches *caches, const struct unit *unit, const struct cached_entry *entry);
void hold_page(struct caches *caches, const struct cached_page *page);
void hold_table(struct caches *caches, const struct cached_table *table);

/* Granularities of context-cache, IOTLB and HPT invalidations (11.4.6.1, 11.4.6.3). */
enum { GLOBAL = 1, BY_DOMAIN = 2, BY_DEVICE_OR_PAGE = 3 };

/* What a descriptor or register asks for; which fields count depends on the granularity. */
struct invalidation {
    unsigned granularity, did, source_id, function_mask;
    uint32_t pasid;
    uint64_t address;
    unsigned address_mask;
    bool hint; /* IH: no table has changed */
};

void drop_contexts(struct caches *caches, unsigned mode, const struct invalidation *what);
/* Granularities of its own: 0 domain, 1 PASID in domain, 3 global (6.5.2.2). */
bool names_pasid_entry(const struct invalidation *what, const struct cached_entry *entry);
void drop_pasids(struct caches *caches, const struct invalidation *what);
/* Pages and tables, by Table 23. */
void drop_by_domain(struct caches *caches, const struct unit *unit, const struct invalidation *what);
/* The same by Table 24: 2 PASID, 3 page in PASID. */
void drop_by_pasid(struct caches *caches, const struct invalidation *what);
void drop_everything(struct caches *caches);

#endif
