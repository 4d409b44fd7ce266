/* Descriptors of the invalidation queue (VT-d 6.5.2): which of them hardware takes, and what they ask for. */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include "unit.h"

enum descriptor_type {
    CC_INV = 1,
    IOTLB_INV,
    DEV_TLB_INV,
    IEC_INV,
    INV_WAIT,
    P_IOTLB_INV,
    PC_INV,
    P_DEV_TLB_INV,
    PAGE_GRP_RESP,
    HPT_INV,
};

/* IQEI of IQERCD_REG: why the queue stopped (11.4.9.9). */
enum queue_error {
    NO_QUEUE_ERROR = 0,
    BAD_TAIL = 1,
    BAD_FETCH = 2,
    BAD_TYPE = 3,
    BAD_RESERVED = 4,
    BAD_WIDTH = 5,
    BAD_ALIGNMENT = 6,
    BAD_MODE = 7,
};

/* The 7 bits that say which descriptor it is: 11:9 and 3:0. */
static inline unsigned descriptor_type(const uint64_t descriptor[4])
{
    return (unsigned)(field(descriptor[0], 11, 9) << 4 | field(descriptor[0], 3, 0));
}

/* What is wrong with a descriptor in translation table mode `mode`; 128-bit ones have zeros in words 2 and 3. */
enum queue_error check_descriptor(const struct unit *unit, unsigned mode, const uint64_t descriptor[4]);

#endif
