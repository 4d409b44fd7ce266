/** What is known of one request while its actions are followed: the places that it is about, and remarks. */
import type { Invalidation } from '../../models/reference/domain-replace/descriptor.ts';
import type { Translation } from '../../models/reference/domain-replace/entry.ts';
import type { Aspect, DomainRequest, Mismatch } from '../../spec/schema.ts';
import { broken } from './broken.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

interface Told {
  readonly request: DomainRequest;
  readonly subjects: ReadonlyMap<number, Subject>;
  /** Whatever may fail does. */
  readonly isFailing: boolean;
  /** There may be no domain id left. */
  readonly mayRunOut: boolean;
  /** An error was reported. */
  readonly failed: boolean;
}

export class RequestFacts {
  readonly remarks: Mismatch[] = [];
  readonly request: DomainRequest;
  readonly subjects: ReadonlyMap<number, Subject>;
  readonly isFailing: boolean;
  readonly mayRunOut: boolean;
  readonly failed: boolean;

  constructor({ request, subjects, isFailing, mayRunOut, failed }: Told) {
    this.request = request;
    this.subjects = subjects;
    this.isFailing = isFailing;
    this.mayRunOut = mayRunOut;
    this.failed = failed;
  }

  /** An error was reported that something had to lead to. */
  get hasFailed(): boolean {
    return this.failed && this.mayFail;
  }

  get mayFail(): boolean {
    return this.isFailing || this.mayRunOut;
  }

  /** The rule of what a request that failed leaves (`binding`), or of its being told. */
  failureRule(about: 'binding' | 'reported'): string {
    return this.isFailing ? `failure.${about}` : 'did.exhausted';
  }

  remark(rule: string, aspect: Aspect, expected: string, observed: string): void {
    this.remarks.push(broken(rule, aspect, expected, observed));
  }

  /** `invalidation` is about to be executed in `world`. */
  count(invalidation: Invalidation, world: World): void {
    for (const [key, subject] of this.subjects) subject.count(invalidation, world.slot(key));
  }

  /** What each place ends with: where tracking could not be changed, with what its entry says. */
  *ends(): Iterable<{ key: number; left: Translation | undefined; served: boolean }> {
    const isKept = this.failed && this.request.request === 'track-dirty';
    for (const [key, { goal, left, isServed }] of this.subjects) {
      yield { key, left: isKept ? left : goal, served: isServed };
    }
  }
}
