/** A case and its answer, of any area. */
import * as v from 'valibot';
import type { Area } from '../names.ts';
import {
  type BindingCase,
  type BindingObservation,
  bindingCaseSchema,
  bindingObservationSchema,
} from './binding.ts';
import {
  type DomainReplaceCase,
  type DomainReplaceObservation,
  domainReplaceCaseSchema,
  domainReplaceObservationSchema,
} from './domain-replace.ts';
import { type EntryCase, type EntryObservation, entryCaseSchema, entryObservationSchema } from './entry.ts';
import {
  type EntrySyncCase,
  type EntrySyncObservation,
  entrySyncCaseSchema,
  entrySyncObservationSchema,
} from './entry-sync.ts';
import {
  type InvalidationCase,
  type InvalidationObservation,
  invalidationCaseSchema,
  invalidationObservationSchema,
} from './invalidation.ts';
import {
  type PageWalkCase,
  type PageWalkObservation,
  pageWalkCaseSchema,
  pageWalkObservationSchema,
} from './page-walk.ts';
import {
  type SmmuNestingCase,
  type SmmuNestingObservation,
  smmuNestingCaseSchema,
  smmuNestingObservationSchema,
} from './smmu-nesting.ts';
import {
  type TranslationCase,
  type TranslationObservation,
  translationCaseSchema,
  translationObservationSchema,
} from './translation.ts';
import {
  type UsedBitsCase,
  type UsedBitsObservation,
  usedBitsCaseSchema,
  usedBitsObservationSchema,
} from './used-bits.ts';

export const caseSchema = v.variant('area', [
  entryCaseSchema,
  usedBitsCaseSchema,
  entrySyncCaseSchema,
  translationCaseSchema,
  pageWalkCaseSchema,
  invalidationCaseSchema,
  bindingCaseSchema,
  domainReplaceCaseSchema,
  smmuNestingCaseSchema,
]);
export type Case = v.InferOutput<typeof caseSchema>;

export const observationSchemas = {
  entry: entryObservationSchema,
  'used-bits': usedBitsObservationSchema,
  'entry-sync': entrySyncObservationSchema,
  translation: translationObservationSchema,
  'page-walk': pageWalkObservationSchema,
  invalidation: invalidationObservationSchema,
  binding: bindingObservationSchema,
  'domain-replace': domainReplaceObservationSchema,
  'smmu-nesting': smmuNestingObservationSchema,
} as const;

export interface CaseOf {
  entry: EntryCase;
  'used-bits': UsedBitsCase;
  'entry-sync': EntrySyncCase;
  translation: TranslationCase;
  'page-walk': PageWalkCase;
  invalidation: InvalidationCase;
  binding: BindingCase;
  'domain-replace': DomainReplaceCase;
  'smmu-nesting': SmmuNestingCase;
}
export interface ObservationOf {
  entry: EntryObservation;
  'used-bits': UsedBitsObservation;
  'entry-sync': EntrySyncObservation;
  translation: TranslationObservation;
  'page-walk': PageWalkObservation;
  invalidation: InvalidationObservation;
  binding: BindingObservation;
  'domain-replace': DomainReplaceObservation;
  'smmu-nesting': SmmuNestingObservation;
}
export type Observation = ObservationOf[Area];
