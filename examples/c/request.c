#include "request.h"

#include "bits.h"

#include <string.h>

static const char *const kinds[] = { "untranslated", "translation", "translated", "page-request" };
static const char *const ops[] = { "read", "write", "atomic", "zero-length-read" };

static unsigned read_choice(struct reader *reader, const char *text, const char *const *choices, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(text, choices[i]) == 0)
            return i;
    reader->problem = "unknown kind or op of a request";
    return 0;
}

void read_request(struct reader *reader, const cJSON *item, struct request *request)
{
    *request = (struct request){ .kind = UNTRANSLATED };
    request->source_id = read_unsigned(reader, item, "sourceId", 0xffff);
    request->address = read_u64(reader, item, "address");
    request->op = (enum request_op)read_choice(reader, read_text(reader, item, "op"), ops, 4);
    if (cJSON_GetObjectItemCaseSensitive(item, "kind"))
        request->kind = (enum request_kind)read_choice(reader, read_text(reader, item, "kind"), kinds, 4);
    request->has_pasid = cJSON_GetObjectItemCaseSensitive(item, "pasid") != NULL;
    if (request->has_pasid)
        request->pasid = read_unsigned(reader, item, "pasid", 0xfffff);
    request->privileged = request->has_pasid && read_flag(item, "privileged");
    request->no_write = read_flag(item, "noWrite");
    request->last_in_group = read_flag(item, "lastInGroup");
}

/* NULL: the request is completed with success, without rights. */
static const char *status_of(const struct request *request, enum fault fault)
{
    switch (request->kind) {
    case TRANSLATION:
        return translation_status(fault);
    case TRANSLATED:
        return translated_status(fault);
    case PAGE_REQUEST:
        return request->last_in_group ? "invalid-request" : "drop";
    default:
        return "UR";
    }
}

static void add_record(cJSON *to, const struct request *request, const struct result *result,
                       unsigned address_width)
{
    cJSON *record;

    if (result->fpd && fault_is_qualified(result->fault)) {
        cJSON_AddNullToObject(to, "record");
        return;
    }
    record = cJSON_AddObjectToObject(to, "record");
    cJSON_AddNumberToObject(record, "code", result->fault);
    cJSON_AddNumberToObject(record, "sourceId", request->source_id);
    if (result->fault == IRE_INTERRUPT_RANGE) /* the rest is not defined with it */
        return;
    add_u64(record, "address", request->address & bits(address_width - 1, 12));
    if (request->kind == PAGE_REQUEST)
        cJSON_AddStringToObject(record, "op", "page-request");
    else if (request->kind != TRANSLATION)
        cJSON_AddStringToObject(record, "op", ops[request->op == ZERO_LENGTH_READ ? READ : request->op]);
    cJSON_AddBoolToObject(record, "pasidPresent", request->has_pasid);
    if (request->has_pasid) {
        cJSON_AddNumberToObject(record, "pasid", request->pasid);
        cJSON_AddBoolToObject(record, "privileged", request->privileged);
    }
}

static void add_grant(cJSON *to, const struct request *request, const struct result *result)
{
    bool granted = result->outcome == GRANTED;

    cJSON_AddStringToObject(to, "outcome", "translated");
    if (granted && result->has_address)
        add_u64(to, "address", result->address);
    if (granted && result->page_bits)
        cJSON_AddNumberToObject(to, "pageBits", result->page_bits);
    if (!granted || result->has_rights) {
        cJSON_AddBoolToObject(to, "read", granted && result->read);
        cJSON_AddBoolToObject(to, "write", granted && result->write);
    }
    if (request->kind != TRANSLATION)
        return;
    cJSON_AddBoolToObject(to, "user", granted && result->user);
    cJSON_AddBoolToObject(to, "privileged", request->privileged);
    if (granted && (result->read || result->write) && !result->user)
        cJSON_AddBoolToObject(to, "nonSnooped", result->non_snooped);
    cJSON_AddNullToObject(to, "record");
}

void add_result(cJSON *results, const struct request *request, const struct result *result,
                unsigned address_width)
{
    cJSON *to = add_item(results);
    const char *status;

    switch (result->outcome) {
    case GRANTED:
        add_grant(to, request, result);
        return;
    case QUEUED:
        cJSON_AddStringToObject(to, "outcome", "queued");
        return;
    case UNOBSERVED:
        cJSON_AddStringToObject(to, "outcome", "unobserved");
        return;
    case REFUSED:
        cJSON_AddStringToObject(to, "outcome", "blocked");
        cJSON_AddNullToObject(to, "record");
        return;
    case BLOCKED:
        status = status_of(request, result->fault);
        if (!status) {
            add_grant(to, request, result);
            return;
        }
        cJSON_AddStringToObject(to, "outcome", "blocked");
        cJSON_AddStringToObject(to, "status", status);
        cJSON_AddNumberToObject(to, "code", result->fault);
        add_record(to, request, result, address_width);
    }
}
