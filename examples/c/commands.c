/* Register-based invalidation: legacy mode only, and only while the queue is off (6.5.1, 11.4.6). */
#include "registers.h"

static unsigned did_of(const struct registers *registers, uint64_t field_value)
{
    return (unsigned)(field_value & bits(did_width(registers->unit) - 1, 0));
}

uint64_t context_command(struct registers *registers, uint64_t command)
{
    const uint64_t icc = BIT(63), caig = bits(60, 59);
    unsigned mode = translation_table_mode(registers->tables.rtaddr);
    struct invalidation what = { .granularity = (unsigned)field(command, 62, 61),
        .did = did_of(registers, field(command, 15, 0)), .source_id = (unsigned)field(command, 31, 16),
        .function_mask = (unsigned)field(command, 33, 32) };

    if (!(command & icc))
        return (command & ~caig) | (registers->ccmd & caig);
    command &= ~(icc | caig);
    if (mode != TTM_LEGACY || what.granularity == 0)
        return command; /* actual granularity 0: an error */
    drop_contexts(registers->tables.caches, mode, &what);
    return command | (uint64_t)what.granularity << 59;
}

uint64_t iotlb_command(struct registers *registers, uint64_t command)
{
    const struct unit *unit = registers->unit;
    const uint64_t ivt = BIT(63), iaig = bits(58, 57);
    unsigned mode = translation_table_mode(registers->tables.rtaddr);
    struct invalidation what = { .granularity = (unsigned)field(command, 61, 60),
        .did = did_of(registers, field(command, 47, 32)), .address = registers->iva & bits(63, 12),
        .address_mask = (unsigned)field(registers->iva, 5, 0), .hint = bit(registers->iva, 6) };

    if (!(command & ivt))
        return (command & ~iaig) | (registers->iotlb & iaig);
    command &= ~(ivt | iaig);
    if (mode != TTM_LEGACY || what.granularity == 0)
        return command;
    if (what.granularity == BY_DEVICE_OR_PAGE) {
        if (!has_cap(unit, CAP_PSI))
            what.granularity = BY_DOMAIN; /* the next coarser one */
        else if (what.address_mask > field(unit->cap, 53, 48)) /* MAMV */
            return command;
    }
    drop_by_domain(registers->tables.caches, unit, &what);
    return command | (uint64_t)what.granularity << 57;
}
