#include "descriptors.h"

#include "tables.h"

/* Bits of words 0 and 1 that are neither the type nor reserved (6.5.2); words 2 and 3 hold none. */
static const struct {
    uint64_t low, high;
} used[] = {
    [CC_INV] = { 0x0003ffffffff0030, 0 },
    [IOTLB_INV] = { 0x00000000ffff00f0, 0xfffffffffffff07f },
    [DEV_TLB_INV] = { 0xfff0ffff001ff000, 0xfffffffffffff001 },
    [IEC_INV] = { 0x0000fffff8000010, 0 },
    [INV_WAIT] = { 0xffffffff000000f0, 0xfffffffffffffffc },
    [P_IOTLB_INV] = { 0x000fffffffff0030, 0xfffffffffffff07f },
    [PC_INV] = { 0x000fffffffff0030, 0 },
    [P_DEV_TLB_INV] = { 0xfffffffffffff1f0, 0xfffffffffffff801 },
    [PAGE_GRP_RESP] = { 0x000ffffffffff010, 0x0000000000000ff8 },
    [HPT_INV] = { 0x00000000ffff0030, 0xfffffffffffff0ff },
};

static const uint64_t pfsid = UINT64_C(0xfff000000000f000);

static bool type_exists(const struct unit *unit, unsigned mode, unsigned type)
{
    switch (type) {
    case CC_INV:
    case IOTLB_INV:
    case IEC_INV:
    case INV_WAIT:
        return true;
    case DEV_TLB_INV:
        return has_ecap(unit, ECAP_DT);
    case P_IOTLB_INV:
    case PC_INV:
        return mode != TTM_LEGACY;
    case P_DEV_TLB_INV:
        return mode != TTM_LEGACY && has_ecap(unit, ECAP_DT);
    case PAGE_GRP_RESP:
        return mode != TTM_LEGACY && has_ecap(unit, ECAP_PRS);
    case HPT_INV:
        return mode != TTM_LEGACY && has_ecap(unit, ECAP_HPTS);
    default:
        return false;
    }
}

static bool reserved_bits(const struct unit *unit, unsigned type, const uint64_t descriptor[4])
{
    uint64_t low = used[type].low | 0xf, high = used[type].high;

    if ((type == DEV_TLB_INV || type == P_DEV_TLB_INV) && !has_ecap(unit, ECAP_DIT))
        low &= ~pfsid;
    if (type == INV_WAIT && !has_ecap(unit, ECAP_PDS))
        low &= ~BIT(7); /* PD */
    if (type == PAGE_GRP_RESP && unit->revision >= 510)
        high |= BIT(2); /* once the last page of a group, later reserved, now ignored */
    return (descriptor[0] & ~low) || (descriptor[1] & ~high) || descriptor[2] || descriptor[3];
}

static bool reserved_granularity(const struct unit *unit, unsigned type, const uint64_t descriptor[4])
{
    unsigned granularity = (unsigned)field(descriptor[0], 5, 4);

    switch (type) {
    case CC_INV:
    case HPT_INV:
        return granularity == 0;
    case IOTLB_INV:
        return granularity == 0 || (granularity == 3 && !has_cap(unit, CAP_PSI));
    case P_IOTLB_INV:
        return granularity < 2;
    case PC_INV:
        return granularity == 2;
    default:
        return false;
    }
}

enum queue_error check_descriptor(const struct unit *unit, unsigned mode, const uint64_t descriptor[4])
{
    unsigned type = descriptor_type(descriptor);

    if (!type_exists(unit, mode, type))
        return BAD_TYPE;
    if (reserved_bits(unit, type, descriptor) || reserved_granularity(unit, type, descriptor))
        return BAD_RESERVED;
    return NO_QUEUE_ERROR;
}
