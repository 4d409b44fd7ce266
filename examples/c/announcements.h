/* The calls of a hook that follows the mappings of a device, and what it remembers of them. */
#ifndef ANNOUNCEMENTS_H
#define ANNOUNCEMENTS_H

#include "json.h"

/* Input addresses iova to iova + size - 1 go to target on. */
struct mapping {
    uint64_t iova, size, target;
    bool read, write;
};

struct announcements {
    cJSON *events;
    unsigned calls;
    /* Mappings that were announced, ascending and disjoint. */
    bool remembers;
    struct mapping *known;
    size_t count, capacity;
    /* The hook gives `error` at call number `fails_at`. */
    bool can_fail, failed;
    unsigned fails_at, error;
};

void announce_map(struct announcements *to, const struct mapping *mapping);
void announce_unmap(struct announcements *to, uint64_t iova, uint64_t size);
/* Adds a mapping at the end of what is remembered. */
void remember(struct announcements *to, const struct mapping *mapping);
void add_mapping(cJSON *object, const struct mapping *mapping);

#endif
