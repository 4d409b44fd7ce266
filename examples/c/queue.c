/* The invalidation queue (VT-d 6.5.2): what is fetched, what stops it, what descriptors do. */
#include "descriptors.h"
#include "registers.h"

/* What is wrong with the queue as a whole, before anything is fetched (11.4.9.9). */
static enum queue_error check_queue(const struct registers *registers)
{
    const struct unit *unit = registers->unit;
    bool wide = bit(registers->iqa, DW);
    bool smts = has_ecap(unit, ECAP_SMTS), adms = has_ecap(unit, ECAP_ADMS);

    switch (translation_table_mode(registers->tables.rtaddr)) {
    case TTM_LEGACY:
        break;
    case TTM_SCALABLE:
        if (!smts)
            return BAD_MODE;
        if (!wide)
            return BAD_WIDTH;
        break;
    case TTM_ABORT_DMA:
        if (!adms)
            return BAD_MODE;
        if (!wide)
            return BAD_WIDTH;
        break;
    default:
        return BAD_MODE;
    }
    if (wide && !smts && !adms)
        return BAD_WIDTH;
    if (registers->iqt >= queue_size(registers))
        return BAD_TAIL;
    if (registers->iqt % slot_size(registers) != 0)
        return BAD_ALIGNMENT;
    return NO_QUEUE_ERROR;
}

static enum queue_error fetch(const struct registers *registers, uint64_t descriptor[4])
{
    const struct unit *unit = registers->unit;
    uint64_t base = registers->iqa & bits(unit->haw - 1, 12);
    enum queue_error error = check_queue(registers);

    if (error)
        return error;
    descriptor[2] = descriptor[3] = 0;
    if (!memory_read(registers->memory, base + registers->iqh, descriptor, slot_size(registers) / 8))
        return BAD_FETCH;
    return check_descriptor(unit, translation_table_mode(registers->tables.rtaddr), descriptor);
}

/* Everything before it is done by now, so a wait is done at once (6.5.2.9, 6.5.2.10). */
static void complete_wait(struct registers *registers, const uint64_t descriptor[4])
{
    const bool interrupt = bit(descriptor[0], 4), write_status = bit(descriptor[0], 5);

    if (write_status) {
        uint64_t address = descriptor[1] & bits(registers->unit->haw - 1, 2);
        unsigned shift = 8 * (unsigned)(address & 4);

        memory_write(registers->memory, address & ~UINT64_C(7), field(descriptor[0], 63, 32) << shift,
                     bits(31, 0) << shift);
    }
    if (interrupt && !bit(registers->ics, IWC)) {
        registers->ics |= BIT(IWC);
        if (bit(registers->iectl, IM))
            registers->iectl |= BIT(IP); /* otherwise the event is sent */
    }
}

static void execute(struct registers *registers, const uint64_t descriptor[4])
{
    const struct unit *unit = registers->unit;
    struct caches *caches = registers->tables.caches;
    unsigned mode = translation_table_mode(registers->tables.rtaddr);
    struct invalidation what = { .granularity = (unsigned)field(descriptor[0], 5, 4),
        .did = (unsigned)field(descriptor[0], 15 + did_width(unit), 16),
        .address = descriptor[1] & bits(63, 12), .address_mask = (unsigned)field(descriptor[1], 5, 0),
        .hint = bit(descriptor[1], 6) };

    switch (descriptor_type(descriptor)) {
    case CC_INV:
        what.source_id = (unsigned)field(descriptor[0], 47, 32);
        what.function_mask = (unsigned)field(descriptor[0], 49, 48);
        drop_contexts(caches, mode, &what);
        break;
    case PC_INV:
        what.pasid = (uint32_t)field(descriptor[0], 51, 32);
        if (has_cap(unit, CAP_CM) && unit->fills_on_its_own && mode == TTM_SCALABLE)
            synchronize_pasids(&registers->tables, &what);
        else
            drop_pasids(caches, &what);
        break;
    case IOTLB_INV:
        drop_by_domain(caches, unit, &what);
        break;
    case P_IOTLB_INV:
        what.pasid = (uint32_t)field(descriptor[0], 51, 32);
        drop_by_pasid(caches, &what);
        break;
    case INV_WAIT:
        complete_wait(registers, descriptor);
        break;
    default:
        break; /* for devices, interrupts and host permissions, none of which is cached here */
    }
}

void run_queue(struct registers *registers)
{
    while (bit(registers->gsts, QIE) && !bit(registers->fsts, IQE) && registers->iqh != registers->iqt) {
        uint64_t descriptor[4];
        enum queue_error error = fetch(registers, descriptor);

        if (error) {
            registers->fsts |= BIT(IQE);
            registers->iqercd = error;
            return;
        }
        registers->iqh = (registers->iqh + slot_size(registers)) % queue_size(registers);
        execute(registers, descriptor);
    }
}
