#include "translate.h"

#include "job.h"

/* The codes of legacy mode for conditions that have others in scalable mode (Table 30). */
static enum fault legacy_code(const struct job *job, enum fault fault)
{
    switch (fault) {
    case SGN_BEYOND_WIDTH:
    case SGN_BEYOND_HAW:
        return LGN_BEYOND_WIDTH;
    case SSS_TOP_READ_ERROR:
        return LCT_UNSUPPORTED;
    case SSS_READ_ERROR:
        return LSS_READ_ERROR;
    case SSS_RESERVED:
        return LSS_RESERVED;
    case SSS_NO_RIGHT:
        return writes(job->request->op) ? LGN_NO_WRITE : LGN_NO_READ;
    case SGN_NO_WRITE:
        return LGN_NO_WRITE;
    case SGN_NO_READ:
        return LGN_NO_READ;
    case SGN_INTERRUPT_RANGE:
        return LGN_INTERRUPT_RANGE;
    default:
        return fault;
    }
}

/* S.1 and S.2 of 4.2.3: the device is told to write its interrupts untranslated, or that it may not read. */
static enum fault complete_interrupt_range(struct job *job)
{
    grant(job, 0, 12, false, true);
    job->result->has_address = false;
    job->result->user = job->result->write;
    return NO_FAULT;
}

static enum fault translate_legacy(struct job *job)
{
    const struct request *request = job->request;
    struct second_stage second = { 0 };
    struct flags flags = { 0 };
    uint64_t context[2];
    enum fault fault = find_context_legacy(job->tables, request->source_id, context, &job->result->fpd);
    unsigned tt;

    if (fault)
        return fault;
    tt = (unsigned)field(context[0], 3, 2);
    if (request->kind != UNTRANSLATED && tt != TT_WITH_ATS)
        return LCT_ATS_BLOCKED;
    if (request->kind == TRANSLATED)
        return legacy_code(job, translate_translated(job, NULL));
    if (request->kind == TRANSLATION && in_interrupt_range(request->address))
        return complete_interrupt_range(job);
    if (tt == TT_PASS_THROUGH) {
        if (request->address & above_haw(job->unit))
            return LGN_BEYOND_WIDTH;
        return grant(job, request->address, 12, true, true);
    }
    job->did = (unsigned)field(context[1], 23, 8);
    job->pgtt = PGTT_SECOND_STAGE;
    second.top = context[0] & bits(63, 12);
    second.levels = 2 + (unsigned)field(context[1], 2, 0);
    second.did = job->did;
    second.caches = job->tables->caches;
    return legacy_code(job, translate_stages(job, NULL, &second, false, &flags));
}

/* What a scalable context entry has to allow for a request (9.4, Table 30). */
static enum fault check_request(const struct job *job, const uint64_t context[4])
{
    const struct request *request = job->request;
    bool ats = request->kind == TRANSLATION || request->kind == TRANSLATED;
    bool page_request = request->kind == PAGE_REQUEST, translated = request->kind == TRANSLATED;
    bool dte = bit(context[0], 2), paside = bit(context[0], 3), pre = bit(context[0], 4), eptr = bit(context[0], 6);

    if (!request->has_pasid || page_request || translated) {
        enum fault fault = check_translated_pasids(context);

        if (fault)
            return fault;
    }
    if (ats && !dte)
        return SCT_NO_DEVICE_TLB;
    if (page_request && !pre)
        return SCT_NO_PAGE_REQUESTS;
    if (!request->has_pasid)
        return NO_FAULT;
    if (!paside && !translated)
        return SCT_NO_PASIDS;
    if (request->pasid > max_pasid(context))
        return SCT_BEYOND_DIRECTORY;
    if (has_ecap(job->unit, ECAP_RPS) && request->pasid == rid_pasid(context))
        return SCT_IS_RID_PASID;
    if (translated && !eptr)
        return SCT_NO_TRANSLATED_PASIDS;
    if (!page_request && request->pasid >> (field(job->unit->ecap, 39, 35) + 1)) /* PSS */
        return SGN_PASID_TOO_WIDE;
    return NO_FAULT;
}

static enum fault translate_by_pasid_entry(struct job *job, const uint64_t entry[8])
{
    unsigned pgtt = (unsigned)field(entry[0], 8, 6);
    struct second_stage second = { .top = entry[0] & bits(63, 12),
        .levels = 2 + (unsigned)field(entry[0], 4, 2), .io_rights = second_stage_io_rights(job->tables),
        .did = (unsigned)field(entry[1], 15, 0), .caches = job->tables->caches };
    struct first_stage first = { .top = entry[2] & bits(63, 12), .levels = bit(entry[2], 2) ? 5 : 4,
        .nesting = pgtt == PGTT_NESTED ? &second : NULL, .did = second.did, .pasid = job->pasid,
        .caches = job->tables->caches };
    struct flags flags = { .snooped = has_ecap(job->unit, ECAP_SMPWCS) && bit(entry[1], 23),
        .extended = bit(entry[2], 7), .second_stage = pgtt != PGTT_FIRST_STAGE && bit(entry[0], 9) };
    bool write_protect = bit(entry[2], 4);
    enum fault fault;

    job->did = (unsigned)field(entry[1], 15, 0);
    job->pgtt = pgtt;
    job->result->non_snooped = bit(entry[1], 24); /* PGSNP: every access to the page is snooped */
    switch (pgtt) {
    case PGTT_PASS_THROUGH:
        if (job->request->address & above_haw(job->unit))
            return SGN_BEYOND_HAW;
        if (job->request->kind == UNTRANSLATED && in_interrupt_range(job->request->address))
            return SGN_INTERRUPT_RANGE;
        return grant(job, job->request->address, 12, true, true);
    case PGTT_SECOND_STAGE:
        fault = translate_stages(job, NULL, &second, false, &flags);
        break;
    case PGTT_FIRST_STAGE:
        fault = translate_stages(job, &first, NULL, write_protect, &flags);
        break;
    default:
        fault = translate_stages(job, &first, &second, write_protect, &flags);
    }
    if (!fault)
        set_flags(&flags, job->memory);
    return fault;
}

/* What was too strict for the device must not be held any longer (6.5.3.1, Table 27). */
static void drop_for_page_request(const struct job *job, const uint64_t entry[8])
{
    unsigned pgtt = (unsigned)field(entry[0], 8, 6);
    struct invalidation what = { .did = (unsigned)field(entry[1], 15, 0), .pasid = job->pasid,
        .address = job->request->address & bits(63, 12), .granularity = BY_DEVICE_OR_PAGE };

    if (pgtt == PGTT_NESTED)
        what.granularity = BY_DOMAIN;
    if (pgtt == PGTT_FIRST_STAGE)
        drop_by_pasid(job->tables->caches, &what);
    else
        drop_by_domain(job->tables->caches, job->unit, &what);
}

static enum fault translate_scalable(struct job *job)
{
    const struct request *request = job->request;
    uint64_t context[4], entry[8];
    enum fault fault = find_context_scalable(job->tables, request->source_id, context, &job->result->fpd);
    bool hpte, own_pasid;

    if (!fault)
        fault = check_request(job, context);
    if (fault)
        return fault;
    hpte = bit(context[0], 5);
    if (request->kind == TRANSLATED && !hpte)
        return translate_translated(job, NULL);
    if (request->kind == TRANSLATION && !request->has_pasid && in_interrupt_range(request->address))
        return complete_interrupt_range(job);
    own_pasid = request->has_pasid; /* EPTR is set, or a translated one would not have come so far */
    job->privileged = own_pasid ? request->privileged : rid_priv(context);
    job->pasid = own_pasid ? request->pasid : rid_pasid(context);
    fault = find_pasid_entry(job->tables, request->source_id, context, job->pasid, entry, &job->result->fpd);
    if (fault)
        return fault;
    if (request->kind == PAGE_REQUEST) {
        if (job->tables->caches)
            drop_for_page_request(job, entry);
        job->result->outcome = QUEUED;
        return NO_FAULT;
    }
    if (request->kind == TRANSLATED)
        return translate_translated(job, entry);
    if (job->privileged && !bit(entry[2], 0)) /* SRE */
        return SPT_NO_PRIVILEGE;
    return translate_by_pasid_entry(job, entry);
}

static enum fault translate_by_mode(struct job *job)
{
    const struct request *request = job->request;

    switch (translation_table_mode(job->tables->rtaddr)) {
    case TTM_LEGACY:
        if (request->kind == PAGE_REQUEST)
            return RTA_PAGE_REQUEST_IN_LEGACY;
        if (request->has_pasid)
            return RTA_PASID_IN_LEGACY;
        if (second_stage_io_rights(job->tables))
            return RTA_BAD_MODE;
        return translate_legacy(job);
    case TTM_SCALABLE:
        return has_ecap(job->unit, ECAP_SMTS) ? translate_scalable(job) : RTA_BAD_MODE;
    case TTM_ABORT_DMA:
        return has_ecap(job->unit, ECAP_ADMS) ? RTA_ABORT_DMA : RTA_BAD_MODE;
    default:
        return RTA_BAD_MODE;
    }
}

/* Requests without PASID to FEEx_xxxxh are no memory accesses (3.15, 5.1.4.1). */
static enum fault answer_interrupt_range(struct job *job)
{
    switch (job->request->op) {
    case WRITE: /* an interrupt, whose way is not followed here */
        job->result->outcome = UNOBSERVED;
        return NO_FAULT;
    case ZERO_LENGTH_READ: /* passes by; what it would have read is hidden anyway */
        grant(job, job->request->address, 0, true, true);
        job->result->has_rights = false;
        return NO_FAULT;
    default:
        return IRE_INTERRUPT_RANGE;
    }
}

/* By a page that is held, when there is one and it may serve; context and PASID entries are not looked at then. */
static bool translate_by_cached_page(struct job *job)
{
    const struct request *request = job->request;
    const struct cached_page *page;
    unsigned mode = translation_table_mode(job->tables->rtaddr);
    uint64_t address;

    if (!job->tables->caches || request->kind != UNTRANSLATED || request->privileged)
        return false;
    page = cached_page(job->tables->caches, mode, request->source_id,
                       request->has_pasid ? &request->pasid : NULL, request->address);
    if (!page || (page->clean && writes(request->op)))
        return false;
    address = page->output | (request->address & bits(page->page_bits - 1, 0));
    job->result->fpd = page->fpd;
    job->result->fault = check_rights(job, page->read, page->write);
    if (!job->result->fault && in_interrupt_range(address))
        job->result->fault = SGN_INTERRUPT_RANGE;
    if (mode == TTM_LEGACY)
        job->result->fault = legacy_code(job, job->result->fault);
    if (!job->result->fault)
        grant(job, address, page->page_bits, page->read, page->write);
    return true;
}

void translate(const struct tables *tables, struct memory *memory, const struct request *request,
               struct result *result)
{
    struct job job = { tables, tables->unit, memory, request, result, false, 0, 0, 0 };

    *result = (struct result){ .outcome = BLOCKED };
    if (request->kind == UNTRANSLATED && !request->has_pasid && in_interrupt_range(request->address))
        result->fault = answer_interrupt_range(&job);
    else if (!translate_by_cached_page(&job))
        result->fault = translate_by_mode(&job);
}
