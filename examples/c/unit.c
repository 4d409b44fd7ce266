#include "unit.h"

#include <stdio.h>
#include <string.h>

void read_unit(struct reader *reader, const cJSON *test_case, struct unit *unit)
{
    const cJSON *profile = cJSON_GetObjectItemCaseSensitive(test_case, "profile");
    const cJSON *policies = cJSON_GetObjectItemCaseSensitive(profile, "policies");
    const char *fills = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(policies, "cacheFills"));
    unsigned major = 0, minor = 0;

    unit->cap = read_u64(reader, profile, "cap");
    unit->ecap = read_u64(reader, profile, "ecap");
    unit->haw = read_unsigned(reader, profile, "haw", 52);
    if (!reader->problem && unit->haw < 32)
        reader->problem = "expected a host address width of 32 bits or more";
    if (sscanf(read_text(reader, profile, "specRev"), "%u.%u", &major, &minor) != 2 && !reader->problem)
        reader->problem = "expected a revision such as 5.10";
    unit->revision = 100 * major + minor;
    unit->fills_on_its_own = !fills || strcmp(fills, "requests") != 0;
}

unsigned address_width(const struct unit *unit)
{
    unsigned width = has_ecap(unit, ECAP_FSTS) ? (has_cap(unit, CAP_FS5LP) ? 57 : 48) : 39;

    for (unsigned aw = 1; aw <= 3; aw++)
        if (supports_aw(unit, aw) && 30 + 9 * aw > width)
            width = 30 + 9 * aw;
    return width;
}
