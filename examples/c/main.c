/*
 * The protocol: one JSON request and one reply a line, on stdin and stdout (docs: process protocol). Replies
 * are collected and written when no whole line is left in the input, so that a caller who sends many cases
 * at once pays for few system calls, and one who waits for an answer gets it.
 */
#include "adapter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The largest legal case is some 45 MB long. */
enum { READ_SIZE = 1 << 16, MAX_LINE = 64 << 20 };

static void hello(cJSON *reply)
{
    cJSON *names;

    cJSON_AddStringToObject(reply, "name", adapter_name);
    cJSON_AddStringToObject(reply, "version", adapter_version);
    cJSON_AddRawToObject(reply, "profile", adapter_profile);
    names = cJSON_AddArrayToObject(reply, "areas");
    for (const struct area *area = areas; area->name; area++)
        cJSON_AddItemToArray(names, cJSON_CreateString(area->name));
}

static void add_error(cJSON *reply, const struct reader *reader)
{
    char text[160];

    snprintf(text, sizeof text, "%s%s%s", reader->field ? reader->field : "", reader->field ? ": " : "",
             reader->problem);
    cJSON_AddStringToObject(reply, "error", text);
}

static void run(const cJSON *test_case, cJSON *reply)
{
    struct reader reader = { NULL, NULL, NULL };
    const char *name = read_text(&reader, test_case, "area");
    cJSON *observation;

    for (const struct area *area = areas; area->name; area++) {
        if (strcmp(name, area->name) != 0)
            continue;
        observation = cJSON_CreateObject();
        area->run(&reader, test_case, observation);
        if (!reader.problem && !reader.skip) {
            cJSON_AddItemToObject(reply, "observation", observation);
            return;
        }
        cJSON_Delete(observation);
        if (reader.problem)
            add_error(reply, &reader);
        else
            cJSON_AddStringToObject(reply, "skip", reader.skip);
        return;
    }
    cJSON_AddStringToObject(reply, "skip", "no such area here");
}

/* Answers one line; false after "bye". */
static bool answer(const char *line, size_t length)
{
    cJSON *request = cJSON_ParseWithLength(line, length);
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(request, "id");
    const char *op = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(request, "op"));
    bool more = !op || strcmp(op, "bye") != 0;
    cJSON *reply;
    char *text;

    if (more) {
        reply = cJSON_CreateObject();
        cJSON_AddItemToObject(reply, "id", cJSON_IsNumber(id) ? cJSON_Duplicate(id, false) : cJSON_CreateNull());
        if (op && strcmp(op, "hello") == 0)
            hello(reply);
        else if (op && strcmp(op, "run") == 0)
            run(cJSON_GetObjectItemCaseSensitive(request, "case"), reply);
        else
            cJSON_AddStringToObject(reply, "error", request ? "unknown op" : "not JSON");
        text = cJSON_PrintUnformatted(reply);
        cJSON_Delete(reply);
        if (!text) {
            fputs("out of memory\n", stderr);
            exit(EXIT_FAILURE);
        }
        puts(text);
        cJSON_free(text);
    }
    cJSON_Delete(request);
    return more;
}

/* Answers the whole lines in `buffer`; those that end before `known` were not there. Gives the bytes taken. */
static size_t answer_lines(const char *buffer, size_t size, size_t known, bool *more)
{
    size_t done = 0;
    const char *end;

    while (*more && (end = memchr(buffer + known, '\n', size - known)) != NULL) {
        *more = answer(buffer + done, (size_t)(end - (buffer + done)));
        done = known = (size_t)(end - buffer) + 1;
    }
    return done;
}

int main(void)
{
    size_t size = 0, capacity = 0;
    char *buffer = NULL;
    bool more = true;

    setvbuf(stdout, NULL, _IOFBF, READ_SIZE);
    while (more && size <= MAX_LINE) {
        ssize_t count;
        size_t done;

        if (capacity - size < READ_SIZE) {
            capacity = 2 * capacity + READ_SIZE;
            buffer = realloc(buffer, capacity);
            if (!buffer)
                return EXIT_FAILURE;
        }
        if (fflush(stdout) != 0)
            return EXIT_FAILURE;
        count = read(STDIN_FILENO, buffer + size, READ_SIZE);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        done = answer_lines(buffer, size + (size_t)count, size, &more);
        size += (size_t)count;
        size -= done;
        memmove(buffer, buffer + done, size);
    }
    free(buffer);
    return size > MAX_LINE ? EXIT_FAILURE : EXIT_SUCCESS;
}
