/** Area `translation`: untranslated requests without PASID, from the root table to the page. */
import { anyTranslationCase } from '../../generators/translation.ts';
import { translationRules } from '../../spec/rules/translation.ts';
import type { AreaSuite } from '../core/area-suite.ts';
import { allowedTranslation } from './allowed.ts';
import { judgeTranslation } from './judge.ts';
import { look, mayName } from './look.ts';
import { questions } from './questions.ts';
import { simplerTranslations } from './simpler.ts';
import { underUnit } from './under.ts';

export const translationSuite: AreaSuite<'translation'> = {
  area: 'translation',
  rules: translationRules,
  arbitrary: anyTranslationCase,
  judge: judgeTranslation,
  allowed: allowedTranslation,
  simpler: simplerTranslations,
  questions,
  look,
  mayName,
  under: underUnit,
  startRounds: 5,
};
