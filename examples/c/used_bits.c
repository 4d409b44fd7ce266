/*
 * Used bits of a VT-d PASID table entry, an SMMUv3 stream table entry and a context descriptor, as the
 * tables of the drivers stand after review: complete for every bit that a driver sets.
 */
#include "used_bits.h"

#include "areas.h"
#include "bits.h"

#include <string.h>

/* VT-d 9.6. Which stage translates decides which of the pointers and attributes count. */
static void pasid_used(const uint64_t entry[ENTRY_WORDS], uint64_t mask[ENTRY_WORDS])
{
    const uint64_t p = BIT(0), fpd = BIT(1), aw = bits(4, 2), pgtt = bits(8, 6), ssade = BIT(9);
    const uint64_t ssptptr = bits(63, 12);
    const uint64_t did = bits(15, 0), pwsnp = BIT(23), pgsnp = BIT(24);
    const uint64_t sre = BIT(0), fspm = bits(3, 2), wpe = BIT(4), eafe = BIT(7), fsptptr = bits(63, 12);

    mask[0] = p;
    if (!(entry[0] & p))
        return;
    switch (field(entry[0], 8, 6)) {
    case 1: /* first stage */
        mask[0] |= aw | pgtt;
        mask[2] = fspm | fsptptr;
        break;
    case 2: /* second stage */
        mask[0] |= fpd | aw | pgtt | ssade | ssptptr;
        break;
    case 3: /* nested */
        mask[0] |= fpd | aw | pgtt | ssade | ssptptr;
        mask[2] = sre | fspm | wpe | eafe | fsptptr;
        break;
    case 4: /* pass-through */
        mask[0] |= fpd | aw | pgtt;
        break;
    default: /* reserved: no driver writes such an entry */
        return;
    }
    mask[1] = did | pwsnp | pgsnp;
}

/* Arm IHI 0070, 5.2. Config bit 0 is stage 1, bit 1 stage 2, bit 2 "not abort". */
static void ste_used(const uint64_t entry[ENTRY_WORDS], uint64_t mask[ENTRY_WORDS])
{
    const uint64_t shcfg = bits(45, 44), eats = bits(29, 28), mev = BIT(19);
    unsigned config = (unsigned)field(entry[0], 3, 1);

    mask[0] = BIT(0);
    if (!bit(entry[0], 0))
        return;
    mask[0] |= bits(3, 1);
    if (!(config & 4)) /* abort, and the reserved values that act as abort */
        return;
    if (config == 4) /* bypass */
        mask[1] = shcfg;
    if (config & 1) {
        mask[0] |= bits(5, 4) | bits(51, 6) | bits(63, 59); /* S1Fmt, S1ContextPtr, S1CDMax */
        mask[1] |= bits(7, 0) | mev | BIT(27) | eats | bits(31, 30); /* S1DSS to S1CSH, S1STALLD, STRW */
        mask[2] |= bits(15, 0); /* S2VMID tags the TLB of stage 1 too */
        if (field(entry[1], 1, 0) == 1) /* S1DSS: traffic without SubstreamID bypasses stage 1 */
            mask[1] |= shcfg;
    }
    if (config & 2) {
        mask[1] |= mev | BIT(25) | eats | shcfg; /* S2FWB */
        mask[2] |= bits(15, 0) | bits(50, 32) | BIT(51) | BIT(52) | BIT(54) | BIT(57) | BIT(58);
        mask[3] |= bits(51, 4); /* S2TTB */
    }
}

/*
 * MEV may change at any time, for software has to expect merged events anyway. Full ATS (bit 28) may, unless
 * split ATS (bit 29) or stalls (S2S) are around: these make EATS illegal in between.
 */
static void ste_safe(const uint64_t from[ENTRY_WORDS], const uint64_t to[ENTRY_WORDS], uint64_t mask[ENTRY_WORDS])
{
    mask[1] = BIT(19);
    if (!bit(from[1] | to[1], 29) && !bit(from[2] | to[2], 57))
        mask[1] |= BIT(28);
}

/* Arm IHI 0070, 5.4. All of a valid descriptor counts, but with EPD0 what walks of TTB0 would need. */
static void cd_used(const uint64_t entry[ENTRY_WORDS], uint64_t mask[ENTRY_WORDS])
{
    mask[0] = BIT(31);
    if (!bit(entry[0], 31))
        return;
    for (int i = 0; i < ENTRY_WORDS; i++)
        mask[i] = ~UINT64_C(0);
    if (bit(entry[0], 14)) {
        mask[0] &= ~bits(13, 0); /* T0SZ, TG0, IR0, OR0, SH0 */
        mask[1] &= ~bits(51, 4); /* TTB0 */
    }
}

const struct used_bits *used_bits_of(const char *format)
{
    static const struct used_bits pasid = { pasid_used, NULL };
    static const struct used_bits ste = { ste_used, ste_safe };
    static const struct used_bits cd = { cd_used, NULL };

    if (strcmp(format, "vtd-pasid") == 0)
        return &pasid;
    if (strcmp(format, "smmu-ste") == 0)
        return &ste;
    if (strcmp(format, "smmu-cd") == 0)
        return &cd;
    return NULL;
}

void run_used_bits(struct reader *reader, const cJSON *test_case, cJSON *observation)
{
    const struct used_bits *format = used_bits_of(read_text(reader, test_case, "format"));
    uint64_t entry[ENTRY_WORDS] = { 0 }, target[ENTRY_WORDS] = { 0 };
    uint64_t used[ENTRY_WORDS] = { 0 }, safe[ENTRY_WORDS] = { 0 };
    bool with_target = cJSON_GetObjectItemCaseSensitive(test_case, "target") != NULL;

    read_words(reader, test_case, "entry", entry, ENTRY_WORDS, ENTRY_WORDS);
    if (with_target)
        read_words(reader, test_case, "target", target, ENTRY_WORDS, ENTRY_WORDS);
    if (!format && !reader->problem)
        reader->problem = "unknown format";
    if (reader->problem)
        return;
    format->used(entry, used);
    add_words(observation, "used", used, ENTRY_WORDS);
    if (!with_target)
        return;
    if (format->safe)
        format->safe(entry, target, safe);
    add_words(observation, "safe", safe, ENTRY_WORDS);
}
