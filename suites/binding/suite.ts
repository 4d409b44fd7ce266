/** Area `binding`: passthrough devices of a virtual unit, bound to tables of the host as the guest's say. */
import { anyBindingCase, bindingProfiles } from '../../generators/binding.ts';
import { bindingRules } from '../../spec/rules/binding.ts';
import type { AreaSuite } from '../core/area-suite.ts';
import { judgeBinding } from './judge.ts';
import { questions } from './questions.ts';
import { bindingScenes } from './scenes.ts';
import { drasticBindings, simplerBindings } from './simpler.ts';
import { underProfile } from './simpler-devices.ts';

export const bindingSuite: AreaSuite<'binding'> = {
  area: 'binding',
  rules: bindingRules,
  cost: 3,
  arbitrary: anyBindingCase,
  judge: judgeBinding,
  simpler: simplerBindings,
  drastic: drasticBindings,
  startRounds: 1,
  scenes: bindingScenes,
  fitting: bindingProfiles,
  questions,
  under: underProfile,
};
