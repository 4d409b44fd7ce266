/* Area page-walk: a range of second-stage tables, or all that a device can reach when it is assigned. */
#include "areas.h"
#include "page_walk.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_ANNOUNCED = 64, MAX_CALL_NUMBER = 0xffff, MAX_ERROR = 0xff };

static void read_hook(struct reader *reader, const cJSON *test_case, const cJSON *walk, struct announcements *to)
{
    const cJSON *failure = cJSON_GetObjectItemCaseSensitive(test_case, "hookFailure");
    const cJSON *item;

    if (failure) {
        to->can_fail = true;
        to->fails_at = read_unsigned(reader, failure, "at", MAX_CALL_NUMBER);
        to->error = read_unsigned(reader, failure, "error", MAX_ERROR);
    }
    to->remembers = cJSON_GetObjectItemCaseSensitive(walk, "announced") != NULL;
    if (!to->remembers)
        return;
    cJSON_ArrayForEach(item, read_array(reader, walk, "announced", MAX_ANNOUNCED)) {
        struct mapping mapping = { read_u64(reader, item, "iova"), read_u64(reader, item, "size"),
            read_u64(reader, item, "target"), read_flag(item, "read"), read_flag(item, "write") };

        remember(to, &mapping);
    }
}

static void walk_range(struct reader *reader, const cJSON *range, struct page_walk *walk, cJSON *result)
{
    struct second_stage stage = { .top = read_u64(reader, range, "top"),
        .levels = read_unsigned(reader, range, "levels", MAX_LEVELS) };
    uint64_t start = read_u64(reader, range, "start"), end = read_u64(reader, range, "end");
    uint64_t limit;

    if (stage.levels < 3 && !reader->problem)
        reader->problem = "expected 3 to 5 levels";
    if (reader->problem)
        return;
    limit = bits(input_width(walk->unit, stage.levels) - 1, 0);
    if (start > limit) {
        cJSON_AddStringToObject(result, "outcome", "refused");
        cJSON_AddNumberToObject(result, "code", LGN_BEYOND_WIDTH);
        return;
    }
    walk->stage = &stage;
    walk->start = start;
    walk->last = end - 1 < limit ? end - 1 : limit;
    walk->notify_unmapped = read_flag(range, "notifyUnmapped");
    if (start < end && !walk_pages(walk))
        reader->problem = "tables without end";
}

/* Finds the second stage of a device; false when it has none. */
static bool second_stage_of(const struct tables *tables, unsigned source_id, struct second_stage *stage)
{
    uint64_t context[4], entry[8];
    bool fpd = false;

    stage->io_rights = second_stage_io_rights(tables);
    switch (translation_table_mode(tables->rtaddr)) {
    case TTM_LEGACY:
        if (find_context_legacy(tables, source_id, context, &fpd) || stage->io_rights ||
            field(context[0], 3, 2) == TT_PASS_THROUGH)
            return false;
        stage->top = context[0] & bits(63, 12);
        stage->levels = 2 + (unsigned)field(context[1], 2, 0);
        return true;
    case TTM_SCALABLE:
        if (!has_ecap(tables->unit, ECAP_SMTS) || find_context_scalable(tables, source_id, context, &fpd) ||
            check_translated_pasids(context) ||
            find_pasid_entry(tables, source_id, context, rid_pasid(context), entry, &fpd) ||
            field(entry[0], 8, 6) != PGTT_SECOND_STAGE)
            return false;
        stage->top = entry[0] & bits(63, 12);
        stage->levels = 2 + (unsigned)field(entry[0], 4, 2);
        return true;
    default:
        return false;
    }
}

static int by_start(const void *left, const void *right)
{
    uint64_t a = ((const struct memory_range *)left)->start, b = ((const struct memory_range *)right)->start;

    return (a > b) - (a < b);
}

/* With translation off a device reaches memory as it is. */
static void announce_memory(const struct memory *memory, struct announcements *to)
{
    struct memory_range ranges[MAX_RANGES];
    uint64_t done = 0;

    memcpy(ranges, memory->backed, sizeof ranges);
    qsort(ranges, memory->ranges, sizeof *ranges, by_start);
    for (size_t i = 0; i < memory->ranges && !to->failed; i++) {
        uint64_t start = ranges[i].start > done ? ranges[i].start : done;

        if (ranges[i].end <= start)
            continue;
        done = ranges[i].end;
        announce_map(to, &(struct mapping){ start, done - start, start, true, true });
    }
}

static void replay(struct reader *reader, const cJSON *assigned, struct page_walk *walk)
{
    struct tables tables = { walk->unit, walk->memory, read_u64(reader, assigned, "rtaddr"), NULL };
    unsigned source_id = read_unsigned(reader, assigned, "sourceId", 0xffff);
    struct second_stage stage;

    if (reader->problem)
        return;
    if (!read_flag(assigned, "translationEnabled")) {
        announce_memory(walk->memory, walk->announcements);
    } else if (second_stage_of(&tables, source_id, &stage)) {
        walk->stage = &stage;
        walk->last = bits(input_width(walk->unit, stage.levels) - 1, 0);
        if (!walk_pages(walk))
            reader->problem = "tables without end";
    }
}

static void add_outcome(cJSON *observation, cJSON *result, const struct page_walk *walk)
{
    const struct announcements *announcements = walk->announcements;
    cJSON *skipped = cJSON_AddObjectToObject(observation, "skipped"), *announced;

    cJSON_AddNumberToObject(skipped, "unreadable", (double)walk->unreadable);
    cJSON_AddNumberToObject(skipped, "reserved", (double)walk->reserved);
    cJSON_AddNumberToObject(skipped, "noRight", (double)walk->no_right);
    cJSON_AddNumberToObject(observation, "entriesRead", (double)walk->entries_read);
    if (announcements->failed) {
        cJSON_AddStringToObject(result, "outcome", "stopped");
        cJSON_AddNumberToObject(result, "error", announcements->error);
    } else if (!result->child) {
        cJSON_AddStringToObject(result, "outcome", "done");
    }
    /* What a hook that failed has taken in, only it can say. */
    if (!announcements->remembers || announcements->failed)
        return;
    announced = cJSON_AddArrayToObject(observation, "announced");
    for (size_t i = 0; i < announcements->count; i++)
        add_mapping(add_item(announced), &announcements->known[i]);
}

void run_page_walk(struct reader *reader, const cJSON *test_case, cJSON *observation)
{
    const cJSON *asked = cJSON_GetObjectItemCaseSensitive(test_case, "walk");
    struct announcements announcements = { .events = cJSON_AddArrayToObject(observation, "events") };
    cJSON *result = cJSON_AddObjectToObject(observation, "result");
    struct unit unit;
    struct memory memory;
    struct page_walk walk = { .unit = &unit, .memory = &memory, .announcements = &announcements };

    read_unit(reader, test_case, &unit);
    memory_open(reader, test_case, &memory);
    read_hook(reader, test_case, asked, &announcements);
    if (strcmp(read_text(reader, asked, "kind"), "replay") == 0)
        replay(reader, asked, &walk);
    else
        walk_range(reader, asked, &walk, result);
    if (!reader->problem)
        add_outcome(observation, result, &walk);
    free(announcements.known);
    memory_close(&memory);
}
