/* Area invalidation: a stream of what software and devices do, each over before the next (VT-d 6, 11.4). */
#include "areas.h"
#include "registers.h"
#include "translate.h"

#include <string.h>

enum { MAX_STEPS = 20000, MAX_DESCRIPTORS = 64, MAX_TIMES = 512, MAX_STORES = 4 };

static void store(struct reader *reader, const cJSON *item, struct memory *memory)
{
    uint64_t words[2], address = read_u64(reader, item, "address");
    size_t count = read_words(reader, item, "words", words, 1, 2);

    if (address % 8 != 0 && !reader->problem)
        reader->problem = "expected an address that is a multiple of 8";
    for (size_t i = 0; i < count && !reader->problem; i++)
        memory_write(memory, address + 8 * i, words[i], ~UINT64_C(0));
}

/* Puts a descriptor where the tail is, one slot or more; gives where the tail is then. */
static uint64_t put(struct registers *registers, uint64_t tail, const uint64_t *words, size_t count)
{
    uint64_t base = registers->iqa & bits(63, 12), slot = slot_size(registers);

    for (size_t done = 0; done < count; done += slot / 8) {
        for (size_t i = 0; i < slot / 8; i++)
            memory_write(registers->memory, base + tail + 8 * i, done + i < count ? words[done + i] : 0,
                         ~UINT64_C(0));
        tail = (tail + slot) % queue_size(registers);
    }
    return tail;
}

static void submit(struct reader *reader, const cJSON *step, struct registers *registers)
{
    const cJSON *descriptors = read_array(reader, step, "descriptors", MAX_DESCRIPTORS), *item;
    uint64_t tail = (registers->iqt - registers->iqt % slot_size(registers)) % queue_size(registers);
    unsigned times = 1;

    if (cJSON_GetObjectItemCaseSensitive(step, "times"))
        times = read_unsigned(reader, step, "times", MAX_TIMES);
    for (unsigned i = 0; i < times; i++)
        cJSON_ArrayForEach(item, descriptors) {
            uint64_t words[4];
            size_t count = read_item_words(reader, item, words, 4);

            if (reader->problem)
                return;
            tail = put(registers, tail, words, count);
        }
    write_register(registers, IQT, tail);
}

/* With translation off, untranslated requests go where they say and no others are served (4.2.1). */
static void pass(const struct request *request, struct result *result)
{
    *result = (struct result){ .outcome = REFUSED };
    if (request->kind == UNTRANSLATED)
        *result = (struct result){ .outcome = GRANTED, .has_address = true, .address = request->address };
}

static void store_all(struct reader *reader, const cJSON *stores, int first, int end, struct memory *memory)
{
    for (int i = first; i < end; i++)
        store(reader, cJSON_GetArrayItem(stores, i), memory);
}

static void make_request(struct reader *reader, const cJSON *step, struct registers *registers, cJSON *answers)
{
    const cJSON *during = NULL;
    struct request request;
    struct result result;
    int count;

    read_request(reader, cJSON_GetObjectItemCaseSensitive(step, "request"), &request);
    if (cJSON_GetObjectItemCaseSensitive(step, "during"))
        during = read_array(reader, step, "during", MAX_STORES);
    if (reader->problem)
        return;
    /* Half of the stores win the race. */
    count = cJSON_GetArraySize(during);
    store_all(reader, during, 0, count / 2, registers->memory);
    if (bit(registers->gsts, TE))
        translate(&registers->tables, registers->memory, &request, &result);
    else
        pass(&request, &result);
    store_all(reader, during, count / 2, count, registers->memory);
    add_result(answers, &request, &result, address_width(registers->unit));
}

static void add_value(cJSON *answers, uint64_t value)
{
    cJSON *answer = add_item(answers);

    cJSON_AddStringToObject(answer, "outcome", "value");
    add_u64(answer, "value", value);
}

static enum register_name read_name(struct reader *reader, const cJSON *step)
{
    enum register_name name = register_by_name(read_text(reader, step, "register"));

    if (name == REGISTERS && !reader->problem)
        reader->problem = "unknown register";
    return name;
}

static void load(struct reader *reader, const cJSON *step, const struct memory *memory, cJSON *answers)
{
    uint64_t value;

    if (memory_read(memory, read_u64(reader, step, "address"), &value, 1))
        add_value(answers, value);
    else
        cJSON_AddStringToObject(add_item(answers), "outcome", "unobserved");
}

static void take_step(struct reader *reader, const cJSON *step, struct registers *registers, cJSON *answers)
{
    const char *kind = read_text(reader, step, "step");

    if (strcmp(kind, "store") == 0)
        store(reader, step, registers->memory);
    else if (strcmp(kind, "write") == 0)
        write_register(registers, read_name(reader, step), read_u64(reader, step, "value"));
    else if (strcmp(kind, "submit") == 0)
        submit(reader, step, registers);
    else if (strcmp(kind, "request") == 0)
        make_request(reader, step, registers, answers);
    else if (strcmp(kind, "read") == 0)
        add_value(answers, read_register(registers, read_name(reader, step)));
    else if (strcmp(kind, "load") == 0)
        load(reader, step, registers->memory, answers);
    else if (!reader->problem)
        reader->problem = "unknown step";
}

void run_invalidation(struct reader *reader, const cJSON *test_case, cJSON *observation)
{
    cJSON *answers = cJSON_AddArrayToObject(observation, "answers");
    cJSON *queue = cJSON_AddArrayToObject(observation, "queue");
    const cJSON *steps = read_array(reader, test_case, "steps", MAX_STEPS), *step;
    uint64_t rtaddr = read_u64(reader, test_case, "rtaddr");
    struct unit unit;
    struct memory memory;
    struct caches caches = { 0 };
    struct registers registers = { .unit = &unit, .memory = &memory,
        .tables = { &unit, &memory, rtaddr, &caches }, .rtaddr = rtaddr, .gsts = BIT(SRTP), .iectl = BIT(IM) };

    if (read_flag(test_case, "translationEnabled"))
        registers.gsts |= BIT(TE);
    if (cJSON_GetObjectItemCaseSensitive(test_case, "iqa")) {
        registers.iqa = read_u64(reader, test_case, "iqa");
        registers.gsts |= BIT(QIE);
    }
    read_unit(reader, test_case, &unit);
    memory_open(reader, test_case, &memory);
    cJSON_ArrayForEach(step, steps) {
        cJSON *state;

        if (reader->problem)
            break;
        take_step(reader, step, &registers, answers);
        state = add_item(queue);
        cJSON_AddNumberToObject(state, "faultStatus", (double)registers.fsts);
        add_u64(state, "head", registers.iqh);
    }
    memory_close(&memory);
}
