/* Area entry: the verdict on one entry, and its fields. */
#include "areas.h"
#include "entry.h"

#include <string.h>

enum format {
    ROOT_LEGACY,
    ROOT_SCALABLE_LOWER,
    ROOT_SCALABLE_UPPER,
    CONTEXT_LEGACY,
    CONTEXT_SCALABLE,
    PASID_DIRECTORY,
    PASID_TABLE,
    FORMATS,
};

/* Bits high:low of one word. A pointer stays in place, everything else is shifted down. */
struct field_place {
    const char *name;
    unsigned word, high, low;
    bool pointer;
};

enum { MAX_FIELDS = 24 };

static const struct {
    const char *name;
    size_t words;
    bool fpd; /* bit 1 is fault processing disable */
    struct field_place fields[MAX_FIELDS];
} formats[FORMATS] = {
    [ROOT_LEGACY] = { "root-legacy", 2, false, { { "CTP", 0, 63, 12, true } } },
    [ROOT_SCALABLE_LOWER] = { "root-scalable-lower", 2, false, { { "LCTP", 0, 63, 12, true } } },
    [ROOT_SCALABLE_UPPER] = { "root-scalable-upper", 2, false, { { "UCTP", 1, 63, 12, true } } },
    [CONTEXT_LEGACY] = { "context-legacy", 2, true,
        { { "TT", 0, 3, 2, false }, { "SSPTPTR", 0, 63, 12, true }, { "AW", 1, 2, 0, false },
          { "DID", 1, 23, 8, false } } },
    [CONTEXT_SCALABLE] = { "context-scalable", 4, true,
        { { "DTE", 0, 2, 2, false }, { "PASIDE", 0, 3, 3, false }, { "PRE", 0, 4, 4, false },
          { "HPTE", 0, 5, 5, false }, { "EPTR", 0, 6, 6, false }, { "PDTS", 0, 11, 9, false },
          { "PASIDDIRPTR", 0, 63, 12, true }, { "RID_PASID", 1, 19, 0, false },
          { "RID_PRIV", 1, 20, 20, false } } },
    [PASID_DIRECTORY] = { "pasid-directory", 1, true, { { "SMPTBLPTR", 0, 63, 12, true } } },
    [PASID_TABLE] = { "pasid-table", 8, true,
        { { "AW", 0, 4, 2, false }, { "PGTT", 0, 8, 6, false }, { "SSADE", 0, 9, 9, false },
          { "SSPTPTR", 0, 63, 12, true }, { "DID", 1, 15, 0, false }, { "PWSNP", 1, 23, 23, false },
          { "PGSNP", 1, 24, 24, false }, { "CD", 1, 25, 25, false }, { "EMTE", 1, 26, 26, false },
          { "PAT", 1, 63, 32, false }, { "SRE", 2, 0, 0, false }, { "FSPM", 2, 3, 2, false },
          { "WPE", 2, 4, 4, false }, { "EAFE", 2, 7, 7, false }, { "FSPTPTR", 2, 63, 12, true },
          { "HPTSZ", 4, 1, 0, false }, { "HPTPFD", 4, 2, 2, false }, { "HPTPTR", 4, 63, 12, true },
          { "HPTDID", 5, 15, 0, false } } },
};

/* As an untranslated request without PASID sees the entry. */
static enum fault check(const struct unit *unit, enum format format, const uint64_t words[8])
{
    enum fault fault;

    switch (format) {
    case ROOT_LEGACY:
        return check_root_legacy(unit, words);
    case ROOT_SCALABLE_LOWER:
        return check_root_half(unit, words[0]);
    case ROOT_SCALABLE_UPPER:
        return check_root_half(unit, words[1]);
    case CONTEXT_LEGACY:
        return check_context_legacy(unit, words);
    case CONTEXT_SCALABLE:
        fault = check_context_scalable(unit, words);
        return fault ? fault : check_translated_pasids(words);
    case PASID_DIRECTORY:
        return check_pasid_directory(unit, words[0]);
    default:
        return check_pasid_table(unit, words);
    }
}

static void add_fields(cJSON *observation, enum format format, const uint64_t words[8])
{
    cJSON *fields = cJSON_AddObjectToObject(observation, "fields");

    for (const struct field_place *at = formats[format].fields; at->name; at++) {
        uint64_t in_place = words[at->word] & bits(at->high, at->low);

        add_u64(fields, at->name, at->pointer ? in_place : in_place >> at->low);
    }
}

void run_entry(struct reader *reader, const cJSON *test_case, cJSON *observation)
{
    const char *name = read_text(reader, test_case, "format");
    uint64_t words[8] = { 0 };
    unsigned format = 0;
    struct unit unit;
    enum fault fault;

    read_unit(reader, test_case, &unit);
    while (format < FORMATS && strcmp(name, formats[format].name) != 0)
        format++;
    if (format == FORMATS)
        reader->problem = "unknown format";
    if (reader->problem)
        return;
    read_words(reader, test_case, "words", words, formats[format].words, formats[format].words);
    if (reader->problem)
        return;
    fault = check(&unit, format, words);
    if (fault)
        cJSON_AddNumberToObject(observation, "fault", fault);
    else
        cJSON_AddNullToObject(observation, "fault");
    cJSON_AddBoolToObject(observation, "fpd", formats[format].fpd && bit(words[0], 1));
    if (!fault)
        add_fields(observation, format, words);
}
