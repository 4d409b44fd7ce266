/* The areas that this implementation claims. */
#include "areas.h"

#include "adapter.h"

const char adapter_name[] = "conformance-c", adapter_version[] = "1.0";
const char adapter_profile[] = "\"any\"";

const struct area areas[] = {
    { "entry", run_entry },
    { "used-bits", run_used_bits },
    { "entry-sync", run_entry_sync },
    { "translation", run_translation },
    { "page-walk", run_page_walk },
    { "invalidation", run_invalidation },
    { NULL, NULL },
};
