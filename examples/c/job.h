/* A request under way, and what the parts of its translation share. */
#ifndef JOB_H
#define JOB_H

#include "first_stage.h"
#include "request.h"
#include "tables.h"

struct job {
    const struct tables *tables;
    const struct unit *unit;
    struct memory *memory;
    const struct request *request;
    struct result *result;
    bool privileged; /* PR of the request, or RID_PRIV for one that has no PASID */
    /* What cached pages are tagged with; legacy mode has second stage and no PASID. */
    unsigned did, pgtt;
    uint32_t pasid;
};

/* FEEx_xxxxh, where interrupts go (3.15). */
static inline bool in_interrupt_range(uint64_t address)
{
    return address >> 20 == 0xfee;
}

static inline bool reads(enum request_op op)
{
    return op != WRITE;
}
static inline bool writes(enum request_op op)
{
    return op == WRITE || op == ATOMIC;
}

/* Lets the request through to `address`; a `page_bits` of 0 says nothing of the page. */
enum fault grant(struct job *job, uint64_t address, unsigned page_bits, bool read, bool write);

/* The rights that a request needs and does not have; what a translation request lacks is no fault. */
enum fault check_rights(const struct job *job, bool read, bool write);

/* First stage alone, second stage alone, or both: the one that does not translate is NULL. Codes are scalable mode's. */
enum fault translate_stages(struct job *job, const struct first_stage *first, const struct second_stage *second,
                            bool write_protect, struct flags *flags);

/* A translated request, by the host permission tables of `entry`, or without them when it is NULL (4.2.4). */
enum fault translate_translated(struct job *job, const uint64_t *entry);

#endif
