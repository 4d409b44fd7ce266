/* Requests with addresses that the device translated before (VT-d 4.2.4). */
#include "host_permission.h"
#include "job.h"

/* Passes the address on as it is; what the page is, and what may be done there, nobody says. */
static enum fault pass_translated(struct job *job)
{
    grant(job, job->request->address, 0, true, true);
    job->result->has_rights = false;
    return NO_FAULT;
}

enum fault translate_translated(struct job *job, const uint64_t *entry)
{
    const struct request *request = job->request;
    struct host_permission permission;
    enum fault fault;
    bool allowed;

    if (in_interrupt_range(request->address))
        return SGN_INTERRUPT_RANGE;
    if (request->address & above_haw(job->unit))
        return SGN_BEYOND_HAW;
    if (!entry)
        return pass_translated(job);
    if (request->address & bits(63, 49 + (unsigned)field(entry[4], 1, 0))) /* HPTSZ */
        return SPT_BEYOND_HPT;
    fault = walk_host_permissions(job->unit, job->memory, entry[4] & bits(63, 12), request->address, &permission);
    if (fault)
        return fault;
    if (request->op == ZERO_LENGTH_READ && has_cap(job->unit, CAP_ZLR)) {
        if (!permission.found)
            return HPT_NO_PERMISSION;
        allowed = true; /* with either right */
    } else {
        if (writes(request->op) && !permission.write)
            return HPT_NO_WRITE;
        allowed = !reads(request->op) || permission.read;
    }
    return allowed ? pass_translated(job) : HPT_NO_READ;
}
