/** Rules that no known bug stands for, since no edit of the optimized model is blamed on them, and why. */

export interface WithoutBug {
  /** The rules, by id. */
  readonly rules: RegExp;
  /** A sentence. */
  readonly reason: string;
}

export const withoutBug: readonly WithoutBug[] = [
  {
    rules: /^[a-z-]+\.repeatable$/,
    reason: 'A bug is measured on cases that are asked once; tests of suites/core/repeat.ts break the rule.',
  },
  {
    rules: /^(entry|entry-sync|used-bits|translation|smmu-nesting|domain-replace)\.answers$/,
    reason: 'Who gives no answer is told so in all areas alike: a known bug of page-walk ends its process.',
  },
  {
    rules: /^domain-replace\.report$/,
    reason: 'A model reports on every request that it is given; tests of the judge leave one out.',
  },
  {
    rules: /^domain-replace\.interleavings$/,
    reason: 'It tells of all histories at once what the other rules tell of each.',
  },
  {
    rules: /^invalidation\.sequence\./,
    reason: 'It is counted: what outlives a sequence is blamed on the invalidation that was to drop it.',
  },
  {
    rules: /^invalidation\.queue\.mode\.scalable-256$/,
    reason: 'The mode takes every type: what it refuses is blamed on the type.',
  },
  {
    rules: /^invalidation\.queue\.enable$/,
    reason: 'The tail is 0 when the queue is enabled: what is not fetched afterwards is blamed on that.',
  },
  {
    rules: /^invalidation\.queue\.error-code$/,
    reason: 'A wrong code is blamed on the rule of the error that it is about.',
  },
  {
    rules: /^invalidation\.register\.iva$/,
    reason: 'It is write-only: a page that is left is blamed on the invalidation that was to drop it.',
  },
  {
    rules: /^binding\.plug\.first-stage$/,
    reason: 'A unit without first stage has no nesting either, and a device is refused for one of the two.',
  },
];
