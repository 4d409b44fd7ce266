/* What becomes of one request (VT-d chapters 3 and 4), by caches where there are any, else by memory. */
#ifndef TRANSLATE_H
#define TRANSLATE_H

#include "request.h"
#include "tables.h"

/* Sets accessed and dirty flags in `memory`, which is what `tables` reads. */
void translate(const struct tables *tables, struct memory *memory, const struct request *request,
               struct result *result);

#endif
