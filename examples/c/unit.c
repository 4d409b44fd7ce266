#include "unit.h"

void read_unit(struct reader *reader, const cJSON *test_case, struct unit *unit)
{
    const cJSON *profile = cJSON_GetObjectItemCaseSensitive(test_case, "profile");

    unit->cap = read_u64(reader, profile, "cap");
    unit->ecap = read_u64(reader, profile, "ecap");
    unit->haw = read_unsigned(reader, profile, "haw", 52);
    if (!reader->problem && unit->haw < 32)
        reader->problem = "expected a host address width of 32 bits or more";
}
