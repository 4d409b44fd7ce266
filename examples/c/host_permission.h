/* Host permission tables (VT-d 4.2.4, 9.12): what a device may reach with addresses that it translated itself. */
#ifndef HOST_PERMISSION_H
#define HOST_PERMISSION_H

#include "faults.h"
#include "memory.h"
#include "unit.h"

/* What a walk found: whether any permission entry, and which rights it grants. */
struct host_permission {
    bool found, read, write;
    unsigned page_bits;
};

enum fault walk_host_permissions(const struct unit *unit, const struct memory *memory, uint64_t top,
                                 uint64_t address, struct host_permission *permission);

#endif
