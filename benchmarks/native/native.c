/*
 * The hot paths of the C example, timed: inputs come from the file in the first argument, then each line of stdin
 * names a path and how often to go through its inputs. The reply is the nanoseconds that took and a checksum of the
 * results, which the other side must get too. What is timed are the functions that answer cases.
 */
#include "descriptors.h"
#include "entry.h"
#include "entry_plan.h"
#include "job.h"
#include "tables.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Inputs of one path, 8 words each or less. */
struct words {
    size_t count;
    uint64_t (*items)[ENTRY_WORDS];
};

enum { FORMATS = 3 };
static const char *const formats[FORMATS] = { "vtd-pasid", "smmu-ste", "smmu-cd" };

static struct unit unit;
static struct memory memory;
static struct words entries, used[FORMATS], from[FORMATS], to[FORMATS], descriptors, invalidations, addresses;
static struct writer writers[FORMATS];
static struct caches caches;
static struct tables tables = { &unit, &memory, 0, &caches };
static struct second_stage second, nesting;
static struct first_stage first, nested;

static uint32_t mix(uint32_t sum, uint64_t value)
{
    return sum * 31 + (uint32_t)value + (uint32_t)(value >> 32);
}

static uint32_t check_entries(uint32_t sum)
{
    for (size_t i = 0; i < entries.count; i++)
        sum = mix(sum, check_pasid_table(&unit, entries.items[i]));
    return sum;
}

static uint32_t use_bits(uint32_t sum)
{
    for (unsigned format = 0; format < FORMATS; format++) {
        const struct used_bits *bits_of = writers[format].used_bits;

        for (size_t i = 0; i < used[format].count; i++) {
            uint64_t mask[ENTRY_WORDS] = { 0 };

            bits_of->used(used[format].items[i], mask);
            sum = mix(sum, mask[i % ENTRY_WORDS]);
        }
    }
    return sum;
}

static uint32_t plan_updates(uint32_t sum)
{
    for (unsigned format = 0; format < FORMATS; format++)
        for (size_t i = 0; i < from[format].count; i++) {
            uint64_t entry[MAX_WORDS];
            struct plan plan;

            memcpy(entry, from[format].items[i], sizeof from[format].items[i]);
            plan_entry(&writers[format], entry, to[format].items[i], &plan);
            for (size_t step = 0; step < plan.count; step++)
                if (plan.steps[step].kind == STORE)
                    sum = mix(sum, plan.steps[step].quantum ^ plan.steps[step].value[0]);
            sum = mix(sum, plan.count);
        }
    return sum;
}

static uint32_t decode_descriptors(uint32_t sum)
{
    for (size_t i = 0; i < descriptors.count; i++)
        sum = mix(sum, check_descriptor(&unit, TTM_SCALABLE, descriptors.items[i]));
    return sum;
}

static uint32_t walk_second(uint32_t sum)
{
    for (size_t i = 0; i < addresses.count; i++) {
        struct second_stage_page page;

        sum = mix(sum, walk_second_stage(&unit, &memory, &second, addresses.items[i][0], &page));
        sum = mix(sum, page.address);
    }
    return sum;
}

static uint32_t walk_stages(uint32_t sum, const struct first_stage *stage)
{
    static const struct tables uncached = { &unit, &memory, 0, NULL };
    struct request request = { .kind = UNTRANSLATED, .op = READ };
    struct result result;
    struct job job = { &uncached, &unit, &memory, &request, &result, false, 0, 0, 0 };

    for (size_t i = 0; i < addresses.count; i++) {
        struct flags flags;

        flags.snooped = true;
        flags.extended = flags.second_stage = false;
        flags.count = 0;
        request.address = addresses.items[i][0];
        sum = mix(sum, translate_stages(&job, stage, stage->nesting, false, &flags));
        sum = mix(sum, result.address);
    }
    return sum;
}

static uint32_t walk_first(uint32_t sum)
{
    return walk_stages(sum, &first);
}

static uint32_t walk_nested(uint32_t sum)
{
    return walk_stages(sum, &nested);
}

static uint32_t synchronize(uint32_t sum)
{
    for (size_t i = 0; i < invalidations.count; i++) {
        struct invalidation what = { .granularity = (unsigned)invalidations.items[i][0],
            .did = (unsigned)invalidations.items[i][1], .pasid = (uint32_t)invalidations.items[i][2] };

        synchronize_pasids(&tables, &what);
        sum = mix(sum, caches.pasids[i % CACHED_ENTRIES].words[2]);
    }
    return sum;
}

static const struct path {
    const char *name;
    uint32_t (*pass)(uint32_t sum);
} paths[] = {
    { "PASID entry check", check_entries },
    { "used bits", use_bits },
    { "entry-sync plan", plan_updates },
    { "second-stage walk", walk_second },
    { "first-stage walk", walk_first },
    { "nested walk", walk_nested },
    { "descriptor decode", decode_descriptors },
    { "PASID-cache synchronise", synchronize },
    { NULL, NULL },
};

static struct words read_items(struct reader *reader, const cJSON *inputs, const char *name)
{
    const cJSON *array = read_array(reader, inputs, name, 1 << 20), *item;
    size_t count = array ? (size_t)cJSON_GetArraySize(array) : 0;
    struct words words = { 0, calloc(count + 1, sizeof *words.items) };

    if (!words.items)
        abort();
    cJSON_ArrayForEach(item, array)
        read_item_words(reader, item, words.items[words.count++], ENTRY_WORDS);
    return words;
}

static void read_formats(struct reader *reader, const cJSON *inputs)
{
    for (unsigned i = 0; i < FORMATS; i++) {
        const cJSON *of = cJSON_GetObjectItemCaseSensitive(inputs, formats[i]);
        size_t words = i == 0 ? 2 : 1;

        used[i] = read_items(reader, of, "used");
        from[i] = read_items(reader, of, "from");
        to[i] = read_items(reader, of, "to");
        writers[i] = (struct writer){ .format = formats[i], .quantum_words = words, .quanta = ENTRY_WORDS / words,
            .used_bits = used_bits_of(formats[i]) };
    }
}

/* Every PASID table entry in use is held, as after a request of each. */
static void fill_caches(struct reader *reader, const cJSON *inputs)
{
    struct words pasids = read_items(reader, inputs, "pasids");

    tables.rtaddr = read_u64(reader, inputs, "rtaddr");
    for (size_t i = 0; i < pasids.count; i++) {
        uint64_t context[4], entry[8];
        unsigned source_id = (unsigned)pasids.items[i][0];
        bool fpd;

        if (find_context_scalable(&tables, source_id, context, &fpd) ||
            find_pasid_entry(&tables, source_id, context, (uint32_t)pasids.items[i][1], entry, &fpd))
            reader->problem = "a PASID without entry";
    }
}

static void read_inputs(struct reader *reader, const cJSON *inputs)
{
    read_unit(reader, inputs, &unit);
    memory_open(reader, inputs, &memory);
    entries = read_items(reader, inputs, "entries");
    read_formats(reader, inputs);
    descriptors = read_items(reader, inputs, "descriptors");
    invalidations = read_items(reader, inputs, "invalidations");
    addresses = read_items(reader, inputs, "addresses");
    second = (struct second_stage){ .top = read_u64(reader, inputs, "secondStage"), .levels = 4 };
    nesting = (struct second_stage){ .top = read_u64(reader, inputs, "nestingStage"), .levels = 4 };
    first = (struct first_stage){ .top = read_u64(reader, inputs, "firstStage"), .levels = 4 };
    nested = (struct first_stage){ .top = read_u64(reader, inputs, "nestedStage"), .levels = 4, .nesting = &nesting };
    fill_caches(reader, inputs);
}

static char *read_text_of(const char *name)
{
    FILE *file = fopen(name, "rb");
    size_t size = 0, capacity = 1 << 20, got;
    char *text = malloc(capacity);

    while (file && text && (got = fread(text + size, 1, capacity - size - 1, file)) > 0) {
        size += got;
        if (size + 1 == capacity)
            text = realloc(text, capacity *= 2);
    }
    if (!file || !text || ferror(file))
        return NULL;
    fclose(file);
    text[size] = '\0';
    return text;
}

static uint64_t nanoseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

/* Once without being timed, as the caches of the machine have what others left. */
static void run(const struct path *path, unsigned passes)
{
    uint32_t sum = path->pass(0);
    uint64_t start = nanoseconds();

    for (unsigned i = 0; i < passes; i++)
        sum = path->pass(sum);
    printf("%" PRIu64 " %" PRIu32 "\n", nanoseconds() - start, sum);
    fflush(stdout);
}

int main(int count, char **arguments)
{
    char *text = count == 2 ? read_text_of(arguments[1]) : NULL, line[80], name[64];
    struct reader reader = { NULL, NULL, NULL };
    cJSON *inputs = cJSON_Parse(text);
    unsigned passes;

    read_inputs(&reader, inputs);
    if (!inputs || reader.problem) {
        fprintf(stderr, "native-c: %s\n", reader.problem ? reader.problem : "no inputs");
        return EXIT_FAILURE;
    }
    while (fgets(line, sizeof line, stdin)) {
        const struct path *path = paths;

        if (sscanf(line, "%u %63[^\n]", &passes, name) != 2)
            return EXIT_FAILURE;
        while (path->name && strcmp(path->name, name) != 0)
            path++;
        if (!path->name)
            return EXIT_FAILURE;
        run(path, passes);
    }
    return EXIT_SUCCESS;
}
