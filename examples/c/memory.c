#include "memory.h"

#include <stdlib.h>

enum { MAX_RUNS = 4096, MAX_RUN_WORDS = 512 };

/* The slot of the word at `address`, or the free one where it belongs. */
static struct memory_word *slot_of(const struct memory *memory, uint64_t address)
{
    /* Fibonacci hashing: neighbouring words spread over the table. */
    size_t at = (size_t)((address >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 20);

    for (;; at++) {
        struct memory_word *word = &memory->words[at & (memory->slots - 1)];

        if (!word->taken || word->address == address)
            return word;
    }
}

/* The slot of the word at `address`, which it has from now on. */
static struct memory_word *take(struct memory *memory, uint64_t address)
{
    struct memory_word *word = slot_of(memory, address);

    memory->taken += !word->taken;
    word->taken = true;
    word->address = address;
    return word;
}

static void grow(struct memory *memory)
{
    struct memory old = *memory;

    memory->slots *= 2;
    memory->words = calloc(memory->slots, sizeof *memory->words);
    if (!memory->words)
        abort();
    for (size_t i = 0; i < old.slots; i++)
        if (old.words[i].taken)
            *slot_of(memory, old.words[i].address) = old.words[i];
    free(old.words);
}

static void read_backed(struct reader *reader, const cJSON *test_case, struct memory *memory)
{
    const cJSON *profile = cJSON_GetObjectItemCaseSensitive(test_case, "profile");
    const cJSON *range;

    cJSON_ArrayForEach(range, read_array(reader, profile, "backed", MAX_RANGES)) {
        memory->backed[memory->ranges].start = read_u64(reader, range, "start");
        memory->backed[memory->ranges++].end = read_u64(reader, range, "end");
    }
}

void memory_open(struct reader *reader, const cJSON *test_case, struct memory *memory)
{
    const cJSON *runs = read_array(reader, test_case, "memory", MAX_RUNS);
    const cJSON *run, *item;
    size_t count = 0;

    *memory = (struct memory){ .slots = 64 };
    read_backed(reader, test_case, memory);
    cJSON_ArrayForEach(run, runs) {
        const cJSON *words = read_array(reader, run, "words", MAX_RUN_WORDS);

        count += words ? (size_t)cJSON_GetArraySize(words) : 0;
    }
    if (reader->problem)
        return;
    while (memory->slots < 2 * count)
        memory->slots *= 2;
    memory->words = calloc(memory->slots, sizeof *memory->words);
    if (!memory->words)
        abort();
    cJSON_ArrayForEach(run, runs) {
        uint64_t address = read_u64(reader, run, "address");

        if (address % 8 != 0)
            reader->problem = "expected an address that is a multiple of 8";
        cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(run, "words")) {
            struct memory_word *word = take(memory, address);

            word->value = word->original = read_word(reader, item);
            address += 8;
        }
        if (reader->problem)
            return;
    }
}

void memory_close(struct memory *memory)
{
    free(memory->words);
}

static bool answers(const struct memory *memory, uint64_t address)
{
    for (size_t i = 0; i < memory->ranges; i++)
        if (address >= memory->backed[i].start && address < memory->backed[i].end)
            return true;
    return false;
}

bool memory_read(const struct memory *memory, uint64_t address, uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++, address += 8) {
        if (!answers(memory, address))
            return false;
        words[i] = slot_of(memory, address)->value; /* zero in a free slot */
    }
    return true;
}

void memory_write(struct memory *memory, uint64_t address, uint64_t value, uint64_t mask)
{
    struct memory_word *word;

    if (!answers(memory, address))
        return;
    if (2 * memory->taken >= memory->slots)
        grow(memory);
    word = take(memory, address);
    word->value = (word->value & ~mask) | (value & mask);
}

void memory_set(struct memory *memory, uint64_t address, uint64_t mask)
{
    struct memory_word *word = slot_of(memory, address);

    if (word->taken)
        word->value |= mask;
}

static int by_address(const void *left, const void *right)
{
    uint64_t a = ((const struct memory_word *)left)->address, b = ((const struct memory_word *)right)->address;

    return (a > b) - (a < b);
}

void memory_add_changes(const struct memory *memory, cJSON *observation)
{
    cJSON *changes = cJSON_AddArrayToObject(observation, "memory");
    struct memory_word *changed;
    size_t count = 0;

    for (size_t i = 0; i < memory->slots; i++)
        count += memory->words[i].value != memory->words[i].original;
    if (count == 0)
        return;
    changed = calloc(count, sizeof *changed);
    if (!changed)
        abort();
    for (size_t i = 0, at = 0; i < memory->slots; i++)
        if (memory->words[i].value != memory->words[i].original)
            changed[at++] = memory->words[i];
    qsort(changed, count, sizeof *changed, by_address);
    for (size_t i = 0; i < count; i++) {
        cJSON *change = add_item(changes);

        add_u64(change, "address", changed[i].address);
        add_u64(change, "value", changed[i].value);
    }
    free(changed);
}
