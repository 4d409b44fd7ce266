/*
 * Your code goes here: a function for each area, from a case to an observation. Where it says so, take the two
 * lines away and call your code. What you can't tell you leave out of the observation; the fields are described
 * in docs/contract.md of iommu-conformance. json.h has what reads and writes them.
 */
#include "adapter.h"

#include <string.h>

const char adapter_name[] = "my-implementation", adapter_version[] = "0.1";

/*
 * Any legal unit, or the one that yours is, all of it in JSON: {"name": "my-unit", "cap": "0xd2008c22260206",
 * "ecap": "0xf42", "haw": 39, "specRev": "5.10", "backed": [{"start": "0x0", "end": "0x80000000"}], "policies": {}}
 * A virtual SMMU has "smmu": {"stallModel": 1, "pri": false, "units": 1} beside these, which it does not look at.
 */
const char adapter_profile[] = "\"any\"";

/* [entry */
/* Decodes one entry: its fault code, or null and the fields of a valid one. */
static void entry(struct reader *reader, const cJSON *test_case, cJSON *observation)
{
    const cJSON *unit = cJSON_GetObjectItemCaseSensitive(test_case, "profile");
    const char *format = read_text(reader, test_case, "format"); /* pasid-table, context-legacy, … */
    uint64_t cap = read_u64(reader, unit, "cap"), ecap = read_u64(reader, unit, "ecap");
    unsigned haw = read_unsigned(reader, unit, "haw", 52);
    uint64_t words[8] = { 0 };
    int fault = -1;

    read_words(reader, test_case, "words", words, 1, 8);
    /* Your code, from format, cap, ecap, haw and words to fault. */
    (void)format, (void)cap, (void)ecap, (void)haw;
    reader->skip = "not implemented";

    if (fault < 0)
        cJSON_AddNullToObject(observation, "fault");
    else
        cJSON_AddNumberToObject(observation, "fault", fault);
}

/* ] */
/* [used-bits */
/* The bits that hardware looks at; with a target, also those that may change between the two at any moment. */
static void used_bits(struct reader *reader, const cJSON *test_case, cJSON *observation)
{
    const char *format = read_text(reader, test_case, "format"); /* vtd-pasid, smmu-ste, smmu-cd */
    bool with_target = cJSON_GetObjectItemCaseSensitive(test_case, "target") != NULL;
    uint64_t entry[8] = { 0 }, target[8] = { 0 }, used[8] = { 0 }, safe[8] = { 0 };

    read_words(reader, test_case, "entry", entry, 8, 8);
    if (with_target)
        read_words(reader, test_case, "target", target, 8, 8);
    /* Your code, from format, entry and target to used and safe. */
    (void)format;
    reader->skip = "not implemented";

    add_words(observation, "used", used, 8);
    if (with_target)
        add_words(observation, "safe", safe, 8);
}

/* ] */
/* [entry-sync */
static void add_store(cJSON *trace, unsigned quantum, const uint64_t *words, size_t count)
{
    cJSON *store = add_item(trace);

    cJSON_AddStringToObject(store, "op", "store");
    cJSON_AddNumberToObject(store, "quantum", quantum);
    add_words(store, "value", words, count);
}

static void add_sync(cJSON *trace)
{
    cJSON_AddStringToObject(add_item(trace), "op", "sync");
}

/* The stores and syncs, in order, by which your driver changes an entry in memory into another. */
static void entry_sync(struct reader *reader, const cJSON *test_case, cJSON *observation)
{
    const char *format = read_text(reader, test_case, "format"); /* vtd-pasid, smmu-ste, smmu-cd, amd-dte */
    cJSON *trace = cJSON_AddArrayToObject(observation, "trace");
    uint64_t from[16] = { 0 }, to[16] = { 0 };
    size_t count = read_words(reader, test_case, "from", from, 2, 16);

    read_words(reader, test_case, "to", to, 2, 16);
    if (strcmp(format, "synthetic") == 0) {
        reader->skip = "only the formats of real units";
        return;
    }
    /* Your code, in the place of these three lines: it calls add_store and add_sync. */
    add_store(trace, 0, to, count > 4 ? 2 : 1);
    add_sync(trace);
    reader->skip = "not implemented";
}

/* ] */
/* [translation page-walk invalidation binding smmu-nesting */
/* Reads the word at `address` from the memory of the case: of runs that overlap the last one counts, and all that
 * none gives is zero where it is backed. */
static uint64_t load(struct reader *reader, const cJSON *test_case, uint64_t address)
{
    const cJSON *run;
    uint64_t word = 0;

    cJSON_ArrayForEach(run, cJSON_GetObjectItemCaseSensitive(test_case, "memory")) {
        uint64_t words[512], start = read_u64(reader, run, "address");
        size_t count = read_words(reader, run, "words", words, 1, 512);

        if (address - start < 8 * count)
            word = words[(address - start) / 8];
    }
    return word;
}

/* ] */
/* [translation */
/* What becomes of each request; the caches are empty before the first. */
static void translation(struct reader *reader, const cJSON *test_case, cJSON *observation)
{
    uint64_t rtaddr = read_u64(reader, test_case, "rtaddr");
    cJSON *results = cJSON_AddArrayToObject(observation, "results");
    const cJSON *request;

    cJSON_ArrayForEach(request, read_array(reader, test_case, "requests", 64)) {
        unsigned source_id = read_unsigned(reader, request, "sourceId", 0xffff);
        uint64_t address = read_u64(reader, request, "address");
        const char *op = read_text(reader, request, "op");
        cJSON *result = add_item(results);
        uint64_t root_entry = load(reader, test_case, (rtaddr & ~UINT64_C(0xfff)) + 16 * (source_id >> 8));

        /* Your code, from these to the result. */
        (void)op, (void)root_entry;
        cJSON_AddStringToObject(result, "outcome", "translated");
        add_u64(result, "address", address);
    }
    reader->skip = "not implemented";
}

/* ] */
/* [page-walk */
/* All that tables map in a range, announced to a hook in order. */
static void page_walk(struct reader *reader, const cJSON *test_case, cJSON *observation)
{
    const cJSON *walk = cJSON_GetObjectItemCaseSensitive(test_case, "walk");
    cJSON *events = cJSON_AddArrayToObject(observation, "events");

    if (strcmp(read_text(reader, walk, "kind"), "range") == 0) {
        uint64_t top = read_u64(reader, walk, "top"), start = read_u64(reader, walk, "start");
        unsigned levels = read_unsigned(reader, walk, "levels", 5);

        /* Your code: it reads entries by load(reader, test_case, address). */
        (void)load(reader, test_case, top), (void)levels;
        cJSON_AddStringToObject(add_item(events), "event", "unmap");
        add_u64(cJSON_GetArrayItem(events, 0), "iova", start);
    }
    cJSON_AddStringToObject(cJSON_AddObjectToObject(observation, "result"), "outcome", "done");
    reader->skip = "not implemented";
}

/* ] */
/* [invalidation */
/* A stream of stores, register writes, descriptors and requests: what each request, read and load shows. */
static void invalidation(struct reader *reader, const cJSON *test_case, cJSON *observation)
{
    cJSON *answers = cJSON_AddArrayToObject(observation, "answers");
    const cJSON *step;

    cJSON_ArrayForEach(step, read_array(reader, test_case, "steps", 20000)) {
        const char *kind = read_text(reader, step, "step"); /* store, write, submit, request, read, load */

        /* Your code. */
        if (strcmp(kind, "load") == 0) {
            cJSON *answer = add_item(answers);

            cJSON_AddStringToObject(answer, "outcome", "value");
            add_u64(answer, "value", load(reader, test_case, read_u64(reader, step, "address")));
        }
    }
    reader->skip = "not implemented";
}

/* ] */
/* [binding */
/* Passthrough devices of a virtual unit: the page tables that the host is asked for at each step. */
static void binding(struct reader *reader, const cJSON *test_case, cJSON *observation)
{
    uint64_t rtaddr = read_u64(reader, test_case, "rtaddr");
    cJSON *steps = cJSON_AddArrayToObject(observation, "steps");
    const cJSON *step;

    cJSON_ArrayForEach(step, cJSON_GetObjectItemCaseSensitive(test_case, "steps")) {
        const char *kind = read_text(reader, step, "step"); /* store, invalidate, root, enable, reset, plug, … */

        /* Your code: what it asks of the host goes to the array that is made here. */
        (void)kind, (void)load(reader, test_case, rtaddr & ~UINT64_C(0xfff));
        cJSON_AddArrayToObject(add_item(steps), "calls");
    }
    reader->skip = "not implemented";
}

/* ] */
/* [domain-replace */
/* A driver that gives domains to devices and takes them back: what it does for each request. */
static void domain_replace(struct reader *reader, const cJSON *test_case, cJSON *observation)
{
    cJSON *requests = cJSON_AddArrayToObject(observation, "requests");
    const cJSON *request;

    cJSON_ArrayForEach(request, cJSON_GetObjectItemCaseSensitive(test_case, "requests")) {
        const char *kind = read_text(reader, request, "request"); /* attach, detach, release, track-dirty, ats */

        /* Your code: what it stores, flushes, invalidates and waits for goes to the array that is made here. */
        (void)kind;
        cJSON_AddArrayToObject(add_item(requests), "actions");
    }
    reader->skip = "not implemented";
}

/* ] */
/* [smmu-nesting */
/* A virtual SMMUv3 over devices of a host: the calls of it at each step, and how far the queue went. */
static void smmu_nesting(struct reader *reader, const cJSON *test_case, cJSON *observation)
{
    const cJSON *table = cJSON_GetObjectItemCaseSensitive(test_case, "streamTable");
    uint64_t base = read_u64(reader, table, "base");
    cJSON *steps = cJSON_AddArrayToObject(observation, "steps");
    const cJSON *step;

    cJSON_ArrayForEach(step, cJSON_GetObjectItemCaseSensitive(test_case, "steps")) {
        const char *kind = read_text(reader, step, "step"); /* store, commands, acknowledge, enable, plug, … */
        cJSON *answer = add_item(steps);

        /* Your code: what it asks of the host goes to the array that is made here. */
        (void)kind, (void)load(reader, test_case, base & ~UINT64_C(0x3f));
        cJSON_AddArrayToObject(answer, "calls");
        cJSON_AddNumberToObject(answer, "consumed", 0);
    }
    reader->skip = "not implemented";
}

/* ] */
const struct area areas[] = {
    /* [entry */
    { "entry", entry },
    /* ] */
    /* [used-bits */
    { "used-bits", used_bits },
    /* ] */
    /* [entry-sync */
    { "entry-sync", entry_sync },
    /* ] */
    /* [translation */
    { "translation", translation },
    /* ] */
    /* [page-walk */
    { "page-walk", page_walk },
    /* ] */
    /* [invalidation */
    { "invalidation", invalidation },
    /* ] */
    /* [binding */
    { "binding", binding },
    /* ] */
    /* [domain-replace */
    { "domain-replace", domain_replace },
    /* ] */
    /* [smmu-nesting */
    { "smmu-nesting", smmu_nesting },
    /* ] */
    { NULL, NULL },
};
