#include "entry.h"

#include "areas.h"

#include <string.h>

enum fault check_root_legacy(const struct unit *unit, const uint64_t entry[2])
{
    if (!bit(entry[0], 0))
        return LRT_NOT_PRESENT;
    if ((entry[0] & (bits(11, 1) | above_haw(unit))) || entry[1])
        return LRT_RESERVED;
    return NO_FAULT;
}

enum fault check_root_half(const struct unit *unit, uint64_t half)
{
    if (!bit(half, 0))
        return SRT_NOT_PRESENT;
    if (half & (bits(11, 1) | above_haw(unit)))
        return SRT_RESERVED;
    return NO_FAULT;
}

enum fault check_context_legacy(const struct unit *unit, const uint64_t entry[2])
{
    unsigned tt = (unsigned)field(entry[0], 3, 2);
    uint64_t low = bits(11, 4);
    uint64_t high = bits(63, 24) | bits(23, 8 + did_width(unit)) | BIT(7);

    if (!bit(entry[0], 0))
        return LCT_NOT_PRESENT;
    /* Pass-through ignores the pointer, and here all of its bits. */
    if (tt != TT_PASS_THROUGH)
        low |= above_haw(unit);
    if ((entry[0] & low) || (entry[1] & high))
        return LCT_RESERVED;
    if (tt == 3 || (tt == TT_WITH_ATS && !has_ecap(unit, ECAP_DT)) ||
        (tt == TT_PASS_THROUGH && !has_ecap(unit, ECAP_PT)))
        return LCT_UNSUPPORTED;
    /* What pass-through does with an address width that does not exist is not stated: it is not looked at. */
    if (tt != TT_PASS_THROUGH && !supports_aw(unit, (unsigned)field(entry[1], 2, 0)))
        return LCT_UNSUPPORTED;
    return NO_FAULT;
}

enum fault check_context_scalable(const struct unit *unit, const uint64_t entry[4])
{
    uint64_t low = bits(8, 7) | above_haw(unit);
    uint64_t high = bits(63, 21);

    if (!bit(entry[0], 0))
        return SCT_NOT_PRESENT;
    if (!has_ecap(unit, ECAP_DT))
        low |= BIT(2); /* DTE */
    if (!has_ecap(unit, ECAP_PASID))
        low |= BIT(3); /* PASIDE */
    if (!has_ecap(unit, ECAP_PRS))
        low |= BIT(4); /* PRE */
    if (!has_ecap(unit, ECAP_HPTS))
        low |= BIT(5); /* HPTE */
    if (!has_ecap(unit, ECAP_PTRS))
        low |= BIT(6); /* EPTR */
    if (!has_ecap(unit, ECAP_RPS))
        high |= bits(19, 0); /* RID_PASID */
    if (!has_ecap(unit, ECAP_RPRIVS))
        high |= BIT(20); /* RID_PRIV */
    if ((entry[0] & low) || (entry[1] & high) || entry[2] || entry[3])
        return SCT_RESERVED;
    if (bit(entry[0], 4) && !bit(entry[0], 2)) /* SCT.4.1: PRE without DTE */
        return SCT_INCONSISTENT;
    if (rid_pasid(entry) > max_pasid(entry)) /* SCT.4.2 */
        return SCT_INCONSISTENT;
    return NO_FAULT;
}

enum fault check_translated_pasids(const uint64_t context[4])
{
    return bit(context[0], 6) && !bit(context[0], 3) ? SCT_INCONSISTENT : NO_FAULT;
}

enum fault check_pasid_directory(const struct unit *unit, uint64_t entry)
{
    if (!bit(entry, 0))
        return SPD_NOT_PRESENT;
    if (entry & (bits(11, 2) | above_haw(unit)))
        return SPD_RESERVED;
    return NO_FAULT;
}

/* Whether a present PASID table entry has a reserved bit set: a field that the unit lacks is reserved. */
static bool pasid_table_reserved(const struct unit *unit, const uint64_t entry[8])
{
    const uint64_t pointer = bits(unit->haw - 1, 12), did = bits(15, did_width(unit));
    uint64_t w0 = BIT(5) | bits(11, 10) | above_haw(unit);
    uint64_t w1 = did | bits(22, 16) | bits(31, 27);
    uint64_t w2 = BIT(1) | bits(11, 8) | above_haw(unit);
    uint64_t w4 = bits(11, 3) | above_haw(unit);
    uint64_t w5 = bits(63, 16) | did;

    if (!has_ecap(unit, ECAP_SSTS))
        w0 |= bits(4, 2) | pointer; /* AW, SSPTPTR */
    if (!has_ecap(unit, ECAP_SSTS) || !has_ecap(unit, ECAP_SSADS))
        w0 |= BIT(9); /* SSADE */
    if (!has_ecap(unit, ECAP_SMPWCS))
        w1 |= BIT(23); /* PWSNP */
    if (!has_ecap(unit, ECAP_SC))
        w1 |= BIT(24); /* PGSNP */
    if (!has_ecap(unit, ECAP_MTS))
        w1 |= bits(26, 25) | bits(63, 32); /* CD, EMTE, PAT */
    if (!has_ecap(unit, ECAP_SRS))
        w2 |= BIT(0); /* SRE */
    if (!has_ecap(unit, ECAP_FSTS))
        w2 |= bits(4, 2) | pointer; /* FSPM, WPE, FSPTPTR */
    if (!has_ecap(unit, ECAP_EAFS))
        w2 |= BIT(7); /* EAFE */
    if (!has_ecap(unit, ECAP_HPTS)) {
        w4 |= bits(2, 0) | pointer; /* HPTSZ, HPTPFD, HPTPTR */
        w5 |= bits(15, 0); /* HPTDID */
    }
    return (entry[0] & w0) || (entry[1] & w1) || (entry[2] & w2) || entry[3] || (entry[4] & w4) ||
           (entry[5] & w5) || entry[6] || entry[7];
}

enum fault check_pasid_table(const struct unit *unit, const uint64_t entry[8])
{
    unsigned pgtt = (unsigned)field(entry[0], 8, 6), aw = (unsigned)field(entry[0], 4, 2);
    unsigned fspm = (unsigned)field(entry[2], 3, 2);
    bool first_stage = pgtt == PGTT_FIRST_STAGE || pgtt == PGTT_NESTED;
    bool second_stage = pgtt == PGTT_SECOND_STAGE || pgtt == PGTT_NESTED;

    if (!bit(entry[0], 0))
        return SPT_NOT_PRESENT;
    if (pasid_table_reserved(unit, entry))
        return SPT_RESERVED;
    if ((!first_stage && !second_stage && pgtt != PGTT_PASS_THROUGH) || /* SPT.4.2 */
        (first_stage && !has_ecap(unit, ECAP_FSTS)) || (second_stage && !has_ecap(unit, ECAP_SSTS)) ||
        (pgtt == PGTT_NESTED && !has_ecap(unit, ECAP_NEST)) ||
        (pgtt == PGTT_PASS_THROUGH && !has_ecap(unit, ECAP_PT)))
        return SPT_UNSUPPORTED;
    if (second_stage && !supports_aw(unit, aw)) /* SPT.4.1 */
        return SPT_UNSUPPORTED;
    if (first_stage && (fspm > 1 || (fspm == 1 && !has_cap(unit, CAP_FS5LP)))) /* SPT.4.3 */
        return SPT_UNSUPPORTED;
    if (pgtt == PGTT_NESTED && (entry[2] & bits(63, 12) & bits(63, input_width(unit, aw + 2)))) /* SPT.4.4 */
        return SPT_UNSUPPORTED;
    return NO_FAULT;
}
