/**
 * Vector files: cases of one area with everything that may be answered to each, for who can't run this program.
 * docs/vectors.md says how to read them.
 */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { toJson } from './json.ts';
import { text, unsigned } from './schema/scalars.ts';
import {
  type Case,
  entryCaseSchema,
  entrySyncCaseSchema,
  invalidationCaseSchema,
  levels,
  pageWalkCaseSchema,
  translationCaseSchema,
  usedBitsCaseSchema,
} from './schema.ts';
import { allowedEntrySchema } from './vectors/entry.ts';
import { allowedEntrySyncSchema, writerFormatSchema } from './vectors/entry-sync.ts';
import { allowedInvalidationSchema } from './vectors/invalidation.ts';
import { allowedPageWalkSchema } from './vectors/page-walk.ts';
import { allowedTranslationSchema } from './vectors/translation.ts';
import { allowedUsedBitsSchema } from './vectors/used-bits.ts';

export const VECTOR_FILE_VERSION = 1;
/** More would have to be held in memory at once. */
export const MOST_VECTORS = 100_000;

function fileOf<C extends typeof entryCaseSchema | v.GenericSchema, A extends v.GenericSchema>(
  caseSchema: C & { readonly entries: { readonly area: v.LiteralSchema<string, undefined> } },
  allowedSchema: A,
) {
  return v.strictObject({
    version: v.literal(VECTOR_FILE_VERSION),
    area: caseSchema.entries.area,
    seed: text,
    /** Every rule of the area, and how many of the vectors it decides. */
    rules: v.array(
      v.strictObject({
        id: text,
        level: v.picklist(levels),
        statement: text,
        clause: text,
        vectors: unsigned(MOST_VECTORS),
      }),
    ),
    /** Area entry-sync: the formats that vectors name. */
    formats: v.optional(v.record(v.string(), writerFormatSchema)),
    vectors: v.pipe(
      v.array(
        v.strictObject({
          id: text,
          /** Rules that decide the answer. */
          rules: v.array(text),
          /** Nothing that binds is asked here of who leaves out everything that may be left out. */
          optional: v.optional(v.literal(true)),
          case: caseSchema,
          allowed: allowedSchema,
        }),
      ),
      v.maxLength(MOST_VECTORS),
    ),
  });
}

export const vectorFileSchema = v.variant('area', [
  fileOf(entryCaseSchema, allowedEntrySchema),
  fileOf(usedBitsCaseSchema, allowedUsedBitsSchema),
  fileOf(entrySyncCaseSchema, allowedEntrySyncSchema),
  fileOf(translationCaseSchema, allowedTranslationSchema),
  fileOf(pageWalkCaseSchema, allowedPageWalkSchema),
  fileOf(invalidationCaseSchema, allowedInvalidationSchema),
]);
export type VectorFile = v.InferOutput<typeof vectorFileSchema>;
export type Vector = VectorFile['vectors'][number];

/** Area and hash of the case, as JSON without blanks with the names of each object sorted. */
export function vectorId(testCase: Case): string {
  const digest = createHash('sha256').update(JSON.stringify(sorted(JSON.parse(toJson(testCase)))));
  return `${testCase.area}/${digest.digest('hex').slice(0, 16)}`;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted((value as Record<string, unknown>)[name])]));
}
