// What was edited and is refused: whoever is there is asked whether it is edited once more.
import type { Context } from '../context.ts';

/** False where nobody is there to be asked. */
export async function isEditedAgain(
  { context, isInteractive }: { readonly context: Context; readonly isInteractive: boolean },
  problem: string,
): Promise<boolean> {
  if (!isInteractive) return false;
  const asker = await context.asker();
  asker.say(`  ${problem}\n`);
  return asker.confirm('Edit it again?', true);
}
