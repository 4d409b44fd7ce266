#include "memory.h"

#include <stdlib.h>

enum { MAX_RUNS = 4096, MAX_RUN_WORDS = 512, PAGE_SIZE = 4096 };

/* The slot of page `number`, or the free one where it belongs. */
static struct memory_page *slot_of(const struct memory *memory, uint64_t number)
{
    /* Fibonacci hashing: neighbouring pages spread over the table. */
    size_t at = (size_t)(number * UINT64_C(0x9e3779b97f4a7c15) >> 40);

    for (;; at++) {
        struct memory_page *page = &memory->pages[at & (memory->slots - 1)];

        if (!page->words || page->number == number)
            return page;
    }
}

/* The words of the page that the address lies in; NULL: nothing was ever written to it. */
static uint64_t *page_of(const struct memory *memory, uint64_t address)
{
    return slot_of(memory, address / PAGE_SIZE)->words;
}

static size_t index_of(uint64_t address)
{
    return address % PAGE_SIZE / sizeof(uint64_t);
}

static void *allocate(size_t count, size_t size)
{
    void *allocated = calloc(count, size);

    if (!allocated)
        abort();
    return allocated;
}

static void grow(struct memory *memory)
{
    struct memory old = *memory;

    memory->slots *= 2;
    memory->pages = allocate(memory->slots, sizeof *memory->pages);
    for (size_t i = 0; i < old.slots; i++)
        if (old.pages[i].words)
            *slot_of(memory, old.pages[i].number) = old.pages[i];
    free(old.pages);
}

/* The word at `address`, which there is from now on. */
static uint64_t *take(struct memory *memory, uint64_t address)
{
    uint64_t number = address / PAGE_SIZE;
    struct memory_page *page = slot_of(memory, number);

    if (!page->words) {
        if (2 * ++memory->taken > memory->slots) {
            grow(memory);
            page = slot_of(memory, number);
        }
        page->number = number;
        page->words = allocate(PAGE_SIZE / sizeof *page->words, sizeof *page->words);
    }
    return &page->words[index_of(address)];
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
    const cJSON *runs = read_array(reader, test_case, "memory", MAX_RUNS), *run, *item;

    *memory = (struct memory){ .slots = 64 };
    memory->pages = allocate(memory->slots, sizeof *memory->pages);
    read_backed(reader, test_case, memory);
    cJSON_ArrayForEach(run, runs) {
        const cJSON *words = read_array(reader, run, "words", MAX_RUN_WORDS);
        uint64_t address = read_u64(reader, run, "address");

        if (address % 8 != 0)
            reader->problem = "expected an address that is a multiple of 8";
        if (reader->problem)
            return;
        cJSON_ArrayForEach(item, words) {
            *take(memory, address) = read_word(reader, item);
            address += 8;
        }
    }
}

void memory_close(struct memory *memory)
{
    for (size_t i = 0; memory->pages && i < memory->slots; i++)
        free(memory->pages[i].words);
    free(memory->pages);
    free(memory->changes);
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
    const uint64_t *page = NULL;

    for (size_t i = 0; i < count; i++, address += 8) {
        if (!answers(memory, address))
            return false;
        if (i == 0 || address % PAGE_SIZE == 0)
            page = page_of(memory, address);
        words[i] = page ? page[index_of(address)] : 0;
    }
    return true;
}

void memory_write(struct memory *memory, uint64_t address, uint64_t value, uint64_t mask)
{
    uint64_t *word;

    if (!answers(memory, address))
        return;
    word = take(memory, address);
    *word = (*word & ~mask) | (value & mask);
}

void memory_set(struct memory *memory, uint64_t address, uint64_t mask)
{
    uint64_t *word = take(memory, address);
    size_t i = 0;

    if ((*word | mask) == *word)
        return;
    *word |= mask;
    while (i < memory->changed && memory->changes[i] != address)
        i++;
    if (i < memory->changed)
        return;
    memory->changes = realloc(memory->changes, (i + 1) * sizeof *memory->changes);
    if (!memory->changes)
        abort();
    memory->changes[memory->changed++] = address;
}

static int ascending(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

void memory_add_changes(const struct memory *memory, cJSON *observation)
{
    cJSON *changes = cJSON_AddArrayToObject(observation, "memory");

    if (memory->changed)
        qsort(memory->changes, memory->changed, sizeof *memory->changes, ascending);
    for (size_t i = 0; i < memory->changed; i++) {
        uint64_t address = memory->changes[i];
        cJSON *change = add_item(changes);

        add_u64(change, "address", address);
        add_u64(change, "value", page_of(memory, address)[index_of(address)]);
    }
}
