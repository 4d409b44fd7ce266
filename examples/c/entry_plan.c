/*
 * Writing an entry that hardware may read at any moment, quantum by quantum. What the entry ignores is
 * prepared first, then the one quantum that matters is swapped, then what the new entry ignores is cleaned
 * up; where used bits differ in more than one quantum the entry has to be invalid for a while. After each
 * step a sync lets no cached copy of the entry survive.
 */
#include "entry_plan.h"

#include "bits.h"

#include <string.h>

/* An update under way: what memory holds, and what was done to it. */
struct update {
    const struct writer *writer;
    uint64_t *memory;
    struct plan *plan;
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
    struct plan_step *step;

    source += quantum * words;
    if (memcmp(memory, source, words * sizeof *memory) == 0)
        return false;
    memcpy(memory, source, words * sizeof *memory);
    step = &update->plan->steps[update->plan->count++];
    step->kind = STORE;
    step->quantum = quantum;
    memcpy(step->value, source, words * sizeof *memory);
    return true;
}

static void sync(struct update *update)
{
    update->plan->steps[update->plan->count++].kind = SYNC;
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

void plan_entry(const struct writer *writer, uint64_t memory[MAX_WORDS], const uint64_t to[MAX_WORDS],
                struct plan *plan)
{
    struct update update = { writer, memory, plan };
    const size_t words = writer->quantum_words, none = writer->quanta;
    uint64_t used[MAX_WORDS], target_used[MAX_WORDS], safe[MAX_WORDS], prepared[MAX_WORDS];
    size_t critical = none, differing = 0;

    plan->count = 0;
    used_of(writer, memory, used);
    used_of(writer, to, target_used);
    safe_of(writer, memory, to, safe);
    for (size_t quantum = 0; quantum < writer->quanta; quantum++) {
        bool differs = false;

        for (size_t i = quantum * words; i < (quantum + 1) * words; i++) {
            /* A bit is safe only where both entries use it: else the rule for used bits orders it. */
            uint64_t kept = used[i] & ~(safe[i] & target_used[i]);

            prepared[i] = (memory[i] & kept) | (to[i] & ~kept);
            if ((prepared[i] ^ to[i]) & target_used[i])
                differs = true;
        }
        if (differs) {
            critical = quantum;
            differing++;
        }
    }
    if (differing == 0) {
        step(&update, to, none);
    } else if (differing == 1) {
        step(&update, prepared, critical);
        step_one(&update, to, critical);
        step(&update, to, none);
    } else {
        static const uint64_t zero[MAX_WORDS];

        step_one(&update, zero, writer->valid_quantum);
        step(&update, to, writer->valid_quantum);
        step_one(&update, to, writer->valid_quantum);
    }
}

/*
 * AMD device table entries: hardware reads all 256 bits at once, so that only the order of the two stores
 * matters, the half with V and GV last when one is set and first when one is cleared. Of word 2 an update for
 * DMA owns bits 55:52; the rest is interrupt remapping.
 */
void plan_amd(const struct writer *writer, uint64_t memory[MAX_WORDS], const uint64_t to[MAX_WORDS],
              struct plan *plan)
{
    struct update update = { writer, memory, plan };
    static const uint64_t zero[4];
    const uint64_t *from = memory;
    const uint64_t own = bits(55, 52), levels = bits(55, 54);
    uint64_t target[4] = { to[0], to[1], (from[2] & ~own) | (to[2] & own), to[3] };
    bool v = bit(from[0], 0), gv = bit(from[0], 55);
    bool stays_v = v && bit(to[0], 0), stays_gv = stays_v && gv && bit(to[0], 55);
    enum { LOWER, UPPER, NEITHER };

    plan->count = 0;
    if (stays_gv && !((from[2] ^ to[2]) & levels)) {
        store(&update, LOWER, target); /* the caller flushes */
    } else if (stays_gv && (from[0] != to[0] || from[1] != to[1])) {
        step_one(&update, zero, LOWER);
        step(&update, target, LOWER);
        step_one(&update, target, LOWER);
    } else if (v && (!stays_v || (gv && !stays_gv))) {
        bool lower = store(&update, LOWER, target);

        if (store(&update, UPPER, target) || lower)
            sync(&update);
    } else {
        bool upper = store(&update, UPPER, target);

        if (store(&update, LOWER, target) || upper)
            sync(&update);
    }
}
