/**
 * Registers and invalidation queue of a unit (VT-d 6.5, 11.4), to be followed step by step:
 *
 * - `initialRegisters(case)` gives the state before the first step;
 * - `writeRegister` does a write and all that the unit does until it is at rest: it gives each outcome that the
 *   architecture allows, with what the caches are to do in order, or 'undefined' where software did what the
 *   architecture leaves undefined;
 * - `submitStores` and then `writeRegister('IQT', tail)` make a submit;
 * - `readRegister` gives what a read may show.
 *
 * `read` gives the 64-bit word at an 8-byte aligned address, undefined where memory does not answer: memory with
 * the status writes of this very state (`withStatus`).
 */

export { type ExpectedValue, readRegister } from './register-read.ts';
export { initialRegisters, type RegisterState } from './register-state.ts';
export { type RegisterOutcome, type RegisterOutcomes, writeRegister } from './register-write.ts';
export { afterStore, loadRules, type StatusWrites, withStatus, wordsWithStatus } from './status-writes.ts';
export { type PlannedStore, submitStores } from './submit.ts';
export { type ReadWord, type Unit, unitOf } from './unit-facts.ts';
