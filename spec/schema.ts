/**
 * The one schema of everything that crosses a boundary: cases, observations, findings, results,
 * expectation files. 64-bit values are bigint in memory and "0x…" strings in JSON; a schema reads
 * both, so that a module written in TypeScript and a process on a pipe speak the same language.
 * Types are inferred from the schemas: there is no second description to fall out of step.
 */
export * from './names.ts';
export * from './schema/area.ts';
export * from './schema/binding.ts';
export * from './schema/case.ts';
export * from './schema/corpus.ts';
export * from './schema/domain-replace.ts';
export * from './schema/entry.ts';
export * from './schema/entry-sync.ts';
export * from './schema/expectation.ts';
export * from './schema/finding.ts';
export * from './schema/invalidation.ts';
export * from './schema/page-walk.ts';
export * from './schema/profile.ts';
export * from './schema/result.ts';
export { type MemoryRun, memoryRunSchema } from './schema/scalars.ts';
export * from './schema/smmu-nesting.ts';
export * from './schema/translation.ts';
export * from './schema/used-bits.ts';
export * from './schema/virtual-smmu.ts';
