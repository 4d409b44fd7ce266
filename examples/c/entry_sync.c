/*
 * Writing an entry that hardware may read at any moment, quantum by quantum. What the entry ignores is
 * prepared first, then the one quantum that matters is swapped, then what the new entry ignores is cleaned
 * up; where used bits differ in more than one quantum the entry has to be invalid for a while. After each
 * step a sync lets no cached copy of the entry survive.
 */
#include "areas.h"
#include "unit.h"
#include "used_bits.h"

#include <string.h>

enum { MAX_WORDS = 16, MAX_MODES = 8 };

struct writer {
    const char *format;
    size_t quantum_words, quanta;
    size_t valid_quantum;              /* where V or P lies */
    const struct used_bits *used_bits; /* NULL: synthetic */
    const char *actions[3];            /* what a sync does, up to NULL */
    /* Of a synthetic format. */
    unsigned valid_word, valid_bit, mode_low, mode_width;
    size_t modes;
    uint64_t mode_used[MAX_MODES][MAX_WORDS], safe[MAX_WORDS];
};

static const struct writer pasid_writer = { .format = "vtd-pasid", .quantum_words = 2, .quanta = 4,
    .actions = { "invalidate-pasid-cache" } };
/* A unit that does not snoop its tables (ECAP.C = 0) reads memory behind the caches. */
static const struct writer pasid_writer_not_coherent = { .format = "vtd-pasid", .quantum_words = 2, .quanta = 4,
    .actions = { "flush-entry", "invalidate-pasid-cache" } };
static const struct writer ste_writer = { .format = "smmu-ste", .quantum_words = 1, .quanta = 8,
    .actions = { "cfgi-ste", "wait" } };
static const struct writer cd_writer = { .format = "smmu-cd", .quantum_words = 1, .quanta = 8,
    .actions = { "cfgi-cd", "wait" } };
static const struct writer amd_writer = { .format = "amd-dte", .quantum_words = 2, .quanta = 2,
    .actions = { "flush-dte" } };

/* An update under way: what memory holds, and the trace of what was done to it. */
struct update {
    const struct writer *writer;
    uint64_t memory[MAX_WORDS];
    cJSON *trace;
};

static void used_of(const struct writer *writer, const uint64_t *entry, uint64_t *mask)
{
    uint64_t word = entry[writer->valid_word];
    uint64_t mode_bits = (BIT(writer->mode_width) - 1) << writer->mode_low;
    uint64_t mode = (word & mode_bits) >> writer->mode_low;

    memset(mask, 0, MAX_WORDS * sizeof *mask);
    if (writer->used_bits) {
        writer->used_bits->used(entry, mask);
        return;
    }
    if (bit(word, writer->valid_bit)) {
        if (mode < writer->modes)
            memcpy(mask, writer->mode_used[mode], MAX_WORDS * sizeof *mask);
        mask[writer->valid_word] |= mode_bits;
    }
    mask[writer->valid_word] |= BIT(writer->valid_bit);
}

static void safe_of(const struct writer *writer, const uint64_t *from, const uint64_t *to, uint64_t *mask)
{
    memcpy(mask, writer->safe, MAX_WORDS * sizeof *mask);
    if (writer->used_bits && writer->used_bits->safe)
        writer->used_bits->safe(from, to, mask);
}

/* Stores one quantum, when memory holds something else. */
static bool store(struct update *update, size_t quantum, const uint64_t *source)
{
    size_t words = update->writer->quantum_words;
    uint64_t *memory = update->memory + quantum * words;
    cJSON *event;

    source += quantum * words;
    if (memcmp(memory, source, words * sizeof *memory) == 0)
        return false;
    memcpy(memory, source, words * sizeof *memory);
    event = add_item(update->trace);
    cJSON_AddStringToObject(event, "op", "store");
    cJSON_AddNumberToObject(event, "quantum", (double)quantum);
    add_words(event, "value", source, words);
    return true;
}

static void sync(struct update *update)
{
    cJSON *event = add_item(update->trace);
    cJSON *actions;

    cJSON_AddStringToObject(event, "op", "sync");
    if (!update->writer->actions[0]) /* synthetic: nobody says what a sync has to do */
        return;
    actions = cJSON_AddArrayToObject(event, "actions");
    for (const char *const *action = update->writer->actions; *action; action++)
        cJSON_AddItemToArray(actions, cJSON_CreateString(*action));
}

/* One step: every quantum but `except`, then a sync if anything was stored. */
static void step(struct update *update, const uint64_t *source, size_t except)
{
    bool stored = false;

    for (size_t quantum = 0; quantum < update->writer->quanta; quantum++)
        if (quantum != except && store(update, quantum, source))
            stored = true;
    if (stored)
        sync(update);
}

/* One step of a single quantum. */
static void step_one(struct update *update, const uint64_t *source, size_t quantum)
{
    if (store(update, quantum, source))
        sync(update);
}

static void write_entry(struct update *update, const uint64_t *to)
{
    const struct writer *writer = update->writer;
    const size_t words = writer->quantum_words, none = writer->quanta;
    uint64_t used[MAX_WORDS], target_used[MAX_WORDS], safe[MAX_WORDS], prepared[MAX_WORDS];
    size_t critical = none, differing = 0;

    used_of(writer, update->memory, used);
    used_of(writer, to, target_used);
    safe_of(writer, update->memory, to, safe);
    for (size_t quantum = 0; quantum < writer->quanta; quantum++) {
        bool differs = false;

        for (size_t i = quantum * words; i < (quantum + 1) * words; i++) {
            /* A bit is safe only where both entries use it: else the rule for used bits orders it. */
            uint64_t kept = used[i] & ~(safe[i] & target_used[i]);

            prepared[i] = (update->memory[i] & kept) | (to[i] & ~kept);
            if ((prepared[i] ^ to[i]) & target_used[i])
                differs = true;
        }
        if (differs) {
            critical = quantum;
            differing++;
        }
    }
    if (differing == 0) {
        step(update, to, none);
    } else if (differing == 1) {
        step(update, prepared, critical);
        step_one(update, to, critical);
        step(update, to, none);
    } else {
        static const uint64_t zero[MAX_WORDS];

        step_one(update, zero, writer->valid_quantum);
        step(update, to, writer->valid_quantum);
        step_one(update, to, writer->valid_quantum);
    }
}

/*
 * AMD device table entries: hardware reads all 256 bits at once, so that only the order of the two stores
 * matters, the half with V and GV last when one is set and first when one is cleared. Of word 2 an update for
 * DMA owns bits 55:52; the rest is interrupt remapping.
 */
static void write_amd(struct update *update, const uint64_t *to)
{
    static const uint64_t zero[4];
    const uint64_t *from = update->memory;
    const uint64_t own = bits(55, 52), levels = bits(55, 54);
    uint64_t target[4] = { to[0], to[1], (from[2] & ~own) | (to[2] & own), to[3] };
    bool v = bit(from[0], 0), gv = bit(from[0], 55);
    bool stays_v = v && bit(to[0], 0), stays_gv = stays_v && gv && bit(to[0], 55);
    enum { LOWER, UPPER, NEITHER };

    if (stays_gv && !((from[2] ^ to[2]) & levels)) {
        store(update, LOWER, target); /* the caller flushes */
    } else if (stays_gv && (from[0] != to[0] || from[1] != to[1])) {
        step_one(update, zero, LOWER);
        step(update, target, LOWER);
        step_one(update, target, LOWER);
    } else if (v && (!stays_v || (gv && !stays_gv))) {
        bool lower = store(update, LOWER, target);

        if (store(update, UPPER, target) || lower)
            sync(update);
    } else {
        bool upper = store(update, UPPER, target);

        if (store(update, LOWER, target) || upper)
            sync(update);
    }
}

static void read_layout(struct reader *reader, const cJSON *test_case, struct writer *writer)
{
    const cJSON *layout = cJSON_GetObjectItemCaseSensitive(test_case, "layout");
    const cJSON *valid = cJSON_GetObjectItemCaseSensitive(layout, "valid");
    const cJSON *mode = cJSON_GetObjectItemCaseSensitive(layout, "mode");
    const cJSON *masks = read_array(reader, layout, "modes", MAX_MODES);
    const cJSON *mask;
    size_t words;

    writer->format = "synthetic";
    writer->quantum_words = read_unsigned(reader, layout, "quantumWords", 2);
    writer->quanta = read_unsigned(reader, layout, "quanta", 8);
    words = writer->quantum_words * writer->quanta;
    writer->valid_word = read_unsigned(reader, valid, "word", MAX_WORDS - 1);
    writer->valid_bit = read_unsigned(reader, valid, "bit", 63);
    writer->mode_low = read_unsigned(reader, mode, "low", 63);
    writer->mode_width = read_unsigned(reader, mode, "width", 3);
    cJSON_ArrayForEach(mask, masks) {
        size_t i = 0;
        const cJSON *word;

        if (!cJSON_IsArray(mask) || (size_t)cJSON_GetArraySize(mask) > MAX_WORDS) {
            reader->problem = "a mode has too many words";
            return;
        }
        cJSON_ArrayForEach(word, mask)
            writer->mode_used[writer->modes][i++] = read_word(reader, word);
        writer->modes++;
    }
    read_words(reader, layout, "safe", writer->safe, words, MAX_WORDS);
    if (reader->problem)
        return;
    if (words == 0 || writer->valid_word >= words || writer->mode_low + writer->mode_width > 64)
        reader->problem = "a layout whose fields do not fit";
    else
        writer->valid_quantum = writer->valid_word / writer->quantum_words;
}

static const struct writer *writer_of(struct reader *reader, const cJSON *test_case, struct writer *synthetic)
{
    const char *format = read_text(reader, test_case, "format");
    struct unit unit;

    read_unit(reader, test_case, &unit);
    if (strcmp(format, "synthetic") == 0) {
        read_layout(reader, test_case, synthetic);
        return synthetic;
    }
    if (strcmp(format, "vtd-pasid") == 0)
        return has_ecap(&unit, ECAP_C) ? &pasid_writer : &pasid_writer_not_coherent;
    if (strcmp(format, "smmu-ste") == 0)
        return &ste_writer;
    if (strcmp(format, "smmu-cd") == 0)
        return &cd_writer;
    if (strcmp(format, "amd-dte") == 0)
        return &amd_writer;
    reader->problem = "unknown format";
    return synthetic;
}

void run_entry_sync(struct reader *reader, const cJSON *test_case, cJSON *observation)
{
    struct writer writer = { 0 };
    struct update update = { 0 };
    uint64_t to[MAX_WORDS] = { 0 };
    size_t words;

    writer = *writer_of(reader, test_case, &writer);
    if (reader->problem)
        return;
    words = writer.quantum_words * writer.quanta;
    read_words(reader, test_case, "from", update.memory, words, words);
    read_words(reader, test_case, "to", to, words, words);
    if (reader->problem)
        return;
    writer.used_bits = used_bits_of(writer.format);
    update.writer = &writer;
    update.trace = cJSON_AddArrayToObject(observation, "trace");
    if (writer.quanta == 2 && strcmp(writer.format, "amd-dte") == 0)
        write_amd(&update, to);
    else
        write_entry(&update, to);
}
