/** A command of ours as a user types it, where this one was started. */
import { shellCommand } from '../../reports/shell-command.ts';
import { isSource } from '../package-root.ts';

/** A command of ours with these arguments. */
export function ownCommand(...words: readonly string[]): string {
  return `${isSource ? 'npm run conformance --' : 'npx iommu-conformance'} ${shellCommand(...words)}`;
}
