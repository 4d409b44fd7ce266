/* Area translation: requests one after the other, and the flags that they leave behind. */
#include "areas.h"
#include "translate.h"

enum { MAX_REQUESTS = 64 };

void run_translation(struct reader *reader, const cJSON *test_case, cJSON *observation)
{
    const cJSON *requests = read_array(reader, test_case, "requests", MAX_REQUESTS);
    const cJSON *item;
    struct unit unit;
    struct memory memory;
    struct tables tables = { &unit, &memory, read_u64(reader, test_case, "rtaddr"), NULL };
    cJSON *results = cJSON_AddArrayToObject(observation, "results");

    read_unit(reader, test_case, &unit);
    memory_open(reader, test_case, &memory);
    cJSON_ArrayForEach(item, requests) {
        struct request request;
        struct result result;

        read_request(reader, item, &request);
        if (reader->problem)
            break;
        translate(&tables, &memory, &request, &result);
        add_result(results, &request, &result, address_width(&unit));
    }
    if (!reader->problem)
        memory_add_changes(&memory, observation);
    memory_close(&memory);
}
