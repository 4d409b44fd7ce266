#include "host_permission.h"

/* Bits of an entry that must be zero, the upper bits of the selected permission left out. */
static bool reserved(const struct unit *unit, const uint64_t entry[2], unsigned level)
{
    if (level == 1)
        return false; /* nothing but permissions */
    if (entry[1] & (bits(11, 1) | bits(51, unit->haw)))
        return true;
    if (level == 4)
        return entry[0] != 0;
    if (level == 3)
        return entry[0] & (has_ecap(unit, ECAP_HPT1GPS) ? bits(63, 32) : ~UINT64_C(0));
    return false;
}

enum fault walk_host_permissions(const struct unit *unit, const struct memory *memory, uint64_t top,
                                 uint64_t address, struct host_permission *permission)
{
    /* Index of each level, and what selects one of the permissions of 4 bits in an entry (not at level 4). */
    static const struct {
        unsigned high, low, page_bits;
    } places[] = { [1] = { 24, 17, 12 }, [2] = { 32, 25, 21 }, [3] = { 40, 33, 30 }, [4] = { 63, 41, 41 } };
    uint64_t table = top;

    *permission = (struct host_permission){ .found = false };
    for (unsigned level = 4; level >= 1; level--) {
        uint64_t at = table + 16 * field(address, places[level].high, places[level].low), entry[2];

        if (!memory_read(memory, at, entry, 2))
            return level == 4 ? HPT_TOP_READ_ERROR : HPT_READ_ERROR;
        if (reserved(unit, entry, level))
            return HPT_RESERVED;
        if (level < 4) {
            unsigned select = (unsigned)field(address, places[level].low - 1, places[level].page_bits);
            uint64_t granted = entry[select / 16] >> 4 * (select % 16) & 0xf;

            if (granted & 0xc)
                return HPT_RESERVED;
            if (granted || level == 1) {
                permission->found = granted != 0;
                permission->read = granted & 1;
                permission->write = granted & 2;
                permission->page_bits = places[level].page_bits;
                return NO_FAULT;
            }
        }
        if (!bit(entry[1], 0)) /* AV */
            return NO_FAULT;
        table = entry[1] & bits(51, 12);
    }
    return NO_FAULT;
}
