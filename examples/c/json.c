#include "json.h"

#include <string.h>

static void fail(struct reader *reader, const char *field, const char *problem)
{
    if (reader->problem)
        return;
    reader->problem = problem;
    reader->field = field;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static uint64_t read_named_word(struct reader *reader, const cJSON *item, const char *name)
{
    const char *text = cJSON_GetStringValue(item);
    uint64_t value = 0;
    size_t digits = 0;

    if (text && text[0] == '0' && text[1] == 'x')
        for (text += 2; digits <= 16 && digit(*text) >= 0; text++, digits++)
            value = value << 4 | (uint64_t)digit(*text);
    if (digits == 0 || digits > 16 || *text != '\0')
        fail(reader, name, "expected a 64-bit value such as \"0x1f\"");
    return value;
}

uint64_t read_word(struct reader *reader, const cJSON *item)
{
    return read_named_word(reader, item, NULL);
}

uint64_t read_u64(struct reader *reader, const cJSON *object, const char *name)
{
    return read_named_word(reader, cJSON_GetObjectItemCaseSensitive(object, name), name);
}

unsigned read_unsigned(struct reader *reader, const cJSON *object, const char *name, unsigned max)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble <= max)) {
        fail(reader, name, "expected an unsigned integer in range");
        return 0;
    }
    return (unsigned)item->valuedouble;
}

const char *read_text(struct reader *reader, const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

    if (!text)
        fail(reader, name, "expected a text");
    return text ? text : "";
}

bool read_flag(const cJSON *object, const char *name)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, name));
}

const cJSON *read_array(struct reader *reader, const cJSON *object, const char *name, size_t max)
{
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(object, name);

    if (!cJSON_IsArray(array) || (size_t)cJSON_GetArraySize(array) > max) {
        fail(reader, name, "expected an array of bounded length");
        return NULL;
    }
    return array;
}

size_t read_words(struct reader *reader, const cJSON *object, const char *name, uint64_t *words, size_t min,
                  size_t max)
{
    const cJSON *array = read_array(reader, object, name, max);
    const cJSON *item;
    size_t count = 0;

    cJSON_ArrayForEach(item, array)
        words[count++] = read_named_word(reader, item, name);
    if (count < min)
        fail(reader, name, "expected more words");
    return count;
}

size_t read_item_words(struct reader *reader, const cJSON *array, uint64_t *words, size_t max)
{
    const cJSON *item;
    size_t count = 0;

    if (!cJSON_IsArray(array) || (size_t)cJSON_GetArraySize(array) > max) {
        fail(reader, NULL, "expected an array of words");
        return 0;
    }
    cJSON_ArrayForEach(item, array)
        words[count++] = read_word(reader, item);
    return count;
}

/* "0x" and the digits without leading zeros, as cases have them. */
static const char *hex(uint64_t value, char text[19])
{
    char *at = text + 18;

    *at = '\0';
    do
        *--at = "0123456789abcdef"[value & 0xf];
    while (value >>= 4);
    *--at = 'x';
    *--at = '0';
    return at;
}

void add_u64(cJSON *object, const char *name, uint64_t value)
{
    char text[19];

    cJSON_AddStringToObject(object, name, hex(value, text));
}

void add_words(cJSON *object, const char *name, const uint64_t *words, size_t count)
{
    cJSON *array = cJSON_AddArrayToObject(object, name);
    char text[19];

    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(array, cJSON_CreateString(hex(words[i], text)));
}

cJSON *add_item(cJSON *array)
{
    cJSON *item = cJSON_CreateObject();

    cJSON_AddItemToArray(array, item);
    return item;
}
