/* The remapping unit that a case is about: its capability registers (VT-d 11.4.2, 11.4.3) and widths. */
#ifndef UNIT_H
#define UNIT_H

#include "bits.h"
#include "json.h"

/* Bits of CAP_REG and ECAP_REG that decide something here. */
enum {
    CAP_CM = 7,
    CAP_ZLR = 22,
    CAP_PSI = 39,
    CAP_FS1GP = 56,
    CAP_FS5LP = 60,
    CAP_ESRTPS = 63,
};
enum {
    ECAP_C = 0,
    ECAP_QI = 1,
    ECAP_DT = 2,
    ECAP_IR = 3,
    ECAP_PT = 6,
    ECAP_SC = 7,
    ECAP_MTS = 25,
    ECAP_NEST = 26,
    ECAP_PRS = 29,
    ECAP_SRS = 31,
    ECAP_NWFS = 33,
    ECAP_EAFS = 34,
    ECAP_PASID = 40,
    ECAP_DIT = 41,
    ECAP_PDS = 42,
    ECAP_SMTS = 43,
    ECAP_SSADS = 45,
    ECAP_SSTS = 46,
    ECAP_FSTS = 47,
    ECAP_SMPWCS = 48,
    ECAP_RPS = 49,
    ECAP_ADMS = 52,
    ECAP_RPRIVS = 53,
    ECAP_HPTS = 55,
    ECAP_PTRS = 56,
    ECAP_SSIRWS = 57,
    ECAP_HPT1GPS = 59,
};

struct unit {
    uint64_t cap, ecap;
    unsigned haw;      /* host address width in bits */
    unsigned revision; /* of the specification: 510 is 5.10 */
    bool fills_on_its_own; /* caches may hold what no request asked for (6.1, a policy of the case) */
};

static inline bool has_cap(const struct unit *unit, unsigned n)
{
    return bit(unit->cap, n);
}
static inline bool has_ecap(const struct unit *unit, unsigned n)
{
    return bit(unit->ecap, n);
}

/* TTM of RTADDR_REG (11.4.5). */
enum { TTM_LEGACY = 0, TTM_SCALABLE = 1, TTM_RESERVED = 2, TTM_ABORT_DMA = 3 };

/* Bits from the host address width up: an address there lies beyond memory, and is reserved in entries. */
static inline uint64_t above_haw(const struct unit *unit)
{
    return bits(63, unit->haw);
}

/* Bits of a domain id: 4 + 2 * ND (CAP 2:0). */
static inline unsigned did_width(const struct unit *unit)
{
    return 4 + 2 * (unsigned)field(unit->cap, 2, 0);
}

/* Whether second-stage tables of address width `aw` (1: 39 bits, 2: 48, 3: 57) exist (SAGAW, CAP 12:8). */
static inline bool supports_aw(const struct unit *unit, unsigned aw)
{
    return aw >= 1 && aw <= 3 && bit(unit->cap, 8 + aw);
}

/* Input address bits of second-stage tables with so many levels: the smaller of MGAW and AGAW (3.7). */
static inline unsigned input_width(const struct unit *unit, unsigned levels)
{
    unsigned mgaw = (unsigned)field(unit->cap, 21, 16) + 1;
    unsigned agaw = 12 + 9 * levels;

    return mgaw < agaw ? mgaw : agaw;
}

/* Bits of the largest addresses that the unit translates, by second stage (SAGAW) or first stage. */
unsigned address_width(const struct unit *unit);

/* Reads the member `profile` of a case. */
void read_unit(struct reader *reader, const cJSON *test_case, struct unit *unit);

#endif
