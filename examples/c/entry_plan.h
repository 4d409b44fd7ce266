/* The steps of a hitless update: which quantum is stored when, and where the copies that hardware holds must go. */
#ifndef ENTRY_PLAN_H
#define ENTRY_PLAN_H

#include "used_bits.h"

#include <stddef.h>

enum { MAX_WORDS = 16, MAX_MODES = 8, MAX_QUANTUM_WORDS = 2 };
/* The longest update stores every quantum twice and one of them once more, with a sync after each of three steps. */
enum { MAX_PLAN_STEPS = 2 * 8 + 1 + 3 };

/* How entries of a format are written. */
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

struct plan {
    size_t count;
    struct plan_step {
        enum { STORE, SYNC } kind;
        size_t quantum;
        uint64_t value[MAX_QUANTUM_WORDS];
    } steps[MAX_PLAN_STEPS];
};

/* Both write `to` over the entry in `memory`, and note in `plan` how. */
void plan_entry(const struct writer *writer, uint64_t memory[MAX_WORDS], const uint64_t to[MAX_WORDS],
                struct plan *plan);
/* AMD device table entries, which hardware reads in one piece. */
void plan_amd(const struct writer *writer, uint64_t memory[MAX_WORDS], const uint64_t to[MAX_WORDS],
              struct plan *plan);

#endif
