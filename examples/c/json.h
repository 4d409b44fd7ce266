/*
 * Reading cases and writing observations. 64-bit values are strings such as "0x1f" in JSON. The first thing
 * that is wrong with a case is kept in `problem`; what is read after that is zero, so that callers check once.
 */
#ifndef JSON_H
#define JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
    const char *problem; /* NULL: all well so far */
    const char *field;   /* the member that has the problem, when it has a name */
    const char *skip;    /* why the case can't be asked here, when that is so */
};

uint64_t read_word(struct reader *reader, const cJSON *item);
/* The member `name` of `object`: a 64-bit value, an integer up to `max`, a text. */
uint64_t read_u64(struct reader *reader, const cJSON *object, const char *name);
unsigned read_unsigned(struct reader *reader, const cJSON *object, const char *name, unsigned max);
const char *read_text(struct reader *reader, const cJSON *object, const char *name);
/* An optional flag: left out means false. */
bool read_flag(const cJSON *object, const char *name);
/* The array `name` of between `min` and `max` words; gives how many there are. */
size_t read_words(struct reader *reader, const cJSON *object, const char *name, uint64_t *words, size_t min,
                  size_t max);
/* The same of an array that has no name. */
size_t read_item_words(struct reader *reader, const cJSON *array, uint64_t *words, size_t max);
/* The member `name`, which must be an array with at most `max` items; NULL otherwise. */
const cJSON *read_array(struct reader *reader, const cJSON *object, const char *name, size_t max);

void add_u64(cJSON *object, const char *name, uint64_t value);
void add_words(cJSON *object, const char *name, const uint64_t *words, size_t count);
/* A new object at the end of `array`. */
cJSON *add_item(cJSON *array);

#endif
