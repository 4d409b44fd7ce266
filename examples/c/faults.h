/*
 * Fault codes, named after the first condition that has them in the table of fault conditions (VT-d 7.1.3,
 * Table 30); conditions that share a code share all that follows from it.
 */
#ifndef FAULTS_H
#define FAULTS_H

#include <stdbool.h>

enum fault {
    NO_FAULT = 0,
    /* Legacy mode. */
    LRT_NOT_PRESENT = 0x01,
    LCT_NOT_PRESENT = 0x02,
    LCT_UNSUPPORTED = 0x03, /* AW or TT, or the top second-stage table cannot be read */
    LGN_BEYOND_WIDTH = 0x04,
    LGN_NO_WRITE = 0x05,
    LGN_NO_READ = 0x06,
    LSS_READ_ERROR = 0x07,
    LRT_READ_ERROR = 0x08,
    LCT_READ_ERROR = 0x09,
    LRT_RESERVED = 0x0a,
    LCT_RESERVED = 0x0b,
    LSS_RESERVED = 0x0c,
    LCT_ATS_BLOCKED = 0x0d,
    LGN_INTERRUPT_RANGE = 0x0e,
    IRE_INTERRUPT_RANGE = 0x29, /* malformed request to the interrupt range (5.1.4.1) */
    /* Root table address register. */
    RTA_BAD_MODE = 0x30,
    RTA_PASID_IN_LEGACY = 0x31,
    RTA_PAGE_REQUEST_IN_LEGACY = 0x32,
    RTA_ABORT_DMA = 0x33,
    /* Scalable mode: root, context, PASID directory and table. */
    SRT_READ_ERROR = 0x38,
    SRT_NOT_PRESENT = 0x39,
    SRT_RESERVED = 0x3a,
    SCT_READ_ERROR = 0x40,
    SCT_NOT_PRESENT = 0x41,
    SCT_RESERVED = 0x42,
    SCT_INCONSISTENT = 0x43,
    SCT_NO_DEVICE_TLB = 0x44,
    SCT_NO_PASIDS = 0x45,
    SCT_BEYOND_DIRECTORY = 0x46,
    SCT_NO_PAGE_REQUESTS = 0x47,
    SCT_IS_RID_PASID = 0x48,
    SCT_NO_TRANSLATED_PASIDS = 0x49,
    SPD_READ_ERROR = 0x50,
    SPD_NOT_PRESENT = 0x51,
    SPD_RESERVED = 0x52,
    SPT_READ_ERROR = 0x58,
    SPT_NOT_PRESENT = 0x59,
    SPT_RESERVED = 0x5a,
    SPT_UNSUPPORTED = 0x5b, /* AW, PGTT, FSPM, or the range of a nested FSPTPTR */
    SPT_NO_PRIVILEGE = 0x5d,
    SPT_BEYOND_HPT = 0x60,
    /* First and second stage. */
    SFS_READ_ERROR = 0x70,
    SFS_NOT_PRESENT = 0x71,
    SFS_RESERVED = 0x72,
    SFS_TOP_READ_ERROR = 0x73,
    SFS_BEYOND_WIDTH = 0x74,
    SFS_TOP_NO_READ = 0x75,
    SFS_NO_READ = 0x76,
    SFS_NO_FLAG_WRITE = 0x77,
    SFS_NOT_SNOOPED = 0x90,
    SSS_READ_ERROR = 0x78,
    SSS_NO_RIGHT = 0x79,
    SSS_RESERVED = 0x7a,
    SSS_TOP_READ_ERROR = 0x7b,
    SSS_NOT_SNOOPED = 0x7c,
    SGN_NOT_CANONICAL = 0x80,
    SGN_SUPERVISOR = 0x81,
    SGN_BEYOND_HAW = 0x83,
    SGN_BEYOND_WIDTH = 0x84,
    SGN_NO_WRITE = 0x85,
    SGN_NO_READ = 0x86,
    SGN_INTERRUPT_RANGE = 0x87,
    SGN_PASID_TOO_WIDE = 0x89,
    /* Host permission table. */
    HPT_READ_ERROR = 0xa0,
    HPT_RESERVED = 0xa1,
    HPT_TOP_READ_ERROR = 0xa2,
    HPT_NO_PERMISSION = 0xa3,
    HPT_NO_WRITE = 0xa4,
    HPT_NO_READ = 0xa5,
};

/* Whether FPD hides the fault. */
bool fault_is_qualified(enum fault fault);
/* How a translation request ends: "UR", "CA", or NULL for a success with no rights or those that there are. */
const char *translation_status(enum fault fault);
/* How a translated request ends: "UR" or "CA". */
const char *translated_status(enum fault fault);

#endif
