/** Rules of domain ids that present entries share (6.2.3.1), looked at whenever an entry is stored. */
import {
  classOf,
  domainIdOf,
  hasSameTables,
  type Translation,
  translationOf,
  usesSecond,
} from '../../models/reference/domain-replace/entry.ts';
import type { Mismatch } from '../../spec/schema.ts';
import { broken } from './broken.ts';
import type { Course } from './course.ts';
import { describeTranslation } from './describe.ts';
import { PASIDS } from './place.ts';

/** What the entry of `key`, just stored, breaks beside the others. */
export function judgeDomainId(course: Course, key: number, place: string): Mismatch | undefined {
  const mine = present(course, key);
  if (mine === undefined) return undefined;
  const { did, translation } = mine;
  const observed = `${place}: domain id ${did} for ${describeTranslation(translation)}`;
  if (course.capabilities.CM === 1) {
    course.exercised.add('did.zero');
    if (did === 0) return broken('did.zero', 'memory', 'another domain id than 0', observed);
  }
  for (const other of course.entries.keys()) {
    const theirs = other === key ? undefined : present(course, other);
    if (theirs === undefined) continue;
    const rule = sharingRule(key, other, translation, theirs.translation);
    if (rule === undefined) continue;
    course.exercised.add(rule);
    if (theirs.did !== did || fits(rule, translation, theirs.translation)) continue;
    const taken = `the domain id stands for ${describeTranslation(theirs.translation)}`;
    return broken(rule, 'memory', `another domain id: ${taken}`, observed);
  }
  return undefined;
}

type SharingRule = 'did.class' | 'did.second-stage' | 'did.pasid';

/** The first rule that two entries of one domain id could break. */
function sharingRule(key: number, other: number, a: Translation, b: Translation): SharingRule | undefined {
  if (classOf(a.kind) !== classOf(b.kind)) return 'did.class';
  if (usesSecond(a.kind) && a.second !== b.second) return 'did.second-stage';
  return key % PASIDS === other % PASIDS ? 'did.pasid' : undefined;
}

function fits(rule: SharingRule, a: Translation, b: Translation): boolean {
  return rule === 'did.pasid' && hasSameTables(a, b);
}

function present(course: Course, key: number): { did: number; translation: Translation } | undefined {
  const [low = 0n, high = 0n, first = 0n] = course.entries.get(key) ?? [];
  const translation = translationOf(low, high, first);
  return translation === undefined ? undefined : { did: domainIdOf(high), translation };
}
