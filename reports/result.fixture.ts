/** Small results: an area in which one rule was broken or kept, and one was not exercised. */
import type { AreaResult, Finding, Result } from '../spec/schema.ts';

export function areaOf(findings: readonly Finding[], area: AreaResult['area'] = 'entry'): AreaResult {
  return {
    area,
    claimed: true,
    cases: 100,
    durationMs: 10,
    rules: [
      { id: 'SPT.3', exercised: 40, status: findings.length > 0 ? 'fail' : 'pass' },
      { id: 'SPT.2', exercised: 0, status: 'not-exercised' },
    ],
    findings: [...findings],
  };
}

export function resultOf(areas: readonly AreaResult[], name = 'mine'): Result {
  return { version: 1, implementation: { name, profile: 'any' }, seed: 'x', areas: [...areas] };
}
