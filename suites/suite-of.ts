/** The suite of one area, loaded when it is asked for: a replay needs one, and fast. */
import type { Area } from '../spec/schema.ts';
import type { AreaSuite } from './core/area-suite.ts';

export async function suiteOf(area: Area): Promise<AreaSuite> {
  switch (area) {
    case 'entry':
      return (await import('./entry/suite.ts')).entrySuite;
    case 'used-bits':
      return (await import('./used-bits/suite.ts')).usedBitsSuite;
    case 'entry-sync':
      return (await import('./entry-sync/suite.ts')).entrySyncSuite;
    case 'translation':
      return (await import('./translation/suite.ts')).translationSuite;
    case 'page-walk':
      return (await import('./page-walk/suite.ts')).pageWalkSuite;
    case 'invalidation':
      return (await import('./invalidation/suite.ts')).invalidationSuite;
    case 'binding':
      return (await import('./binding/suite.ts')).bindingSuite;
    case 'domain-replace':
      return (await import('./domain-replace/suite.ts')).domainReplaceSuite;
    case 'smmu-nesting':
      return (await import('./smmu-nesting/suite.ts')).smmuNestingSuite;
  }
}
