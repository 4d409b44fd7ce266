/** What is left of a value when everything is left out that its schema lets be left out. */
import * as v from 'valibot';

type AnySchema = v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>;

/** `value`, which `schema` accepts, without optional fields at any depth. */
export function barest(schema: AnySchema, value: unknown): unknown {
  if (Array.isArray(value) && isArray(schema)) return value.map((item) => barest(schema.item, item));
  if (typeof value !== 'object' || value === null) return value;
  if (isVariant(schema)) {
    const option = schema.options.find((one) => v.is(one, value));
    return option === undefined ? value : barest(option, value);
  }
  if (!isObject(schema)) return value;
  const needed = Object.entries(schema.entries).filter(
    ([name, entry]) => entry.type !== 'optional' && name in value,
  );
  return Object.fromEntries(
    needed.map(([name, entry]) => [name, barest(entry, (value as Record<string, unknown>)[name])]),
  );
}

function isArray(schema: AnySchema): schema is AnySchema & { readonly item: AnySchema } {
  return schema.type === 'array';
}

function isVariant(schema: AnySchema): schema is AnySchema & { readonly options: readonly AnySchema[] } {
  return schema.type === 'variant';
}

function isObject(
  schema: AnySchema,
): schema is AnySchema & { readonly entries: Readonly<Record<string, AnySchema>> } {
  return schema.type === 'strict_object';
}
