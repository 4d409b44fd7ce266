/* A request of a device (VT-d 4.2.1), and what became of it. */
#ifndef REQUEST_H
#define REQUEST_H

#include "faults.h"
#include "json.h"

enum request_kind { UNTRANSLATED, TRANSLATION, TRANSLATED, PAGE_REQUEST };
enum request_op { READ, WRITE, ATOMIC, ZERO_LENGTH_READ };

struct request {
    enum request_kind kind;
    enum request_op op;
    unsigned source_id;
    uint64_t address;
    bool has_pasid, privileged, no_write, last_in_group;
    uint32_t pasid;
};

struct result {
    enum { BLOCKED, GRANTED, QUEUED, UNOBSERVED, REFUSED } outcome; /* refused: blocked, and no fault */
    enum fault fault; /* of a blocked request, or of a completion that grants nothing */
    bool fpd;         /* an entry that was reached has fault processing disable set */
    /* Of a granted request. */
    bool has_address, has_rights, read, write;
    uint64_t address;
    unsigned page_bits; /* 0: nothing is said of the page */
    /* Of a translation completion. */
    bool user, non_snooped;
};

void read_request(struct reader *reader, const cJSON *item, struct request *request);
/* `address_width`: bits of the largest addresses that the unit translates; records hold no more (11.4.7.6). */
void add_result(cJSON *results, const struct request *request, const struct result *result,
                unsigned address_width);

#endif
