/** What an implementation of one's own needs: the contract, the schema of what crosses it, the rules. */
export { catalogue, ruleOf } from './spec/catalogue.ts';
export {
  type BatchAnswer,
  CaseSkipped,
  type Implementation,
  ImplementationFailure,
} from './spec/implementation.ts';
export { toJson } from './spec/json.ts';
export { latticeBreaches } from './spec/lattice.ts';
export { namedProfile, namedProfiles } from './spec/profiles.ts';
export type { Rule } from './spec/rule.ts';
export { type RunEvent, runEventSchema } from './spec/run-events.ts';
export * from './spec/schema.ts';
