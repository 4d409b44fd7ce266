/* One function an area: reads the case, fills the observation. A bad case is told by the reader's problem. */
#ifndef AREAS_H
#define AREAS_H

#include "json.h"

void run_entry(struct reader *reader, const cJSON *test_case, cJSON *observation);
void run_used_bits(struct reader *reader, const cJSON *test_case, cJSON *observation);
void run_entry_sync(struct reader *reader, const cJSON *test_case, cJSON *observation);
void run_translation(struct reader *reader, const cJSON *test_case, cJSON *observation);
void run_page_walk(struct reader *reader, const cJSON *test_case, cJSON *observation);
void run_invalidation(struct reader *reader, const cJSON *test_case, cJSON *observation);

#endif
