/** Area `page-walk`: a range of second-stage tables walked, or all that a device reaches when it is assigned. */
import { anyPageWalkCase } from '../../generators/page-walk.ts';
import { pageWalkRules } from '../../spec/rules/page-walk.ts';
import type { AreaSuite } from '../core/area-suite.ts';
import { allowedPageWalk } from './allowed.ts';
import { judgePageWalk } from './judge.ts';
import { simplerPageWalks } from './simpler.ts';

export const pageWalkSuite: AreaSuite<'page-walk'> = {
  area: 'page-walk',
  rules: pageWalkRules,
  arbitrary: anyPageWalkCase,
  judge: judgePageWalk,
  allowed: allowedPageWalk,
  simpler: simplerPageWalks,
  startRounds: 4,
};
