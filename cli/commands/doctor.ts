/** `doctor`: what is wrong with an adapter, message by message. */
import { Command } from 'commander';
import { qemuArgOption } from './check.ts';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('talk to an adapter and name the wrong message and field: exit status 3 when there is one')
    .argument('<spec>', 'what --impl of check takes, such as process:COMMAND LINE or the path of a module')
    .addOption(qemuArgOption())
    .action(async (spec: string, { qemuArg }: { readonly qemuArg: readonly string[] }) => {
      const { doctor } = await import('../run/doctor.ts');
      process.exitCode = await doctor(spec, qemuArg);
    });
}
