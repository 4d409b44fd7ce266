/* Area entry-sync: reading the case, and the trace of the update. */
#include "areas.h"
#include "entry_plan.h"
#include "unit.h"

#include <string.h>

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

static void add_step(cJSON *trace, const struct writer *writer, const struct plan_step *step)
{
    cJSON *event = add_item(trace), *actions;

    if (step->kind == STORE) {
        cJSON_AddStringToObject(event, "op", "store");
        cJSON_AddNumberToObject(event, "quantum", (double)step->quantum);
        add_words(event, "value", step->value, writer->quantum_words);
        return;
    }
    cJSON_AddStringToObject(event, "op", "sync");
    if (!writer->actions[0]) /* synthetic: nobody says what a sync has to do */
        return;
    actions = cJSON_AddArrayToObject(event, "actions");
    for (const char *const *action = writer->actions; *action; action++)
        cJSON_AddItemToArray(actions, cJSON_CreateString(*action));
}

void run_entry_sync(struct reader *reader, const cJSON *test_case, cJSON *observation)
{
    struct writer writer = { 0 };
    uint64_t memory[MAX_WORDS] = { 0 }, to[MAX_WORDS] = { 0 };
    struct plan plan;
    cJSON *trace;
    size_t words;

    writer = *writer_of(reader, test_case, &writer);
    if (reader->problem)
        return;
    words = writer.quantum_words * writer.quanta;
    read_words(reader, test_case, "from", memory, words, words);
    read_words(reader, test_case, "to", to, words, words);
    if (reader->problem)
        return;
    writer.used_bits = used_bits_of(writer.format);
    trace = cJSON_AddArrayToObject(observation, "trace");
    if (strcmp(writer.format, "amd-dte") == 0)
        plan_amd(&writer, memory, to, &plan);
    else
        plan_entry(&writer, memory, to, &plan);
    for (size_t i = 0; i < plan.count; i++)
        add_step(trace, &writer, &plan.steps[i]);
}
