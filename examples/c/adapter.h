/* What main.c asks of an adapter: its name, and a function for each area that it claims. */
#ifndef ADAPTER_H
#define ADAPTER_H

#include "json.h"

struct area {
    const char *name;
    /* Reads the case and fills the observation. A bad case is told by the reader's `problem`, one that can't be
     * asked by its `skip`. */
    void (*run)(struct reader *reader, const cJSON *test_case, cJSON *observation);
};

extern const char adapter_name[], adapter_version[];
/* JSON: "any", or the capabilities of the unit that this is (docs/contract.md). */
extern const char adapter_profile[];
/* The last one has no name. */
extern const struct area areas[];

#endif
