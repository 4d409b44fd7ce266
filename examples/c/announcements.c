#include "announcements.h"

#include <stdlib.h>
#include <string.h>

void add_mapping(cJSON *object, const struct mapping *mapping)
{
    add_u64(object, "iova", mapping->iova);
    add_u64(object, "size", mapping->size);
    add_u64(object, "target", mapping->target);
    cJSON_AddBoolToObject(object, "read", mapping->read);
    cJSON_AddBoolToObject(object, "write", mapping->write);
}

/* Calls the hook; gives the event that the caller fills. */
static cJSON *call(struct announcements *to, const char *name)
{
    cJSON *event = add_item(to->events);

    cJSON_AddStringToObject(event, "event", name);
    if (to->can_fail && to->calls == to->fails_at)
        to->failed = true;
    to->calls++;
    return event;
}

static void call_unmap(struct announcements *to, uint64_t iova, uint64_t size)
{
    cJSON *event = call(to, "unmap");

    add_u64(event, "iova", iova);
    add_u64(event, "size", size);
}

/* How many known mappings lie wholly below `address`. */
static size_t below(const struct announcements *to, uint64_t address)
{
    size_t low = 0, high = to->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (to->known[middle].iova + (to->known[middle].size - 1) < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void insert(struct announcements *to, size_t at, const struct mapping *mapping)
{
    if (to->count == to->capacity) {
        to->capacity = 2 * to->capacity + 64;
        to->known = realloc(to->known, to->capacity * sizeof *to->known);
        if (!to->known)
            abort();
    }
    memmove(to->known + at + 1, to->known + at, (to->count - at) * sizeof *to->known);
    to->known[at] = *mapping;
    to->count++;
}

static void forget(struct announcements *to, size_t at)
{
    to->count--;
    memmove(to->known + at, to->known + at + 1, (to->count - at) * sizeof *to->known);
}

void remember(struct announcements *to, const struct mapping *mapping)
{
    insert(to, to->count, mapping);
}

/* Takes back what was announced before and overlaps the span; each mapping as it was announced. */
static void unmap_known(struct announcements *to, uint64_t iova, uint64_t size)
{
    size_t at = below(to, iova);

    while (!to->failed && at < to->count && to->known[at].iova <= iova + (size - 1)) {
        call_unmap(to, to->known[at].iova, to->known[at].size);
        forget(to, at);
    }
}

void announce_unmap(struct announcements *to, uint64_t iova, uint64_t size)
{
    if (to->remembers)
        unmap_known(to, iova, size);
    else
        call_unmap(to, iova, size);
}

static bool same(const struct mapping *left, const struct mapping *right)
{
    return left->iova == right->iova && left->size == right->size && left->target == right->target &&
           left->read == right->read && left->write == right->write;
}

void announce_map(struct announcements *to, const struct mapping *mapping)
{
    if (to->remembers) {
        size_t at = below(to, mapping->iova);

        if (at < to->count && same(&to->known[at], mapping))
            return;
        unmap_known(to, mapping->iova, mapping->size);
        if (to->failed)
            return;
        insert(to, below(to, mapping->iova), mapping);
    }
    add_mapping(call(to, "map"), mapping);
}
