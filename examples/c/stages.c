/* Translation by first and second stage: the walks, the rights, the flags (VT-d 3.6 to 3.8). */
#include "job.h"

static bool overlaps_interrupt_range(uint64_t address, unsigned page_bits)
{
    uint64_t base = address & ~(BIT(page_bits) - 1);

    return base <= 0xfeefffff && base + (BIT(page_bits) - 1) >= 0xfee00000;
}

/* A translation request seeks to write unless NW says otherwise, and the unit heeds it (4.2.3.1). */
static bool wants_write(const struct job *job)
{
    if (job->request->kind == TRANSLATION)
        return !(job->request->no_write && has_ecap(job->unit, ECAP_NWFS));
    return writes(job->request->op);
}

enum fault check_rights(const struct job *job, bool read, bool write)
{
    enum request_op op = job->request->op;

    if (job->request->kind == TRANSLATION)
        return NO_FAULT;
    if (writes(op) && !write)
        return SGN_NO_WRITE;
    if (op == ZERO_LENGTH_READ && has_cap(job->unit, CAP_ZLR) && write) /* 3.14 */
        return NO_FAULT;
    if (reads(op) && !read)
        return SGN_NO_READ;
    return NO_FAULT;
}

enum fault grant(struct job *job, uint64_t address, unsigned page_bits, bool read, bool write)
{
    struct result *result = job->result;

    result->outcome = GRANTED;
    result->has_address = result->has_rights = true;
    result->address = address;
    result->page_bits = page_bits;
    result->read = read;
    result->write = write && (job->request->kind != TRANSLATION || wants_write(job));
    return NO_FAULT;
}

/* 3.15: nothing that is translated may end up where interrupts go. */
static enum fault check_output(const struct job *job, uint64_t address, unsigned page_bits)
{
    bool there = job->request->kind == TRANSLATION ? overlaps_interrupt_range(address, page_bits)
                                                   : in_interrupt_range(address);

    return there ? SGN_INTERRUPT_RANGE : NO_FAULT;
}

/* Only pages of the commonest requests are held: for others the privilege, or what was sought, would count. */
static void hold_result(const struct job *job, const struct flags *flags, bool first, bool dirty)
{
    const struct result *result = job->result;
    uint64_t inside = bits(result->page_bits - 1, 0);

    if (!job->tables->caches || job->request->kind != UNTRANSLATED || job->privileged)
        return;
    hold_page(job->tables->caches,
              &(struct cached_page){ .mode = translation_table_mode(job->tables->rtaddr),
                  .source_id = job->request->source_id, .did = job->did, .pgtt = job->pgtt,
                  .has_pasid = job->request->has_pasid, .pasid = job->pasid,
                  .input = job->request->address & ~inside, .output = result->address & ~inside,
                  .page_bits = result->page_bits, .read = result->read, .write = result->write,
                  .clean = !dirty && (first || flags->second_stage), .fpd = result->fpd });
}

enum fault translate_stages(struct job *job, const struct first_stage *first, const struct second_stage *second,
                            bool write_protect, struct flags *flags)
{
    struct first_stage_page guest; /* both are large, and filled as far as walks go */
    struct second_stage_page host;
    bool write = true, dirty;
    enum fault fault;

    guest.address = job->request->address;
    guest.page_bits = host.page_bits = 63;
    guest.write = host.read = host.write = true;
    if (first) {
        fault = walk_first_stage(job->unit, job->memory, first, job->request->address, flags, &guest);
        if (fault)
            return fault;
        if (!job->privileged && !guest.user) /* 3.6.1 */
            return SGN_SUPERVISOR;
        write = guest.write || (job->privileged && !write_protect);
        fault = check_rights(job, true, write);
        if (fault)
            return fault;
    }
    host.address = guest.address;
    if (second) {
        fault = walk_second_stage(job->unit, job->memory, second, guest.address, &host);
        if (fault)
            return fault;
        write = write && host.write;
        fault = check_rights(job, host.read, write);
        if (fault)
            return fault;
        job->result->non_snooped |= host.snoop;
    }
    if (guest.page_bits > host.page_bits)
        guest.page_bits = host.page_bits;
    fault = check_output(job, host.address, guest.page_bits);
    if (fault)
        return fault;
    dirty = write && wants_write(job);
    if (first)
        fault = note_first_stage_flags(flags, &guest, dirty);
    if (!fault && second)
        fault = note_second_stage_flags(flags, &host, dirty);
    if (fault)
        return fault;
    grant(job, host.address, guest.page_bits, host.read, write);
    if (first)
        hold_first_stage(first, &guest);
    if (second)
        hold_second_stage(second, &host);
    hold_result(job, flags, first != NULL, dirty);
    return NO_FAULT;
}
