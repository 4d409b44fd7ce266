#include "faults.h"

#include <stddef.h>

/* Faults of tables that could not be found or read say nothing of a request: FPD does not hide them (Table 30). */
bool fault_is_qualified(enum fault fault)
{
    switch (fault) {
    case LRT_NOT_PRESENT:
    case LRT_READ_ERROR:
    case LCT_READ_ERROR:
    case LRT_RESERVED:
    case IRE_INTERRUPT_RANGE:
    case RTA_BAD_MODE:
    case RTA_PASID_IN_LEGACY:
    case RTA_PAGE_REQUEST_IN_LEGACY:
    case RTA_ABORT_DMA:
    case SRT_READ_ERROR:
    case SRT_NOT_PRESENT:
    case SRT_RESERVED:
    case SCT_READ_ERROR:
    case SPD_READ_ERROR:
    case SPT_READ_ERROR:
        return false;
    default:
        return true;
    }
}

/* How a translation request ends: a success with what rights there are, UR, or CA (Table 30). */
const char *translation_status(enum fault fault)
{
    switch (fault) {
    case LRT_NOT_PRESENT:
    case LCT_NOT_PRESENT:
    case LCT_ATS_BLOCKED:
    case RTA_PASID_IN_LEGACY:
    case RTA_ABORT_DMA:
    case SRT_NOT_PRESENT:
    case SCT_NOT_PRESENT:
    case SCT_NO_DEVICE_TLB:
    case SCT_NO_PASIDS:
    case SCT_BEYOND_DIRECTORY:
    case SCT_IS_RID_PASID:
    case SGN_PASID_TOO_WIDE:
        return "UR";
    case LGN_BEYOND_WIDTH:
    case LGN_NO_WRITE:
    case LGN_NO_READ:
    case SPD_NOT_PRESENT:
    case SPT_NOT_PRESENT:
    case SPT_NO_PRIVILEGE:
    case SFS_READ_ERROR:
    case SFS_NOT_PRESENT:
    case SFS_RESERVED:
    case SFS_TOP_READ_ERROR:
    case SFS_BEYOND_WIDTH:
    case SFS_TOP_NO_READ:
    case SFS_NO_READ:
    case SFS_NO_FLAG_WRITE:
    case SFS_NOT_SNOOPED:
    case SSS_NO_RIGHT:
    case SGN_NOT_CANONICAL:
    case SGN_SUPERVISOR:
    case SGN_BEYOND_HAW:
    case SGN_BEYOND_WIDTH:
    case SGN_NO_WRITE:
    case SGN_NO_READ:
        return NULL;
    default:
        return "CA";
    }
}

/* A translated request is aborted where the tables behind the context entry are broken. */
const char *translated_status(enum fault fault)
{
    switch (fault) {
    case SPD_READ_ERROR:
    case SPD_RESERVED:
    case SPT_READ_ERROR:
    case SPT_RESERVED:
    case SPT_UNSUPPORTED:
    case HPT_READ_ERROR:
    case HPT_RESERVED:
    case HPT_TOP_READ_ERROR:
        return "CA";
    default:
        return "UR";
    }
}
